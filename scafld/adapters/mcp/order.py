"""What a submit server is started for: where the answer is laid down, and what it is held to."""

from __future__ import annotations

import json
import os

from scafld.adapters.codec import decode, encode
from scafld.core.evidence.terms import Terms
from scafld.core.value import value


@value
class Order:
    """`out`: an absolute path in a folder of its own, where nothing stands yet; what stands there was handed in."""

    out: str
    terms: Terms


def order_text(order: Order) -> str:
    """The order as its file holds it, in ASCII."""
    return json.dumps(encode(order))


def read_order(path: str) -> Order:
    """The order in this file; OSError or ValueError when there is none."""
    with open(path, encoding="utf-8") as file:
        order = decode(Order, json.load(file))
    if not os.path.isabs(order.out):
        raise ValueError(f"{order.out!r} is no absolute path")
    return order

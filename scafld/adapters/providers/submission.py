"""How an answer is handed in: to the submit server, which accepts it into a file, or as a model's last message."""

from __future__ import annotations

import json
import os

from scafld.adapters.codec import encode
from scafld.adapters.codec.answers import LARGEST_ANSWER, Unreadable, accept
from scafld.core.evidence.terms import Terms
from scafld.core.value import value

SERVER = "scafld"
"""The name of the server, as models see it."""


@value
class Desk:
    """`order`: what the server is started with, `out`: where the accepted answer appears. Both are absolute paths."""

    order: str
    out: str


def open_desk(folder: str, terms: Terms) -> Desk:
    """A place to hand one answer in, in a private folder."""
    desk = Desk(order=os.path.join(folder, "order.json"), out=os.path.join(folder, "answer.json"))
    with open(desk.order, "x", encoding="utf-8", opener=_private) as file:
        json.dump({"out": desk.out, "terms": encode(terms)}, file)
    return desk


def handed_in(path: str) -> str:
    """The text of an answer that was handed in, "" when none was."""
    try:
        with open(path, "rb", opener=_as_it_lies) as file:
            content = file.read(4 * LARGEST_ANSWER + 1)
    except OSError:
        return ""
    return content.decode("utf-8", "replace").strip()


def acceptable(message: str, terms: Terms) -> str:
    """The acceptable answer that a whole message is, bare or in one fence; "" when it is none. One that stands among
    other words is none: it may be a quotation."""
    text = unfenced(message)
    try:
        accept(text, terms)
    except Unreadable:
        return ""
    return text


def last_word(message: str, terms: Terms, *, ended_well: bool) -> str:
    """The answer that a last message is, where that is how answers are handed in. One that does not hold is told to
    its author, when it is an attempt at all and the program came to its end."""
    found = acceptable(message, terms)
    attempt = unfenced(message) if ended_well and "{" in message else ""
    return found or attempt


def unfenced(message: str) -> str:
    """The message without the fence that encloses all of it."""
    text = message.strip()
    lines = text.splitlines()
    whole = len(lines) > 2 and lines[0].startswith("```") and lines[-1].strip() == "```"
    return "\n".join(lines[1:-1]) if whole else text


# Private.


def _as_it_lies(path: str, flags: int) -> int:
    """A link is not followed, and a pipe not waited for."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

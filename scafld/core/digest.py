"""How a thing gets its fingerprint: canonical JSON (RFC 8785) and SHA-256, the only way here."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from scafld.core.names import Digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

LARGEST_INTEGER = 2**53 - 1
"""Beyond this, JSON readers disagree about a number (RFC 8785 section 3.2.2.3)."""

_TYPE_ERROR = "no canonical JSON for {kind}: only text, whole numbers, true, false, null, lists and objects have one"


def canonical(item: object) -> bytes:
    """Canonical JSON of `item`: keys sorted by UTF-16 code units, no white space, UTF-8.

    Floats have no place in a ledger and are a TypeError; numbers beyond 2**53 and text that is not Unicode are a
    ValueError.
    """
    return _ENCODER.encode(_plain(item)).encode("utf-8")


def fingerprint(item: object) -> Digest:
    """SHA-256 of the canonical JSON of `item`."""
    return digest_of(canonical(item))


def digest_of(content: bytes) -> Digest:
    """SHA-256 of bytes, in hexadecimal."""
    return Digest(_sha256()(content).hexdigest())


# Private.

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False, allow_nan=False)


def _plain(item: object) -> object:
    match item:
        case bool() | None:
            return item
        case str():
            return str(item)
        case int():
            if abs(item) > LARGEST_INTEGER:
                raise ValueError(f"{item} is beyond the whole numbers that JSON readers agree on")
            return int(item)
        case dict():
            return {str(key): _plain(item[key]) for key in _in_order(item)}
        case list() | tuple():
            return [_plain(each) for each in item]
        case _:
            raise TypeError(_TYPE_ERROR.format(kind=type(item).__name__))


def _in_order(keys: dict[object, object]) -> list[object]:
    """By UTF-16 code units. Where all of it is ASCII, as nearly always, that is Python's own order, found sooner."""
    try:
        ascii_only = "".join(keys).isascii()  # type: ignore[arg-type]  # what is no text is told by _utf16
    except TypeError:
        ascii_only = False
    return sorted(keys) if ascii_only else sorted(keys, key=_utf16)  # type: ignore[type-var]


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise TypeError(_TYPE_ERROR.format(kind=f"a key of type {type(key).__name__}"))
    return key.encode("utf-16-be")


@cache
def _sha256() -> Callable[[bytes], _Hash]:
    """From OpenSSL, which takes two milliseconds to load: a list of tasks needs none of it."""
    from hashlib import sha256

    return sha256

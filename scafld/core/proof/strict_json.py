"""How the JSON of a stranger is read: it has one meaning, or it is refused in exact words."""

from __future__ import annotations

import json

from scafld.core.digest import LARGEST_INTEGER

LARGEST = 10_000_000
"""Bytes; what is larger is refused before anything of it is parsed."""


class Strange(ValueError):
    """This is no JSON that everybody reads alike; the message says why."""


def read_json(content: bytes, *, largest: int = LARGEST) -> object:
    """The one thing that these bytes say: objects, lists, text, whole numbers, true, false, null.

    Strange for more than `largest` bytes, what is not UTF-8, a byte order mark, anything before or after the one
    document, a key that occurs twice, a fraction, a number beyond 2**53 and an escape that is no character.
    """
    if len(content) > largest:
        raise Strange(f"it has {len(content)} bytes; the most is {largest}")
    text = _text(content)
    try:
        found: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Strange(f"it is no JSON document: {_lowered(error.msg)} at character {error.pos}") from error
    except RecursionError as error:
        raise Strange("it is nested too deeply") from error
    if "\\u" in text:
        _need_characters(found)
    return found


# Private.


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Strange(f"it is not UTF-8 at byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise Strange("it begins with a byte order mark")
    return text


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Strange(f"the key {_shown(_twice(pairs))} stands there twice")
    return found


def _twice(pairs: list[tuple[str, object]]) -> str:
    """The first key that occurs a second time; one of them does."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            break
        seen.add(name)
    return name


def _whole(digits: str) -> int:
    found = int(digits) if len(digits) <= _DIGITS else LARGEST_INTEGER + 1
    if abs(found) > LARGEST_INTEGER:
        raise Strange(f"{digits[:24]} is beyond the whole numbers that JSON readers agree on")
    return found


def _no_number(words: str) -> object:
    raise Strange(f"{words[:24]} is no whole number")


def _need_characters(found: object) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Strange("a text in it holds half a character (a lone surrogate)") from error


def _shown(text: str) -> str:
    return ascii(text[:40])


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


_DIGITS = 20
_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number
)

"""How a stream of JSON objects, one a line, is read from a program that may say anything: bounded, and never an error.

    lines = JsonLines()
    for event in lines.take(chunk):
        text_at(event, "message", "model")

What is no JSON object is counted and passed over, and so is a line that is longer than LONGEST_LINE.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

LONGEST_LINE = 16 * 2**20
Event = Mapping[str, object]


class JsonLines:
    """`garbage`: how many lines were no event."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._too_long = False
        self.garbage = 0

    def take(self, chunk: bytes) -> Iterator[Event]:
        """The events that end in this chunk."""
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            self._add(piece)
            yield from self._end_of_line()
        self._add(rest)

    def rest(self) -> Iterator[Event]:
        """The event that a last line without its end is."""
        yield from self._end_of_line()

    # Private.

    def _add(self, piece: bytes) -> None:
        if self._too_long or len(self._begun) + len(piece) > self._longest:
            self._too_long = True
            self._begun.clear()
        else:
            self._begun += piece

    def _end_of_line(self) -> Iterator[Event]:
        line, too_long = bytes(self._begun), self._too_long
        self._begun.clear()
        self._too_long = False
        event = None if too_long else _event(line)
        if event is not None:
            yield event
        elif too_long or line.strip():
            self.garbage += 1


def at(event: object, *steps: str) -> object:
    """What stands there, step by step through objects; None when a step leads nowhere."""
    for step in steps:
        event = event.get(step) if isinstance(event, Mapping) else None
    return event


def text_at(event: object, *steps: str) -> str:
    """The text that stands there, "" when none does."""
    found = at(event, *steps)
    return found if isinstance(found, str) else ""


def count_at(event: object, *steps: str) -> int | None:
    """The count that stands there, None when there is no whole number from 0 to 2**53."""
    found = at(event, *steps)
    return found if type(found) is int and 0 <= found < 2**53 else None


def items_at(event: object, *steps: str) -> tuple[object, ...]:
    """The items of the list that stands there; none when none does."""
    found = at(event, *steps)
    return tuple(found) if isinstance(found, list) else ()


# Private.


def _event(line: bytes) -> Event | None:
    try:
        found = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

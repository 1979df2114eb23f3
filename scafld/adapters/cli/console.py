"""What a page is written on: so many columns, colour or none, and nothing that could move somebody's cursor."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from scafld.core.value import value

GREEN, RED, YELLOW, DIM, BOLD = "32", "31", "33", "2", "1"

_MEANT = {
    "pass": GREEN,
    "passed": GREEN,
    "completed": GREEN,
    "red-green": GREEN,
    "fail": RED,
    "failed": RED,
    "blocked": RED,
    "damaged": RED,
    "pending": YELLOW,
    "review": YELLOW,
}


@value
class Console:
    """`width` in columns; `colour`: whether it may be used; `live`: whether a line may be written over."""

    width: int
    colour: bool
    live: bool

    def paint(self, text: str, code: str) -> str:
        """The text in a colour, where there is any."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text.strip() else text

    def meant(self, word: str, shown: str | None = None) -> str:
        """A word in the colour of what it means; `shown` stands for it, padded for instance."""
        code = _MEANT.get(word)
        return self.paint(shown or word, code) if code else shown or word

    def fold(self, text: str, margin: int) -> str:
        """A text on one line, cut to what is left beside a margin."""
        room = max(20, self.width - margin)
        bare = plain(" ".join(text.split()))
        return bare if len(bare) <= room else bare[: room - 3] + "..."


def console_of(environ: Mapping[str, str]) -> Console:
    """The console that stdout is."""
    terminal = sys.stdout.isatty()
    dumb = environ.get("TERM", "") in ("", "dumb")
    colour = terminal and not dumb and not environ.get("NO_COLOR")
    return Console(width=_width(environ), colour=colour, live=sys.stderr.isatty() and not dumb)


def plain(text: str) -> str:
    """The text with every control character made visible: an escape, a bell, a carriage return moves nothing."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)


# Private.


def _width(environ: Mapping[str, str]) -> int:
    said = environ.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return max(40, int(said))
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 80

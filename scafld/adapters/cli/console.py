"""What a page is written on: so many columns, colour or none, and nothing that could move somebody's cursor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from scafld.core.value import value

GREEN, RED, YELLOW, DIM, BOLD = "32", "31", "33", "2", "1"
NARROWEST, USUAL = 40, 80

_MEANT = {
    "pass": GREEN,
    "passed": GREEN,
    "completed": GREEN,
    "holds": GREEN,
    "does not hold": RED,
    "no": RED,
    "gap": YELLOW,
    "red-green": GREEN,
    "fail": RED,
    "failed": RED,
    "unfit": RED,
    "blocked": RED,
    "damaged": RED,
    "pending": YELLOW,
    "needs revision": YELLOW,
    "given up": YELLOW,
    "review": YELLOW,
}


@value
class Console:
    """`width` in columns; `colour`: whether it may be used; `live`: whether a line may be written over. `root` and
    `cwd`, absolute or empty: the workspace, and where the user stands."""

    width: int = USUAL
    colour: bool = False
    live: bool = False
    root: str = ""
    cwd: str = ""

    def paint(self, text: str, code: str) -> str:
        """The text in a colour, where there is any."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text.strip() else text

    def meant(self, word: str, shown: str | None = None) -> str:
        """A word in the colour of what it means; `shown` stands for it, padded for instance."""
        code = _MEANT.get(word)
        return self.paint(shown or word, code) if code else shown or word

    def fold(self, text: str, margin: int) -> str:
        """A text on one line, cut to what is left beside a margin."""
        return cut(line_of(text), max(12, self.width - margin))

    def wrap(self, text: str, margin: int, most: int = 4) -> list[str]:
        """A text on as many lines as it needs beside a margin, at most so many; the last is cut."""
        lines = self.spread(text, margin)
        kept = lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [cut(line, max(12, self.width - margin)) for line in kept]

    def spread(self, text: str, margin: int) -> list[str]:
        """All of a text, on as many lines as it needs beside a margin; a word longer than a line stays whole."""
        room = max(12, self.width - margin)
        lines = [""]
        for word in line_of(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and cells(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def beside(self, head: str, text: str, margin: int = 0) -> list[str]:
        """All of a text beside what it begins with, which may be painted; the margin is where it stands."""
        first, *more = self.spread(text, margin)
        return [f"{head}{first}", *(f"{' ' * margin}{line}" for line in more)]

    def path(self, path: str) -> str:
        """A path relative to the workspace, as it is written from where the user stands."""
        bare = line_of(path)
        if not path or not self.root or self.root == self.cwd:
            return bare
        return line_of(os.path.relpath(os.path.join(self.root, path), self.cwd))


def console_of(stream: TextIO, environ: Mapping[str, str]) -> Console:
    """The console that a stream is."""
    terminal = stream.isatty()
    dumb = environ.get("TERM", "") in ("", "dumb")
    colour = terminal and not dumb and not environ.get("NO_COLOR")
    return Console(width=_width(stream, environ), colour=colour, live=terminal and not dumb)


def plain(text: str) -> str:
    """The text with every control character but tab and newline made visible: an escape, a bell, a carriage return,
    a turn of the reading direction moves nothing."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" else _shown(char) for char in text)


def line_of(text: str) -> str:
    """The text on one line, plain."""
    return plain(" ".join(text.split()))


def cells(text: str) -> int:
    """How many columns a terminal gives a text without colours."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, width: int) -> str:
    """The text with blanks behind it, as many as its columns lack."""
    return text + " " * (width - cells(text))


def cut(text: str, room: int) -> str:
    """The beginning of a text that fits into so many columns; three dots stand for the rest."""
    if cells(text) <= room:
        return text
    kept = text[: room - 3]
    while cells(kept) > room - 3:
        kept = kept[:-1]
    return kept.rstrip() + "..."


# Private.


def _shown(char: str) -> str:
    return " " if char.isspace() and ord(char) > 0x7F and char not in "\x85\u2028\u2029" else ascii(char)[1:-1]


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    said = environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and 0 < len(said) < 5 and int(said) > 0:
        return max(NARROWEST, int(said))
    try:
        return max(NARROWEST, os.get_terminal_size(stream.fileno()).columns or USUAL)
    except (OSError, ValueError):
        return USUAL

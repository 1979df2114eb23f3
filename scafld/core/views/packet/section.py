"""What a packet is made of before anything is left out: sections to be read in order, pieces to be paid for by rank."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.value import value


@value
class Rank:
    """When a piece is paid for: the lowest `order` first. `percent`: so many hundredths of what is left then are the
    most that pieces of this rank take, unless nobody after them needs the rest."""

    order: int
    percent: int = 100


MUST = Rank(order=0)
"""What a packet is worth nothing without: it stands there whole, or there is no packet."""


class Purse(StrEnum):
    """Which budget pays: that of the task, or that of the project's own files."""

    TASK = "task"
    FILES = "project files"


class Keep(StrEnum):
    """Which end of a piece stays when it is cut."""

    START = "start"
    END = "end"


@value
class Piece:
    """A text that is paid for. `body`: whole lines, plain (`quoting`); what its size is counted of. `name`: what the
    manifest calls it, plain and on one line, "" for the only one of its section. `fence`: its language when it stands
    in a fence, None when it does not. `above`: scafld's own line before it."""

    body: str
    rank: Rank
    name: str = ""
    fence: str | None = None
    above: str = ""
    keep: Keep = Keep.START


@value
class Withheld:
    """A piece of which nothing can be shown, whatever the budget: its size where it is known, and why."""

    name: str
    why: str
    size: int = 0


@value
class Section:
    """A part of a packet under its heading. `lead`: scafld's own words before the pieces, not counted."""

    title: str
    pieces: tuple[Piece, ...] = ()
    lead: str = ""
    purse: Purse = Purse.TASK
    withheld: tuple[Withheld, ...] = ()


def size_of(text: str) -> int:
    """Its bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8"))

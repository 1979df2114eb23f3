"""What became of every section and every file of a packet, in bytes, and how it is told at the top."""

from __future__ import annotations

from scafld.core.value import value
from scafld.core.views.packet.quoting import one_line
from scafld.core.views.packet.section import Purse, Section, size_of

MOST_ROWS = 200
"""Rows of one section. Beyond them those that are whole are told together, then the others."""

SPENT = "the budget is spent"


@value
class Spent:
    """What became of one piece: its bytes, how many of them were left out, and why. `name` is "" where the section is
    one piece."""

    title: str
    name: str
    size: int
    omitted: int
    why: str = ""

    @property
    def shown(self) -> int:
        return self.size - self.omitted


def spent_on(section: Section, shown: tuple[str, ...]) -> tuple[Spent, ...]:
    """A row for each piece of a section, whose shown parts these are, and for each that is withheld; for a section of
    neither, one that says so."""
    if not (section.pieces or section.withheld):
        return (Spent(title=section.title, name="", size=0, omitted=0),)
    rows = tuple(
        Spent(
            title=section.title,
            name=piece.name,
            size=size_of(piece.body),
            omitted=size_of(piece.body) - size_of(part),
            why="" if part == piece.body else SPENT,
        )
        for piece, part in zip(section.pieces, shown, strict=True)
    )
    return rows + tuple(
        Spent(title=section.title, name=each.name, size=each.size, omitted=each.size, why=each.why)
        for each in section.withheld
    )


def manifest(title: str, rows: tuple[Spent, ...]) -> str:
    """The lines of one section: its sums, and beneath them a line for each named piece."""
    named = tuple(row for row in rows if row.name)
    why = "" if named else next((row.why for row in rows if row.why), "")
    return "".join((f"- {one_line(title)}: {_sums(rows, why)}\n", *(f"  - {line}\n" for line in _told(named))))


def totals(sections: tuple[tuple[Purse, tuple[Spent, ...]], ...], purses: tuple[tuple[Purse, int], ...]) -> str:
    """How much of each budget is spent, in one line."""
    told = []
    for purse, most in purses:
        used = sum(row.shown for whose, rows in sections if whose is purse for row in rows)
        told.append(f"{used} of {most} bytes for the {purse}")
    return f"Spent: {', '.join(told)}. Headings, fences and this list are not counted."


# Private.


def _told(rows: tuple[Spent, ...]) -> list[str]:
    by_need = sorted(range(len(rows)), key=lambda at: (not rows[at].why, at))
    kept = set(by_need[:MOST_ROWS])
    lines = [f"{row.name}: {_sums((row,), row.why)}" for at, row in enumerate(rows) if at in kept]
    rest = tuple(row for at, row in enumerate(rows) if at not in kept)
    if rest:
        why = next((row.why for row in rest if row.why), "")
        lines.append(f"and {len(rest)} more: {_sums(rest, why)}")
    return lines


def _sums(rows: tuple[Spent, ...], why: str) -> str:
    size, omitted = sum(row.size for row in rows), sum(row.omitted for row in rows)
    if not (omitted or why):
        return f"{size} bytes, whole"
    reason = f": {why}" if why else ""
    return f"{size} bytes, {size - omitted} shown, {omitted} left out{reason}"

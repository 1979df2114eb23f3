"""Which white space of a document means something: inside fences, code and HTML all of it, elsewhere a single break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Page


def settled(page: Page, first: int, last: int, without: frozenset[int] | set[int]) -> list[tuple[int, str]]:
    """Lines `first` to `last` but those in `without`, each with its number in the document.

    No trailing white space, no blank line at either end, one at most between lines and one around every heading.
    """
    literal = {at for begin, end in page.literal for at in range(begin, end)}
    heads = {at for block in page.blocks if block.kind is Kind.HEADING for at in (block.first, block.last)}
    out: list[tuple[int, str]] = []
    for at in range(first, last):
        line = page.lines[at]
        owned, blank = at in without, not line.strip(" \t")
        if at in heads or (blank and not owned and at not in literal):
            _break(out, at)
        if owned:
            continue
        if at in literal:
            out.append((at, line))
        elif not blank:
            out.append((at, line.rstrip(" \t")))
    while out and not out[-1][1].strip(" \t"):
        out.pop()
    return out


# Private.


def _break(out: list[tuple[int, str]], at: int) -> None:
    if out and out[-1][1]:
        out.append((at, ""))

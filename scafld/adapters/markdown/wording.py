"""What the contract digest is taken over: all that a human wrote, none of what scafld owns.

Owned are the front-matter keys in OWNED_KEYS, the sections Current State, Review and Harden Rounds, the `Status:` line
of a phase, the observed fields of a criterion, and every check mark. White space that means nothing is normalised, so
that writing and removing owned lines leaves the same text; inside fences, code and HTML it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.criteria import OBSERVED

if TYPE_CHECKING:
    from scafld.adapters.markdown.layout import Layout

OWNED_KEYS = ("status", "harden_status", "created", "updated")


def wording(layout: Layout) -> str:
    """The normalised human text: LF, no BOM, one blank line at most and one around every heading."""
    page = layout.page
    owned = _owned_lines(layout)
    literal = {at for first, last in page.literal for at in range(first, last)}
    heads = {at for block in page.blocks if block.kind is Kind.HEADING for at in (block.first, block.last)}
    ticks = dict(page.tasks)
    out: list[str] = []
    for at, line in enumerate(page.lines):
        if at in heads:
            _blank(out)
        if at in owned:
            continue
        if at in literal:
            out.append(line)
            continue
        kept = _unticked(line, ticks.get(at)).rstrip(" \t")
        if kept:
            out.append(kept)
        else:
            _blank(out)
    while out and not out[-1].strip(" \t"):
        out.pop()
    return "\n".join(out) + "\n"


# Private.


def _owned_lines(layout: Layout) -> set[int]:
    owned: set[int] = set()
    for entry in layout.front.entries:
        if entry.key in OWNED_KEYS:
            owned.update(range(entry.first, entry.last))
    for section in layout.owned_sections:
        owned.update(range(section.first, section.last))
    for phase in layout.phases:
        if phase.status is not None:
            owned.add(phase.status.line)
    for draft in layout.drafts:
        for field in draft.fields:
            if field.name in OBSERVED:
                owned.update(range(field.first, field.last))
    return owned


def _unticked(line: str, column: int | None) -> str:
    return line if column is None else f"{line[:column]} {line[column + 1 :]}"


def _blank(out: list[str]) -> None:
    if out and out[-1]:
        out.append("")

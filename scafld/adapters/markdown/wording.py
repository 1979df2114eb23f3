"""What the contract digest is taken over: all that a human wrote, none of what scafld owns.

Owned are the front-matter keys in OWNED_KEYS, the sections Current State, Review and Harden Rounds, the `Status:` line
of a phase, the observed fields of a criterion, and every check mark. White space that means nothing is normalised, so
that writing and removing owned lines leaves the same text; inside fences, code and HTML it stays as it is.

Taking lines out can change what the lines after them are (an item under `Status:` becomes one of the criterion).
`clear` says that nothing of the sort can happen. Where it is False the contract is read from the wording itself, so
that no owned line, written by whoever, changes what an approved digest means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.criteria import OBSERVED
from scafld.adapters.markdown.whitespace import settled
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Page
    from scafld.adapters.markdown.criteria import Draft, Field
    from scafld.adapters.markdown.layout import Layout

OWNED_KEYS = ("status", "harden_status", "created", "updated")


@value
class Wording:
    """`text` has LF, no BOM, one blank line at most and one around every heading. `origin`: of each of its lines, the
    line of the document. `clear`: the document means what its text means."""

    text: str
    origin: tuple[int, ...]
    clear: bool


def wording(layout: Layout) -> Wording:
    """The normalised human text of a document."""
    lines = settled(layout.page, 0, len(layout.page.lines), _owned_lines(layout))
    text = "\n".join(line for _, line in lines) + "\n"
    return Wording(text=text, origin=tuple(at for at, _ in lines), clear=_is_clear(layout))


# Private.

_SPACE = (" ", "\t")


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


def _is_clear(layout: Layout) -> bool:
    """Whether every owned line stands where taking it out changes nothing else; when in doubt, no."""
    page = layout.page
    return (
        all(_begins_flush(page, section.last) for section in layout.owned_sections)
        and all(_clear_status(page, phase.status.line) for phase in layout.phases if phase.status is not None)
        and all(_clear_fields(page, draft) for draft in layout.drafts)
        and not any(_holds(prose, draft) for phase in layout.phases for prose in phase.prose for draft in layout.drafts)
    )


def _begins_flush(page: Page, line: int) -> bool:
    return line >= len(page.lines) or page.lines[line][:1] not in _SPACE


def _clear_status(page: Page, line: int) -> bool:
    """Flush, and followed by a blank line or by a line of words that goes on as a paragraph or begins one."""
    below = page.lines[line + 1] if line + 1 < len(page.lines) else ""
    return _begins_flush(page, line) and (not below.strip(" \t") or below[:1].isalpha())


def _clear_fields(page: Page, draft: Draft) -> bool:
    """Every observed field is a leaf right below a leaf of the same list, with the same marker in the same column."""
    before: Field | None = None
    for field in draft.fields:
        if field.name in OBSERVED and not (before is not None and _same_list(page, before, field)):
            return False
        before = field
    return True


def _holds(prose: tuple[int, int], draft: Draft) -> bool:
    """Whether a list that was read as words holds observed fields too."""
    return prose[0] <= draft.first < prose[1] and any(field.name in OBSERVED for field in draft.fields)


def _same_list(page: Page, before: Field, field: Field) -> bool:
    leaves = before.nested and field.nested and before.end == before.last == field.first and field.end == field.last
    return leaves and _marker(page, before) == _marker(page, field)


def _marker(page: Page, field: Field) -> str:
    """What stands before the label: indentation, marker, gap."""
    line = page.lines[field.first]
    return line[: len(line) - len(line.lstrip(" \t-*+"))]

"""What scafld writes on a criterion: its check mark and the lines Status, Evidence, Source event, Strength."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.criteria import OBSERVED
from scafld.adapters.markdown.escape import as_data, as_word

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Page
    from scafld.adapters.markdown.criteria import Draft, Field
    from scafld.adapters.markdown.edits import Edits
    from scafld.core.views.projection import CriterionShown

PASSED = "pass"
LONGEST_EVIDENCE = 300
_MARKER = re.compile(r"(?P<indent>[ \t]*)(?P<marker>[-*+]|[0-9]{1,9}[.)])(?P<gap>[ \t]+)")


def set_criterion(edits: Edits, page: Page, draft: Draft, result: CriterionShown) -> None:
    """Tick or untick the criterion and make its observed lines say `result`; lines of former tools are brought in line.

    A line that says none and is not there is not added.
    """
    if draft.tick is not None:
        _tick(edits, page, draft.tick, passed=result.status == PASSED)
    wanted = {
        "status": as_word(result.status),
        "evidence": as_data(result.evidence, LONGEST_EVIDENCE),
        "source event": as_word(result.source_event) if result.source_event else "",
        "strength": as_word(result.strength) if result.strength else "",
    }
    for name, text in {**wanted, "result": wanted["status"], "last attempt": "", "checked at": ""}.items():
        field = draft.field(name)
        if field is not None:
            _rewrite(edits, page, field, text or "none")
    missing = [name for name, text in wanted.items() if text and draft.field(name) is None]
    place = _place(page, draft)
    if missing and place is not None:
        at, prefix = place
        edits.insert(at, [f"{prefix}{name.capitalize()}: {wanted[name]}" for name in missing])


# Private.


def _tick(edits: Edits, page: Page, tick: tuple[int, int], *, passed: bool) -> None:
    line, column = tick
    standing = page.text[page.starts[line] + column]
    if passed != (standing in "xX"):
        edits.replace(line, column, column + 1, "x" if passed else " ")


def _rewrite(edits: Edits, page: Page, field: Field, text: str) -> None:
    from scafld.adapters.markdown.edits import same

    if same(field.text, text):
        return
    edits.value(field.first, field.column, text)
    edits.remove(field.first + 1, field.last)


def _place(page: Page, draft: Draft) -> tuple[int, str] | None:
    """The line before which a new field stands, and what precedes its label: beside its neighbours, else as a child.

    None where a child would be taken for the content of an HTML block or of a fence that is left open.
    """
    nested = [field for field in draft.fields if field.nested and draft.first < field.first < draft.last]
    owned = [field for field in nested if field.name in OBSERVED]
    neighbour = (owned or nested)[-1] if nested else None
    if neighbour is not None:
        return neighbour.end, _prefix(page.lines[neighbour.first])
    if draft.open_ended:
        return None
    return draft.last, " " * _content_column(page, draft) + "- "


def _prefix(line: str) -> str:
    """The indentation and marker of a list item, as a bullet of the same width."""
    found = _MARKER.match(line)
    if found is None:
        return "  - "
    bullet = found.group("marker") if found.group("marker") in "-*+" else "-".ljust(len(found.group("marker")))
    return f"{found.group('indent')}{bullet}{found.group('gap')}"


def _content_column(page: Page, draft: Draft) -> int:
    """The column, tabs counted to stops of four, at which the item's own text begins."""
    line = page.lines[draft.first]
    begins = draft.lead + len(line[draft.lead :]) - len(line[draft.lead :].lstrip(" \t"))
    return len(line[:begins].expandtabs(4))

"""What is wrong with a document as a document: characters, fences, titles, phases, ids that stand twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import BOM, Kind, swallows
from scafld.adapters.markdown.sections import heading_problems
from scafld.core.contract.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scafld.adapters.markdown.blocks import Page
    from scafld.adapters.markdown.layout import Layout

MOST_REPEATS = 20
"""Of one kind of bad character, this many lines are named."""


def flaws(layout: Layout) -> tuple[Problem, ...]:
    """Every problem that can be seen without understanding what the document says."""
    return (
        *layout.front.problems,
        *_characters(layout.page),
        *_unclosed(layout.page),
        *_titles(layout),
        *heading_problems(layout.sections),
        *_phases(layout),
        *_criteria(layout),
    )


# Private.

_BAD = (
    (re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]"), "control_character", "a control character"),
    (re.compile("[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]"), "hidden_character", "an invisible character"),
    (re.compile("[\ud800-\udfff]"), "not_unicode", "bytes that are no UTF-8"),
)


def _characters(page: Page) -> Iterator[Problem]:
    for pattern, code, what in _BAD:
        if not pattern.search(page.text, 1 if page.text.startswith(BOM) else 0):
            continue
        found = ((at, hit) for at, line in enumerate(page.lines, 1) if (hit := pattern.search(line)))
        for (at, hit), _ in zip(found, range(MOST_REPEATS), strict=False):
            message = f"the line holds {what} (U+{ord(hit.group()):04X})"
            yield Problem(code=code, line=at, message=message, suggestion="take it out")


def _unclosed(page: Page) -> Iterator[Problem]:
    last = page.blocks[-1] if page.blocks else None
    if last is None or not swallows(page, last):
        return
    if last.kind is Kind.FENCE:
        message, code = "the code fence is never closed", "unclosed_fence"
        yield Problem(code=code, line=last.first + 1, message=message, suggestion="close it with the same marks")
    else:
        message, code = "the HTML or the comment is never closed", "unclosed_html"
        yield Problem(code=code, line=last.first + 1, message=message, suggestion="close it, a comment with `-->`")


def _titles(layout: Layout) -> Iterator[Problem]:
    titles = [section for section in layout.sections if section.depth == 1]
    for second in titles[1:]:
        message = f"a second title; the first is on line {titles[0].first + 1}"
        yield Problem(
            code="second_title", line=second.first + 1, message=message, suggestion="begin the line with `##`"
        )


def _phases(layout: Layout) -> Iterator[Problem]:
    seen: dict[int, int] = {}
    for phase in layout.phases:
        number, line = phase.part.number, phase.part.first + 1
        if number in seen:
            message = f"phase {number} stands twice (first on line {seen[number]})"
            yield Problem(code="duplicate_phase", line=line, message=message, suggestion="number each phase once")
        seen.setdefault(number, line)


def _criteria(layout: Layout) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for draft in sorted(layout.drafts, key=lambda each: each.first):
        if draft.id and draft.id in seen:
            message = f"criterion id {draft.id!r} stands twice (first on line {seen[draft.id]})"
            yield Problem(
                code="duplicate_criterion_id", line=draft.first + 1, message=message, suggestion="give it another id"
            )
        seen.setdefault(draft.id, draft.first + 1)

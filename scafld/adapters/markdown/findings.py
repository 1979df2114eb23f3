"""The lists of the Review section: what a reviewer tried, and what was found. Items that people wrote stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.edits import above, insert_list, label_lines
from scafld.adapters.markdown.escape import as_code, as_data, as_word
from scafld.adapters.markdown.labels import absent, label
from scafld.adapters.markdown.places import list_under, room

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Item, Page
    from scafld.adapters.markdown.edits import Edits
    from scafld.adapters.markdown.sections import Section
    from scafld.core.views.projection import FindingShown, ReviewShown

ATTACKS, FINDINGS = "attack log", "findings"


def set_lists(edits: Edits, page: Page, review: Section, state: ReviewShown) -> None:
    """Make the two lists of a standing Review section say what `state` says."""
    wanted = ((ATTACKS, attack_lines(state)), (FINDINGS, finding_lines(state)))
    places = {key: list_under(page, review.blocks, key) for key, _ in wanted}
    for key, lines in wanted:
        place = places[key]
        if place is not None:
            _set_list(edits, page, place, [line for line in lines[1:] if line])
    for key, lines in wanted:
        if places[key] is None:
            _append(edits, page, review, lines)


def attack_lines(state: ReviewShown) -> list[str]:
    """`Attack log:` and one item a thing tried; nothing when nothing was."""
    if not state.attacks:
        return []
    lines = ["Attack log:"]
    for each in state.attacks:
        notes = f" ({as_data(each.notes)})" if as_data(each.notes) else ""
        target = as_code(each.target.replace("`", "'")) or "`none`"
        lines.append(f"- {target}: {as_data(each.attack) or 'none'} -> {as_data(each.result) or 'none'}{notes}")
    return [*lines, ""]


def finding_lines(state: ReviewShown) -> list[str]:
    """`Findings:` and one item a finding with its details; `- none` when there is none."""
    lines = ["Findings:"]
    for finding in state.findings:
        lines.extend(_finding(finding))
    return lines if state.findings else [*lines, "- none"]


# Private.

_OURS = re.compile(r"\[[^\]]*/(?:blocks completion|non-blocking)\] `|`[^`]+`: .* -> ")


def _finding(finding: FindingShown) -> list[str]:
    weight = "blocks completion" if finding.blocks else "non-blocking"
    head = f"- [{as_word(finding.severity)}/{weight}] `{as_word(finding.id)}` {as_data(finding.summary) or 'none'}"
    return [head, *(f"  - {key}: {text}" for key, text in label_lines(finding.details))]


def _set_list(edits: Edits, page: Page, place: tuple[int, Block | None], wanted: list[str]) -> None:
    line, block = place
    if block is None:
        if wanted and not _inline_none(page, line, wanted):
            _begin(edits, page, line, wanted)
        return
    standing = [
        page.lines[at] for item in block.items if _replaceable(page, item) for at in range(item.first, item.last)
    ]
    if [each.rstrip(" \t") for each in standing if each.strip(" \t")] == wanted:
        return
    for item in block.items:
        if _replaceable(page, item):
            edits.remove(item.first, item.last)
    insert_list(edits, page, block.last, wanted)


def _inline_none(page: Page, line: int, wanted: list[str]) -> bool:
    """`Findings: none` already says that there is none."""
    named = label(page.lines[line].strip(" \t"))
    return wanted == ["- none"] and named is not None and absent(named.value)


def _begin(edits: Edits, page: Page, line: int, wanted: list[str]) -> None:
    """Begin a list under a label that has none; what followed the label becomes a paragraph of its own."""
    found = page.lines[line]
    named = label(found.strip(" \t"))
    if named is not None and named.value and absent(named.value):
        edits.replace(line, found.index(":") + 1, len(found.rstrip(" \t")), "")
    insert_list(edits, page, line + 1, wanted)


def _append(edits: Edits, page: Page, review: Section, lines: list[str]) -> None:
    """Put a whole list at the end of the section's own text: before a sub-heading, and before what would swallow it."""
    until = next((at for at, block in enumerate(review.blocks) if block.kind is Kind.HEADING), None)
    last = review.blocks[until].first if until is not None else review.last
    ends = room(page, review.blocks[:until], review.body, last)
    while lines and not lines[-1]:
        lines = lines[:-1]
    if not lines:
        return
    insert_list(edits, page, ends, [*above(edits, page, ends), *lines])


def _replaceable(page: Page, item: Item) -> bool:
    """Whether scafld wrote the whole item, or it only says none."""
    if not item.blocks or item.blocks[0].kind is not Kind.PARAGRAPH:
        return not item.blocks
    words = page.words(item.blocks[0])
    if len(words) != 1:
        return False
    if len(item.blocks) == 1 and absent(words[0].text):
        return True
    if not _OURS.match(words[0].text):
        return False
    return all(
        block.kind is Kind.LIST and all(_detail(page, each) for each in block.items) for block in item.blocks[1:]
    )


def _detail(page: Page, item: Item) -> bool:
    plain = len(item.blocks) == 1 and item.blocks[0].kind is Kind.PARAGRAPH
    return (
        plain
        and item.blocks[0].last - item.blocks[0].first == 1
        and label(page.words(item.blocks[0])[0].text) is not None
    )

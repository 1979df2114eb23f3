"""What readers of a spec are told, written into it: pure text to text, owned lines only, every other byte kept.

A value that already says what is to be said keeps its spelling, so projecting twice changes nothing more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import swallows
from scafld.adapters.markdown.edits import Edits, above, insert_apart, insert_list, label_lines, set_labels
from scafld.adapters.markdown.escape import as_data, as_word
from scafld.adapters.markdown.findings import attack_lines, finding_lines, set_lists
from scafld.adapters.markdown.layout import Layout, layout
from scafld.adapters.markdown.results import set_criterion
from scafld.adapters.markdown.rounds import append_rounds, observations, round_parts
from scafld.adapters.markdown.sections import CURRENT_STATE, HARDEN_ROUNDS, REVIEW

if TYPE_CHECKING:
    from scafld.adapters.markdown.phases import PhaseText
    from scafld.adapters.markdown.rounds import RoundPart
    from scafld.core.views.projection import ObservationShown, Projection, ReviewShown, RoundShown


def project(text: str, state: Projection) -> str:
    """`text` with `state` shown in it. The human text of the document, its `Spec.text`, stays the same.

    A section that is missing is added: Current State before the first section, Review and Harden Rounds at the end;
    not where an unclosed fence or comment would swallow it.
    """
    taken = layout(text)
    edits = Edits(taken.page)
    _front(edits, taken, state)
    _criteria(edits, taken, state)
    _phases(edits, taken, state)
    _rounds_in_place(edits, taken, state)
    _sections(edits, taken, state)
    return edits.text()


# Private.

_SCALAR = re.compile(r"""[ \t]*(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^#]*?)(?=[ \t]+\#|[ \t]*\Z)""")


def _front(edits: Edits, taken: Layout, state: Projection) -> None:
    page = taken.page
    if page.front is None or not taken.front.readable:
        return
    for key, text in (("status", state.status), ("harden_status", state.harden_status), ("updated", state.updated)):
        if not text:
            continue
        entry = taken.front.entry(key)
        word = as_data(text).replace("'", "")
        if entry is None:
            edits.insert(page.front[1], [f"{key}: {_scalar(word)}"])
        elif entry.text != word:
            line = page.lines[entry.first]
            column = line.index(":") + 1
            old = _SCALAR.match(line, column)
            end = old.end() if old else len(line)
            edits.replace(entry.first, column, end, f" {_scalar(word, line[column:])}")
            edits.remove(entry.first + 1, entry.last)


def _scalar(word: str, old: str = "") -> str:
    """A YAML scalar, quoted as the old one was, or because it must be."""
    mark = old.strip()[:1]
    if mark == '"' and not set('"\\') & set(word):
        return f'"{word}"'
    plain = word.replace("_", "a").isalnum() and word.isascii() and not word.isdigit()
    return word if plain and mark != "'" else f"'{word}'"


def _criteria(edits: Edits, taken: Layout, state: Projection) -> None:
    results = {result.id: result for result in reversed(state.criteria)}
    for name, draft in sorted(taken.named(), key=lambda pair: pair[1].first):
        if name in results:
            set_criterion(edits, taken.page, draft, results.pop(name))


def _phases(edits: Edits, taken: Layout, state: Projection) -> None:
    statuses = {str(phase.id): phase.status for phase in reversed(state.phases)}
    for phase in taken.phases:
        status = statuses.pop(f"phase{phase.part.number}", None)
        if status:
            _phase(edits, taken, phase, as_word(status))


def _phase(edits: Edits, taken: Layout, phase: PhaseText, status: str) -> None:
    if phase.status is not None:
        edits.value(phase.status.line, phase.status.column, status)
    elif phase.before is not None:
        edits.insert(phase.before, [f"Status: {status}"])
    else:
        insert_apart(edits, taken.page, phase.part.body, [f"Status: {status}"])


def _rounds_in_place(edits: Edits, taken: Layout, state: Projection) -> None:
    section = taken.section(HARDEN_ROUNDS)
    if section is None:
        return
    rounds = {as_word(each.id): each for each in reversed(state.rounds)}
    parts = round_parts(taken.page, section)
    for part in parts:
        if part.id in rounds:
            _round(edits, taken, part, rounds[part.id])


def _round(edits: Edits, taken: Layout, part: RoundPart, shown_round: RoundShown) -> None:
    """Label lines follow the ledger; observations that stand there are people's, and only missing ones are added."""
    page = taken.page
    set_labels(edits, page, part.blocks, shown_round.pairs, part.body)
    rows = observations(page, part)
    standing = {_dimension(page.lines[item.first]) for item in rows.items} if rows is not None else set()
    missing = [row for row in shown_round.observations if as_word(row.dimension).casefold() not in standing]
    lines = [line for row in missing for line in _row(row)]
    if lines and rows is not None:
        insert_list(edits, page, rows.last, lines)
    elif lines:
        insert_list(edits, page, part.last, [*above(edits, page, part.last), "Observations:", *lines])


def _dimension(line: str) -> str:
    """The dimension that a row is about: `- design`, `- Observation: design`."""
    return as_word(line.lstrip(" \t-*+").rpartition(":")[2]).casefold()


def _row(row: ObservationShown) -> list[str]:
    return [f"- {as_word(row.dimension)}", *(f"  - {key}: {text}" for key, text in label_lines(row.pairs))]


def _whole_round(each: RoundShown) -> list[str]:
    labels = [f"{key}: {text}" for key, text in label_lines(each.pairs)]
    lines = [f"### {as_word(each.id)}", *([""] if labels else []), *labels]
    if each.observations:
        lines += ["", "Observations:", *(line for row in each.observations for line in _row(row))]
    return lines


def _sections(edits: Edits, taken: Layout, state: Projection) -> None:
    """The three owned sections; those that stand are edited first, those that are missing follow in their order."""
    page = taken.page
    current, review = taken.section(CURRENT_STATE), taken.section(REVIEW)
    if current is not None and state.current_state:
        set_labels(edits, page, current.blocks, state.current_state, current.body)
    if review is not None and state.review is not None:
        set_labels(edits, page, review.blocks, state.review.pairs, review.body)
        set_lists(edits, page, review, state.review)
    rounds = taken.section(HARDEN_ROUNDS)
    standing = {part.id for part in round_parts(page, rounds)} if rounds is not None else set()
    new = [_whole_round(each) for each in state.rounds if as_word(each.id) not in standing]
    if rounds is not None:
        append_rounds(edits, page, rounds, new)
    if current is None and state.current_state:
        _add_current_state(edits, taken, state)
    if page.blocks and swallows(page, page.blocks[-1]):
        return
    if review is None and state.review is not None:
        insert_apart(edits, page, len(page.lines), _whole_review(state.review))
    if rounds is None:
        append_rounds(edits, page, None, new)


def _add_current_state(edits: Edits, taken: Layout, state: Projection) -> None:
    page = taken.page
    lines = ["## Current State", "", *(f"{key}: {text}" for key, text in label_lines(state.current_state))]
    first = next((section.first for section in taken.sections if section.depth == 2), None)
    if first is not None:
        insert_apart(edits, page, first, lines)
    elif not page.blocks or not swallows(page, page.blocks[-1]):
        insert_apart(edits, page, len(page.lines), lines)


def _whole_review(review: ReviewShown) -> list[str]:
    return [
        "## Review",
        "",
        *(f"{key}: {text}" for key, text in label_lines(review.pairs)),
        "",
        *attack_lines(review),
        *finding_lines(review),
    ]

"""A task in Markdown for the page of a CI job: its criteria, its review, its receipt.

Everything that somebody said is data in it: no link, no image, no element, no row comes out of it, and nobody is
called by name. It is ASCII, and fits into the megabyte that GitHub takes of one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from scafld.core.evidence.dossier import Finding, FindingStatus
from scafld.core.views.overview import CriterionView, Overview
from scafld.core.views.tongues.junit import reason_of
from scafld.core.views.tongues.lettering import seconds
from scafld.core.views.tongues.markup import code, said
from scafld.core.views.tongues.sarif import NONE_DISMISSED, Dismissed, fingerprint_of

MOST_ROWS = 60
"""Rows of one table; where there are more, those that say no go first."""

T = TypeVar("T")


def summary_of(overview: Overview, dismissed: Dismissed = NONE_DISMISSED, receipt: str = "") -> str:
    """The page. `receipt`: the path of the task's receipt, "" while there is none."""
    parts = (_head(overview), _criteria(overview), _review(overview), _findings(overview, dismissed), _receipt(receipt))
    return "\n".join(part for part in parts if part)


# Private.


def _head(overview: Overview) -> str:
    lines = [
        f"## {said(overview.task_id)}: {said(overview.title)}",
        "",
        f"**{said(str(overview.status))}**, profile {said(overview.profile)}."
        f" Contract {code(overview.contract.digest[:12])}: {_BINDINGS[str(overview.contract.binding)]}."
        f" Ledger {said(overview.ledger)}, {_entries(overview.entries)}.",
        "",
    ]
    if overview.block is not None:
        lines += [f"Blocked: {said(overview.block.reason)}", ""]
    elif overview.reason:
        lines += [f"Reason: {said(overview.reason)}", ""]
    if overview.next_action.command:
        lines += [f"Next: {code(overview.next_action.command)}", ""]
    return "\n".join(lines)


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


_BINDINGS = {"none": "not approved", "current": "approved as it reads", "changed": "changed since it was approved"}


def _criteria(overview: Overview) -> str:
    told = _first(overview.criteria, lambda each: each.outcome != "pass")
    if not told:
        return "### Criteria\n\nThe contract has none: nothing is proven.\n"
    head = ("criterion", "phase", "result", "strength", "time", "what it says")
    return "### Criteria\n\n" + _table(head, [_criterion(each) for each in told], len(overview.criteria))


def _first(items: tuple[T, ...], urgent: Callable[[T], bool]) -> list[T]:
    """As many as a table takes; only where that is not all of them, what is urgent goes before the rest."""
    if len(items) <= MOST_ROWS:
        return list(items)
    return sorted(items, key=lambda each: not urgent(each))[:MOST_ROWS]


def _criterion(each: CriterionView) -> tuple[str, ...]:
    passed = each.outcome == "pass"
    words = said(each.title) if passed else f"{said(each.title)}: {said(reason_of(each))}"
    return (
        code(each.id),
        said(each.phase or "final"),
        said(each.outcome.replace("_", " ")) if passed else f"**{said(each.outcome.replace('_', ' '))}**",
        said(str(each.strength)) if passed else "",
        "" if each.duration_ms is None or each.outcome == "not_run" else f"{seconds(each.duration_ms)} s",
        f"{words} {code(each.command)}" if each.command else words,
    )


def _review(overview: Overview) -> str:
    review = overview.review
    lines = ["### Review", ""]
    if review.by:
        blockers = sum(each.blocks for each in review.findings)
        who = " ".join(filter(None, (review.by, review.model)))
        lines.append(
            f"{_standing(overview)}, by {said(who)}: {_count(blockers, 'blocker')}, "
            f"{_count(len(review.findings), 'finding')}, {_count(len(review.attacks), 'attack')}."
        )
    else:
        lines.append(f"{_standing(overview)}: nobody's verdict is on record.")
    if review.attempt is not None and review.attempt.problem:
        lines += ["", f"The last attempt gave no verdict: {said(review.attempt.problem)}"]
    return "\n".join((*lines, ""))


def _standing(overview: Overview) -> str:
    return f"**{said(str(overview.review.standing).replace('_', ' '))}**"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _findings(overview: Overview, dismissed: Dismissed) -> str:
    told = _first(overview.review.findings, lambda each: each.blocks)
    if not told:
        return ""
    head = ("finding", "severity", "state", "where", "what it says")
    return _table(head, [_finding(each, dismissed) for each in told], len(overview.review.findings))


def _finding(each: Finding, dismissed: Dismissed) -> tuple[str, ...]:
    reason = dismissed.get(fingerprint_of(each))
    state = "blocks" if each.blocks else str(each.status).replace("_", " ")
    if reason is not None:
        state = f"dismissed: {said(reason)}"
    elif each.status is FindingStatus.OPEN and not each.blocks:
        state = "does not block"
    where = f"{each.path}:{each.line}" if each.path and each.line else each.path
    return code(each.id), str(each.severity), state, code(where) if where else "", said(each.summary)


def _receipt(path: str) -> str:
    return f"### Receipt\n\n{code(path) if path else 'None was minted.'}\n"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]], of: int) -> str:
    """The rows, and how many more there are `of` all."""
    shown = "".join((_row(head), _row(("---",) * len(head)), *map(_row, rows)))
    return f"{shown}\nand {of - len(rows)} more\n" if of > len(rows) else shown


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"

"""Law 23. `list`, `status`, `report`, `handoff` and the spec never disagree: all are views of one replay."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.names import TaskId
from scafld.core.task.known import TERMINAL, Status
from scafld.core.task.life import replay
from scafld.testing import Kit, Life, lives

if TYPE_CHECKING:
    from conftest import Hands

MOVES_WITHOUT_A_WRITE = ("stale_material", "failed_unchanged", "ready", "lapsed", "attempt_failed")
"""What a look at the tree, at the clock or at a process can say, and a spec that was written before it cannot."""


def agree(kit: Kit, task: str) -> None:
    """Every view of one task says the same."""
    view, text = kit.status(task), kit.show(task).text
    row = next(row for row in kit.list(every=True) if row.task_id == task)
    page = kit.handoff(task)
    known = replay(entry.occurrence for entry in kit.ledgers.entries(TaskId(task)))
    log = list(kit.log(task))

    assert view.status == row.status == known.status == page.handoff.overview.status
    assert re.search(rf"^status: {view.status}\b", text, re.MULTILINE)
    assert f"\nStatus: {view.status}\n" in text
    assert f"The task is {view.status}." in page.handoff.text
    assert page.handoff.gate == view.status
    assert view.path == row.path == kit.show(task).path
    assert (view.entries, view.last_at) == (len(log), log[-1].at)
    assert row.last_at == view.last_at
    assert (row in kit.list()) is (view.status not in TERMINAL)
    for each in view.criteria:
        assert f"- `{each.id}` {each.outcome.replace('_', ' ')}" in page.handoff.text
    if view.next:
        assert f"`{view.next}`" in page.handoff.text
    never_came_back = view.hardening is not None and view.hardening.problem == "the model never came back"
    moved = view.review.standing in MOVES_WITHOUT_A_WRITE or (view.status == Status.DRAFT and never_came_back)
    if not moved and view.status != Status.BLOCKED:
        shown = f"`{view.next}`" if view.next else "none"
        assert f"\nAllowed follow-up command: {shown}\n" in text


@pytest.mark.parametrize("status", [*Status, "passed"])
def test_the_views_of_every_status_agree(hands: Hands, status: str) -> None:
    """On where it is, what is known, and what comes next."""
    agree(hands.reach(status), "add-cache")


@given(lives())
def test_the_views_of_every_life_agree(life: Life) -> None:
    """Of each of its tasks, once what was left unsettled by hand is settled."""
    kit = life.kit
    kit.doctor(repair=True)

    for row in kit.list(every=True):
        agree(kit, row.task_id)


@given(lives())
def test_the_report_is_the_sum_of_the_rows(life: Life) -> None:
    """By status, and by what their ledgers hold."""
    rows, report = life.kit.list(every=True), life.kit.report()
    told = [entry.event for row in rows for entry in life.kit.ledgers.entries(row.task_id)]
    kinds = Counter(type(event).__name__ for event in told)

    assert dict(report.by_status) == Counter(row.status for row in rows)
    assert (report.total, report.sealed, report.damaged) == (len(rows), len(rows), ())
    assert dict(report.blocked_by)["build"] == kinds["BuildBlocked"]
    assert dict(report.blocked_by)["provider"] == kinds["ReviewFailed"]
    assert report.review_passes.of == kinds["Reviewed"] + kinds["HumanReviewed"]
    assert report.dossier_coverage.count == kinds["Reviewed"]


@given(lives())
def test_reading_changes_nothing(life: Life) -> None:
    """However often: the second reading says what the first said."""
    kit = life.kit
    kit.doctor(repair=True)
    before = kit.everything()

    for _ in range(2):
        first = [(row, kit.status(row.task_id), kit.handoff(row.task_id).path) for row in kit.list(every=True)]
        assert first == [(row, kit.status(row.task_id), kit.handoff(row.task_id).path) for row in kit.list(every=True)]
        assert kit.report() == kit.report()
        assert kit.doctor().well

    assert kit.everything() == before

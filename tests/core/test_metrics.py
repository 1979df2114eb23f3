"""What many tasks say together."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.adapters.codec import encode
from scafld.core.names import TaskId
from scafld.core.task import events
from scafld.core.task.life import Impossible, Occurrence, replay
from scafld.core.views.metrics import Rate, Row, report_of
from scafld.core.views.tally import COUNTED, Tally
from scafld.testing import histories

if TYPE_CHECKING:
    from conftest import Nouns


def tally(*told: events.Event) -> Tally:
    found = Tally()
    for event in told:
        found.add(type(event), encode(event), "2026-01-31T12:00:00.000Z")
    return found


def row(name: str, **fields: object) -> Row:
    given = {
        "title": "T",
        "status": "draft",
        "path": "x",
        "ledger": "sealed",
        "last_at": None,
        "profile": "light",
        "problem": "",
        "counts": MappingProxyType({}),
    } | fields
    return Row(task_id=TaskId(name), **given)


def test_a_first_build_that_passes(a: Nouns) -> None:
    """Is counted once, whatever follows."""
    counts = tally(*a.built(a.spec()), events.BuildPassed(criteria=1)).counts

    assert (counts["first_builds"], counts["first_build_passes"], counts["baselines"]) == (1, 1, 1)
    assert "recovered" not in counts


def test_a_blocked_build_that_recovers(a: Nouns) -> None:
    """Each block is counted, the recovery once."""
    opening = (*a.approved(a.spec()), events.PhaseOpened(phase=None))
    passed = events.BuildPassed(criteria=1)

    counts = tally(*opening, a.blocked("ac1"), a.blocked("ac1", attempt=2), passed, passed).counts

    assert (counts["first_build_blocks"], counts["recovered"], counts["blocked_by_build"]) == (1, 1, 2)
    assert "first_build_passes" not in counts


def test_reviews_are_counted_by_what_they_say(a: Nouns) -> None:
    """Findings, attacks, modes, blockers, providers that failed, persons who stepped in."""
    spec = a.spec()
    material = a.sha("m")
    told = (
        *a.built(spec),
        a.started(spec, material),
        events.ReviewFailed(attempt="review-1", reason="silent"),
        a.started(spec, material),
        a.reviewed(spec, material, a.finding(), a.finding("style", blocks_completion=False)),
        events.HumanReviewed(reason="x", contract=spec.digest, material=material),
    )

    counts = tally(*told).counts

    assert {name: counts[name] for name in ("reviews", "dossiers", "findings", "open_blockers", "attacks")} == {
        "reviews": 2,
        "dossiers": 1,
        "findings": 2,
        "open_blockers": 1,
        "attacks": 6,
    }
    assert (counts["mode_discover"], counts["blocked_by_review"], counts["blocked_by_provider"]) == (1, 1, 1)
    assert (counts["challenged"], counts["overridden"], counts["review_passes"]) == (1, 1, 1)


def test_what_cannot_happen_cannot_be_counted(a: Nouns) -> None:
    """The same table as the replay's."""
    with pytest.raises(Impossible):
        tally(a.built(a.spec())[-1])


@given(histories())
def test_a_tally_agrees_with_the_replay(history: tuple[Occurrence, ...]) -> None:
    """Status, title, profile, last moment; and it reads no field of an event it does not count."""
    found = Tally()
    for occurrence in history:
        kind = type(occurrence.event)
        found.add(kind, encode(occurrence.event) if kind in COUNTED else {}, occurrence.at)

    task = replay(history)

    assert (found.status, found.title, found.last_at) == (task.status, task.title, task.last_at)
    assert found.profile == (str(task.profile) if task.profile else "")
    assert found.counts.get("reviews", 0) == task.reviews
    assert found.counts.get("baselines", 0) == (1 if task.baseline else 0)


def test_a_report_adds_up() -> None:
    """Statuses in the order of a life, rates as counts, damage by name."""
    report = report_of(
        [
            row("c", status="completed", counts={"first_builds": 1, "first_build_passes": 1, "baselines": 1}),
            row("b", status="blocked", counts={"first_builds": 1, "first_build_blocks": 1, "blocked_by_build": 3}),
            row("d", status="damaged", ledger="damaged", problem="entry-2: it was edited"),
            row("a", ledger="none"),
            row("u", status="unrecorded", ledger="none"),
            row("o", ledger="unsealed"),
        ]
    )

    assert report.by_status == (("draft", 2), ("blocked", 1), ("completed", 1), ("unrecorded", 1), ("damaged", 1))
    assert (report.total, report.sealed, report.unsealed) == (6, 2, 1)
    assert report.first_attempt_passes == Rate(count=1, of=2)
    assert report.recoveries == Rate(count=0, of=1)
    assert report.baseline_coverage == Rate(count=1, of=3)
    assert report.blocked_by == (("build", 3), ("review", 0), ("provider", 0))
    assert report.damaged == (("d", "entry-2: it was edited"),)


@pytest.mark.parametrize(("count", "of", "percent"), [(0, 0, None), (1, 3, 33.3), (2, 2, 100.0), (0, 5, 0.0)])
def test_a_rate_of_nothing_is_none(count: int, of: int, percent: float | None) -> None:
    """Not a hundred percent, and not nought."""
    assert Rate(count=count, of=of).percent == percent


def test_an_empty_workspace_has_a_report() -> None:
    """Of noughts."""
    report = report_of([])

    assert (report.total, report.by_status, report.damaged, report.review_passes.percent) == (0, (), (), None)

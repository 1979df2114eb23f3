"""The table of a task's life, and what each event adds to what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given

from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Verdict
from scafld.core.names import Moment, PhaseId
from scafld.core.task import events
from scafld.core.task.events import Event, Purpose
from scafld.core.task.known import TERMINAL, Status, Task
from scafld.core.task.life import ASIDE, LIFECYCLE, Impossible, Occurrence, evolve, next_status, replay
from scafld.core.value import changed
from scafld.testing import histories

if TYPE_CHECKING:
    from conftest import Nouns


def test_every_status_has_a_row() -> None:
    """Terminal ones have an empty one."""
    assert set(LIFECYCLE) == set(Status)
    assert {status for status, row in LIFECYCLE.items() if not row} == TERMINAL


def test_every_event_has_a_place() -> None:
    """Only those that tell of the file itself stand outside the table."""
    placed = {kind for row in LIFECYCLE.values() for kind in row}

    assert set(get_args(Event)) - placed == {events.LegacySealed, *ASIDE}
    assert placed <= set(get_args(Event))


def test_every_status_can_be_reached_from_the_draft() -> None:
    """The table has no island."""
    reached = {Status.DRAFT}
    for _ in Status:
        reached |= {target for status in reached for target in LIFECYCLE[status].values()}

    assert reached == set(Status)


def test_only_completion_completes() -> None:
    """From review, and from nowhere else."""
    ways = [(status, kind) for status, row in LIFECYCLE.items() for kind, to in row.items() if to is Status.COMPLETED]

    assert ways == [(Status.REVIEW, events.Completed)]


def test_the_table_cannot_be_changed() -> None:
    """It is the mechanism."""
    with pytest.raises(TypeError):
        LIFECYCLE[Status.DRAFT] = {}  # type: ignore[index]
    with pytest.raises(TypeError):
        LIFECYCLE[Status.COMPLETED][events.Approved] = Status.ACTIVE  # type: ignore[index]


def test_a_cut_tail_leads_nowhere() -> None:
    """It may be put on record whatever the status, terminal ones too."""
    cut = events.TailCut(bytes=1, content="0" * 64, path="torn.bin")

    assert {status: next_status(status, cut) for status in Status} == {status: status for status in Status}


@pytest.mark.parametrize("status", Status)
def test_an_older_ledger_is_taken_over_as_it_was(status: Status) -> None:
    """At the beginning of a ledger only."""
    old = events.LegacySealed(file="0" * 64, path="x", schema_version=1, entries=3, status=str(status))

    assert next_status(Status.DRAFT, old) is status
    with pytest.raises(Impossible):
        next_status(Status.ACTIVE, old)


def test_moments_and_numbers_are_kept(a: Nouns) -> None:
    """The first, the last, and how many; a cut tail is no sign of life."""
    first, second = Moment("2026-01-31T12:00:00.000Z"), Moment("2026-01-31T13:00:00.000Z")
    planned = events.Planned(
        title="T", size=a.spec().size, risk=a.spec().risk, profile=a.spec().profile, contract=a.sha()
    )
    cut = events.TailCut(bytes=1, content=a.sha(), path="x")

    task = replay([Occurrence(seq=1, at=first, event=planned), Occurrence(seq=2, at=second, event=cut)])

    assert (task.first_at, task.last_at, task.entries) == (first, first, 2)


def test_an_approval_is_remembered(a: Nouns) -> None:
    """What it binds, where it stands, and that attempts begin anew."""
    spec = a.spec()

    task = a.task(*a.approved(spec, reason="wanted", overrides=("round-1 is open",), quick=True))

    assert task.approval is not None
    assert (task.approval.contract, task.approval.seq, task.approval.reason) == (spec.digest, 2, "wanted")
    assert (task.approval.overrides, task.approval.quick) == (("round-1 is open",), True)
    assert (task.status, task.title, task.baseline.head) == (Status.APPROVED, spec.title, "c0")


def test_the_latest_evidence_of_a_criterion_counts(a: Nouns) -> None:
    """And red, once seen, stays seen for this wording."""
    spec = a.spec()
    criterion = spec.final_criteria[0]
    red = a.ran_event(criterion, purpose=Purpose.OPEN, red=True, outcome=Outcome.FAIL)

    task = a.task(*a.approved(spec), events.PhaseOpened(phase=None), red, a.ran_event(criterion))

    result = task.results[criterion.id]
    assert (result.outcome, result.red, result.seq, result.purpose) == (Outcome.PASS, True, 5, Purpose.BUILD)
    assert task.red == {criterion.fingerprint}


def test_results_cannot_be_changed_from_outside(a: Nouns) -> None:
    """What is known is a value."""
    task = a.task(*a.built(a.spec()))

    with pytest.raises(TypeError):
        task.results["ac1"] = None  # type: ignore[index]


def test_a_blocked_build_counts_and_a_passed_one_forgets(a: Nouns) -> None:
    """Attempts belong to the phase that is open."""
    spec = a.spec(phases=(a.phase(1), a.phase(2)))
    opening = (*a.approved(spec), events.PhaseOpened(phase=PhaseId("phase1")))

    blocked = a.task(*opening, a.blocked("ac1_1", attempt=2, phase="phase1"))
    passed = a.task(events.PhasePassed(phase=PhaseId("phase1"), unproven="why"), start=blocked)

    assert (blocked.status, blocked.attempts, blocked.open_phase) == (Status.BLOCKED, 2, "phase1")
    assert (passed.status, passed.attempts, passed.block, passed.open_phase) == (Status.ACTIVE, 0, None, None)
    assert (passed.passed, passed.unproven) == ({"phase1"}, (("phase1", "why"),))


def test_a_phase_that_passes_again_may_take_its_word_back(a: Nouns) -> None:
    """What it was unproven for is the last that was said."""
    spec = a.spec(phases=(a.phase(1),))
    first = a.task(*a.approved(spec), events.PhaseOpened(phase=PhaseId("phase1")))
    first = a.task(events.PhasePassed(phase=PhaseId("phase1"), unproven="why"), start=first)

    assert a.task(events.PhasePassed(phase=PhaseId("phase1")), start=first).unproven == ()


def test_a_reviewer_is_at_work_until_it_answers(a: Nouns) -> None:
    """With a verdict, a failure, or given up."""
    spec = a.spec()
    started = a.task(*a.built(spec), a.started(spec, a.sha("m")))

    verdict = a.task(a.reviewed(spec, a.sha("m"), a.finding()), start=started)
    failed = a.task(events.ReviewFailed(attempt="review-1", reason="silent", changed=("a.py",)), start=started)
    gone = a.task(events.ReviewAbandoned(attempt="review-1", reason="lease"), start=started)

    assert started.attempt.running
    assert (verdict.attempt.running, verdict.review.verdict, verdict.reviews) == (False, Verdict.FAIL, 1)
    assert (failed.attempt.running, failed.attempt.problem, failed.attempt.changed) == (False, "silent", ("a.py",))
    assert (failed.review, failed.reviews) == (None, 0)
    assert (gone.attempt.running, gone.attempt.problem) == (False, "given up: lease")


@pytest.mark.parametrize("name", ["review-1", "review-2"])
def test_nobody_answers_who_was_not_asked(a: Nouns, name: str) -> None:
    """Neither when no reviewer is at work, nor under another's name."""
    spec = a.spec()
    started = a.task(*a.built(spec), a.started(spec, a.sha("m"), "review-3"))

    for task in (a.task(*a.built(spec)), started):
        with pytest.raises(Impossible, match=name):
            a.task(a.reviewed(spec, a.sha("m"), attempt=name), start=task)


def test_a_verdict_is_that_of_the_findings(a: Nouns) -> None:
    """Also when the entry says another: the dossier decides."""
    spec = a.spec()
    lie = changed(a.reviewed(spec, a.sha("m"), a.finding()), verdict=Verdict.PASS)

    task = a.task(*a.built(spec), a.started(spec, a.sha("m")), lie)

    assert task.review.verdict is Verdict.FAIL


def test_a_person_stands_for_a_reviewer(a: Nouns) -> None:
    """And authorises."""
    spec = a.spec()
    human = events.HumanReviewed(reason="read it", contract=spec.digest, material=a.sha("m"))

    review = a.task(*a.built(spec), human).review

    assert (review.by, review.verdict, review.authorises, review.dossier) == ("human", Verdict.PASS, True, None)


@given(histories())
def test_each_occurrence_moves_as_the_table_has_it(history: tuple[Occurrence, ...]) -> None:
    """And counts itself."""
    task = Task()
    for occurrence in history:
        before, task = task, evolve(task, occurrence)

        assert task.status is next_status(before.status, occurrence.event)
        assert task.entries == occurrence.seq
        assert task.attempts >= 0

"""What the next step of the work is, and where its evidence leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Context, Expected, Profile, Start
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import PhaseId
from scafld.core.task.decide.step import Judge, Open, judged, next_step, opened
from scafld.core.task.events import (
    Approved,
    BuildBlocked,
    BuildPassed,
    CriterionRan,
    PhaseOpened,
    PhasePassed,
    Planned,
    Purpose,
)
from scafld.core.task.known import Status, Task
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec
    from scafld.core.task.decide.step import Ran, Step

Refused = Callable[[Callable[[], object]], object]
PASS, FAIL = Outcome.PASS, Outcome.FAIL
ONE, TWO = PhaseId("phase1"), PhaseId("phase2")


def two(a: Nouns, **fields: object) -> Spec:
    return a.spec(a.criterion("v1"), phases=(a.phase(1), a.phase(2)), **fields)


def step_of(task: Task, spec: Spec, *, most: int = 2, checks: tuple[object, ...] = ()) -> Step:
    return next_step(task, spec, (), checks, most)


def asked(step: Step) -> list[str]:
    return [ask.criterion.id for ask in step.asks]


def answers(a: Nouns, step: Step, *failing: str) -> tuple[Ran, ...]:
    return tuple(a.ran(ask.criterion, FAIL if ask.criterion.id in failing else PASS, ask.phase) for ask in step.asks)


def after(a: Nouns, task: Task, spec: Spec, *failing: str, most: int = 2) -> Task:
    """One call of build."""
    step = step_of(task, spec, most=most)
    ran = answers(a, step, *failing)
    events = opened(task, spec, step, ran) if isinstance(step, Open) else judged(task, spec, step, ran)
    return a.task(*events, start=task)


# The way through.


def test_a_whole_build_step_by_step(a: Nouns) -> None:
    """Open, judge, open, judge with the final criteria, and review."""
    spec = two(a)
    task = a.task(*a.approved(spec))
    trail = []
    for _ in range(4):
        step = step_of(task, spec)
        trail.append((type(step).__name__, step.phase, asked(step)))
        task = after(a, task, spec)

    assert trail == [
        ("Open", ONE, ["ac1_1", "v1"]),
        ("Judge", ONE, ["ac1_1"]),
        ("Open", TWO, ["ac2_1"]),
        ("Judge", TWO, ["ac2_1", "v1"]),
    ]
    assert (task.status, task.passed) == (Status.REVIEW, {ONE, TWO})


def test_a_contract_without_phases_is_one_step(a: Nouns) -> None:
    """Its final criteria are the work."""
    spec = a.spec()
    task = a.task(*a.approved(spec))

    first = step_of(task, spec)
    task = after(a, task, spec, "ac1")
    second = step_of(task, spec)

    assert (type(first), first.phase, type(second), second.phase) == (Open, None, Judge, None)
    assert after(a, task, spec).status is Status.REVIEW


def test_every_criterion_is_seen_before_the_work(a: Nouns) -> None:
    """The run that opens a phase records which of them was red."""
    spec = two(a)
    task = a.task(*a.approved(spec))
    step = step_of(task, spec)

    events = opened(task, spec, step, answers(a, step, "ac1_1"))

    assert events[0] == PhaseOpened(phase=ONE)
    assert [(each.criterion, each.purpose, each.red) for each in events[1:]] == [
        ("ac1_1", Purpose.OPEN, True),
        ("v1", Purpose.OPEN, False),
    ]


def test_red_is_only_seen_before_the_work(a: Nouns) -> None:
    """A failure while the work goes on is no proof that it was red at its start; a criterion that is new then is."""
    spec = a.spec()
    task = after(a, a.task(*a.approved(spec)), spec)

    worse = after(a, task, spec, "ac1")
    reworded = a.spec(a.criterion(command="make test"), text="other")
    again = a.task(*a.approved(reworded)[1:], start=worse)

    assert worse.red == frozenset()
    assert after(a, again, reworded, "ac1").red == {reworded.final_criteria[0].fingerprint}


def test_the_output_kept_for_a_browser_is_not_kept_in_the_ledger(a: Nouns) -> None:
    """It stands in its evidence file."""
    spec = a.spec()
    task = a.task(*a.approved(spec))
    step = step_of(task, spec)
    ran = changed(a.ran(spec.final_criteria[0]), observation=a.seen(0, stdout="{}"))

    events = opened(task, spec, step, (ran,))

    assert isinstance(events[1], CriterionRan)
    assert events[1].observation.stdout == ""


# What blocks.


def test_one_failing_criterion_blocks(a: Nouns) -> None:
    """It is named, and counted as an attempt."""
    spec = a.spec(a.criterion("ac1"), a.criterion("ac2"))
    task = after(a, a.task(*a.approved(spec)), spec)

    once = after(a, task, spec, "ac2")
    twice = after(a, once, spec, "ac1", "ac2")

    assert (once.status, once.attempts, once.block.failing) == (Status.BLOCKED, 1, ("ac2",))
    assert once.reason == "1 of 2 criteria fail"
    assert (twice.attempts, twice.block.failing) == (2, ("ac1", "ac2"))
    assert after(a, once, spec).status is Status.REVIEW


def test_after_its_attempts_a_person_is_needed(a: Nouns, refused: Refused) -> None:
    """So many as the policy gives; an approval with a reason begins anew."""
    spec = a.spec()
    task = after(a, a.task(*a.approved(spec)), spec)
    for _ in range(2):
        task = after(a, task, spec, "ac1")

    no = refused(lambda: step_of(task, spec))
    again = a.task(a.approved(spec)[1], start=task)

    assert "a person has to look" in no.reason
    assert no.blockers == ("ac1 fails",)
    assert no.next.startswith("scafld approve add-cache --reason ")
    assert isinstance(step_of(again, spec), Judge)
    assert isinstance(step_of(task, spec, most=3), Judge)


def test_waiting_for_a_person_is_no_attempt(a: Nouns) -> None:
    """However often somebody looks."""
    manual = a.criterion("m1", expected=Expected.MANUAL, command="")
    spec = a.spec(manual)
    task = after(a, a.task(*a.approved(spec)), spec)
    step = step_of(task, spec)

    for _ in range(3):
        task = a.task(*judged(task, spec, step, (a.ran(manual, Outcome.PENDING),)), start=task)

    assert (task.status, task.attempts) == (Status.BLOCKED, 0)
    assert task.reason == "m1 waits for the evidence of a person"


def test_a_person_that_says_no_blocks_as_a_command_does(a: Nouns) -> None:
    """Their word is an outcome."""
    manual = a.criterion("m1", expected=Expected.MANUAL, command="")
    spec = a.spec(manual)
    task = after(a, a.task(*a.approved(spec)), spec)

    events = judged(task, spec, step_of(task, spec), (a.ran(manual, FAIL),))

    assert isinstance(events[-1], BuildBlocked)
    assert events[-1].attempt == 1


def standard(a: Nouns, *criteria: object, phases: tuple[object, ...] = ()) -> Spec:
    return a.spec(
        *criteria,
        phases=phases,
        chosen_profile=Profile.STANDARD,
        objectives=("fast reads",),
        scope_in=("src",),
        context=Context(files=("src/a.py",)),
    )


@pytest.mark.parametrize("phased", [True, False])
def test_from_the_standard_profile_on_green_needs_a_word(a: Nouns, *, phased: bool) -> None:
    """A phase nothing of which was seen red does not pass without the author's reason."""
    guard = a.criterion("ac1_1", start=Start.GREEN, start_reason="it guards the old way")
    plain = a.criterion("ac1_1")
    for criterion, status in ((plain, Status.BLOCKED), (guard, Status.REVIEW)):
        spec = standard(a, phases=(a.phase(1, criterion),)) if phased else standard(a, criterion)
        task = after(a, a.task(*a.approved(spec)), spec)

        task = after(a, task, spec)

        assert task.status is status
        if status is Status.BLOCKED:
            assert "Baseline: green" in task.reason


def test_a_light_contract_may_be_green(a: Nouns) -> None:
    """And the phase says that it is unproven."""
    spec = a.spec(phases=(a.phase(1),))
    task = after(a, a.task(*a.approved(spec)), spec)

    task = after(a, task, spec)

    assert task.status is Status.REVIEW
    assert task.unproven == ((ONE, "no criterion was seen red"),)


def test_the_authors_word_is_kept(a: Nouns) -> None:
    """As why nothing was seen red; with a red one there is nothing to excuse."""
    guard = a.criterion("ac1_1", start=Start.GREEN, start_reason="it guards")
    spec = a.spec(phases=(a.phase(1, guard, a.criterion("ac1_2")),))
    start = a.task(*a.approved(spec))

    green = after(a, after(a, start, spec), spec)
    red = after(a, after(a, start, spec, "ac1_2"), spec)

    assert green.unproven == ((ONE, "it guards"),)
    assert red.unproven == ()


# Coming back to it.


def test_a_build_in_review_judges_everything_again(a: Nouns) -> None:
    """What passes leads to review again, what fails back to work on its phase."""
    spec = two(a)
    task = a.task(*a.built(spec))

    step = step_of(task, spec)
    again = a.task(*judged(task, spec, step, answers(a, step)), start=task)
    broken = a.task(*judged(task, spec, step, answers(a, step, "ac2_1")), start=task)

    assert (asked(step), step.last) == (["ac1_1", "ac2_1", "v1"], True)
    assert (again.status, again.built_seq > task.built_seq) == (Status.REVIEW, True)
    assert (broken.status, broken.open_phase) == (Status.BLOCKED, TWO)


def test_a_phase_that_was_added_since_is_opened(a: Nouns) -> None:
    """After the approval of the new contract."""
    spec, more = a.spec(phases=(a.phase(1),)), a.spec(phases=(a.phase(1), a.phase(2)), text="more")
    task = a.task(*a.built(spec), a.approved(more)[1])

    step = step_of(task, more)

    assert (task.status, type(step), step.phase, asked(step)) == (Status.ACTIVE, Open, TWO, ["ac2_1"])


def test_the_open_phase_is_judged_whatever_passed_before(a: Nouns) -> None:
    """Final criteria join when it is the last one left."""
    spec = two(a)
    task = a.task(*a.approved(spec), PhaseOpened(phase=ONE), PhasePassed(phase=ONE), PhaseOpened(phase=TWO))
    task = a.task(a.ran_event(spec.phases[0].criteria[0], phase=ONE), start=changed(task, results={}, open_phase=TWO))

    assert asked(step_of(task, spec)) == ["ac2_1", "v1"]


# What stops a build.


def test_a_build_needs_an_approval_of_these_words(a: Nouns, refused: Refused) -> None:
    """A changed contract stops it."""
    spec = a.spec()
    task = a.task(*a.approved(spec))

    no = refused(lambda: step_of(task, changed(spec, text="other")))

    assert (no.reason, no.next) == ("the contract changed since it was approved", "scafld approve add-cache")
    assert no.expected != no.actual


def test_a_draft_cannot_be_built(a: Nouns, refused: Refused) -> None:
    """Nobody approved it."""
    spec = a.spec()
    planned = Planned(title="T", size=spec.size, risk=spec.risk, profile=spec.profile, contract=spec.digest)

    no = refused(lambda: step_of(a.task(planned), spec))

    assert (no.status, no.next) == ("draft", "scafld approve add-cache")


def test_problems_stop_a_build_too(a: Nouns, refused: Refused) -> None:
    """An approval from elsewhere does not make a hollow contract sound."""
    spec = a.spec(a.criterion(command="true"))
    approval = Approved(contract=spec.digest, title="T", size=spec.size, risk=spec.risk, profile=spec.profile)

    no = refused(lambda: step_of(a.task(approval), spec))
    read = refused(
        lambda: next_step(a.task(*a.approved(a.spec())), a.spec(), (Problem(code="x", message="bad"),), (), 2)
    )

    assert "cannot fail" not in no.reason
    assert "runs nothing that can fail" in no.blockers[0]
    assert read.blockers == ("bad",)


def test_nothing_is_built_under_a_reviewer(a: Nouns, refused: Refused) -> None:
    """Who looks at this very tree."""
    spec = a.spec()

    no = refused(lambda: step_of(a.task(*a.built(spec), a.started(spec, a.sha("m"))), spec))

    assert no.next == "scafld review add-cache --abandon"


@pytest.mark.parametrize(
    ("profile", "joins"), [(Profile.LIGHT, False), (Profile.STANDARD, False), (Profile.STRICT, True)]
)
def test_the_projects_own_checks_join_a_strict_build(a: Nouns, profile: Profile, *, joins: bool) -> None:
    """At the end of each phase."""
    from scafld.core.contract.spec import Hazard

    spec = changed(
        standard(a, phases=(a.phase(1),)),
        chosen_profile=profile,
        risks=(Hazard(description="x y"),),
        rollback=("revert",),
    )
    check = a.criterion("project.lint", command="make lint")
    task = a.task(*a.approved(spec), PhaseOpened(phase=ONE))

    step = step_of(task, spec, checks=(check,))

    assert asked(step) == (["ac1_1", "project.lint"] if joins else ["ac1_1"])


def test_a_build_that_ends_says_how_many_criteria_held(a: Nouns) -> None:
    """Of the contract."""
    spec = two(a)
    task = a.task(*a.built(spec))
    step = step_of(task, spec)

    assert judged(task, spec, step, answers(a, step))[-1] == BuildPassed(criteria=3)

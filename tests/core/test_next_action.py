"""What comes next: a command that can be run as it stands, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Expected, Profile
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.hearing import Failure
from scafld.core.names import PhaseId
from scafld.core.task.events import (
    Cancelled,
    Completed,
    Failed,
    HardenAbandoned,
    HardenFailed,
    HardenOpened,
    HardenPassed,
    PhaseOpened,
    PhasePassed,
    Planned,
    ReviewFailed,
)
from scafld.core.task.known import RoundState
from scafld.core.task.standing import Reviewing
from scafld.core.value import changed
from scafld.core.views.next_action import NextAction, next_action

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec
    from scafld.core.task.events import Event
    from scafld.core.task.known import Task

PROBLEM = Problem(code="x", message="bad")


def following(
    a: Nouns, task: Task, standing: Reviewing = Reviewing.READY, *problems: Problem, most: int = 2, **fields: object
) -> NextAction:
    return act(a.spec(**fields), task, standing, problems, most)


def act(
    spec: Spec,
    task: Task,
    standing: Reviewing = Reviewing.READY,
    problems: tuple[Problem, ...] = (),
    most: int = 2,
    **said: object,
) -> NextAction:
    """The next action of a task whose last round stands as its ledger says, unless it is said otherwise."""
    state = task.round.state if task.round is not None else None
    return next_action(spec, task, standing, problems, most, **{"round_state": state} | said)


def planned(a: Nouns) -> Planned:
    spec = a.spec()
    return Planned(title="T", size=spec.size, risk=spec.risk, profile=spec.profile, contract=spec.digest)


def test_a_draft(a: Nouns) -> None:
    """Is finished, hardened, approved."""
    draft, spec = a.task(planned(a)), a.spec()
    hardening = a.task(HardenOpened(round="round-1", contract="x"), start=draft)
    stale = a.task(HardenPassed(round="round-1", contract="x"), start=hardening)
    passed = a.task(HardenPassed(round="round-1", contract=spec.digest), start=hardening)

    assert following(a, draft).command == "scafld approve add-cache"
    assert following(a, draft, Reviewing.READY, PROBLEM).command == "scafld validate add-cache"
    assert following(a, draft, chosen_profile=Profile.STRICT).command == "scafld harden add-cache"
    assert following(a, hardening).command == "scafld harden add-cache"
    assert following(a, hardening).then == "scafld harden add-cache --mark-passed"
    assert following(a, stale).command == "scafld harden add-cache"
    assert following(a, passed).command == "scafld approve add-cache"


def test_an_approved_task_is_opened(a: Nouns) -> None:
    """By its executor."""
    found = following(a, a.task(*a.approved(a.spec())))

    assert (found.role, found.command) == ("executor", "scafld build add-cache")


def test_work_is_read_about_and_then_built(a: Nouns) -> None:
    """What follows the work stands apart."""
    found = following(a, a.task(*a.approved(a.spec()), PhaseOpened(phase=None)))

    assert (found.command, found.then) == ("scafld handoff add-cache", "scafld build add-cache")


def test_between_two_phases_the_next_is_opened(a: Nouns) -> None:
    """There is nothing to read about yet."""
    spec = a.spec(phases=(a.phase(1), a.phase(2)))
    one = PhaseId("phase1")
    task = a.task(*a.approved(spec), PhaseOpened(phase=one), PhasePassed(phase=one))

    assert act(spec, task, Reviewing.READY, (), 2).command == "scafld build add-cache"


@pytest.mark.parametrize(
    ("attempts", "role", "action"), [(1, "executor", "repair_acceptance"), (2, "operator", "look_at_block")]
)
def test_a_blocked_task_is_repaired_or_looked_at(a: Nouns, attempts: int, role: str, action: str) -> None:
    """By an agent, then by a person."""
    task = a.task(*a.approved(a.spec()), PhaseOpened(phase=None), a.blocked("ac1", attempt=attempts))

    found = following(a, task)

    assert (found.role, found.action, found.command) == (role, action, "scafld handoff add-cache")


def test_a_manual_criterion_waits_for_a_person(a: Nouns) -> None:
    """If it is all that is left."""
    manual = a.criterion("m1", expected=Expected.MANUAL, command="")
    spec = a.spec(manual, a.criterion("ac1"))
    start = a.task(*a.approved(spec), PhaseOpened(phase=None))

    one = act(spec, a.task(a.blocked("m1", attempt=0), start=start), Reviewing.READY, (), 2)
    both = act(spec, a.task(a.blocked("m1", "ac1"), start=start), Reviewing.READY, (), 2)

    assert (one.role, one.action) == ("operator", "attest")
    assert "--criterion m1" in one.then
    assert both.action == "repair_acceptance"


@pytest.mark.parametrize(
    ("standing", "command"),
    [
        (Reviewing.READY, "scafld review add-cache"),
        (Reviewing.RUNNING, "scafld status add-cache"),
        (Reviewing.LAPSED, "scafld review add-cache"),
        (Reviewing.ATTEMPT_FAILED, "scafld review add-cache"),
        (Reviewing.ATTEMPT_SPENT, "scafld review add-cache"),
        (Reviewing.FAILED, "scafld handoff add-cache"),
        (Reviewing.FAILED_UNCHANGED, "scafld handoff add-cache"),
        (Reviewing.REHEARSED, "scafld review add-cache"),
        (Reviewing.STALE_CONTRACT, "scafld review add-cache"),
        (Reviewing.STALE_MATERIAL, "scafld review add-cache"),
        (Reviewing.PASSED, "scafld complete add-cache"),
    ],
)
def test_each_standing_of_a_review_has_its_way_on(a: Nouns, standing: Reviewing, command: str) -> None:
    """None is left without."""
    assert following(a, a.task(*a.built(a.spec())), standing).command == command


def test_every_standing_is_in_the_table_above() -> None:
    """A new one needs a row."""
    rows = test_each_standing_of_a_review_has_its_way_on.pytestmark[0].args[1]

    assert {standing for standing, _ in rows} == set(Reviewing)


@pytest.mark.parametrize("ending", [Failed(reason="x"), Cancelled(reason="x"), Completed(contract="0", material="0")])
def test_what_is_over_has_no_next(a: Nouns, ending: object) -> None:
    """Nothing is left to do."""
    found = following(a, a.task(ending, start=a.task(*a.built(a.spec()))))

    assert (found.role, found.command, found.then) == ("none", "", "")


@pytest.mark.parametrize("built", [True, False])
def test_a_changed_contract_comes_first(a: Nouns, *, built: bool) -> None:
    """Approved again, or mended before that."""
    task = a.task(*(a.built(a.spec()) if built else a.approved(a.spec())))
    other = changed(a.spec(), text="other")

    assert act(other, task, Reviewing.PASSED, (), 2).command == "scafld approve add-cache"
    assert act(other, task, Reviewing.PASSED, (PROBLEM,), 2).command == "scafld validate add-cache"


def test_a_criterion_that_failed_at_the_end_is_repaired(a: Nouns) -> None:
    """As any other."""
    spec = a.spec()
    failed = a.ran_event(spec.final_criteria[0], outcome=Outcome.FAIL)

    assert following(a, a.task(*a.built(spec), failed, a.blocked("ac1"))).action == "repair_acceptance"


# Models that may have been paid for.

REVIEW_AGAIN = 'scafld review add-cache --provider codex --force --reason "the last attempt gave no verdict"'
HARDEN_AGAIN = 'scafld harden add-cache --provider codex --force --reason "the last round gave no answer"'


def sent(a: Nouns, failure: str | None = None) -> Task:
    started = a.started(a.spec(), a.sha("m"), provider="codex")
    over = () if failure is None else (ReviewFailed(attempt="review-1", reason="x", failure=failure),)
    return a.task(*a.built(a.spec()), started, *over)


@pytest.mark.parametrize(
    ("failure", "standing", "material", "command"),
    [
        (None, Reviewing.LAPSED, "m", REVIEW_AGAIN),
        (None, Reviewing.LAPSED, None, REVIEW_AGAIN),
        (None, Reviewing.LAPSED, "n", "scafld review add-cache"),
        (None, Reviewing.RUNNING, "m", "scafld status add-cache"),
        ("silent", Reviewing.ATTEMPT_SPENT, "m", REVIEW_AGAIN),
        ("silent", Reviewing.ATTEMPT_FAILED, "n", "scafld review add-cache"),
        ("rejected", Reviewing.ATTEMPT_FAILED, "m", "scafld review add-cache"),
    ],
)
def test_what_was_sent_is_sent_again_with_a_word(
    a: Nouns, failure: str | None, standing: Reviewing, material: str | None, command: str
) -> None:
    """The same provider is named, and only where the material is the same."""
    seen = None if material is None else a.sha(material)

    found = act(a.spec(), sent(a, failure), standing, material=seen)

    assert found.command == command
    assert (found.role == "operator") is (command == REVIEW_AGAIN)


def test_a_provider_that_is_no_vendors_is_not_named(a: Nouns) -> None:
    """A command or a panel is chosen by the configuration as before."""
    task = a.task(*a.built(a.spec()), a.started(a.spec(), a.sha("m"), provider="panel"))

    found = act(a.spec(), task, Reviewing.LAPSED, material=a.sha("m"))

    assert found.command == REVIEW_AGAIN.replace(" --provider codex", "")


def gone(a: Nouns, failure: Failure) -> HardenFailed:
    return HardenFailed(round="round-1", reason="x", hearing=a.silent(failure))


ROUNDS: dict[str, tuple[Callable[[Nouns], tuple[Event, ...]], RoundState | None, str, str, str]] = {
    "at work": (lambda _a: (), RoundState.ASKED, "wait_for_hardening", "scafld status add-cache", ""),
    "gone": (lambda _a: (), RoundState.FAILED, "harden", HARDEN_AGAIN, "scafld approve add-cache"),
    "silent": (lambda a: (gone(a, Failure.SILENT),), None, "harden", HARDEN_AGAIN, "scafld approve add-cache"),
    "not there": (
        lambda a: (gone(a, Failure.NOT_INSTALLED),),
        None,
        "harden",
        "scafld harden add-cache --provider codex",
        "scafld approve add-cache",
    ),
    "it asks for another draft": (
        lambda a: (a.answered(a.spec(), required_spec_edits=("name it",)),),
        None,
        "revise_draft",
        "scafld handoff add-cache",
        "scafld harden add-cache --provider codex",
    ),
    "it passed": (lambda a: (a.answered(a.spec()),), None, "approve_contract", "scafld approve add-cache", ""),
    "given up by hand after it was sent": (
        lambda a: (
            gone(a, Failure.SILENT),
            HardenOpened(round="round-2", contract=a.spec().digest),
            HardenAbandoned(round="round-2", reason="x"),
        ),
        None,
        "harden",
        HARDEN_AGAIN,
        "scafld approve add-cache",
    ),
}


@pytest.mark.parametrize("case", ROUNDS)
def test_each_state_of_a_round_has_its_way_on(a: Nouns, case: str) -> None:
    """None is left without."""
    told, state, action, command, then = ROUNDS[case]
    task = a.task(a.asked(a.spec()), *told(a))

    found = act(a.spec(), task, **({} if state is None else {"round_state": state}))

    assert (found.action, found.command, found.then) == (action, command, then)


@pytest.mark.parametrize("case", ["gone", "silent", "it asks for another draft"])
def test_a_changed_draft_is_hardened_anew(a: Nouns, case: str) -> None:
    """Without a word: nobody was asked about it."""
    told, state, *_ = ROUNDS[case]
    task = a.task(a.asked(a.spec()), *told(a))

    found = act(a.spec(text="other"), task, **({} if state is None else {"round_state": state}))

    assert (found.action, found.command) == ("harden", "scafld harden add-cache --provider codex")


def test_a_draft_with_problems_is_finished_first(a: Nouns) -> None:
    """Whatever its round says."""
    task = a.task(a.asked(a.spec()), gone(a, Failure.SILENT))

    assert act(a.spec(), task, Reviewing.READY, (PROBLEM,)).command == "scafld validate add-cache"

"""Whether a contract may be approved, and what the approval binds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Profile
from scafld.core.evidence.seals import Baseline
from scafld.core.refusal import Gate
from scafld.core.task.decide.approval import ApprovalAsked, approve, plan
from scafld.core.task.events import (
    Approved,
    BaselineTaken,
    Cancelled,
    HardenOpened,
    HardenPassed,
    LegacySealed,
    PhaseOpened,
    ReviewAbandoned,
)
from scafld.core.task.known import Status, Task
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

Refused = Callable[[Callable[[], object]], object]
BASELINE = Baseline(vcs="git", head="c1")
ASKED = ApprovalAsked(problems=(), baseline=BASELINE)
BECAUSE = changed(ASKED, reason=" it is wanted ")


def strict(a: Nouns) -> object:
    from scafld.core.contract.spec import Hazard

    return a.spec(
        chosen_profile=Profile.STRICT,
        objectives=("fast reads",),
        scope_in=("src",),
        touchpoints=("`src/a.py`",),
        risks=(Hazard(description="stale"),),
        rollback=("revert",),
    )


def test_a_plan_records_the_draft(a: Nouns) -> None:
    """Its words, its digest."""
    spec = a.spec()

    (event,) = plan(Task(), spec)

    assert (event.title, event.contract, event.profile) == (spec.title, spec.digest, Profile.LIGHT)


def test_the_first_approval_takes_the_baseline(a: Nouns) -> None:
    """Once; and binds the digest, the words, the reason."""
    spec = a.spec()

    taken, approved = approve(Task(), spec, changed(BECAUSE, quick=True))

    assert taken == BaselineTaken(baseline=BASELINE)
    assert approved == Approved(
        contract=spec.digest,
        title=spec.title,
        size=spec.size,
        risk=spec.risk,
        profile=spec.profile,
        reason="it is wanted",
        quick=True,
    )


def test_a_second_approval_keeps_the_first_baseline(a: Nouns) -> None:
    """The change is what happened since the first."""
    spec = a.spec()
    task = a.task(*a.approved(spec))

    (approved,) = approve(task, changed(spec, text="other"), ASKED)

    assert approved.contract == changed(spec, text="other").digest


@pytest.mark.parametrize("reason", ["", "because"])
def test_the_same_contract_is_not_approved_twice(a: Nouns, refused: Refused, reason: str) -> None:
    """There is nothing to bind anew."""
    spec = a.spec()
    task = a.task(*a.approved(spec))

    no = refused(lambda: approve(task, spec, changed(ASKED, reason=reason)))

    assert (no.gate, no.reason, no.next) == (
        Gate.APPROVE,
        "this contract is approved already",
        "scafld build add-cache",
    )


def test_a_person_sends_a_blocked_task_back_to_work(a: Nouns, refused: Refused) -> None:
    """With a reason."""
    spec = a.spec()
    task = a.task(*a.approved(spec), PhaseOpened(phase=None), a.blocked("ac1", attempt=2))

    no = refused(lambda: approve(task, spec, ASKED))
    after = a.task(*approve(task, spec, BECAUSE), start=task)

    assert "say why" in no.reason
    assert (after.status, after.attempts, after.block) == (Status.ACTIVE, 0, None)


def test_problems_stand_in_the_way(a: Nouns, refused: Refused) -> None:
    """Those of the document, of the rules, and what the profile asks for: all in one refusal."""
    spec = changed(a.spec(a.criterion(command="true")), chosen_profile=Profile.STANDARD)
    found = Problem(code="bad", message="unknown key", line=3)

    no = refused(lambda: approve(Task(), spec, changed(BECAUSE, problems=(found,))))

    assert no.reason == "the contract has 5 problems"
    assert no.blockers[0] == "line 3: unknown key"
    assert no.next == "scafld validate add-cache"


def test_a_refusal_fits_a_screen(a: Nouns, refused: Refused) -> None:
    """Five lines of blockers at most, the last says how many more."""
    many = tuple(Problem(code="bad", message=f"wrong {number}") for number in range(20))

    no = refused(lambda: approve(Task(), a.spec(), changed(ASKED, problems=many)))

    assert no.blockers == ("wrong 0", "wrong 1", "wrong 2", "wrong 3", "and 16 more")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((), ""),
        ((HardenOpened(round="round-1", contract="x"),), "round-1 is open"),
        (
            (HardenOpened(round="round-1", contract="x"), HardenPassed(round="round-1", contract="x")),
            "round-1 passed on another draft than this",
        ),
    ],
)
def test_hardening_that_has_not_passed_needs_a_reason(
    a: Nouns, refused: Refused, told: tuple[object, ...], words: str
) -> None:
    """Which is then recorded with what it overrode; a light draft that was never hardened needs none."""
    spec, task = a.spec(), a.task(*told)

    overrides = approve(task, spec, BECAUSE)[-1].overrides

    assert overrides == ((words,) if words else ())
    if words:
        no = refused(lambda: approve(task, spec, ASKED))
        assert (no.blockers, no.next) == ((words,), "scafld harden add-cache")


def test_hardening_that_passed_on_this_draft(a: Nouns) -> None:
    """Overrides nothing."""
    spec = a.spec()
    task = a.task(
        HardenOpened(round="round-1", contract=spec.digest), HardenPassed(round="round-1", contract=spec.digest)
    )

    assert approve(task, spec, ASKED)[-1].overrides == ()


def test_a_strict_contract_asks_for_hardening(a: Nouns, refused: Refused) -> None:
    """Or a person's reason."""
    spec = strict(a)

    no = refused(lambda: approve(Task(), spec, ASKED))

    assert no.blockers == ("profile strict asks for a round of hardening",)
    assert approve(Task(), spec, BECAUSE)[-1].overrides == no.blockers


def test_nothing_is_approved_under_a_reviewer(a: Nouns, refused: Refused) -> None:
    """Who judges the contract that stands."""
    spec = a.spec()
    task = a.task(*a.built(spec), a.started(spec, a.sha("m")))

    no = refused(lambda: approve(task, changed(spec, text="other"), BECAUSE))
    given_up = a.task(ReviewAbandoned(attempt="review-1", reason="x"), start=task)

    assert no.next == "scafld review add-cache --abandon"
    assert approve(given_up, changed(spec, text="other"), BECAUSE)


def test_final_is_final(a: Nouns, refused: Refused) -> None:
    """No next command."""
    no = refused(lambda: approve(a.task(Cancelled(reason="x")), a.spec(), BECAUSE))

    assert (no.reason, no.next) == ("add-cache is cancelled: that is final", "")


@pytest.mark.parametrize("status", ["approved", "active", "blocked", "review"])
def test_a_ledger_without_a_chain_is_approved_anew(a: Nouns, status: str) -> None:
    """Its task goes on where the old line left it, with a baseline of its own."""
    old = LegacySealed(file=a.sha(), path="x", schema_version=1, entries=3, status=status)

    events = approve(a.task(old), a.spec(), BECAUSE)

    assert [type(each) for each in events] == [BaselineTaken, Approved]
    assert a.task(*events, start=a.task(old)).approval is not None

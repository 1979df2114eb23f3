"""Whether a task may be completed, and how it is given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.criterion import Outcome
from scafld.core.refusal import Gate
from scafld.core.task.decide.ending import cancel, completed, fail, may_complete, run_again
from scafld.core.task.events import (
    BuildBlocked,
    BuildPassed,
    Completed,
    CriterionRan,
    Purpose,
    ReceiptMinted,
    ReviewFailed,
)
from scafld.core.task.known import Status
from scafld.core.task.standing import Reviewing
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.task.known import Task

Refused = Callable[[Callable[[], object]], object]


AGAIN = 'scafld review add-cache --force --reason "the last attempt gave no verdict"'


def in_review(a: Nouns, *told: object) -> Task:
    return a.task(*a.built(a.spec()), *told)


def judged(a: Nouns, *findings: object, **fields: object) -> tuple[object, ...]:
    return a.started(a.spec(), a.sha("m")), a.reviewed(a.spec(), a.sha("m"), *findings, **fields)


def test_a_review_that_authorises_opens_the_gate(a: Nouns) -> None:
    """On this very contract and material."""
    may_complete(in_review(a, *judged(a)), a.spec(), a.sha("m"), a.now)


@pytest.mark.parametrize(
    ("told", "material", "standing", "following"),
    [
        ([], "m", Reviewing.READY, "scafld review add-cache"),
        (["start"], "m", Reviewing.RUNNING, "scafld status add-cache"),
        (["start", "absent"], "m", Reviewing.ATTEMPT_FAILED, "scafld review add-cache"),
        (["start", "silent"], "m", Reviewing.ATTEMPT_SPENT, AGAIN),
        (["start", "silent"], "n", Reviewing.ATTEMPT_FAILED, "scafld review add-cache"),
        (["start", "fail"], "m", Reviewing.FAILED, "scafld handoff add-cache"),
        (["start", "fail", "build"], "m", Reviewing.FAILED_UNCHANGED, "scafld handoff add-cache"),
        (["start", "rehearse"], "m", Reviewing.REHEARSED, "scafld review add-cache"),
        (["start", "pass"], "n", Reviewing.STALE_MATERIAL, "scafld review add-cache"),
    ],
)
def test_nothing_else_does(
    a: Nouns, refused: Refused, told: list[str], material: str, standing: Reviewing, following: str
) -> None:
    """Each with its reason, and the way on."""
    spec = a.spec()
    words = {
        "start": a.started(spec, a.sha("m")),
        "silent": ReviewFailed(attempt="review-1", reason="silent", failure="silent"),
        "absent": ReviewFailed(attempt="review-1", reason="not there", failure="not_installed"),
        "fail": a.reviewed(spec, a.sha("m"), a.finding()),
        "rehearse": a.reviewed(spec, a.sha("m"), authorises=False),
        "pass": a.reviewed(spec, a.sha("m")),
        "build": BuildPassed(criteria=1),
    }
    task = in_review(a, *(words[each] for each in told))

    no = refused(lambda: may_complete(task, spec, a.sha(material), a.now))

    assert (no.gate, no.actual, no.next) == (Gate.COMPLETE, str(standing).replace("_", " "), following)
    assert no.blockers == (("leak: keys omit the tenant",) if standing is Reviewing.FAILED else ())


def test_a_changed_contract_closes_the_gate(a: Nouns, refused: Refused) -> None:
    """Whatever was reviewed."""
    no = refused(lambda: may_complete(in_review(a, *judged(a)), changed(a.spec(), text="x"), a.sha("m"), a.now))

    assert no.next == "scafld approve add-cache"


def test_a_task_completes_on_a_run_of_every_criterion(a: Nouns) -> None:
    """The runs are recorded, the task waits for its receipt; with it, it is over, and the receipt is known."""
    spec, task = a.spec(), in_review(a, *judged(a))
    receipt = ReceiptMinted(receipt=a.sha("r"), payload=a.sha("p"), key="ed25519:abc", minted_at=a.now)

    events = run_again(task, spec, (a.ran(spec.final_criteria[0]),), a.sha("m"), a.sha("m"))
    end = completed(spec, a.sha("m"), receipt)

    (ran,) = events
    assert isinstance(ran, CriterionRan)
    assert ran.purpose is Purpose.COMPLETE
    assert a.task(*events, start=task).status is Status.REVIEW
    assert end == (receipt, Completed(contract=spec.digest, material=a.sha("m")))
    over = a.task(*end, start=a.task(*events, start=task))
    assert (over.status, over.receipt) == (Status.COMPLETED, receipt)


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.PENDING])
def test_a_criterion_that_fails_at_the_end_sends_back_to_work(a: Nouns, outcome: Outcome) -> None:
    """On its phase; waiting for a person is no pass either."""
    spec = a.spec(phases=(a.phase(1),))
    criterion, phase = spec.phases[0].criteria[0], spec.phases[0].id
    task = a.task(*a.built(spec), a.started(spec, a.sha("m")), a.reviewed(spec, a.sha("m")))

    events = run_again(task, spec, (a.ran(criterion, outcome, phase),), a.sha("m"), a.sha("m"))

    assert isinstance(events[-1], BuildBlocked)
    assert (events[-1].phase, events[-1].failing) == (phase, ("ac1_1",))
    assert a.task(*events, start=task).status is Status.BLOCKED


def test_a_tree_that_moved_meanwhile_completes_nothing(a: Nouns, refused: Refused) -> None:
    """Also when every criterion held."""
    spec = a.spec()

    no = refused(
        lambda: run_again(in_review(a, *judged(a)), spec, (a.ran(spec.final_criteria[0]),), a.sha("m"), a.sha("n"))
    )

    assert "the tree changed" in no.reason
    assert no.expected != no.actual


def test_nothing_run_completes_nothing(a: Nouns, refused: Refused) -> None:
    """No check is not proven."""
    no = refused(lambda: run_again(in_review(a, *judged(a)), a.spec(), (), a.sha("m"), a.sha("m")))

    assert "nothing would be proven" in no.reason


@pytest.mark.parametrize(("verb", "word"), [(fail, Status.FAILED), (cancel, Status.CANCELLED)])
def test_giving_up_needs_a_reason(a: Nouns, refused: Refused, verb: object, word: Status) -> None:
    """Which is kept."""
    task = in_review(a)

    assert a.task(*verb(task, a.spec().task_id, " no more "), start=task).status is word  # type: ignore[operator]
    assert a.task(*verb(task, a.spec().task_id, " no more "), start=task).reason == "no more"  # type: ignore[operator]
    assert "needs a reason" in refused(lambda: verb(task, a.spec().task_id, " ")).reason  # type: ignore[operator]


def test_only_work_can_fail_and_everything_alive_can_be_cancelled(a: Nouns, refused: Refused) -> None:
    """A draft has not failed; what is over stays as it ended."""
    spec = a.spec()
    approved = a.task(*a.approved(spec))
    over = a.task(*cancel(approved, spec.task_id, "x"), start=approved)

    assert refused(lambda: fail(approved, spec.task_id, "x")).status == "approved"
    assert cancel(a.task(), spec.task_id, "x")
    assert refused(lambda: cancel(over, spec.task_id, "y")).reason == "add-cache is cancelled: that is final"
    assert refused(lambda: fail(over, spec.task_id, "y")).next == ""

"""Whether a reviewer may start, and what its answer is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.evidence.dossier import FindingStatus, Mode, Verdict
from scafld.core.moments import later
from scafld.core.refusal import Gate
from scafld.core.task.decide.verdict import (
    Answer,
    ReviewAsked,
    abandon,
    by_human,
    conclude,
    earlier_findings,
    mode_for,
    start,
)
from scafld.core.task.events import (
    BuildPassed,
    Cancelled,
    HumanReviewed,
    ReviewAbandoned,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
)
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.task.known import Task

Refused = Callable[[Callable[[], object]], object]


def wanted(a: Nouns, name: str = "review-9", material: str = "m", **fields: object) -> ReviewAsked:
    given = {
        "provider": "command",
        "mode": Mode.DISCOVER,
        "packet": a.sha("packet"),
        "now": later(a.now, 60),
        "lease_until": later(a.now, 600),
    } | fields
    return ReviewAsked(attempt=name, material=a.sha(material), **given)


def in_review(a: Nouns, *told: object) -> Task:
    return a.task(*a.built(a.spec()), *told)


def judged(a: Nouns, *findings: object, **fields: object) -> tuple[object, ...]:
    return a.started(a.spec(), a.sha("m")), a.reviewed(a.spec(), a.sha("m"), *findings, **fields)


# Starting.


def test_the_gate_is_leased_to_one_reviewer(a: Nouns) -> None:
    """On this contract, this material, this packet."""
    spec = a.spec()

    (event,) = start(in_review(a), spec, wanted(a))

    assert event == ReviewStarted(
        attempt="review-9",
        provider="command",
        mode=Mode.DISCOVER,
        contract=spec.digest,
        material=a.sha("m"),
        packet=a.sha("packet"),
        lease_until=later(a.now, 600),
    )


def test_one_reviewer_at_a_time(a: Nouns, refused: Refused) -> None:
    """Who is named, with the end of its lease, and how to end it."""
    task = in_review(a, a.started(a.spec(), a.sha("m")))

    no = refused(lambda: start(task, a.spec(), wanted(a)))

    assert (no.gate, no.actual, no.next) == (Gate.REVIEW, "review-1", "scafld review add-cache --abandon")
    assert a.now[:10] in no.reason


def test_a_lapsed_lease_is_given_up_first(a: Nouns) -> None:
    """In the same step."""
    task = in_review(a, a.started(a.spec(), a.sha("m"), lease_until=later(a.now, 30)))

    events = start(task, a.spec(), wanted(a))

    assert events[0] == ReviewAbandoned(attempt="review-1", reason="its lease ran out")
    assert a.task(*events, start=task).attempt.id == "review-9"


@pytest.mark.parametrize("forced", ["", "once more"])
def test_a_failed_review_is_not_asked_away(a: Nouns, refused: Refused, forced: str) -> None:
    """Only a build after it reopens the gate, force or not."""
    task = in_review(a, *judged(a, a.finding()))

    no = refused(lambda: start(task, a.spec(), wanted(a, forced=forced)))

    assert (no.blockers, no.next) == (("leak: keys omit the tenant",), "scafld build add-cache")


@pytest.mark.parametrize(
    ("findings", "rebuilt", "words"),
    [(True, True, "nothing changed since the review failed"), (False, False, "this material has passed review")],
)
def test_the_same_material_is_asked_about_once(
    a: Nouns, refused: Refused, words: str, *, findings: bool, rebuilt: bool
) -> None:
    """Unless somebody says why; the reason is recorded."""
    told = judged(a, *([a.finding()] if findings else []))
    task = in_review(a, *told, *([BuildPassed(criteria=1)] if rebuilt else []))

    no = refused(lambda: start(task, a.spec(), wanted(a)))
    (again,) = start(task, a.spec(), wanted(a, forced=" another pair of eyes "))

    assert no.reason == words
    assert again.forced == "another pair of eyes"


@pytest.mark.parametrize("fields", [{"authorises": False}, {"material": "n"}])
def test_a_verdict_that_authorises_nothing_here_does_not_stand_in_the_way(a: Nouns, fields: dict[str, object]) -> None:
    """A rehearsal, or one on another material."""
    material = fields.pop("material", "m")

    assert start(in_review(a, *judged(a, **fields)), a.spec(), wanted(a, material=str(material)))


def test_a_review_needs_a_built_task_and_its_contract(a: Nouns, refused: Refused) -> None:
    """In review, as it was approved."""
    spec = a.spec()

    early = refused(lambda: start(a.task(*a.approved(spec)), spec, wanted(a)))
    other = refused(lambda: start(in_review(a), changed(spec, text="other"), wanted(a)))

    assert (early.status, early.next) == ("approved", "scafld build add-cache")
    assert other.next == "scafld approve add-cache"


# What is asked for.


def test_open_blockers_are_verified_first(a: Nouns) -> None:
    """Those of the last dossier; fixed ones and none lead to a new look."""
    open_ones = in_review(a, *judged(a, a.finding(), a.finding("style", blocks_completion=False)))
    settled = in_review(a, *judged(a, a.finding(status=FindingStatus.FIXED)))

    assert (mode_for(open_ones), [each.id for each in earlier_findings(open_ones)]) == (Mode.VERIFY, ["leak"])
    assert (mode_for(settled), earlier_findings(settled)) == (Mode.DISCOVER, ())
    assert (mode_for(in_review(a)), earlier_findings(in_review(a))) == (Mode.DISCOVER, ())


# Concluding.


def answer(a: Nouns, *findings: object, **fields: object) -> Answer:
    return Answer(**{"provider": "command", "dossier": a.dossier(*findings), "authorises": True} | fields)


def at_work(a: Nouns) -> Task:
    return in_review(a, a.started(a.spec(), a.sha("m")))


@pytest.mark.parametrize("blocks", [True, False])
def test_the_verdict_is_derived_from_the_findings(a: Nouns, *, blocks: bool) -> None:
    """And sealed to what the reviewer was given, whatever stands there now."""
    (event,) = conclude(at_work(a), "review-1", answer(a, a.finding(blocks_completion=blocks), model="m-1"))

    assert isinstance(event, Reviewed)
    assert event.verdict is (Verdict.FAIL if blocks else Verdict.PASS)
    assert (event.contract, event.material, event.model) == (a.spec().digest, a.sha("m"), "m-1")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dossier": None, "problem": "it was silent"}, "it was silent"),
        (
            {"problems": (Problem(code="x", message="5 attacks"), Problem(code="y", message="no summary"))},
            "5 attacks; no",
        ),
    ],
)
def test_an_answer_that_is_no_dossier_fails_the_attempt(a: Nouns, fields: dict[str, object], words: str) -> None:
    """It is on record, and is no verdict."""
    (event,) = conclude(at_work(a), "review-1", answer(a, output=a.sha("said"), **fields))

    assert isinstance(event, ReviewFailed)
    assert words in event.reason
    assert event.output == a.sha("said")


@pytest.mark.parametrize("fields", [{}, {"dossier": None, "problem": "it was silent"}])
def test_a_reviewer_that_changed_something_fails(a: Nouns, fields: dict[str, object]) -> None:
    """Whatever it answered."""
    (event,) = conclude(at_work(a), "review-1", answer(a, changed=("a.py", "HEAD"), **fields))

    assert event == ReviewFailed(attempt="review-1", reason="the reviewer changed a.py, HEAD", changed=("a.py", "HEAD"))


def test_the_answer_of_an_attempt_that_was_given_up_is_void(a: Nouns, refused: Refused) -> None:
    """Also when another one runs meanwhile, or the task is over."""
    given_up = a.task(ReviewAbandoned(attempt="review-1", reason="x"), start=at_work(a))
    other = a.task(a.started(a.spec(), a.sha("m"), "review-2"), start=given_up)
    over = a.task(Cancelled(reason="x"), start=at_work(a))

    for task in (given_up, other, over, in_review(a)):
        assert "void" in refused(lambda task=task: conclude(task, "review-1", answer(a))).reason


# A person.


def test_a_person_takes_the_reviewers_place(a: Nouns, refused: Refused) -> None:
    """With a reason, on what stands there; also after a verdict of fail."""
    spec = a.spec()
    expected = (HumanReviewed(reason="read it", contract=spec.digest, material=a.sha("m")),)

    for task in (in_review(a), in_review(a, *judged(a, a.finding()))):
        assert by_human(task, spec, " read it ", a.sha("m"), a.now) == expected
    assert "needs a reason" in refused(lambda: by_human(in_review(a), spec, "\n", a.sha("m"), a.now)).reason


def test_a_person_waits_for_a_reviewer_at_work(a: Nouns, refused: Refused) -> None:
    """And gives up one that lapsed."""
    spec = a.spec()

    no = refused(lambda: by_human(at_work(a), spec, "read it", a.sha("m"), a.now))
    events = by_human(at_work(a), spec, "read it", a.sha("m"), later(a.now, 99999))

    assert no.next == "scafld review add-cache --abandon"
    assert [type(each) for each in events] == [ReviewAbandoned, HumanReviewed]


def test_a_person_reviews_the_contract_that_was_approved(a: Nouns, refused: Refused) -> None:
    """And no other."""
    other = changed(a.spec(), text="other")

    assert refused(lambda: by_human(in_review(a), other, "x", a.sha("m"), a.now)).next == "scafld approve add-cache"


def test_a_lease_can_be_ended(a: Nouns, refused: Refused) -> None:
    """By somebody who says so; when there is none, that is said."""
    assert abandon(at_work(a), a.spec(), "") == (ReviewAbandoned(attempt="review-1", reason="somebody said so"),)
    assert abandon(at_work(a), a.spec(), "it hangs")[0].reason == "it hangs"
    assert refused(lambda: abandon(in_review(a), a.spec(), "")).reason == "no reviewer is at work"

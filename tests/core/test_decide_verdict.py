"""Whether a reviewer may start, and what its answer is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.dossier import FindingStatus, Mode, Verdict
from scafld.core.evidence.hearing import UNSPENT, Hearing
from scafld.core.evidence.seals import Baseline, Material, seal
from scafld.core.moments import later
from scafld.core.names import Actor, ActorKind
from scafld.core.refusal import Gate
from scafld.core.task.decide.dismissing import dismiss
from scafld.core.task.decide.verdict import (
    ReviewAsked,
    abandon,
    by_human,
    conclude,
    earlier_findings,
    mode_for,
    standing_dismissals,
    start,
)
from scafld.core.task.events import (
    BuildPassed,
    Cancelled,
    HumanReviewed,
    PanelReviewed,
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
    """In the same step; on a material that it was not given, nobody has to say why."""
    task = in_review(a, a.started(a.spec(), a.sha("other"), lease_until=later(a.now, 30)))

    events = start(task, a.spec(), wanted(a))

    assert events[0] == ReviewAbandoned(attempt="review-1", reason="its process is gone, or its lease ran out")
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


LOST = ("timed out", "killed", "gone")


@pytest.mark.parametrize("how", LOST)
def test_what_may_have_been_paid_for_is_not_sent_again_without_a_word(a: Nouns, refused: Refused, how: str) -> None:
    """A reviewer that ran out of time, was given up, or whose process is gone, may have worked on this material."""
    leased = {"lease_until": later(a.now, 3600)}
    started = a.started(a.spec(), a.sha("m"), provider="codex", **leased)
    told: dict[str, tuple[object, ...]] = {
        "timed out": (ReviewFailed(attempt="review-1", reason="too slow", failure="out_of_time"),),
        "killed": (ReviewAbandoned(attempt="review-1", reason="x"),),
        "gone": (),
    }
    task = in_review(a, started, *told[how])

    no = refused(lambda: start(task, a.spec(), wanted(a, alive=False)))

    assert "was sent to codex already" in no.reason
    assert no.next.startswith("scafld review add-cache --provider codex --force --reason ")
    assert start(task, a.spec(), wanted(a, alive=False, forced="once more"))
    assert start(task, a.spec(), wanted(a, material="n", alive=False))


@pytest.mark.parametrize("failure", sorted(UNSPENT))
def test_what_cost_nothing_is_asked_again_freely(a: Nouns, failure: str) -> None:
    """A provider that is not installed, not logged in, or that turned the question away."""
    failed = ReviewFailed(attempt="review-1", reason="x", failure=failure)

    assert start(in_review(a, a.started(a.spec(), a.sha("m")), failed), a.spec(), wanted(a))


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


def heard(a: Nouns, *findings: object, **fields: object) -> Hearing:
    return Hearing(**{"seat": "command", "provider": "command", "dossier": a.dossier(*findings)} | fields)


def at_work(a: Nouns, **fields: object) -> Task:
    return in_review(a, a.started(a.spec(), a.sha("m"), **fields))


@pytest.mark.parametrize("blocks", [True, False])
def test_the_verdict_is_derived_from_the_findings(a: Nouns, *, blocks: bool) -> None:
    """And sealed to what the reviewer was given, whatever stands there now."""
    hearing = heard(a, a.finding(blocks_completion=blocks), model="m-1", vendor="acme")

    (event,) = conclude(at_work(a), "review-1", (hearing,), ())

    assert isinstance(event, Reviewed)
    assert event.verdict is (Verdict.FAIL if blocks else Verdict.PASS)
    assert (event.contract, event.material, event.model) == (a.spec().digest, a.sha("m"), "m-1")
    assert a.task(event, start=at_work(a)).review.hearings == (hearing,)


def test_an_answer_that_is_no_dossier_fails_the_attempt(a: Nouns) -> None:
    """It is on record with all that was seen of it, and is no verdict."""
    silent = heard(a, dossier=None, problem="it was silent", failure="silent", output=a.sha("said"))

    (event,) = conclude(at_work(a), "review-1", (silent,), ())

    assert event == ReviewFailed(
        attempt="review-1", reason="it was silent", output=a.sha("said"), failure="silent", hearings=(silent,)
    )


@pytest.mark.parametrize("fields", [{}, {"dossier": None, "problem": "it was silent", "failure": "silent"}])
def test_a_reviewer_that_changed_something_fails(a: Nouns, fields: dict[str, object]) -> None:
    """Whatever it answered."""
    (event,) = conclude(at_work(a), "review-1", (heard(a, **fields),), ("a.py", "HEAD"))

    assert isinstance(event, ReviewFailed)
    assert (event.reason, event.changed) == ("the reviewer changed a.py, HEAD", ("a.py", "HEAD"))
    assert event.failure == "changed"


def test_the_answer_of_an_attempt_that_was_given_up_is_void(a: Nouns, refused: Refused) -> None:
    """Also when another one runs meanwhile, or the task is over."""
    given_up = a.task(ReviewAbandoned(attempt="review-1", reason="x"), start=at_work(a))
    other = a.task(a.started(a.spec(), a.sha("m"), "review-2"), start=given_up)
    over = a.task(Cancelled(reason="x"), start=at_work(a))

    for task in (given_up, other, over, in_review(a)):
        assert "void" in refused(lambda task=task: conclude(task, "review-1", (heard(a),), ())).reason


# A panel.

SEATS = ("claude", "codex", "gemini")
SAID: dict[str, tuple[str, int, Verdict | None]] = {
    "all pass": ("ppp", 0, Verdict.PASS),
    "one blocks": ("pfp", 0, Verdict.FAIL),
    "all block": ("fff", 0, Verdict.FAIL),
    "one is silent": ("pp-", 0, None),
    "one blocks, one is silent": ("pf-", 0, Verdict.FAIL),
    "two of three are enough": ("pfp", 2, Verdict.PASS),
    "two of three are not there": ("pff", 2, Verdict.FAIL),
    "enough without the silent one": ("pp-", 2, Verdict.PASS),
    "the silent one decides": ("pf-", 2, None),
    "all are silent": ("---", 2, None),
}


@pytest.mark.parametrize("case", SAID)
def test_a_panel_has_one_verdict_by_its_rule(a: Nouns, case: str) -> None:
    """Of each seat its own dossier is kept; where a silent seat could turn it, there is no verdict."""
    words, quorum, verdict = SAID[case]
    task = at_work(a, provider="panel", seats=SEATS, quorum=quorum)
    dossiers = {"p": a.dossier(), "f": a.dossier(a.finding()), "-": None}
    hearings = tuple(
        heard(
            a,
            seat=seat,
            dossier=dossiers[word],
            problem="" if dossiers[word] else "it was silent",
            failure="" if dossiers[word] else "silent",
        )
        for seat, word in zip(SEATS, words, strict=True)
    )

    (event,) = conclude(task, "review-1", hearings, ())

    assert event.hearings == hearings
    if verdict is None:
        assert isinstance(event, ReviewFailed)
    else:
        assert isinstance(event, PanelReviewed)
        review = a.task(event, start=task).review
        assert (event.verdict, review.verdict, review.by) == (verdict, verdict, "panel")


def test_one_seat_that_authorises_nothing_takes_the_authority(a: Nouns) -> None:
    """A rehearsal beside a reviewer."""
    task = at_work(a, provider="panel", seats=("claude", "local"))

    (event,) = conclude(task, "review-1", (heard(a, seat="claude"), heard(a, seat="local", authorises=False)), ())

    assert (event.verdict, event.authorises) == (Verdict.PASS, False)


# Dismissing.


def material(a: Nouns, content: str = "new") -> Material:
    look = a.look(a.file("a.py", content, base="old"))
    return seal(Baseline(vcs="git", head="c0"), look, ("a.py",))


PERSON = Actor(kind=ActorKind.HUMAN, name="somebody")


def dismissed(a: Nouns, task: Task, name: str = "leak", **fields: object) -> Task:
    given = {"material": material(a), "actor": PERSON} | fields
    return a.task(*dismiss(task, a.spec(), name, "it cannot happen", **given), start=task)


def found_in(a: Nouns, content: str = "new") -> Task:
    """A review of exactly this material, with a finding on its file."""
    digest = material(a, content).digest
    finding = a.finding(path="a.py")
    return in_review(a, a.started(a.spec(), digest), a.reviewed(a.spec(), digest, finding))


def test_a_dismissed_finding_blocks_no_more(a: Nouns) -> None:
    """The verdict follows; what the reviewer said stays on record."""
    task = found_in(a)

    after = dismissed(a, task)

    assert (task.review.verdict, after.review.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert (after.review.blockers, len(after.review.dossier.blockers)) == ((), 1)
    assert (earlier_findings(after), mode_for(after)) == ((), Mode.DISCOVER)


def test_a_dismissal_holds_while_the_code_is_as_it_was(a: Nouns) -> None:
    """The same finding on the same code does not count again; on other code it does."""
    task = dismissed(a, found_in(a))

    held = standing_dismissals(task, material(a))

    assert [each.finding for each in held] == ["leak"]
    assert standing_dismissals(task, material(a, "newer")) == ()
    again = a.task(a.started(a.spec(), a.sha("m"), "review-2"), start=task)
    raised = (heard(a, a.finding(path="a.py", summary="once more")),)
    (event,) = conclude(again, "review-2", raised, (), tuple(each.fingerprint for each in held))
    assert (event.verdict, event.dismissed) == (Verdict.PASS, (held[0].fingerprint,))
    (other,) = conclude(again, "review-2", raised, (), ())
    assert other.verdict is Verdict.FAIL


def test_a_dismissal_turns_no_verdict_on_other_code(a: Nouns) -> None:
    """What was said of a repaired file opens no gate for the file as it was reviewed."""
    task = dismissed(a, found_in(a, "as reviewed"), material=material(a, "repaired"))

    assert (task.review.verdict, [each.id for each in task.review.blockers]) == (Verdict.FAIL, ["leak"])
    assert [each.finding for each in standing_dismissals(task, material(a, "repaired"))] == ["leak"]
    assert standing_dismissals(task, material(a, "as reviewed")) == ()


NO_DISMISSAL: dict[str, tuple[dict[str, object], str]] = {
    "by an agent": ({"actor": Actor(kind=ActorKind.AGENT, name="claude")}, "a finding is dismissed by a person"),
    "of nothing": ({"name": "typo"}, "has no finding 'typo'"),
    "of a part of a name": ({"name": "lea"}, "has no finding 'lea'"),
}


@pytest.mark.parametrize("case", NO_DISMISSAL)
def test_who_may_not_dismiss_what(a: Nouns, refused: Refused, case: str) -> None:
    """And not without a reason."""
    fields, words = NO_DISMISSAL[case]
    task = in_review(a, *judged(a, a.finding(path="a.py")))

    assert words in refused(lambda: dismissed(a, task, **fields)).reason
    silent = refused(lambda: dismiss(task, a.spec(), "leak", " ", material=material(a), actor=PERSON))
    assert silent.expected == "--reason"


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

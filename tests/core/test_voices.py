"""What a replay learns from those who were asked: rounds of hardening, panels, dismissals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.questions import Dimension, Result
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.hearing import UNSPENT, Failure, Independence
from scafld.core.evidence.questioning import HardenVerdict
from scafld.core.task import events
from scafld.core.task.known import RoundState, Status, Task
from scafld.core.task.life import Impossible
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec
    from scafld.core.task.events import Event


def drafted(a: Nouns, spec: Spec) -> tuple[Event, ...]:
    planned = events.Planned(title="T", size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract=spec.digest)
    return planned, events.Drafted(hearing=a.hearing(dossier=None), request="say it", cycles=2, log=("read",))


# Hardening.


def test_a_draft_that_a_model_wrote_is_a_draft(a: Nouns) -> None:
    """That it was a model is on record; nothing of it is approved, hardened or known to hold."""
    task = a.task(*drafted(a, a.spec()))

    assert (task.status, task.entries, task.approval, task.round) == (Status.DRAFT, 2, None, None)
    assert changed(task, entries=1, last_at=task.first_at) == a.task(*drafted(a, a.spec())[:1])


def test_a_round_waits_for_its_model(a: Nouns) -> None:
    """With who it is, until when, and on which draft."""
    found = a.task(a.asked(a.spec())).round

    assert (found.state, found.by, found.contract) == (RoundState.ASKED, "codex", a.spec().digest)
    assert (found.lease_until, found.spent, found.passed) == (a.asked(a.spec()).lease_until, True, False)


@pytest.mark.parametrize(("blocks", "state"), [(False, RoundState.PASSED), (True, RoundState.NEEDS_REVISION)])
def test_a_round_ends_as_its_dossier_has_it(a: Nouns, state: RoundState, *, blocks: bool) -> None:
    """Whatever the entry says of it: the verdict follows from the rows."""
    spec = a.spec()
    answer = a.answered(spec, a.probe(Dimension.SCOPE, Result.BLOCKS if blocks else Result.CLEAN))
    lie = changed(answer, verdict=HardenVerdict.PASS if blocks else HardenVerdict.NEEDS_REVISION)

    for event in (answer, lie):
        found = a.task(a.asked(spec), event).round
        assert (found.state, found.dossier, found.hearing) == (state, event.dossier, event.hearing)
        assert found.reason == "Looked at."


@pytest.mark.parametrize("failure", Failure)
def test_a_round_without_an_answer_has_failed(a: Nouns, failure: Failure) -> None:
    """With the reason; spent where a model may have worked."""
    failed = events.HardenFailed(round="round-1", reason="x", hearing=a.silent(failure))

    found = a.task(a.asked(a.spec()), failed).round

    assert (found.state, found.problem, found.spent) == (RoundState.FAILED, "x", failure not in UNSPENT)


def test_a_model_that_changed_something_has_worked(a: Nouns) -> None:
    """Also when it says that it could not be reached."""
    hearing = a.silent(Failure.UNREACHABLE)
    failed = events.HardenFailed(round="round-1", reason="x", hearing=hearing, changed=("a.py",))

    assert a.task(a.asked(a.spec()), failed).round.spent


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_round_can_be_given_up(a: Nouns, *, by_hand: bool) -> None:
    """One by hand costs nothing; of a model nobody knows."""
    opened = events.HardenOpened(round="round-1", contract=a.spec().digest) if by_hand else a.asked(a.spec())

    found = a.task(opened, events.HardenAbandoned(round="round-1", reason="x")).round

    assert (found.state, found.problem, found.spent) == (RoundState.FAILED, "given up: x", not by_hand)


def answers(a: Nouns, name: str) -> dict[str, Event]:
    return {
        "an answer": a.answered(a.spec(), name=name),
        "a failure": events.HardenFailed(round=name, reason="x", hearing=a.silent()),
        "given up": events.HardenAbandoned(round=name, reason="x"),
    }


@pytest.mark.parametrize("which", ["an answer", "a failure", "given up"])
def test_nobody_answers_a_round_who_was_not_asked(a: Nouns, which: str) -> None:
    """Not without a round, not under another's name, not twice, not after it was given up."""
    asked = a.asked(a.spec())
    over = [(asked, event) for event in answers(a, "round-1").values()]

    for told in ((), (changed(asked, round="round-2"),), *over):
        with pytest.raises(Impossible, match="round-1"):
            a.task(answers(a, "round-1")[which], start=a.task(*told))


@pytest.mark.parametrize("which", ["an answer", "a failure"])
def test_a_round_by_hand_is_answered_by_hand(a: Nouns, which: str) -> None:
    """No model hardens what no model was asked about."""
    by_hand = a.task(events.HardenOpened(round="round-1", contract=a.spec().digest))

    with pytest.raises(Impossible, match="no model was asked"):
        a.task(answers(a, "round-1")[which], start=by_hand)


@pytest.mark.parametrize("kind", [events.HardenStarted, events.Hardened, events.HardenFailed, events.Drafted])
def test_only_drafts_are_worked_on_by_models(a: Nouns, kind: type[Event]) -> None:
    """What is approved is settled."""
    told = (a.asked(a.spec()), *answers(a, "round-1").values(), *drafted(a, a.spec()))
    event = next(each for each in told if isinstance(each, kind))

    for task in (a.task(*a.approved(a.spec())), a.task(*a.built(a.spec()))):
        with pytest.raises(Impossible, match=kind.__name__):
            a.task(event, start=task)


# A panel.


def seated(a: Nouns, **fields: object) -> Task:
    given = {"provider": "panel", "seats": ("claude", "codex"), "author": "anthropic"} | fields
    return a.task(*a.built(a.spec()), a.started(a.spec(), a.sha("m"), **given))


def test_a_panel_is_one_review_of_many_hearings(a: Nouns) -> None:
    """One verdict, every dossier; who asked for it and how far the seats are from the author."""
    one = a.hearing(seat="claude", vendor="anthropic", model="opus")
    other = a.hearing(a.finding(), seat="codex", vendor="openai", model="gpt")
    task = a.task(a.panel(a.spec(), a.sha("m"), one, other), start=seated(a))

    review = task.review
    assert (review.by, review.verdict, task.reviews, task.attempt.running) == ("panel", Verdict.FAIL, 1, False)
    assert (review.hearings, review.model) == ((one, other), "opus, gpt")
    assert [each.id for each in review.blockers] == ["leak"]
    assert (review.author, review.independence) == ("anthropic", Independence.SAME_VENDOR)


@pytest.mark.parametrize("quorum", [0, 1, 2])
def test_the_verdict_of_a_panel_is_that_of_its_hearings(a: Nouns, quorum: int) -> None:
    """Whatever the entry says."""
    hearings = (a.hearing(seat="claude"), a.hearing(a.finding(), seat="codex"))
    truth = Verdict.PASS if quorum == 1 else Verdict.FAIL

    for said in Verdict:
        event = changed(a.panel(a.spec(), a.sha("m"), *hearings, quorum=quorum), verdict=said)
        assert a.task(event, start=seated(a, quorum=quorum)).review.verdict is truth


def test_a_panel_that_cannot_have_a_verdict_cannot_have_happened(a: Nouns) -> None:
    """A silent seat that decides, or nobody at all."""
    silent = a.panel(a.spec(), a.sha("m"), a.hearing(seat="claude"), a.silent(seat="codex"), verdict=Verdict.PASS)

    for event in (silent, changed(silent, hearings=())):
        with pytest.raises(Impossible, match="no verdict"):
            a.task(event, start=seated(a))


@pytest.mark.parametrize("name", ["review-1", "review-2"])
def test_no_panel_answers_that_was_not_asked(a: Nouns, name: str) -> None:
    """Neither when none is at work, nor under another's name."""
    event = a.panel(a.spec(), a.sha("m"), a.hearing(), attempt=name)
    other = a.task(*a.built(a.spec()), a.started(a.spec(), a.sha("m"), "review-3"))

    for task in (a.task(*a.built(a.spec())), other):
        with pytest.raises(Impossible, match=name):
            a.task(event, start=task)


# A dismissal.


def dismissal(a: Nouns, name: str = "leak", material: str = "m") -> events.FindingDismissed:
    found = a.finding(name)
    return events.FindingDismissed(
        finding=name,
        fingerprint=found.fingerprint,
        path=found.path,
        code=a.sha("code"),
        material=a.sha(material),
        summary=found.summary,
        reason="it cannot happen",
    )


def failed(a: Nouns, *names: str) -> Task:
    spec = a.spec()
    found = (a.finding(each) for each in names or ("leak",))
    return a.task(*a.built(spec), a.started(spec, a.sha("m")), a.reviewed(spec, a.sha("m"), *found))


def test_the_last_dismissal_of_what_blocks_turns_the_verdict(a: Nouns) -> None:
    """And none before it."""
    one = a.task(dismissal(a), start=failed(a, "leak", "race"))
    both = a.task(dismissal(a, "race"), start=one)

    assert ([each.id for each in one.review.blockers], one.review.verdict) == (["race"], Verdict.FAIL)
    assert (both.review.blockers, both.review.verdict) == ((), Verdict.PASS)
    assert [(each.finding, each.reason, each.seq) for each in both.dismissals.values()] == [
        ("leak", "it cannot happen", one.entries),
        ("race", "it cannot happen", both.entries),
    ]


def test_a_dismissal_for_other_material_is_kept_and_turns_nothing(a: Nouns) -> None:
    """It counts when that material is reviewed."""
    task = a.task(dismissal(a, material="n"), start=failed(a))

    assert (task.review.verdict, task.review.dismissed) == (Verdict.FAIL, frozenset())
    assert [each.finding for each in task.dismissals.values()] == ["leak"]


def test_a_dismissed_finding_that_is_raised_again_does_not_count(a: Nouns) -> None:
    """Where the entry of the review says that its code was as it was."""
    spec, finding = a.spec(), a.finding()
    again = a.reviewed(spec, a.sha("n"), finding, attempt="review-2", dismissed=(finding.fingerprint,))
    task = a.task(a.started(spec, a.sha("n"), "review-2"), again, start=failed(a))

    assert (task.review.verdict, task.review.blockers) == (Verdict.PASS, ())


def test_dismissals_cannot_be_changed_from_outside(a: Nouns) -> None:
    """What is known is a value."""
    task = a.task(dismissal(a), start=failed(a))

    with pytest.raises(TypeError):
        task.dismissals["x"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        task.questioned["x"] = None  # type: ignore[index]


@pytest.mark.parametrize("ending", [events.Cancelled(reason="x"), None])
def test_nothing_is_dismissed_before_work_or_after_the_end(a: Nouns, ending: Event | None) -> None:
    """There is no review of a draft, and what is over is over."""
    task = a.task(ending, start=failed(a)) if ending else a.task(*a.approved(a.spec()))

    with pytest.raises(Impossible, match="FindingDismissed"):
        a.task(dismissal(a), start=task)

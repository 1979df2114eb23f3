"""A panel of reviewers: side by side on the same material, one dossier each, one verdict, and how they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.dossier import Finding, Severity
from scafld.core.policy import Panel, Policy, Review
from scafld.core.refusal import Cancelled
from scafld.core.task.events import PanelReviewed, ReviewFailed, ReviewStarted
from scafld.core.task.known import Status
from scafld.testing import (
    Kit,
    ScriptedReviewer,
    absent,
    commands,
    fails,
    malformed,
    mutating,
    passes,
    scripted,
    silent,
    stopped,
    workspace,
)
from scafld.testing.walks import ProcessDied, dies

if TYPE_CHECKING:
    from conftest import Hands

    from scafld.adapters.memory.reviewers import Answers

TASK = "add-cache"
VENDORS = {"claude": "anthropic", "codex": "openai", "gemini": "google"}
AGAIN = 'scafld review add-cache --force --reason "the last attempt gave no verdict"'


def seated(**answers: Answers) -> tuple[ScriptedReviewer, ...]:
    """Seats by name, each with its answer and its vendor."""
    return tuple(scripted([each], name=name, vendor=VENDORS[name]) for name, each in answers.items())


def in_review(*seats: ScriptedReviewer, quorum: int = 0) -> Kit:
    kit = workspace(
        files={"a.py": "x = 1\n", "b.py": "y = 1\n"},
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}),
        provider=seats,
        policy=Policy(review=Review(panel=Panel(quorum=quorum))),
    )
    kit.quick(TASK, title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.build(TASK)
    return kit


def finding(name: str, line: int) -> Finding:
    return Finding(
        id=name,
        summary=f"{name} is wrong",
        severity=Severity.HIGH,
        blocks_completion=True,
        path="a.py",
        line=line,
        evidence="it was seen",
        impact="it breaks",
        validation="run it",
    )


def test_disagreement_ends_in_fail_with_both_dossiers_to_be_seen(hands: Hands) -> None:
    """In the overview, the page for the next voice and the spec: who said what, and who holds which finding."""
    kit = in_review(*seated(claude=passes("Nothing stands against it."), codex=fails("leak")))

    view = kit.review(TASK)

    assert (view.review.standing, view.review.by, view.review.verdict) == ("failed", "panel", "fail")
    assert [(seat.seat, seat.verdict, seat.summary, seat.findings) for seat in view.review.seats] == [
        ("claude", "pass", "Nothing stands against it.", 0),
        ("codex", "fail", "Something was found.", 1),
    ]
    assert [(each.finding, each.seats) for each in view.review.raised] == [("leak", ("codex",))]
    event = hands.events(kit)[-1]
    assert isinstance(event, PanelReviewed)
    assert [heard.dossier.verdict for heard in event.hearings] == ["pass", "fail"]
    page, text = kit.handoff(TASK).handoff.text, hands.text(kit)
    assert "- claude: pass\n- codex: fail\n" in page
    assert "leak is wrong (codex)" in page
    assert "Panel: claude pass, codex fail" in text
    assert "Rule: any blocker fails" in text
    assert view.next == "scafld handoff add-cache"


def test_agreement_is_shown(hands: Hands) -> None:
    """The same thing under one name or at one place is told once, with both who hold it."""
    kit = in_review(*seated(claude=fails(finding("leak", 2)), codex=fails(finding("race", 3), finding("far", 90))))

    view = kit.review(TASK)

    assert [(each.finding, each.seats) for each in view.review.raised] == [
        ("leak", ("claude", "codex")),
        ("far", ("codex",)),
    ]
    assert view.review.blockers == 2


def test_all_pass_and_the_task_completes(hands: Hands) -> None:
    """On a review that authorises; it is counted as one."""
    kit = in_review(*seated(claude=passes(), codex=passes(), gemini=passes()))

    assert kit.review(TASK).next == "scafld complete add-cache"
    assert kit.complete(TASK).overview.status == Status.COMPLETED
    assert kit.report().review_passes.count == 1


def test_every_seat_is_asked_the_same() -> None:
    """One attempt, one packet, one set of terms."""
    seats = seated(claude=passes(), codex=passes())
    kit = in_review(*seats)
    kit.review(TASK)

    one, other = (seat.questions[0] for seat in seats)
    assert one == other


def test_the_panel_is_on_record_before_it_is_asked(hands: Hands) -> None:
    """Its seats, its rule and its lease."""
    kit = in_review(*seated(claude=passes(), codex=passes(), gemini=fails("leak")), quorum=2)

    view = kit.review(TASK)

    started = next(event for event in hands.events(kit) if isinstance(event, ReviewStarted))
    assert (started.provider, started.seats, started.quorum) == ("panel", ("claude", "codex", "gemini"), 2)
    assert (view.review.standing, view.review.quorum) == ("passed", 2)
    assert "Rule: 2 must pass" in hands.text(kit)


def test_whom_a_quorum_outvotes_is_seen_all_the_same(hands: Hands) -> None:
    """Its finding stands in every view, and is verified in the next round."""
    seats = seated(claude=passes(), codex=passes(), gemini=fails("leak"))
    kit = in_review(*seats, quorum=2)

    view = kit.review(TASK)

    assert (view.review.verdict, view.review.blockers) == ("pass", 1)
    assert [(each.finding, each.seats) for each in view.review.raised] == [("leak", ("gemini",))]
    assert "leak is wrong (gemini)" in kit.handoff(TASK).handoff.text
    kit.tree.append("a.py", "more\n")
    kit.build(TASK)
    for seat in seats:
        seat.answers = [passes()]
    kit.review(TASK)
    assert {str(seat.questions[-1].terms.mode) for seat in seats} == {"verify"}


# Seats that say nothing.


@pytest.mark.parametrize(("quorum", "standing"), [(0, "attempt_spent"), (1, "passed"), (2, "attempt_spent")])
def test_a_silent_seat_that_could_turn_it_leaves_no_verdict(hands: Hands, quorum: int, standing: str) -> None:
    """What the other said is shown; the material was sent, and is sent again for a reason only."""
    kit = in_review(*seated(claude=passes(), codex=silent()), quorum=quorum)

    view = kit.review(TASK)

    assert view.review.standing == standing
    if standing == "attempt_spent":
        assert [(seat.seat, seat.verdict) for seat in view.review.attempt.seats] == [("claude", "pass"), ("codex", "")]
        assert view.review.attempt.problem.startswith("codex: the reviewer was ended")
        assert hands.no(lambda: kit.review(TASK)).next == AGAIN


def test_a_seat_that_was_not_there_beside_one_that_worked_was_paid_for(hands: Hands) -> None:
    """The attempt is spent when any seat may have worked; free when none did."""
    some = in_review(*seated(claude=passes(), codex=absent()))
    none = in_review(*seated(claude=absent(), codex=absent()))

    assert some.review(TASK).review.standing == "attempt_spent"
    assert none.review(TASK).review.standing == "attempt_failed"
    assert none.status(TASK).next == "scafld review add-cache"


def test_a_blocker_fails_the_review_whoever_is_silent(hands: Hands) -> None:
    """Nobody waits for what could not save it."""
    kit = in_review(*seated(claude=fails("leak"), codex=malformed()))

    view = kit.review(TASK)

    assert view.review.standing == "failed"
    assert [(seat.verdict, seat.failure) for seat in view.review.seats] == [("fail", ""), ("", "invalid")]


# Seats that misbehave.


TOUCH: dict[str, tuple[Callable[[Kit], object], str]] = {
    "a file in scope": (lambda kit: kit.tree.append("a.py", "x"), "a.py"),
    "a file out of scope": (lambda kit: kit.tree.append("b.py", "x"), "b.py"),
    "a commit": (lambda kit: kit.tree.commit(), "HEAD"),
}


@pytest.mark.parametrize("what", TOUCH)
def test_one_seat_that_changes_something_fails_the_panel(hands: Hands, what: str) -> None:
    """Nobody knows which of them it was, and what they judged is not what stood there."""
    touch, name = TOUCH[what]
    first, second = seated(claude=passes(), codex=passes())
    kit = in_review(first, second)
    second.answers = [mutating(lambda _tree: touch(kit))]

    view = kit.review(TASK)

    event = hands.events(kit)[-1]
    assert isinstance(event, ReviewFailed)
    assert (event.changed, event.failure) == ((name,), "changed")
    assert [heard.dossier is not None for heard in event.hearings] == [True, True]
    assert view.review.attempt.changed == (name,)
    assert hands.no(lambda: kit.complete(TASK)).gate == "complete"


@pytest.mark.parametrize("at", [0, 1])
def test_a_panel_that_is_stopped_is_on_record(hands: Hands, at: int) -> None:
    """Whole."""
    answers = [passes(), passes()]
    answers[at] = stopped()
    kit = in_review(*seated(claude=answers[0], codex=answers[1]))

    with pytest.raises(Cancelled):
        kit.review(TASK)

    view = kit.status(TASK)
    assert (view.review.standing, view.next) == ("attempt_spent", AGAIN)
    assert not kit.presence.at_work


def test_a_panel_whose_process_died_is_not_asked_again_without_a_word(hands: Hands) -> None:
    """Some of its seats may have been paid for."""
    seats = seated(claude=passes(), codex=dies())
    kit = in_review(*seats)
    with pytest.raises(ProcessDied):
        kit.review(TASK)

    assert hands.no(lambda: kit.review(TASK)).next == kit.status(TASK).next == AGAIN
    for seat in seats:
        seat.answers = [passes()]
    assert kit.review(TASK, force=True, reason="it was killed").review.standing == "passed"


def test_a_quorum_of_more_than_there_are_never_passes(hands: Hands) -> None:
    """The configuration is wrong, and the gate stays closed."""
    kit = in_review(*seated(claude=passes(), codex=passes()), quorum=3)

    assert kit.review(TASK).review.verdict == "fail"

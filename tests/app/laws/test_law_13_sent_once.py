"""Law 13, and the money behind it. What a model may have worked on is not sent again while nothing of it moved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from scafld.app.ask import Reply
from scafld.core.evidence.hearing import UNSPENT, Failure
from scafld.core.names import TaskId
from scafld.core.refusal import Cancelled, Refusal
from scafld.core.task.events import ReviewStarted
from scafld.core.task.known import Status
from scafld.testing import Kit, fails, lazy, malformed, mutating, passes, silent, stopped
from scafld.testing.walks import ProcessDied, dies

if TYPE_CHECKING:
    from conftest import Hands

TASK = TaskId("add-cache")
SPENT = tuple(each for each in Failure if each not in UNSPENT)
AGAIN = 'scafld review add-cache --force --reason "the last attempt gave no verdict"'


def says_why(failure: Failure) -> Callable[..., Reply]:
    return lambda _question, _tree: Reply(problem=f"it was {failure}", failure=failure)


def asked(kit: Kit, *answers: object, **words: object) -> list[str]:
    """Ask for a review that is answered like this; the attempts that a question was asked for."""
    before = len(kit.reviewer.questions)
    kit.reviewer.answers = [*answers]
    with suppress(Cancelled, ProcessDied):
        kit.review(TASK, **words)
    return sorted({question.attempt for question in kit.reviewer.questions[before:]})


def refused(hands: Hands, kit: Kit) -> Refusal:
    """The refusal of another review; nobody is asked and nothing is written."""
    before, questions = kit.everything(), len(kit.reviewer.questions)
    kit.reviewer.answers = [passes()]
    no = hands.no(lambda: kit.review(TASK))
    assert kit.everything() == before
    assert len(kit.reviewer.questions) == questions
    return no


WORKED: dict[str, Callable[[], object]] = {
    "silent": silent,
    "invalid": malformed,
    "lazy": lazy,
    "stopped by hand": stopped,
    "its process died": dies,
    **{str(failure): (lambda failure=failure: says_why(failure)) for failure in SPENT},
}


@pytest.mark.parametrize("how", WORKED)
def test_what_a_model_may_have_worked_on_is_not_sent_again(hands: Hands, how: str) -> None:
    """However it ended. What comes next says so, and is accepted as it stands."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, WORKED[how]())

    assert refused(hands, kit).next == kit.status(TASK).next == AGAIN
    assert asked(kit, passes(), force=True, reason="the last attempt gave no verdict")
    assert kit.status(TASK).review.standing == "passed"
    started = [event for event in hands.events(kit) if isinstance(event, ReviewStarted)]
    assert [event.forced for event in started] == ["", "the last attempt gave no verdict"]


def test_one_that_changed_something_has_worked(hands: Hands) -> None:
    """What it changed is to be looked at first; nobody is asked again about the same without a word."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, mutating(lambda tree: tree.append("b.py", "x")))

    assert (refused(hands, kit).next, kit.status(TASK).next) == (AGAIN, "scafld handoff add-cache")
    assert asked(kit, passes(), force=True, reason="b.py was looked at")


@pytest.mark.parametrize("failure", sorted(UNSPENT))
def test_what_nobody_worked_on_is_sent_again_freely(hands: Hands, failure: Failure) -> None:
    """As often as it takes."""
    kit = hands.reach(Status.REVIEW)
    for _ in range(3):
        assert asked(kit, says_why(failure))
        assert kit.status(TASK).next == "scafld review add-cache"

    assert asked(kit, passes())
    assert kit.status(TASK).review.standing == "passed"


@pytest.mark.parametrize("then", [Failure.RATE_LIMITED, Failure.OUT_OF_TIME])
@pytest.mark.parametrize("how", ["silent", "its process died", "invalid"])
def test_what_moved_is_sent_without_a_word(hands: Hands, how: str, then: Failure) -> None:
    """It was never sent; and what was sent before is remembered when it is put back."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, WORKED[how]())
    before = kit.tree.files["a.py"]
    kit.tree.append("a.py", "more\n")

    assert kit.status(TASK).next == "scafld review add-cache"
    assert asked(kit, says_why(then))
    kit.tree.write("a.py", before)
    assert refused(hands, kit).next == AGAIN


def test_what_moved_outside_the_seal_is_the_same(hands: Hands) -> None:
    """A commit, and a file out of scope, are no new material."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, silent())
    kit.tree.append("b.py", "drift\n")
    kit.tree.commit()

    assert refused(hands, kit).next == AGAIN


def test_going_back_behind_a_verdict_is_no_way_round(hands: Hands) -> None:
    """Silent on one material, failed on the next: the first, put back, still has no answer."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, silent())
    before = kit.tree.files["a.py"]
    kit.tree.append("a.py", "more\n")
    asked(kit, fails("leak"))
    kit.tree.write("a.py", before)
    kit.build(TASK)

    assert refused(hands, kit).next == AGAIN


def test_a_rehearsal_is_no_answer(hands: Hands) -> None:
    """It frees nothing."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, silent())
    kit.review(TASK, provider="local", force=True, reason="rehearse")

    assert refused(hands, kit).next == AGAIN


def test_a_person_may_step_in(hands: Hands) -> None:
    """Nothing is paid for it."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, dies())

    assert kit.review_by_human(TASK, reason="it was read").next == "scafld complete add-cache"


def test_one_that_is_at_work_is_waited_for(hands: Hands) -> None:
    """Force or not; who gives it up has still sent it."""
    kit = hands.reach(Status.REVIEW)
    asked(kit, dies())
    kit.presence.at_work.add(TASK)

    for words in ({}, {"force": True, "reason": "x"}):
        assert hands.no(lambda words=words: kit.review(TASK, **words)).next == "scafld review add-cache --abandon"
    kit.abandon_review(TASK)
    kit.presence.at_work.clear()
    assert refused(hands, kit).next == AGAIN

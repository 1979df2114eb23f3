"""`harden` by a model: it questions a draft, changes nothing, and what it wants is on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.names import TaskId
from scafld.core.refusal import Cancelled, Misused, Unavailable
from scafld.core.task.events import Hardened, HardenFailed, HardenStarted
from scafld.core.task.known import Status
from scafld.core.task.standing import harden_again
from scafld.testing import (
    Kit,
    Life,
    absent,
    asks_for,
    keeps,
    lives,
    malformed,
    mends,
    mutating,
    passes,
    proposes,
    silent,
    stopped,
)
from scafld.testing.walks import ProcessDied, dies

if TYPE_CHECKING:
    from conftest import Hands

    from scafld.adapters.memory.reviewers import Answers
    from scafld.app.given import Questioned

TASK = TaskId("add-cache")
AGAIN = harden_again(TASK, "scripted")


def questioned(kit: Kit, answer: Answers, **words: object) -> Questioned:
    kit.reviewer.answers = [answer]
    return kit.harden_by_model(TASK, **words)


def test_a_model_passes_a_draft(hands: Hands) -> None:
    """On the draft as it was sent; what it said stands in the spec, and the draft is no more approved than before."""
    kit = hands.reach(Status.DRAFT)

    done = questioned(kit, keeps())

    assert (done.passed, done.round, done.prompt) == (True, "round-1", "")
    assert (done.overview.harden, done.overview.next) == ("passed", "scafld approve add-cache")
    assert (done.overview.status, done.overview.contract.approved) == (Status.DRAFT, None)
    assert "### round-1" in hands.text(kit)
    assert kit.approve(TASK).harden == "passed"


def test_a_model_asks_for_another_draft(hands: Hands) -> None:
    """That is an answer: what it wants is told, and the changed draft is questioned anew without a word."""
    kit = hands.reach(Status.DRAFT)

    done = questioned(kit, asks_for("name the file"))

    assert (done.passed, done.overview.harden) == (False, "needs_revision")
    assert done.overview.hardening.wanted == ("edit: name the file",)
    assert done.overview.next == "scafld handoff add-cache"
    assert "- edit: name the file\n" in kit.handoff(TASK).handoff.text
    assert hands.no(lambda: questioned(kit, keeps())).blockers == ("edit: name the file",)
    hands.reword(kit)
    assert kit.status(TASK).next == "scafld harden add-cache"
    assert questioned(kit, keeps()).overview.harden == "passed"


def test_a_draft_that_changes_after_it_passed_is_stale(hands: Hands) -> None:
    """What the model said holds for the words that it read."""
    kit = hands.reach(Status.DRAFT)
    questioned(kit, keeps())

    hands.reword(kit)

    assert kit.status(TASK).harden == "stale"
    no = hands.no(lambda: kit.approve(TASK))
    assert no.blockers == ("round-1 passed on another draft than this",)
    assert kit.approve(TASK, reason="only the title").harden == "overridden"


def test_the_model_is_sent_the_draft_and_its_terms(hands: Hands) -> None:
    """Under the name of the round."""
    kit = hands.reach(Status.DRAFT)
    before = kit.harden_context(TASK)

    questioned(kit, keeps())

    (question,) = kit.reviewer.questions
    assert (question.task, question.attempt, question.prompt) == (TASK, "round-1", before.text)
    assert (question.terms.subject, question.terms.tool) == ("harden", "submit_harden")
    started = next(event for event in hands.events(kit) if isinstance(event, HardenStarted))
    assert started.packet == before.digest


def test_what_would_be_sent_can_be_seen(hands: Hands) -> None:
    """Writing nothing and asking nobody."""
    kit = hands.reach(Status.DRAFT)
    before = kit.everything()

    assert kit.harden_context(TASK) == kit.harden_context(TASK)
    assert (kit.everything(), kit.reviewer.questions) == (before, [])


# Answers that are none.


def test_a_citation_that_does_not_hold_is_to_be_mended(hands: Hands) -> None:
    """Once, and all that is wrong is said at once."""
    kit = hands.reach(Status.DRAFT)

    done = questioned(kit, mends(keeps("code:nowhere.py:1"), keeps()))

    assert (done.passed, done.overview.hardening.seat.repaired) == (True, True)
    first, second = kit.reviewer.questions
    assert first.attempt == second.attempt == "round-1"
    assert second.prompt.count("code:nowhere.py:1 names no file that is there") == 6


BAD: dict[str, tuple[Callable[[], Answers], str, int]] = {
    "no dossier": (malformed, "not one JSON object", 2),
    "a dossier on something else": (passes, "was not accepted", 2),
    "a line that is not there": (lambda: keeps("code:a.py:99"), "names line 99 of 1", 2),
    "silence": (silent, "was ended", 1),
}


@pytest.mark.parametrize("how", BAD)
def test_a_round_without_an_answer_is_on_record(hands: Hands, how: str) -> None:
    """With the reason. The draft was sent: it is sent again for a reason only."""
    answer, words, questions = BAD[how]
    kit = hands.reach(Status.DRAFT)

    done = questioned(kit, answer())

    assert isinstance(hands.events(kit)[-1], HardenFailed)
    assert (done.passed, done.overview.harden, done.overview.next) == (False, "failed", AGAIN)
    assert words in done.overview.hardening.problem
    assert len(kit.reviewer.questions) == questions
    assert hands.no(lambda: questioned(kit, keeps())).next == AGAIN
    assert questioned(kit, keeps(), force=True, reason="once more").passed


def test_a_model_that_is_not_there_costs_nothing(hands: Hands) -> None:
    """It is asked again freely."""
    kit = hands.reach(Status.DRAFT)

    assert questioned(kit, absent()).overview.next == "scafld harden add-cache"
    assert questioned(kit, keeps()).passed


TOUCH: dict[str, tuple[Callable[[Kit], object], str]] = {
    "a file": (lambda kit: kit.tree.append("a.py", "x"), "a.py"),
    "a commit": (lambda kit: kit.tree.commit(), "HEAD"),
    "the draft itself": (
        lambda kit: kit.specs.edit(TASK, lambda text: text.replace("# Add a cache", "# Add nothing", 1)),
        ".scafld/specs/drafts/add-cache.md",
    ),
    "another draft": (
        lambda kit: kit.specs.edit(TaskId("other"), lambda text: text + "\n"),
        ".scafld/specs/drafts/other.md",
    ),
}


@pytest.mark.parametrize("answer", [keeps, malformed, silent, absent])
@pytest.mark.parametrize("what", TOUCH)
def test_a_model_that_changes_something_fails(hands: Hands, what: str, answer: Callable[[], Answers]) -> None:
    """Whatever it answers; what changed is on record, and it counts as sent."""
    touch, name = TOUCH[what]
    kit = hands.reach(Status.DRAFT)
    kit.plan("other", title="Other", command="check beta")

    done = questioned(kit, mutating(lambda _tree: touch(kit), answer()))

    event = hands.events(kit)[-1]
    assert isinstance(event, HardenFailed)
    assert event.changed == (name,)
    assert (done.passed, done.overview.harden) == (False, "failed")
    assert f"this changed: {name}" in done.overview.hardening.problem
    assert kit.memory(TASK).task.round.spent


# One at a time.


def test_a_model_cannot_use_scafld_on_its_draft(hands: Hands) -> None:
    """It is leased to it: no second round, and who gives it up or approves the draft makes its answer void."""
    kit = hands.reach(Status.DRAFT)
    said = []

    def try_everything(_tree: object) -> None:
        for verb in (
            lambda: kit.harden(TASK),
            lambda: kit.harden(TASK, mark_passed=True),
            lambda: kit.harden_by_model(TASK, force=True, reason="x"),
            lambda: kit.approve(TASK),
        ):
            said.append(hands.no(verb).gate)

    assert questioned(kit, mutating(try_everything, keeps())).passed
    assert said == ["harden", "harden", "harden", "approve"]


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [
        (lambda kit: kit.harden(TASK, abandon=True), "round-1 was given up"),
        (lambda kit: kit.approve(TASK, reason="it is plain"), "the draft was approved"),
        (lambda kit: kit.cancel(TASK, reason="not wanted"), "the draft was cancelled"),
    ],
)
def test_what_is_settled_meanwhile_makes_the_answer_void(
    hands: Hands, meanwhile: Callable[[Kit], object], words: str
) -> None:
    """It is refused, not recorded."""
    kit = hands.reach(Status.DRAFT)

    no = hands.no(lambda: questioned(kit, mutating(lambda _tree: meanwhile(kit), keeps())))

    assert no.reason.startswith(words)
    assert no.reason.endswith("its answer is void")
    assert not any(isinstance(event, Hardened) for event in hands.events(kit))
    assert not kit.presence.at_work


def test_a_round_that_is_stopped_is_on_record(hands: Hands) -> None:
    """Nobody is seen at work any more."""
    kit = hands.reach(Status.DRAFT)

    with pytest.raises(Cancelled):
        questioned(kit, stopped())

    assert kit.status(TASK).hardening.problem == "was cancelled"
    assert kit.status(TASK).next == AGAIN
    assert not kit.presence.at_work


def died(hands: Hands) -> Kit:
    kit = hands.reach(Status.DRAFT)
    with pytest.raises(ProcessDied):
        questioned(kit, dies())
    return kit


def test_a_process_that_died_holds_no_draft(hands: Hands) -> None:
    """What comes next is said, and goes on."""
    kit = died(hands)

    assert (kit.status(TASK).harden, kit.status(TASK).next) == ("failed", AGAIN)
    assert kit.status(TASK).hardening.problem == "the model never came back"
    assert hands.no(lambda: questioned(kit, keeps())).next == AGAIN
    assert questioned(kit, keeps(), force=True, reason="it was killed").round == "round-2"


def test_somebody_may_answer_by_hand_instead(hands: Hands) -> None:
    """A round by hand follows one whose model is gone."""
    kit = died(hands)

    opened = kit.harden(TASK)

    assert (opened.round, opened.created) == ("round-2", True)
    assert kit.status(TASK).next == "scafld harden add-cache"


def test_one_that_is_at_work_is_waited_for(hands: Hands) -> None:
    """Until its lease ends, or somebody gives it up."""
    kit = died(hands)
    kit.presence.at_work.add(TASK)

    assert (kit.status(TASK).harden, kit.status(TASK).next) == ("in_progress", "scafld status add-cache")
    assert hands.no(lambda: kit.harden(TASK)).next == "scafld harden add-cache --abandon"
    kit.clock.advance(86_400)
    assert kit.status(TASK).harden == "failed"
    with pytest.raises(Unavailable, match="at work"):
        questioned(kit, keeps(), force=True, reason="its time is over")


def test_a_round_by_hand_comes_before_a_model(hands: Hands) -> None:
    """It is answered or given up first, and giving it up costs nothing."""
    kit = hands.reach(Status.DRAFT)
    kit.harden(TASK)

    assert hands.no(lambda: questioned(kit, keeps())).next == "scafld harden add-cache --abandon"
    assert kit.harden(TASK, abandon=True, reason="a model may answer").overview.harden == "failed"
    assert questioned(kit, keeps()).passed


# Words that are wrong, and whoever is asked.


def test_force_needs_a_reason(hands: Hands) -> None:
    """Nobody is asked without it."""
    kit = hands.reach(Status.DRAFT)

    with pytest.raises(Misused):
        questioned(kit, keeps(), force=True, reason=" ")
    assert kit.reviewer.questions == []


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.DRAFT])
def test_only_drafts_are_questioned(hands: Hands, status: Status) -> None:
    """Nobody is asked about what is settled."""
    kit = hands.reach(status)
    asked = len(kit.reviewer.questions)

    assert hands.no(lambda: questioned(kit, keeps())).gate == "harden"
    assert len(kit.reviewer.questions) == asked


def test_a_proposal_is_no_answer_to_a_draft(hands: Hands) -> None:
    """Each subject has its own."""
    kit = hands.reach(Status.DRAFT)

    assert questioned(kit, proposes("check beta")).overview.hardening.seat.failure == "invalid"


@given(lives())
def test_no_life_is_hardened_by_what_was_not_handed_in(life: Life) -> None:
    """Each round of a model ends once, in what it handed in or in a failure, on the draft that it was sent."""
    for row in life.kit.list(every=True):
        told = [entry.event for entry in life.kit.ledgers.entries(TaskId(row.task_id))]
        sent = {event.round: event.contract for event in told if isinstance(event, HardenStarted)}
        ended = [event for event in told if isinstance(event, (Hardened, HardenFailed))]
        assert len({event.round for event in ended}) == len(ended)
        assert all(event.round in sent for event in ended)
        assert all(event.contract == sent[event.round] for event in ended if isinstance(event, Hardened))

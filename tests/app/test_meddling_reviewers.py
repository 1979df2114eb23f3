"""A reviewer that meddles with what is on record gains nothing by it: its attempt fails, or its answer is void."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.app.ask import Pulse, Question, Reply
from scafld.app.journal import Memory, Stamp
from scafld.core.evidence.dossier import Verdict
from scafld.core.names import Actor, ActorKind, TaskId
from scafld.core.refusal import Cancelled, Malformed, Unavailable
from scafld.core.task.events import (
    Completed,
    Event,
    HumanReviewed,
    ReviewAbandoned,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
)
from scafld.core.task.known import Status, Task
from scafld.core.value import changed
from scafld.testing import Kit, fails, mutating, passes, stopped

if TYPE_CHECKING:
    from conftest import Hands

TASK = TaskId("add-cache")
LEDGER = ".scafld/runs/add-cache/session.json"
Forge = Callable[[Kit], object]


def append(kit: Kit, *events: Event) -> None:
    """Write entries behind the ledger, sealed as scafld seals them."""
    stamp = Stamp(actor=Actor(kind=ActorKind.HUMAN, name="nobody"), at=kit.clock())
    memory: Memory = kit.memory(TASK)
    kit.ledgers.append(TASK, memory, stamp, events)


def verdict(kit: Kit) -> Event:
    """The verdict of the attempt that runs, as its process would put it on record."""
    task: Task = kit.memory(TASK).task
    found = kit.reviewer.questions[-1]
    dossier = found_dossier(passes()(found, kit.tree))
    assert task.attempt is not None
    return Reviewed(
        attempt=task.attempt.id,
        provider="scripted",
        verdict=Verdict.PASS,
        authorises=True,
        contract=task.attempt.contract,
        material=task.attempt.material,
        dossier=dossier,
    )


def found_dossier(reply: Reply):
    from scafld.adapters.codec.answers import read_dossier

    return read_dossier(reply.answer)


def given_up(kit: Kit) -> Event:
    attempt = kit.memory(TASK).task.attempt
    return ReviewAbandoned(attempt=attempt.id, reason="x")


def by_hand(kit: Kit) -> Event:
    attempt = kit.memory(TASK).task.attempt
    return HumanReviewed(reason="x", contract=attempt.contract, material=attempt.material)


def failed(kit: Kit) -> Event:
    return ReviewFailed(attempt=kit.memory(TASK).task.attempt.id, reason="x", failure="crashed")


def cut(kit: Kit) -> None:
    """Take the last step of the ledger away, and close it again."""
    steps = kit.ledgers.entries(TASK)
    last = next(at for at in range(len(steps) - 2, -1, -1) if steps[at].step_end == at + 1)
    kit.ledgers.tamper(TASK, lambda text: b"\n".join(text.split(b"\n")[: last + 2]).removesuffix(b",") + b"\n]}\n")


FORGERIES: dict[str, tuple[Forge, str]] = {
    "a verdict": (lambda kit: append(kit, verdict(kit)), "a verdict that nobody gave"),
    "a failure": (lambda kit: append(kit, failed(kit)), "that was none"),
    "a person's word": (lambda kit: append(kit, given_up(kit), by_hand(kit)), "a verdict that nobody gave"),
    "another attempt's verdict": (
        lambda kit: append(kit, given_up(kit), *another(kit)),
        "a verdict that nobody gave",
    ),
}


def another(kit: Kit) -> tuple[Event, ...]:
    """A whole attempt that passes."""
    began = next(each.event for each in reversed(kit.ledgers.entries(TASK)) if isinstance(each.event, ReviewStarted))
    return changed(began, attempt="review-99"), changed(verdict(kit), attempt="review-99")


@pytest.mark.parametrize("answer", [passes, fails])
@pytest.mark.parametrize("what", FORGERIES)
def test_a_ledger_that_was_written_to_is_not_believed(hands: Hands, what: str, answer: Callable[[], object]) -> None:
    """Sealed as it should be, and all the same no verdict: nobody but the process that asks gives one meanwhile. The
    attempt is on record, behind what was forged; what it was sent is not sent again without a word."""
    kit = hands.reach(Status.REVIEW)
    forge, words = FORGERIES[what]
    kit.reviewer.answers = [mutating(lambda _tree: forge(kit), answer())]

    view = kit.review(TASK)

    assert view.review.standing in ("attempt_failed", "attempt_spent")
    assert words in view.review.attempt.problem
    assert view.review.attempt.changed[0] == LEDGER
    assert view.next_action.action == "undo_changes"
    assert hands.no(lambda: kit.complete(TASK)).gate == "complete"
    assert "--force" in hands.no(lambda: kit.review(TASK)).next


@pytest.mark.parametrize("answer", [passes, fails])
def test_a_ledger_that_was_cut_back_is_refused_by_name(hands: Hands, answer: Callable[[], object]) -> None:
    """Nothing is put on record behind what the reviewer left of it, until a person takes it as it stands."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [mutating(lambda _tree: cut(kit), answer()), passes()]

    no = hands.no(lambda: kit.review(TASK))

    assert (no.gate, no.next) == ("ledger", "scafld doctor")
    assert "it was cut back" in no.reason
    assert hands.no(lambda: kit.review(TASK)).gate == hands.no(lambda: kit.complete(TASK)).gate == "ledger"
    kit.accept_ledger(TASK, reason="the reviewer did it")
    assert kit.review(TASK).review.standing == "passed"


def test_a_forged_end_is_refused_by_name(hands: Hands) -> None:
    """Nothing can be put on record behind it; who looks at the ledger is told."""
    kit = hands.reach(Status.REVIEW)

    def complete(_tree: object) -> None:
        said = verdict(kit)
        append(kit, said, Completed(contract=said.contract, material=said.material))

    kit.reviewer.answers = [mutating(complete)]

    no = hands.no(lambda: kit.review(TASK))

    assert (no.gate, no.next) == ("ledger", "scafld doctor")
    assert "a verdict that nobody gave" in no.reason


def test_a_lease_that_was_given_up_by_command_is_no_forgery(hands: Hands) -> None:
    """The answer is void, and no more is said."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [mutating(lambda _tree: kit.abandon_review(TASK))]

    no = hands.no(lambda: kit.review(TASK))

    assert "void" in no.reason
    assert [type(each) for each in hands.events(kit)[-2:]] == [ReviewStarted, ReviewAbandoned]


def test_a_reviewer_gives_its_lease_up_and_takes_a_persons_place(hands: Hands) -> None:
    """It cannot: until the process that asks it is gone, nobody else gives a verdict."""
    kit = hands.reach(Status.REVIEW)
    met: list[str] = []

    def usurp(_tree: object) -> None:
        kit.abandon_review(TASK)
        for act in (lambda: kit.review_by_human(TASK, reason="x"), lambda: kit.review(TASK, force=True, reason="x")):
            with pytest.raises(Unavailable, match="somebody is at work") as told:
                act()
            met.append(told.value.next)

    kit.reviewer.answers = [mutating(usurp)]

    assert "void" in hands.no(lambda: kit.review(TASK)).reason
    assert met == ["scafld status add-cache"] * 2
    assert hands.no(lambda: kit.complete(TASK)).gate == "complete"


def test_a_model_is_ended_once_its_lease_was_given_up(hands: Hands) -> None:
    """At its next sign of life."""
    kit = hands.reach(Status.REVIEW)
    lived: list[str] = []

    def ask(question: Question, watch: Callable[[Pulse], None]) -> Reply:
        watch(Pulse(provider="slow", elapsed_ms=1, output_bytes=0))
        lived.append("before")
        kit.abandon_review(TASK)
        watch(Pulse(provider="slow", elapsed_ms=2, output_bytes=0))
        lived.append("after")
        return Reply()

    kit.reviewer.provider = lambda _tree: changed(real, ask=ask)
    real = type(kit.reviewer).provider(kit.reviewer, kit.tree)

    assert "void" in hands.no(lambda: kit.review(TASK)).reason
    assert lived == ["before"]


def test_findings_are_not_dismissed_while_a_reviewer_is_at_work(hands: Hands) -> None:
    """A second reviewer cannot take away what the first one found."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [fails("broken")]
    kit.review(TASK)
    kit.tree.append("a.py", "more\n")
    kit.build(TASK)
    said = []
    dismiss = lambda _tree: said.append(hands.no(lambda: kit.dismiss(TASK, "broken", reason="x")).reason)  # noqa: E731
    kit.reviewer.answers = [mutating(dismiss, fails("broken"))]

    assert kit.review(TASK).review.standing == "failed"
    assert said == ["a reviewer is at work; what it finds is not known yet"]


def test_what_it_changed_is_on_record_also_when_it_is_stopped(hands: Hands) -> None:
    """Somebody presses Ctrl-C when they see it."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [mutating(lambda tree: tree.append("b.py", "x"), stopped())]

    with pytest.raises(Cancelled):
        kit.review(TASK)

    assert kit.status(TASK).review.attempt.changed == ("b.py",)


def test_a_spec_that_was_taken_away_is_put_back(hands: Hands) -> None:
    """As it was, showing that the attempt failed and by what."""
    kit = hands.reach(Status.REVIEW)
    before = kit.show(TASK)
    kit.reviewer.answers = [mutating(lambda _tree: kit.specs.texts.clear())]

    view = kit.review(TASK)

    assert view.review.attempt.changed == (LEDGER.replace("runs", "specs/active").replace("/session.json", ".md"),)
    assert kit.show(TASK).spec.digest == before.spec.digest
    assert "the reviewer changed" in kit.show(TASK).text
    assert kit.doctor().well


def test_an_attempt_is_on_record_whatever_became_of_the_spec(hands: Hands) -> None:
    """A spec that cannot be read is named, and stays as it is."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [mutating(lambda _tree: kit.specs.edit(TASK, lambda _text: "nothing like a spec"))]

    view = kit.review(TASK)

    assert view.review.attempt.failure == "changed"
    assert kit.specs.texts["active/add-cache.md"] == "nothing like a spec"
    with pytest.raises(Malformed):
        kit.show(TASK) and kit.complete(TASK)

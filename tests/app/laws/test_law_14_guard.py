"""Law 14. A reviewer that changes the workspace, the spec included, fails the review, also when it fails otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.names import TaskId
from scafld.core.refusal import Cancelled, Damaged
from scafld.core.task.events import ReviewFailed
from scafld.core.task.known import Status
from scafld.testing import Kit, absent, fails, lazy, malformed, mutating, passes, silent, stopped

if TYPE_CHECKING:
    from conftest import Hands

TASK = TaskId("add-cache")
TOUCH: dict[str, tuple[Callable[[Kit], object], tuple[str, ...]]] = {
    "a file in scope": (lambda kit: kit.tree.append("a.py", "x"), ("a.py",)),
    "a file out of scope": (lambda kit: kit.tree.append("b.py", "x"), ("b.py",)),
    "a new file": (lambda kit: kit.tree.write("notes.txt", "x"), ("notes.txt",)),
    "a file taken away": (lambda kit: "b.py" in kit.tree.files and kit.tree.delete("b.py"), ("b.py",)),
    "a mode": (lambda kit: kit.tree.write("b.py", "y = 1\n", executable=True), ("b.py",)),
    "a commit": (lambda kit: kit.tree.commit(), ("HEAD",)),
    "the spec": (
        lambda kit: kit.specs.edit(TASK, lambda text: text.replace("check alpha", "check beta")),
        (".scafld/specs/active/add-cache.md",),
    ),
    "what the spec shows": (
        lambda kit: kit.specs.edit(TASK, lambda text: text + "\n## Review\n\nVerdict: pass\n"),
        (".scafld/specs/active/add-cache.md",),
    ),
}
ANSWERS = {"passes": passes, "fails": fails, "malformed": malformed, "silent": silent, "lazy": lazy, "absent": absent}


def reviewed(hands: Hands, touch: Callable[[Kit], object], answer: str) -> Kit:
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [mutating(lambda _tree: touch(kit), ANSWERS[answer]())]
    kit.review(TASK)
    return kit


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("what", TOUCH)
def test_a_reviewer_that_changes_something_fails(hands: Hands, what: str, answer: str) -> None:
    """Whatever it answers; what it changed is on record, and nothing completes."""
    touch, paths = TOUCH[what]

    kit = reviewed(hands, touch, answer)

    event = hands.events(kit)[-1]
    assert isinstance(event, ReviewFailed)
    assert set(event.changed) == set(paths)
    assert kit.memory(TASK).task.review is None
    assert hands.no(lambda: kit.complete(TASK)).gate == "complete"


@pytest.mark.parametrize("what", [what for what in TOUCH if "spec" not in what])
def test_what_it_changed_is_looked_at_before_another_is_asked(hands: Hands, what: str) -> None:
    """Else the next reviewer would judge what the last one put there. The command after that is named, too."""
    touch, paths = TOUCH[what]

    action = reviewed(hands, touch, "passes").status(TASK).next_action

    assert (action.action, action.command) == ("undo_changes", f"scafld handoff {TASK}")
    assert all(path in action.reason for path in paths)
    assert action.then.startswith(f"scafld review {TASK}")


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_reviewer_that_changes_nothing_is_heard(hands: Hands, answer: str) -> None:
    """So that the test above fails for the change."""
    kit = reviewed(hands, lambda _kit: None, answer)

    event = hands.events(kit)[-1]

    assert getattr(event, "changed", ()) == ()
    assert (kit.status(TASK).review.standing == "passed") is (answer == "passes")


def test_a_reviewer_that_puts_everything_back_changed_nothing(hands: Hands) -> None:
    """Only what is left counts."""

    def there_and_back(kit: Kit) -> None:
        old = kit.tree.files["a.py"]
        kit.tree.append("a.py", "x")
        kit.tree.write("a.py", old)

    assert reviewed(hands, there_and_back, "passes").status(TASK).review.standing == "passed"


def test_a_reviewer_that_forges_the_ledger_is_found_out(hands: Hands) -> None:
    """By the chain; its verdict is not recorded."""
    kit = hands.reach(Status.REVIEW)
    forge = lambda _tree: kit.ledgers.tamper(TASK, lambda text: text.replace(b"somebody", b"everybody", 1))  # noqa: E731
    kit.reviewer.answers = [mutating(forge)]

    with pytest.raises(Damaged, match="entry-1"):
        kit.review(TASK)
    with pytest.raises(Damaged):
        kit.complete(TASK)


def test_a_reviewer_cannot_use_scafld_meanwhile(hands: Hands) -> None:
    """Its task is leased to it: nobody builds, approves or passes it; who gives the lease up voids the answer."""
    kit = hands.reach(Status.REVIEW)
    refused = []

    def try_everything(_tree: object) -> None:
        for verb in (
            lambda: kit.build(TASK),
            lambda: kit.approve(TASK, reason="x"),
            lambda: kit.review(TASK),
            lambda: kit.review_by_human(TASK, reason="x"),
            lambda: kit.complete(TASK),
        ):
            refused.append(hands.no(verb).gate)

    kit.reviewer.answers = [mutating(try_everything)]
    assert kit.review(TASK).review.standing == "passed"
    assert len(refused) == 5
    kit.tree.append("a.py", "more\n")
    kit.build(TASK)
    kit.reviewer.answers = [mutating(lambda _tree: kit.abandon_review(TASK))]

    assert "void" in hands.no(lambda: kit.review(TASK)).reason


def test_a_review_that_is_stopped_is_on_record(hands: Hands) -> None:
    """The gate is free again for whoever says why: a model may have worked on this material."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [stopped()]

    with pytest.raises(Cancelled):
        kit.review(TASK)

    assert kit.status(TASK).review.attempt.problem == "was cancelled"
    assert not kit.presence.at_work
    kit.reviewer.answers = [passes()]
    assert kit.review(TASK, force=True, reason="it was stopped by hand").review.standing == "passed"

"""Workspaces to act on: one task, `add-cache`, whose criterion `check alpha` wants the word alpha in `a.py`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scafld.core.contract.spec import Profile
from scafld.core.names import TaskId
from scafld.core.refusal import Refusal, Refused
from scafld.core.task.known import Status
from scafld.testing import Act, Kit, governed, passes, play

TASK = "add-cache"


def reach(status: Status | str) -> Kit:
    """A workspace whose task has this status; `passed` is one in review that passed it."""
    kit = governed()
    kit.plan(TASK, title="Add a cache", command="check alpha", files=("a.py",), profile=Profile.LIGHT)
    for act in _WAYS[status]:
        told = play(kit, Act(name=act, task=TASK, detail=_DETAILS.get(act, "")))
        assert told.accepted, (act, told)
    return kit


_WORK = ("approve", "build", "work", "build")
_WAYS: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (),
    Status.APPROVED: ("approve",),
    Status.ACTIVE: ("approve", "build"),
    Status.BLOCKED: ("approve", "build", "build"),
    Status.REVIEW: _WORK,
    "passed": (*_WORK, "review"),
    Status.COMPLETED: (*_WORK, "review", "complete"),
    Status.FAILED: ("approve", "build", "fail"),
    Status.CANCELLED: ("cancel",),
}
_DETAILS = {"work": "alpha", "review": "passes"}


class Hands:
    """What a test does with a workspace, in one word each."""

    task = TASK

    @staticmethod
    def reach(status: Status | str) -> Kit:
        return reach(status)

    @staticmethod
    def planned(text: str, *, task: str = TASK) -> Kit:
        """A workspace whose draft has this text."""
        kit = governed()
        kit.plan(task, title="Say it", command="check alpha", profile=Profile.LIGHT)
        kit.specs.edit(TaskId(task), lambda _text: text)
        return kit

    @staticmethod
    def reword(kit: Kit, *, task: str = TASK) -> None:
        """A person changes the contract."""
        kit.specs.edit(TaskId(task), lambda text: text.replace("# Add a cache", "# Add a small cache", 1))

    @staticmethod
    def text(kit: Kit, *, task: str = TASK) -> str:
        return kit.show(task).text

    @staticmethod
    def no(call: Callable[[], object]) -> Refusal:
        """The refusal that a call meets."""
        with pytest.raises(Refused) as caught:
            call()
        return caught.value.refusal

    @staticmethod
    def events(kit: Kit, *, task: str = TASK) -> list[object]:
        """Everything on record, in its order."""
        return [entry.event for entry in kit.ledgers.entries(TaskId(task))]

    @staticmethod
    def pass_review(kit: Kit, *, task: str = TASK) -> None:
        kit.reviewer.answers = [passes()]
        assert kit.review(task).review.standing == "passed"


@pytest.fixture
def hands() -> Hands:
    """`hands.reach(Status.REVIEW)` and so on."""
    return Hands()

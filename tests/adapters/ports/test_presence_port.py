"""What every Presence tells, on disk and in memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from scafld.adapters.files.presence import Presence
from scafld.adapters.memory.attendance import MemoryPresence
from scafld.core.names import TaskId, task_id
from scafld.core.refusal import Unavailable

TASK, OTHER = task_id("add-cache"), task_id("add-cache.review")


class Port(Protocol):
    """What is under test."""

    def attend(self, task_id: TaskId) -> AbstractContextManager[None]: ...

    def attended(self, task_id: TaskId) -> bool: ...


PRESENCES: dict[str, Callable[[Path], Port]] = {
    "files": lambda folder: Presence(scafld_dir=str(folder / ".scafld"), what="review", patience_s=0.1),
    "memory": lambda folder: MemoryPresence(what="review"),
}


@pytest.fixture(params=sorted(PRESENCES))
def presence(request: pytest.FixtureRequest, tmp_path: Path) -> Port:
    """Each adapter in turn, with nobody at work."""
    return PRESENCES[request.param](tmp_path)


def test_who_is_at_work_is_so_for_as_long_as_the_block_runs(presence: Port) -> None:
    """Not before, not after, and again when somebody comes again."""
    seen = [presence.attended(TASK)]

    for _ in range(2):
        with presence.attend(TASK):
            seen += [presence.attended(TASK), presence.attended(TASK)]
        seen += [presence.attended(TASK)]

    assert seen == [False, True, True, False, True, True, False]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_work_that_ends_badly_has_ended(presence: Port, error: type[BaseException]) -> None:
    """Also when it was interrupted."""
    with pytest.raises(error), presence.attend(TASK):
        raise error

    assert presence.attended(TASK) is False


def test_the_second_is_told_who_is_there(presence: Port) -> None:
    """And what can be done; the first is at work still, and the second left nothing behind."""
    words = "somebody is at work on add-cache already: scafld review"
    with presence.attend(TASK):
        with pytest.raises(Unavailable, match=words) as told, presence.attend(TASK):
            raise AssertionError("two are at work")
        still = presence.attended(TASK)

    assert told.value.next == "scafld status add-cache"
    assert still is True
    assert presence.attended(TASK) is False


def test_tasks_have_nothing_to_do_with_each_other(presence: Port) -> None:
    """Not even those whose ids begin alike."""
    with ExitStack() as work:
        work.enter_context(presence.attend(TASK))
        alone = (presence.attended(TASK), presence.attended(OTHER))
        work.enter_context(presence.attend(OTHER))
        both = (presence.attended(TASK), presence.attended(OTHER))

    assert (alone, both) == ((True, False), (True, True))

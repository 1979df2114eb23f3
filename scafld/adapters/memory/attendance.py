"""Who is at work on which task, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scafld.core.names import TaskId
from scafld.core.refusal import Unavailable


class MemoryPresence:
    """`at_work`: the tasks that somebody is at work on. Taking one out is what a killed process looks like."""

    def __init__(self, what: str = "review") -> None:
        self.what = what
        self.at_work: set[TaskId] = set()

    @contextmanager
    def attend(self, task_id: TaskId) -> Iterator[None]:
        if task_id in self.at_work:
            reason = f"somebody is at work on {task_id} already: scafld {self.what}"
            raise Unavailable(reason, next=f"scafld status {task_id}")
        self.at_work.add(task_id)
        try:
            yield
        finally:
            self.at_work.discard(task_id)

    def attended(self, task_id: TaskId) -> bool:
        return task_id in self.at_work

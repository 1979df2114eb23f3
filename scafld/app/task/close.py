"""`fail` and `cancel`: give a task up, with a reason."""

from __future__ import annotations

from scafld.app.journal import Journal, Opened
from scafld.core.names import TaskId
from scafld.core.task.decide.ending import cancel, fail
from scafld.core.value import value


@value
class Close:
    journal: Journal

    def fail(self, task_id: TaskId, reason: str) -> Opened:
        """It cannot be done."""
        with self.journal.open(task_id, "fail") as opened:
            return self.journal.record(opened, fail(opened.task, task_id, reason))

    def cancel(self, task_id: TaskId, reason: str) -> Opened:
        """It is not wanted any more."""
        with self.journal.open(task_id, "cancel") as opened:
            return self.journal.record(opened, cancel(opened.task, task_id, reason))

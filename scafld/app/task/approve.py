"""`approve`: a person binds a contract as it reads now."""

from __future__ import annotations

from scafld.app.journal import Journal, Opened
from scafld.app.observe import Observer
from scafld.core.names import TaskId
from scafld.core.task.decide.approval import ApprovalAsked, approve
from scafld.core.value import value


@value
class Approve:
    journal: Journal
    observer: Observer

    def __call__(self, task_id: TaskId, reason: str) -> Opened:
        """Refused while the contract has problems, lacks what its profile demands, or is approved already."""
        with self.journal.open(task_id, "approve") as opened:
            return self.bind(opened, reason, quick=False)

    def bind(self, opened: Opened, reason: str, *, quick: bool) -> Opened:
        """The same on a task that is held."""
        baseline = opened.task.baseline or self.observer.baseline()
        asked = ApprovalAsked(problems=opened.document.problems, baseline=baseline, reason=reason, quick=quick)
        return self.journal.record(opened, approve(opened.task, opened.spec, asked))

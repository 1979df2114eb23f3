"""`show`: the spec itself, as it stands."""

from __future__ import annotations

from scafld.app.journal import Document, Specs, no_such_task
from scafld.core.names import TaskId
from scafld.core.refusal import Refused
from scafld.core.value import value


@value
class Show:
    specs: Specs

    def __call__(self, task_id: TaskId) -> Document:
        """Refused when there is no such task. A spec that cannot be read is shown all the same."""
        document = self.specs.find(task_id)
        if document is None:
            raise Refused(no_such_task(task_id))
        return document

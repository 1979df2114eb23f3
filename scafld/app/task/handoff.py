"""`handoff`: what the next voice is told, kept as it was told."""

from __future__ import annotations

from collections.abc import Callable

from scafld.app.task.status import StatusOf
from scafld.core.names import TaskId
from scafld.core.refusal import Misused
from scafld.core.value import value
from scafld.core.views.briefing import Handoff, handoff_of

ROLES = ("planner", "executor", "reviewer", "operator", "none")

Keep = Callable[[TaskId, Handoff], str]
"""Port: keep a page and its data under runs/<id>/handoffs/, once each; gives the page's path."""


@value
class HandedOff:
    """The page, and where it is kept."""

    handoff: Handoff
    path: str


@value
class HandOff:
    status: StatusOf
    keep: Keep

    def __call__(self, task_id: TaskId, role: str) -> HandedOff:
        """Misused for a role that nobody plays here. The same page is kept once."""
        if role and role not in ROLES:
            raise Misused(f"there is no role {role!r}; roles are {', '.join(ROLES[:-1])}")
        document, spec, memory = self.status.current(task_id)
        page = handoff_of(self.status.of(document, spec, memory), spec, role)
        return HandedOff(handoff=page, path=self.keep(task_id, page))

"""`status`: where one task stands, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scafld.app.journal import Document, Memory, folder_of, no_such_task, spec_is_gone
from scafld.core.contract.problems import Problem
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Spec
from scafld.core.evidence.seals import Material
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Malformed, Refused
from scafld.core.task.known import TERMINAL, RoundState, Status, Task
from scafld.core.value import value
from scafld.core.views.overview import Overview, Surroundings, overview_of

if TYPE_CHECKING:
    from scafld.app.observe import Observer
    from scafld.core.policy import Policy

Glimpse = Callable[[TaskId], tuple[Document | None, Memory | None]]
"""Port: the spec and the memory of a task for a view: the same as a journal reads, only that what is known to be
unchanged since it was last proved need not be proved again. No gate reads it."""

Issued = Callable[[TaskId, Digest], bool]
"""Port: whether exactly this receipt of a task lies where receipts are read."""


@value
class StatusOf:
    """`settle` finishes a projection that was interrupted, if nobody else holds the task. `observer`, `policy` and
    `alive` (whether somebody is seen at work on a task for long) are asked only where the answer depends on them."""

    glimpse: Glimpse
    settle: Callable[[TaskId], None]
    observer: Callable[[], Observer]
    policy: Callable[[], Policy]
    now: Callable[[], Moment]
    alive: Callable[[TaskId], bool]
    issued: Issued

    def __call__(self, task_id: TaskId) -> Overview:
        """Refused when there is no such task; Malformed or Damaged when spec or ledger cannot be read."""
        return self.of(*self.current(task_id))

    def current(self, task_id: TaskId) -> tuple[Document, Spec, Memory | None]:
        """What is there of a task. A projection that was interrupted is finished first."""
        document, memory = self.glimpse(task_id)
        if document is not None and memory is not None and not self._is_settled(document, memory):
            self.settle(task_id)
            document, memory = self.glimpse(task_id)
        if document is None:
            raise Refused(spec_is_gone(task_id) if memory is not None else no_such_task(task_id))
        if document.spec is None:
            raise Malformed(document.path, document.problems, next=f"scafld validate {task_id}")
        return document, document.spec, memory

    def of(self, document: Document, spec: Spec, memory: Memory | None) -> Overview:
        """The overview of a task that was read already."""
        task = memory.task if memory else Task()
        return overview_of(spec, task, self._around(document, spec, memory, task))

    def _is_settled(self, document: Document, memory: Memory) -> bool:
        """Whether a spec shows its ledger, as far as its folder, its status and its last date tell, and whether its
        receipt is there."""
        if not memory.sealed or document.spec is None:
            return True
        task = memory.task
        shown = f"{(task.last_at or '')[:19]}Z" in document.text
        told = shown and document.folder == folder_of(task) and document.spec.claimed_status == str(task.status)
        return told and (task.receipt is None or self.issued(document.spec.task_id, task.receipt.receipt))

    def _around(self, document: Document, spec: Spec, memory: Memory | None, task: Task) -> Surroundings:
        return Surroundings(
            path=document.path,
            problems=open_problems(document, spec) if task.status not in TERMINAL else (),
            demands=profile_demands(spec) if task.status not in TERMINAL else (),
            material=self._material(task, spec),
            now=self.now(),
            most_attempts=self._most_attempts(task),
            ledger=ledger_word(memory),
            torn=memory.torn.bytes if memory and memory.torn else 0,
            alive=self._alive(spec, task),
        )

    def _alive(self, spec: Spec, task: Task) -> bool | None:
        """Whether the model that was asked is seen at work; nobody looks where none is on record."""
        reviewing = task.attempt is not None and task.attempt.running
        questioning = task.round is not None and task.round.state is RoundState.ASKED
        return self.alive(spec.task_id) if reviewing or questioning else None

    def _most_attempts(self, task: Task) -> int:
        """How often a blocked build may be repaired; nothing else asks, so only then is the configuration read."""
        blocked = task.block is not None or task.status is Status.BLOCKED
        return self.policy().llm.recovery.max_attempts if blocked else 0

    def _material(self, task: Task, spec: Spec) -> Material | None:
        """The tree is looked at while the task is at work; before approval and after its end there is no change."""
        if task.baseline is None or task.status in (Status.DRAFT, *TERMINAL):
            return None
        return self.observer().material(task, spec)


def open_problems(document: Document, spec: Spec) -> tuple[Problem, ...]:
    """Everything that is wrong with a contract, whatever its profile."""
    return (*document.problems, *rule_problems(spec))


def ledger_word(memory: Memory | None) -> str:
    """sealed, unsealed or none."""
    if memory is None:
        return "none"
    return "sealed" if memory.sealed else "unsealed"

"""The act of putting on record: read what is known, decide, append, show it in the spec.

Everything that happens to a task happens here, under the task's lock. If the process dies between the append and the
projection, the next command that opens the task finishes the projection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Spec
from scafld.core.names import Actor, Digest, Moment, TaskId
from scafld.core.refusal import Gate, Malformed, Refusal, Refused, Unavailable
from scafld.core.task.events import Event, TailCut
from scafld.core.task.known import Status, Task
from scafld.core.task.life import Occurrence, evolve
from scafld.core.value import changed, value
from scafld.core.views.projection import Projection
from scafld.core.views.shown import projection_of

if TYPE_CHECKING:
    from scafld.app.notarise import Receipts


@value
class Memory:
    """What a ledger holds: the task it makes, and its end, where the next entry goes.

    `sealed` is False for a ledger without a chain. `torn` describes a write that a crash cut off, whose bytes stand
    after the end and are no part of the ledger. `size`: bytes up to the end of the last whole entry.
    """

    task: Task
    head: Digest
    size: int
    sealed: bool = True
    torn: TailCut | None = None


@value
class Stamp:
    """Who acts, and when."""

    actor: Actor
    at: Moment


class Ledgers(Protocol):
    """The ledgers of a workspace."""

    def hold(self, task_id: TaskId, command: str) -> AbstractContextManager[None]:
        """Keep every other command off this task. Waits a bounded time, then Unavailable says who holds it."""
        ...

    def recall(self, task_id: TaskId) -> Memory | None:
        """Everything on record, each entry checked; None when there is no ledger. Damaged names the entry."""
        ...

    def append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        """One step: all of these events or none, flushed to disk. Only under `hold`, on the memory recalled there."""
        ...


@value
class Document:
    """A spec as it stands: `path` relative to the workspace, `folder` (drafts, approved, active, archive/YYYY-MM), its
    whole text, and what reading it gave: a Spec unless the text is beyond use, and every problem."""

    path: str
    folder: str
    text: str
    spec: Spec | None
    problems: tuple[Problem, ...]


class Specs(Protocol):
    """The specs of a workspace."""

    def find(self, task_id: TaskId) -> Document | None:
        """The spec of this task, in whatever folder it lies. Refused when two folders hold one."""
        ...

    def create(self, task_id: TaskId, text: str) -> Document:
        """Write a new draft; Refused when the id was ever used."""
        ...

    def project(self, document: Document, projection: Projection, folder: str) -> Document:
        """Show this state in the spec and move it to its folder. Touches only what scafld owns in it."""
        ...


@value
class Opened:
    """A task, opened to be acted on."""

    task_id: TaskId
    document: Document
    spec: Spec
    memory: Memory | None

    @property
    def task(self) -> Task:
        return self.memory.task if self.memory else Task()


Decision = tuple[Event, ...]


@value
class Journal:
    """`now` gives the moment, `actor` is who acts."""

    ledgers: Ledgers
    specs: Specs
    receipts: Receipts
    now: Callable[[], Moment]
    actor: Actor

    @contextmanager
    def open(self, task_id: TaskId, command: str) -> Iterator[Opened]:
        """Hold a task for a command, finishing first what an interrupted one left."""
        with self.ledgers.hold(task_id, command):
            opened = self._read(task_id)
            yield self._settle(opened)

    def record(self, opened: Opened, events: Decision) -> Opened:
        """Append a decision and show it. Nothing is written when it is empty, or impossible."""
        if not events:
            return opened
        at = self.now()
        _foresee(opened.task, events, at)
        stamp = Stamp(actor=self.actor, at=at)
        memory = self.ledgers.append(opened.task_id, opened.memory, stamp, events)
        return self._project(changed(opened, memory=memory))

    def note(self, task_id: TaskId, command: str, decide: Callable[[Task], Decision]) -> Memory:
        """Put on record what is decided of a task, whatever became of its spec; `show` shows it there."""
        with self.ledgers.hold(task_id, command):
            memory, at = self.ledgers.recall(task_id), self.now()
            events = decide(memory.task if memory else Task())
            _foresee(memory.task if memory else Task(), events, at)
            return self.ledgers.append(task_id, memory, Stamp(actor=self.actor, at=at), events)

    def show(self, opened: Opened, command: str) -> Opened:
        """A task as it stands now, its spec showing what is on record. A spec that was taken away since it was opened
        is put back; one that cannot be read any more stays as it is."""
        with self.ledgers.hold(opened.task_id, command):
            now = changed(opened, memory=self.ledgers.recall(opened.task_id))
            try:
                found = self.specs.find(opened.task_id)
            except (Refused, Unavailable):
                return now
            if found is None:
                return self._project(now)
            return now if found.spec is None else self._project(changed(now, document=found, spec=found.spec))

    def look(self, task_id: TaskId) -> Opened:
        """Read a task without holding it or changing anything."""
        return self._read(task_id)

    def _read(self, task_id: TaskId) -> Opened:
        document = self.specs.find(task_id)
        memory = self.ledgers.recall(task_id)
        if document is None:
            raise Refused(spec_is_gone(task_id) if memory is not None else no_such_task(task_id))
        if document.spec is None:
            raise Malformed(document.path, document.problems, next=f"scafld validate {task_id}")
        return Opened(task_id=task_id, document=document, spec=document.spec, memory=memory)

    def _settle(self, opened: Opened) -> Opened:
        return self._project(opened) if opened.memory and opened.memory.sealed else opened

    def _project(self, opened: Opened) -> Opened:
        projection = projection_of(opened.spec, opened.task)
        document = self.specs.project(opened.document, projection, folder_of(opened.task))
        if opened.task.receipt is not None:
            self.receipts.issue(opened.task_id, opened.task.receipt.receipt)
        spec = document.spec or opened.spec
        return changed(opened, document=document, spec=spec)


def folder_of(task: Task) -> str:
    """Where a task's spec lies: the folder is the state."""
    match task.status:
        case Status.DRAFT:
            return "drafts"
        case Status.APPROVED:
            return "approved"
        case Status.COMPLETED | Status.FAILED | Status.CANCELLED:
            return f"archive/{(task.last_at or '0000-00')[:7]}"
        case _:
            return "active"


def no_such_task(task_id: TaskId) -> Refusal:
    """There is neither a spec nor a ledger of that name."""
    return Refusal(
        gate=Gate.WORKSPACE,
        reason=f"there is no task {task_id}",
        expected=f"a spec {task_id}.md under .scafld/specs/",
        next="scafld list",
    )


def spec_is_gone(task_id: TaskId) -> Refusal:
    """Something is on record of a task that has no spec."""
    return Refusal(
        gate=Gate.WORKSPACE,
        reason=f"{task_id} has a ledger and no spec: its file is gone from .scafld/specs/",
        expected=f"a file {task_id}.md under .scafld/specs/",
        next="git log --diff-filter=D --summary -- .scafld/specs",
    )


# Private.


def _foresee(task: Task, events: Decision, at: Moment) -> None:
    """What is decided can be replayed; a decision that cannot is a bug, found before anything is written."""
    for event in events:
        task = evolve(task, Occurrence(seq=task.entries + 1, at=at, event=event))

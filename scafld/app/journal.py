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
    from scafld.core.proof.remembered import Remembered
    from scafld.core.proof.vouching import Unproven


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
class Recalled:
    """What this host remembers of a ledger: its end as it last wrote it, None when it wrote none. `broken` says why
    what stands there does not go on from that, `problem` why the memory itself cannot be read."""

    last: Remembered | None = None
    broken: str = ""
    problem: str = ""


class Custody(Protocol):
    """This host's memory of the ledgers it wrote, outside of the workspace."""

    def recall(self, task_id: TaskId, memory: Memory | None) -> Recalled:
        """Hold a ledger as it stands (None: there is none) against what is remembered of it. Unavailable when others
        can write to the memory."""
        ...

    def remember(self, task_id: TaskId, memory: Memory) -> None:
        """Keep this end of the ledger. Where nothing can be kept, nothing happens: the ledger is as good without."""
        ...

    def flaw(self) -> str:
        """Why nothing is remembered on this host, or ""."""
        ...


class Authority(Protocol):
    """What stands behind entries that carry authority."""

    def ready(self) -> None:
        """Unavailable, with the reason, when this host could sign no entry."""
        ...

    def unproven(self, task_id: TaskId) -> tuple[Unproven, ...]:
        """The entries of a ledger that carry authority and bear no signature of a key of this host, current or retired,
        nor of one that is trusted to mint."""
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

    def meant_for(self, task_id: TaskId) -> Document:
        """The same; one that says to be another task's is beyond use."""
        if self.spec is None or self.spec.task_id == task_id:
            return self
        problem = Problem(
            code="wrong_name",
            message=f"the file is called {task_id}.md and its task_id is {self.spec.task_id}",
            line=1,
            suggestion=f"write task_id: {task_id}, or rename the file",
        )
        return changed(self, spec=None, problems=(problem, *self.problems))


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
    custody: Custody
    authority: Authority
    specs: Specs
    receipts: Receipts
    now: Callable[[], Moment]
    actor: Actor

    @contextmanager
    def open(self, task_id: TaskId, command: str) -> Iterator[Opened]:
        """Hold a task for a command, finishing first what an interrupted one left."""
        with self.ledgers.hold(task_id, command):
            opened = self._read(task_id)
            self.need_kept(task_id, opened.memory)
            yield self._settle(opened)

    @contextmanager
    def begin(self, task_id: TaskId, command: str) -> Iterator[None]:
        """Hold a task that is to be made. Refused when this host wrote a ledger of that name once."""
        with self.ledgers.hold(task_id, command):
            self.need_kept(task_id, self.ledgers.recall(task_id))
            yield

    def record(self, opened: Opened, events: Decision) -> Opened:
        """Append a decision and show it. Nothing is written when it is empty, or impossible."""
        if not events:
            return opened
        at = self.now()
        _foresee(opened.task, events, at)
        stamp = Stamp(actor=self.actor, at=at)
        return self._project(changed(opened, memory=self._append(opened.task_id, opened.memory, stamp, events)))

    def note(self, task_id: TaskId, command: str, decide: Callable[[Task], Decision]) -> Memory:
        """Put on record what is decided of a task, whatever became of its spec; `show` shows it there."""
        with self.ledgers.hold(task_id, command):
            memory, at = self.ledgers.recall(task_id), self.now()
            events = decide(memory.task if memory else Task())
            _foresee(memory.task if memory else Task(), events, at)
            return self._append(task_id, memory, Stamp(actor=self.actor, at=at), events)

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

    def need_kept(self, task_id: TaskId, memory: Memory | None) -> None:
        """Refused unless the ledger goes on from where this host last left it."""
        found = self.custody.recall(task_id, memory)
        if found.broken:
            from scafld.core.proof.remembered import not_as_left

            raise Refused(not_as_left(task_id, found.broken))

    def _append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: Decision) -> Memory:
        """What stands there may have been replaced since the task was opened: it is looked at once more."""
        self.need_kept(task_id, memory)
        after = self.ledgers.append(task_id, memory, stamp, events)
        self.custody.remember(task_id, after)
        return after

    def _read(self, task_id: TaskId) -> Opened:
        document = self.specs.find(task_id)
        memory = self.ledgers.recall(task_id)
        if document is None:
            if memory is None:
                self.need_kept(task_id, None)
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


def used_already(task_id: TaskId, where: str = "") -> Refusal:
    """Somebody wants an id again."""
    return Refusal(
        gate=Gate.PLAN,
        reason=f"the id {task_id} was used already: an id names one task for good",
        expected="an id that was never used here",
        actual=where,
        next=f"scafld status {task_id}",
    )


def several_specs(task_id: TaskId, paths: tuple[str, ...]) -> Refusal:
    """A task has more than one spec."""
    return Refusal(
        gate=Gate.WORKSPACE,
        reason=f"{task_id} has {len(paths)} specs; nobody can say which is meant",
        expected="one file",
        blockers=paths,
        next="git status -- .scafld/specs",
    )


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

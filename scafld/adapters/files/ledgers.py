"""Ledgers on disk: `runs/<task-id>/session.json`, appended in place, flushed, one command at a time.

An append overwrites the closing line with the new entries and closes again, so that its cost does not grow with the
ledger; one flush makes the step durable. A ledger without a chain (schema 1) is read as it is and sealed by the first
write: the old file is kept beside the new one, whose first entry names its digest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO

from scafld.adapters.codec import encode, encode_event
from scafld.adapters.files.disk import Disk
from scafld.adapters.files.lock import hold
from scafld.adapters.files.story import Entry, Story
from scafld.app.journal import Memory, Stamp
from scafld.core.digest import digest_of
from scafld.core.ledger import CLOSING, head_line, origin, record_of, seal_line
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Unavailable
from scafld.core.task.events import Event, LegacySealed, TailCut
from scafld.core.task.known import Status, Task
from scafld.core.task.life import Impossible, Occurrence, evolve
from scafld.core.value import changed, value

FILE = "session.json"


@value
class FileLedgers:
    """The ledgers under `scafld_dir` (an absolute `.scafld`). `patience_s`: how long `hold` waits for a command."""

    scafld_dir: str
    patience_s: float = 10.0
    disk: Disk = Disk()

    def hold(self, task_id: TaskId, command: str) -> AbstractContextManager[None]:
        return hold(os.path.join(self.scafld_dir, "locks", f"{task_id}.lock"), command, self.patience_s)

    def recall(self, task_id: TaskId) -> Memory | None:
        with self._opened(task_id) as file:
            if file is None:
                return None
            if not _is_chained(file):
                return self._unsealed(file, task_id)
            story = Story(file, task_id, self._shown(task_id))
            task, head = Task(), origin(task_id)
            for entry in story.entries():
                task, head = _grow(story, task, entry), entry.digest
            return Memory(task=task, head=head, size=story.ending.size, torn=self._torn(story))

    def entries(self, task_id: TaskId) -> Iterator[Entry]:
        """Every entry, proved as it is read; none for a ledger that is absent or has no chain."""
        with self._opened(task_id) as file:
            if file is not None and _is_chained(file):
                yield from Story(file, task_id, self._shown(task_id)).entries()

    def append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        path = self.path(task_id)
        try:
            if memory is None or not memory.sealed:
                return self._begin(task_id, memory, stamp, events)
            if memory.torn is not None:
                self._set_aside(task_id, memory)
                events = (memory.torn, *events)
            lines, after = _seal(memory, stamp, events)
            self.disk.extend(path, memory.size, b",\n" + b",\n".join(lines), CLOSING)
            return after
        except OSError as error:
            raise _unwritable(self._shown(task_id), error) from error

    def path(self, task_id: TaskId) -> str:
        """Where this task's ledger lies, absolute."""
        return os.path.join(self.scafld_dir, "runs", task_id, FILE)

    # Private.

    def _shown(self, task_id: TaskId) -> str:
        return f".scafld/runs/{task_id}/{FILE}"

    @contextmanager
    def _opened(self, task_id: TaskId) -> Iterator[BinaryIO | None]:
        try:
            file = open(self.path(task_id), "rb", buffering=1 << 18)
        except FileNotFoundError:
            yield None
            return
        except OSError as error:
            raise Unavailable(
                f"{self._shown(task_id)} cannot be read: {error.strerror}", next=f"ls -l {self._shown(task_id)}"
            ) from error
        with file:
            yield file

    def _begin(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        """Write a ledger's first step, whole and under its final name at once."""
        start = Memory(task=Task(), head=origin(task_id), size=len(head_line(task_id)))
        if memory is not None and memory.task.legacy is not None:
            legacy = memory.task.legacy
            with open(self.path(task_id), "rb") as old:
                self.disk.replace(os.path.join(self.scafld_dir, "runs", task_id, legacy.path), old.read())
            events = (legacy, *events)
        lines, after = _seal(start, stamp, events)
        self.disk.replace(self.path(task_id), head_line(task_id) + b"\n" + b",\n".join(lines) + CLOSING)
        return changed(after, size=after.size - 1)

    def _torn(self, story: Story) -> TailCut | None:
        rest = story.ending.torn
        if not rest:
            return None
        found = digest_of(rest)
        return TailCut(bytes=len(rest), digest=found, path=f"torn-{found[:12]}.bin")

    def _set_aside(self, task_id: TaskId, memory: Memory) -> None:
        assert memory.torn is not None
        with open(self.path(task_id), "rb") as file:
            file.seek(memory.size)
            rest = file.read()
        self.disk.replace(os.path.join(self.scafld_dir, "runs", task_id, memory.torn.path), rest)

    def _unsealed(self, file: BinaryIO, task_id: TaskId) -> Memory:
        """A ledger of schema 1: believed for its status, and for nothing that a gate asks."""
        content = file.read()
        story = Story(file, task_id, self._shown(task_id))
        try:
            document = json.loads(content)
        except ValueError as error:
            raise story.damaged(0, f"it is neither a sealed ledger nor JSON ({error})") from error
        legacy = _legacy(document, digest_of(content), task_id)
        if isinstance(legacy, str):
            raise story.damaged(0, legacy)
        at = Moment(_text(document.get("updated_at")))
        task = evolve(Task(), Occurrence(seq=0, at=at, event=legacy))
        return Memory(task=changed(task, entries=legacy.entries), head=origin(task_id), size=0, sealed=False)


# Private.

_LEGACY_STATUS = {"approval": "approved", "complete": "completed", "fail": "failed", "cancel": "cancelled"}


def _is_chained(file: BinaryIO) -> bool:
    start = file.read(64)
    file.seek(0)
    return start.startswith(b'{"schema_version":2,')


def _grow(story: Story, task: Task, entry: Entry) -> Task:
    try:
        return evolve(task, entry.occurrence)
    except Impossible as error:
        raise story.damaged(entry.seq, f"it is sealed but cannot have happened: {error}") from error


def _seal(memory: Memory, stamp: Stamp, events: tuple[Event, ...]) -> tuple[list[bytes], Memory]:
    """The lines of one step behind this memory, and the memory after it."""
    task, head, size = memory.task, memory.head, memory.size
    start = task.entries if memory.sealed else 0
    step_end = start + len(events)
    actor: dict[str, Any] = encode(stamp.actor)
    lines: list[bytes] = []
    for seq, event in enumerate(events, start=start + 1):
        kind, fields = encode_event(event)
        record = record_of(seq=seq, kind=kind, at=stamp.at, actor=actor, step_end=step_end, fields=fields)
        line = seal_line(record, head)
        lines.append(line.text)
        head, size = line.digest, size + len(line.text) + len(b",\n")
        task = evolve(task, Occurrence(seq=seq, at=stamp.at, event=event))
    return lines, Memory(task=task, head=head, size=size)


def _legacy(document: Any, found: Digest, task_id: TaskId) -> LegacySealed | str:
    """What is believed of a ledger of schema 1, or why it is none."""
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return "it is JSON, but not a ledger: it has no list of entries"
    if document.get("schema_version") != 1:
        return f"it says schema_version {document.get('schema_version')!r}; scafld knows 1 and 2"
    if document.get("task_id") != task_id:
        return f"it belongs to the task {document.get('task_id')!r}"
    return LegacySealed(
        file=found,
        path="session.v1.json",
        schema_version=1,
        entries=len(entries),
        status=_legacy_status(entries),
        title="",
    )


def _legacy_status(entries: list[dict[str, Any]]) -> str:
    status = Status.DRAFT
    for entry in entries:
        kind = entry.get("type")
        if kind == "build" and entry.get("status") in ("active", "blocked", "review"):
            status = Status(entry["status"])
        elif kind in _LEGACY_STATUS:
            status = Status(_LEGACY_STATUS[kind])
        elif kind == "review":
            status = Status.REVIEW
    return status


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _unwritable(path: str, error: OSError) -> Unavailable:
    return Unavailable(f"{path} cannot be written: {error.strerror}; nothing was recorded", next="df -h .")

"""Ledgers on disk: `runs/<task-id>/session.json`, appended in place, flushed, one command at a time.

An append overwrites the closing line with the new entries and closes again, so that its cost does not grow with the
ledger; one flush makes the step durable. A ledger without a chain (schema 1) is read as it is and sealed by the first
write: the old file is kept beside the new one, whose first entry names its digest.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from scafld.adapters.codec import encode, encode_event
from scafld.adapters.files.disk import Disk, open_plain
from scafld.adapters.files.story import Entry, Story, damaged
from scafld.app.journal import Memory, Stamp
from scafld.core.digest import digest_of
from scafld.core.ledger import CLOSING, SCHEMA_VERSION, Line, head_line, origin, record_of, seal_line
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Malformed, Unavailable
from scafld.core.task.events import Event, LegacySealed, TailCut
from scafld.core.task.known import Status, Task
from scafld.core.task.life import Impossible, Occurrence, evolve
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.files.signatures import Sign
    from scafld.core.proof.vouching import EntrySignature

FILE = "session.json"
SIGNATURES = "signatures.json"

T = TypeVar("T")


@value
class FileLedgers:
    """The ledgers under `scafld_dir` (an absolute `.scafld`). `patience_s`: how long `hold` waits for a command. `sign`
    signs entries that carry authority; without it none is signed."""

    scafld_dir: str
    patience_s: float = 10.0
    disk: Disk = Disk()
    sign: Sign | None = None

    @contextmanager
    def hold(self, task_id: TaskId, command: str) -> Iterator[None]:
        from scafld.adapters.files.lock import hold

        path = os.path.join(self.scafld_dir, "locks", f"{task_id}.lock")
        with hold(path, command, self.patience_s, self.disk):
            self._close(task_id)
            yield

    def recall(self, task_id: TaskId) -> Memory | None:
        return self.read(task_id, lambda file: self._memory(file, task_id))

    def read(self, task_id: TaskId, take: Callable[[BinaryIO], T]) -> T | None:
        """What `take` makes of the open ledger, None when there is none."""
        with self._opened(task_id) as file:
            return None if file is None else take(file)

    def entries(self, task_id: TaskId) -> Iterator[Entry]:
        """Every entry, proved as it is read; none for a ledger that is absent or has no chain."""
        with self._opened(task_id) as file:
            if file is not None and is_chained(file):
                yield from Story(file, task_id, self.shown(task_id)).entries()

    def append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        from scafld.adapters.files.atomic import told

        with told(self.shown(task_id)):
            if memory is None or not memory.sealed:
                return self._begin(task_id, memory, stamp, events)
            if memory.torn is not None:
                return self._recover(task_id, memory, memory.torn, stamp, events)
            lines, after = _seal(memory, stamp, events)
            self._vouch(task_id, lines, events, after)
            self.disk.extend(self.path(task_id), memory.size, b",\n" + b",\n".join(_texts(lines)), CLOSING)
            return after

    def signatures(self, task_id: TaskId) -> tuple[EntrySignature, ...]:
        """Those that stand beside this task's ledger. Unavailable when they cannot be read."""
        from scafld.adapters.files.signatures import signatures_at

        return signatures_at(self._beside(task_id, SIGNATURES), task_id)

    def path(self, task_id: TaskId) -> str:
        """Where this task's ledger lies, absolute."""
        return self._beside(task_id, FILE)

    def shown(self, task_id: TaskId) -> str:
        """The same as messages call it."""
        return f".scafld/runs/{task_id}/{FILE}"

    # Private.

    def _vouch(self, task_id: TaskId, lines: list[Line], events: tuple[Event, ...], after: Memory) -> None:
        """Sign those of a step's entries that carry authority, before any of them is written."""
        if self.sign is None:
            return
        from scafld.core.task.authority import carries_authority

        first = after.task.entries - len(lines) + 1
        told = zip(range(first, first + len(lines)), lines, events, strict=True)
        entries = tuple((seq, line.digest) for seq, line, event in told if carries_authority(event))
        if entries:
            from scafld.adapters.files.signatures import sign_entries

            sign_entries(self._beside(task_id, SIGNATURES), task_id, entries, self.sign, self.disk)

    def _beside(self, task_id: TaskId, name: str) -> str:
        return os.path.join(self.scafld_dir, "runs", task_id, name)

    @contextmanager
    def _opened(self, task_id: TaskId) -> Iterator[BinaryIO | None]:
        """The ledger to read; None when there is none. Damaged when something that is no file stands in its place."""
        path, shown = self.path(task_id), self.shown(task_id)
        try:
            if os.path.islink(os.path.dirname(path)):
                raise OSError(None, "its folder is a symbolic link")
            file = open_plain(path)
        except FileNotFoundError:
            yield None
            return
        except PermissionError as error:
            raise Unavailable(f"{shown} cannot be read: {error.strerror}", next=f"ls -l {shown}") from error
        except OSError as error:
            raise damaged(shown, 0, f"it cannot be read: {error.strerror}") from error
        with file:
            yield file

    def _write(self, path: str, content: bytes) -> None:
        from scafld.adapters.files.atomic import write_whole

        write_whole(path, content, disk=self.disk)

    def _memory(self, file: BinaryIO, task_id: TaskId) -> Memory:
        if not is_chained(file):
            return self._unsealed(file, task_id)
        story = Story(file, task_id, self.shown(task_id))
        task, head = Task(), origin(task_id)
        for entry in story.entries():
            task, head = _grow(story, task, entry), entry.digest
        return Memory(task=task, head=head, size=story.ending.size, torn=_torn(story.ending.torn))

    def _close(self, task_id: TaskId) -> None:
        """Close a ledger again of which a crash cut off the closing line and nothing else. Only under the lock."""
        with suppress(OSError, Unavailable, Malformed):
            with self._opened(task_id) as file:
                if file is None or not is_chained(file) or _is_closed(file):
                    return
                memory = self._memory(file, task_id)
            if memory.torn is None:
                self.disk.extend(self.path(task_id), memory.size, b"", CLOSING)

    def _begin(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        """Write a ledger's first step, whole and under its final name at once."""
        start = Memory(task=Task(), head=origin(task_id), size=len(head_line(task_id)))
        if memory is None and os.path.lexists(self.path(task_id)):
            raise OSError(errno.ESTALE, _CHANGED)
        self.disk.folder(os.path.dirname(self.path(task_id)))
        if memory is not None and memory.task.legacy is not None:
            legacy = memory.task.legacy
            self._keep(task_id, legacy.path, self._content(task_id), legacy.file)
            events = (legacy, *events)
        lines, after = _seal(start, stamp, events)
        self._vouch(task_id, lines, events, after)
        content = head_line(task_id) + b"\n" + b",\n".join(_texts(lines)) + CLOSING
        self._write(self.path(task_id), content)
        return changed(after, size=after.size - 1)

    def _recover(
        self, task_id: TaskId, memory: Memory, torn: TailCut, stamp: Stamp, events: tuple[Event, ...]
    ) -> Memory:
        """Put the proved part, the record of what was cut off, and this step in the file's place, all at once."""
        content = self._content(task_id)
        self._keep(task_id, torn.path, content[memory.size :], torn.content)
        lines, after = _seal(memory, stamp, (torn, *events))
        self._vouch(task_id, lines, (torn, *events), after)
        whole = content[: memory.size] + b",\n" + b",\n".join(_texts(lines)) + CLOSING
        self._write(self.path(task_id), whole)
        return changed(after, torn=None)

    def _content(self, task_id: TaskId) -> bytes:
        with open_plain(self.path(task_id)) as file:
            return file.read()

    def _keep(self, task_id: TaskId, name: str, content: bytes, expected: Digest) -> None:
        """Keep bytes beside the ledger, if they are still those that were read."""
        if digest_of(content) != expected:
            raise OSError(errno.ESTALE, _CHANGED)
        self._write(self._beside(task_id, name), content)

    def _unsealed(self, file: BinaryIO, task_id: TaskId) -> Memory:
        """A ledger of schema 1: believed for its status, and for nothing that a gate asks."""
        content = file.read()
        shown = self.shown(task_id)
        try:
            document = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise damaged(shown, 0, f"it is neither a sealed ledger nor JSON ({error})") from error
        legacy = _legacy(document, digest_of(content), task_id)
        if isinstance(legacy, str):
            raise damaged(shown, 0, legacy)
        at = Moment(_text(document.get("updated_at")))
        task = evolve(Task(), Occurrence(seq=0, at=at, event=legacy))
        return Memory(task=changed(task, entries=legacy.entries), head=origin(task_id), size=0, sealed=False)


def is_chained(file: BinaryIO) -> bool:
    """Whether an open ledger begins as one with a chain does; the file stands at its beginning again."""
    start = file.read(64)
    file.seek(0)
    return start.startswith(b'{"schema_version":%d,' % SCHEMA_VERSION)


# Private.

_CHANGED = "it was changed by somebody else just now"
_LEGACY_STATUS = {"approval": "approved", "complete": "completed", "fail": "failed", "cancel": "cancelled"}


def _is_closed(file: BinaryIO) -> bool:
    file.seek(-len(CLOSING), os.SEEK_END)
    closed = file.read() == CLOSING
    file.seek(0)
    return closed


def _torn(rest: bytes) -> TailCut | None:
    if not rest:
        return None
    found = digest_of(rest)
    return TailCut(bytes=len(rest), content=found, path=f"torn-{found[:12]}.bin")


def _grow(story: Story, task: Task, entry: Entry) -> Task:
    try:
        return evolve(task, entry.occurrence)
    except Impossible as error:
        raise story.damaged(entry.seq, f"it is sealed but cannot have happened: {error}") from error


def _seal(memory: Memory, stamp: Stamp, events: tuple[Event, ...]) -> tuple[list[Line], Memory]:
    """The lines of one step behind this memory, and the memory after it."""
    task, head, size = memory.task, memory.head, memory.size
    start = task.entries if memory.sealed else 0
    step_end = start + len(events)
    actor: dict[str, Any] = encode(stamp.actor)
    lines: list[Line] = []
    for seq, event in enumerate(events, start=start + 1):
        kind, fields = encode_event(event)
        record = record_of(seq=seq, kind=kind, at=stamp.at, actor=actor, step_end=step_end, fields=fields)
        line = seal_line(record, head)
        lines.append(line)
        head, size = line.digest, size + len(line.text) + len(b",\n")
        task = evolve(task, Occurrence(seq=seq, at=stamp.at, event=event))
    return lines, Memory(task=task, head=head, size=size)


def _texts(lines: list[Line]) -> list[bytes]:
    return [line.text for line in lines]


def _legacy(document: Any, found: Digest, task_id: TaskId) -> LegacySealed | str:
    """What is believed of a ledger of schema 1, or why it is none."""
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return "it is JSON, but not a ledger: it has no list of entries"
    if document.get("schema_version") == SCHEMA_VERSION:
        return "it says that it has a chain and is not written as one: its first line was edited"
    if document.get("schema_version") != 1:
        return f"it says schema_version {str(document.get('schema_version'))[:40]!r}; scafld knows 1 and 2"
    if document.get("task_id") != task_id:
        return f"it belongs to the task {str(document.get('task_id'))[:120]!r}"
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
        kind = _text(entry.get("type"))
        if kind == "build" and entry.get("status") in ("active", "blocked", "review"):
            status = Status(entry["status"])
        elif kind in _LEGACY_STATUS:
            status = Status(_LEGACY_STATUS[kind])
        elif kind == "review":
            status = Status.REVIEW
    return status


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""

"""Ledgers in memory, byte for byte what stands on disk: whoever wants to forge one can.

Nothing here is ever half written, so what does not hold is damage: there is no torn tail to be told from a forgery.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from scafld.adapters.codec import Mismatch, decode_actor, decode_event, encode, encode_event
from scafld.app.journal import Memory, Stamp
from scafld.core.contract.problems import Problem
from scafld.core.ledger import CLOSING, Broken, Line, check_line, head_line, origin, record_of, seal_line
from scafld.core.names import Actor, Digest, Moment, TaskId
from scafld.core.proof.vouching import EntrySignature, entry_message, with_more
from scafld.core.refusal import Damaged, Unavailable
from scafld.core.task.authority import carries_authority
from scafld.core.task.events import Event
from scafld.core.task.known import Task
from scafld.core.task.life import Impossible, Occurrence, evolve
from scafld.core.value import value


@value
class Sealed:
    """One proved entry. `step_end`: the seq of the last entry of its step."""

    seq: int
    at: Moment
    actor: Actor
    event: Event
    digest: Digest
    step_end: int

    @property
    def occurrence(self) -> Occurrence:
        return Occurrence(seq=self.seq, at=self.at, event=self.event)


class MemoryLedgers:
    """The port Ledgers on a dict of bytes: `files` holds what a `session.json` would, and may be written to.

    `patience_s`: how long `hold` waits for a command in another thread. `sign` signs entries that carry authority;
    `signatures` are what stands beside each ledger.
    """

    def __init__(self, *, patience_s: float = 0.0, sign: Callable[[bytes], tuple[str, bytes]] | None = None) -> None:
        self.files: dict[TaskId, bytes] = {}
        self.signatures: dict[TaskId, tuple[EntrySignature, ...]] = {}
        self._sign = sign
        self._patience_s = patience_s
        self._locks: dict[TaskId, Lock] = {}
        self._holders: dict[TaskId, str] = {}

    # The port.

    @contextmanager
    def hold(self, task_id: TaskId, command: str) -> Iterator[None]:
        """See `Ledgers.hold`."""
        lock = self._locks.setdefault(task_id, Lock())
        if not lock.acquire(timeout=self._patience_s):
            holder = self._holders.get(task_id, "another command")
            raise Unavailable(f"{task_id} is held by scafld {holder}; waited {self._patience_s:g} s")
        self._holders[task_id] = command
        try:
            yield
        finally:
            del self._holders[task_id]
            lock.release()

    def recall(self, task_id: TaskId) -> Memory | None:
        """See `Ledgers.recall`."""
        content = self.files.get(task_id)
        if content is None:
            return None
        task, head = Task(), origin(task_id)
        for entry in entries_of(content, task_id):
            try:
                task, head = evolve(task, entry.occurrence), entry.digest
            except Impossible as error:
                raise _damaged(task_id, entry.seq, f"it is sealed but cannot have happened: {error}") from error
        return Memory(task=task, head=head, size=len(content) - len(CLOSING))

    def append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        """See `Ledgers.append`."""
        start = memory or Memory(task=Task(), head=origin(task_id), size=len(head_line(task_id)))
        lines, task, head = _sealed(start, stamp, events)
        self._vouch(task_id, lines, events, task.entries - len(lines) + 1)
        joint = b"\n" if memory is None else b",\n"
        kept = head_line(task_id) if memory is None else self.files[task_id][: memory.size]
        content = kept + joint + b",\n".join(each.text for each in lines) + CLOSING
        self.files[task_id] = content
        return Memory(task=task, head=head, size=len(content) - len(CLOSING))

    # For whoever looks on.

    def entries(self, task_id: TaskId) -> tuple[Sealed, ...]:
        """Every entry, proved; none without a ledger. Damaged names the entry that does not hold."""
        content = self.files.get(task_id)
        return () if content is None else tuple(entries_of(content, task_id))

    def tamper(self, task_id: TaskId, act: Callable[[bytes], bytes]) -> None:
        """Put other bytes under a task's name, as somebody with an editor would."""
        self.files[task_id] = act(self.files[task_id])

    # Private.

    def _vouch(self, task_id: TaskId, lines: list[Line], events: tuple[Event, ...], first: int) -> None:
        """Sign those of a step's entries that carry authority."""
        if self._sign is None:
            return
        made = []
        for seq, (line, event) in enumerate(zip(lines, events, strict=True), start=first):
            if carries_authority(event):
                key, raw = self._sign(entry_message(task_id, line.digest))
                sig = base64.b64encode(raw).decode("ascii")
                made.append(EntrySignature(digest=line.digest, entry=seq, key=key, sig=sig))
        self.signatures[task_id] = with_more(self.signatures.get(task_id, ()), tuple(made), first)


def ledger_of(task_id: TaskId, steps: tuple[tuple[Stamp, tuple[Event, ...]], ...]) -> bytes:
    """The bytes of the ledger that these steps make."""
    ledgers = MemoryLedgers()
    memory: Memory | None = None
    for stamp, events in steps:
        memory = ledgers.append(task_id, memory, stamp, events)
    return ledgers.files.get(task_id, head_line(task_id) + CLOSING)


def entries_of(content: bytes, task_id: TaskId) -> Iterator[Sealed]:
    """The entries of a ledger's bytes, each proved before it is given; Damaged names the first that does not hold."""
    lines = _lines(content, task_id)
    prev, last, proved = origin(task_id), 0, []
    for seq, text in enumerate(lines, start=1):
        try:
            prev = check_line(text, seq, prev)
            entry = _entry(seq, text, prev)
        except Broken as broken:
            raise _damaged(task_id, broken.seq, broken.reason) from broken
        except (KeyError, AttributeError, Mismatch, ValueError) as error:
            raise _damaged(task_id, seq, f"it is sealed but cannot be read ({error})") from error
        proved.append(entry)
        last = entry.step_end
        if last == seq:
            yield from proved
            proved.clear()
    if last != len(lines):
        raise _damaged(task_id, len(lines), "its step is not whole: entries were removed behind it")


# Private.


def _lines(content: bytes, task_id: TaskId) -> list[bytes]:
    head = head_line(task_id) + b"\n"
    if not content.startswith(head):
        raise _damaged(task_id, 0, "its first line is not that of this task's ledger")
    lines = content[len(head) :].removesuffix(CLOSING).split(b"\n")
    if not content.endswith(CLOSING):
        raise _damaged(task_id, len(lines), "nothing closes the ledger behind it")
    commas = [line.endswith(b",") for line in lines]
    bare = [line[:-1] if comma else line for line, comma in zip(lines, commas, strict=True)]
    astray = next((at for at, comma in enumerate(commas, start=1) if comma is (at == len(lines))), 0)
    if astray:  # what comes before it is proved first; the line itself cannot be, with a comma too few or too many
        bare[astray - 1 :] = [lines[astray - 1] + b"?"]
    return bare


def _entry(seq: int, text: bytes, digest: Digest) -> Sealed:
    record: dict[str, Any] = json.loads(text)
    actor, at, kind = decode_actor(record.pop("actor")), record.pop("recorded_at"), record.pop("type")
    step_end = record.pop("step_end")
    for own in ("id", "seq", "prev", "digest"):
        record.pop(own)
    return Sealed(seq=seq, at=at, actor=actor, event=decode_event(kind, record), digest=digest, step_end=step_end)


def _sealed(memory: Memory, stamp: Stamp, events: tuple[Event, ...]) -> tuple[list[Line], Task, Digest]:
    """The lines of one step behind this memory, and what is known after it."""
    task, head = memory.task, memory.head
    step_end = task.entries + len(events)
    actor: dict[str, Any] = encode(stamp.actor)
    lines: list[Line] = []
    for seq, event in enumerate(events, start=task.entries + 1):
        kind, fields = encode_event(event)
        record = record_of(seq=seq, kind=kind, at=stamp.at, actor=actor, step_end=step_end, fields=fields)
        line = seal_line(record, head)
        lines.append(line)
        head = line.digest
        task = evolve(task, Occurrence(seq=seq, at=stamp.at, event=event))
    return lines, task, head


def _damaged(task_id: TaskId, seq: int, reason: str) -> Damaged:
    where = f"entry-{seq}: " if seq else ""
    problem = Problem(
        code="damaged_ledger",
        message=f"{where}{reason}",
        line=seq + 1,
        suggestion="restore the file from git or a backup; nothing leans on it as it stands",
    )
    return Damaged(f".scafld/runs/{task_id}/session.json", (problem,), next="scafld doctor")

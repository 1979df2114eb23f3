"""How the bytes of a `session.json` are read: line by line, each proved, and a cut-off write told from a forgery.

A ledger file is one valid JSON document: a head line, one entry a line, a closing line. A crash can leave its last step
half written; what counts as that is narrow (see `tail.py`). Anything else that does not hold is damage, and is never
repaired here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from io import SEEK_END, UnsupportedOperation
from typing import BinaryIO

from scafld.adapters.codec import Mismatch, decode_actor, decode_event
from scafld.core.contract.problems import Problem
from scafld.core.ledger import CLOSING, FRAGMENTS, Broken, check_line, head_line, origin
from scafld.core.names import Actor, Digest, Moment, TaskId
from scafld.core.refusal import Damaged
from scafld.core.task.events import Event
from scafld.core.task.life import Occurrence
from scafld.core.value import value


@value
class Entry:
    """One proved entry of a ledger."""

    seq: int
    at: Moment
    actor: Actor
    event: Event
    digest: Digest

    @property
    def occurrence(self) -> Occurrence:
        return Occurrence(seq=self.seq, at=self.at, event=self.event)


TRIES = 100
"""How often the end of a ledger is read again because somebody appends; each time only what is new is read."""

Proved = tuple[int, bytes, Digest]
"""One line whose place in the chain is proved: its seq, its text without comma and line end, its digest."""


@value
class Ending:
    """Where the proved lines end: the size up to there, and what of a cut-off write stands behind."""

    size: int
    torn: bytes


@value
class Edge:
    """Where the last whole step ends: the size of the file up to there, its last entry's number and digest."""

    size: int
    seq: int
    head: Digest


class Story:
    """A pass over one open ledger. Iterate `lines()` to the end, then ask for `ending`."""

    def __init__(self, file: BinaryIO, task_id: TaskId, path: str) -> None:
        self._file = file
        self._task_id = task_id
        self._path = path
        self.ending = Ending(size=0, torn=b"")

    def lines(self) -> Iterator[Proved]:
        """The lines of every whole step, each proved; Damaged names the entry where the chain does not hold.

        Where somebody appends meanwhile, the end is read again: half a step is never seen, nor damage that is none.
        """
        head, before, comma = head_line(self._task_id), _written(self._file), True
        if self._at(0, most=len(head) + 1) != head + b"\n":
            raise self.damaged(0, "its first line is not that of this task's ledger")
        edge = Edge(size=len(head), seq=0, head=origin(self._task_id))
        for left in reversed(range(TRIES)):
            edge, broken = yield from self._steps(edge, comma=comma)
            rest = self._at(edge.size)
            now = _written(self._file)
            if now == before or not left:
                self._finish(edge, rest, broken)
                return
            before, comma = now, self._at(edge.size, most=len(_JOINT)) == _JOINT

    def entries(self) -> Iterator[Entry]:
        """The same as entries; Damaged too when a sealed line does not say what an entry says."""
        for seq, text, digest in self.lines():
            yield self._entry(seq, text, digest)

    def damaged(self, seq: int, reason: str) -> Damaged:
        return damaged(self._path, seq, reason)

    def _entry(self, seq: int, text: bytes, digest: Digest) -> Entry:
        try:
            record = json.loads(text.decode())
            actor, at, kind = decode_actor(record.pop("actor")), record.pop("recorded_at"), record.pop("type")
            if not isinstance(at, str):
                raise Mismatch("recorded_at: expected text")
            for own in ("id", "seq", "step_end", "prev", "digest"):
                record.pop(own)
            event = decode_event(kind, record)
        except (KeyError, AttributeError, Mismatch, ValueError, RecursionError) as error:
            raise self.damaged(seq, f"it is sealed but cannot be read ({error})") from error
        return Entry(seq=seq, at=Moment(at), actor=actor, event=event, digest=digest)

    def _steps(self, edge: Edge, *, comma: bool) -> Generator[Proved, None, tuple[Edge, Broken | None]]:
        """The lines from where the file stands, which is behind `edge`; the new edge, and what does not hold there.
        `comma`: whether the line before ends in one."""
        prev, offset, whole = edge.head, edge.size, (edge.size, edge.seq, edge.head)
        step: list[Proved] = []
        for seq, raw in enumerate(self._file, start=edge.seq + 1):
            text, closed = (raw[:-2], False) if raw.endswith(_JOINT) else _last_text_of(raw)
            try:
                if not comma:
                    raise Broken(seq, "the line before it does not end in a comma")
                prev = check_line(text, seq, prev)
            except Broken as broken:
                return _edge(*whole), None if raw == CLOSING[1:] else broken
            offset += len(text) + (1 if seq == 1 else len(_JOINT))
            comma = not closed
            step.append((seq, text, prev))
            if text.rfind(b',"step_end":%d,' % seq) > 0:
                yield from step
                whole = (offset, seq, prev)
                step.clear()
        return _edge(*whole), None

    def _at(self, offset: int, most: int = -1) -> bytes:
        """What stands there now, and not what stood there when the file was read ahead."""
        self._file.seek(0, SEEK_END)
        self._file.seek(offset)
        return self._file.read(most)

    def _finish(self, edge: Edge, rest: bytes, broken: Broken | None) -> None:
        """Judge what stands behind the last whole step."""
        if CLOSING.startswith(rest) and edge.seq:
            self.ending = Ending(size=edge.size, torn=b"")
            return
        from scafld.adapters.files.tail import is_cut_off

        if is_cut_off(rest, edge):
            self.ending = Ending(size=edge.size, torn=rest)
        elif broken is not None:
            raise self.damaged(broken.seq, broken.reason)
        else:
            raise self.damaged(0, "its last step is not whole, and yet the file is closed: entries were removed")


def damaged(path: str, seq: int, reason: str) -> Damaged:
    """The refusal that names the ledger at `path` and the entry (0: the file as a whole)."""
    where = f"entry-{seq}: " if seq else ""
    problem = Problem(
        code="damaged_ledger",
        message=f"{where}{reason}",
        line=seq + 1,
        suggestion="restore the file from git or a backup; nothing leans on it as it stands",
    )
    return Damaged(path, (problem,), next="scafld doctor")


# Private.

_JOINT = b",\n"


def _written(file: BinaryIO) -> tuple[int, ...]:
    """What changes when somebody writes to an open file."""
    try:
        seen = os.fstat(file.fileno())
    except UnsupportedOperation:
        return ()
    return seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _edge(size: int, seq: int, head: Digest) -> Edge:
    return Edge(size=size, seq=seq, head=head)


def _last_text_of(raw: bytes) -> tuple[bytes, bool]:
    """An entry's text within a line that is not followed by another, and whether the line says so."""
    if raw.endswith(FRAGMENTS[0]):
        return raw[: -len(FRAGMENTS[0])], True
    return (raw[:-1], True) if raw.endswith((b"\n", b",")) else (raw, True)

"""How the bytes of a `session.json` are read: line by line, each proved, and a cut-off write told from a forgery.

A ledger file is one valid JSON document: a head line, one entry a line, a closing line. A crash can leave the last
step half written. Such a tail is recognised by what only an unfinished write leaves: the closing line is missing or
stands right behind a fragment of the write's first three bytes, or a whole disk sector of it is zero. Anything else
that does not hold is damage, and is never repaired here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from scafld.adapters.codec import Mismatch, decode_actor, decode_event
from scafld.core.contract.problems import Problem
from scafld.core.ledger import CLOSING, Broken, check_line, head_line, origin
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


Proved = tuple[int, bytes, Digest]
"""One line whose place in the chain is proved: its seq, its text without comma and line end, its digest."""


@value
class Ending:
    """Where the proved lines end: the size up to there, and what of a cut-off write stands behind."""

    size: int
    torn: bytes


class Story:
    """A pass over one open ledger. Iterate `lines()` to the end, then ask for `ending`."""

    def __init__(self, file: BinaryIO, task_id: TaskId, path: str) -> None:
        self._file = file
        self._task_id = task_id
        self._path = path
        self.ending = Ending(size=0, torn=b"")

    def lines(self) -> Iterator[Proved]:
        """The lines of every whole step, each proved; Damaged names the entry where the chain does not hold."""
        first = self._file.readline()
        if first.rstrip(b"\n") != head_line(self._task_id):
            raise self.damaged(0, "its first line is not that of this task's ledger")
        size = offset = len(first) - 1
        prev, comma = origin(self._task_id), True
        step: list[Proved] = []
        for seq, raw in enumerate(self._file, start=1):
            text, closed = _text_of(raw)
            try:
                if not comma:
                    raise Broken(seq, "the line before it does not end in a comma")
                prev = check_line(text, seq, prev)
            except Broken as broken:
                self._finish(raw, size, broken)
                return
            offset += len(text) + (1 if seq == 1 else 2)
            comma = not closed
            step.append((seq, text, prev))
            if b',"step_end":%d,' % seq in text:
                yield from step
                size, step = offset, []
        self._finish(b"", size, None)

    def entries(self) -> Iterator[Entry]:
        """The same as entries; Damaged too when a sealed line does not say what an entry says."""
        for seq, text, digest in self.lines():
            yield self._entry(seq, text, digest)

    def damaged(self, seq: int, reason: str) -> Damaged:
        """The refusal that names the entry (0: the file as a whole)."""
        where = f"entry-{seq}: " if seq else ""
        problem = Problem(
            code="damaged_ledger",
            message=f"{where}{reason}",
            line=seq + 1,
            suggestion="restore the file from git or a backup; nothing leans on it as it stands",
        )
        return Damaged(self._path, (problem,), next="scafld doctor")

    def _entry(self, seq: int, text: bytes, digest: Digest) -> Entry:
        try:
            record = json.loads(text)
            actor, at = decode_actor(record.pop("actor")), record.pop("recorded_at")
            kind = record.pop("type")
            for own in ("id", "seq", "step_end", "prev", "digest"):
                record.pop(own)
            event = decode_event(kind, record)
        except (KeyError, AttributeError, Mismatch, ValueError) as error:
            raise self.damaged(seq, f"it is sealed but cannot be read ({error})") from error
        return Entry(seq=seq, at=at, actor=actor, event=event, digest=digest)

    def _finish(self, raw: bytes, size: int, broken: Broken | None) -> None:
        """Judge what stands behind the last whole step; `raw` is the line that is no proved entry, b"" at the end."""
        self._file.seek(size)
        rest = self._file.read()
        if rest == CLOSING:
            self.ending = Ending(size=size, torn=b"")
        elif _is_cut_off(raw, rest):
            self.ending = Ending(size=size, torn=rest)
        elif broken is not None and raw != CLOSING[1:]:
            raise self.damaged(broken.seq, broken.reason)
        else:
            raise self.damaged(0, "its last step is not whole, and yet the file is closed: entries were removed")


# Private.

_SECTOR = 512
"""The smallest piece of a file that a disk writes or loses as a whole, in bytes."""

_FRAGMENTS = (b",]}\n", b",\n}\n", b",\n{\n")
"""The closing line when one, two or three bytes of the next step have been written over it."""


def _text_of(raw: bytes) -> tuple[bytes, bool]:
    """An entry's text within its line, and whether the line says that no other follows."""
    if raw.endswith(b",\n"):
        return raw[:-2], False
    if raw.endswith(_FRAGMENTS[0]):
        return raw[: -len(_FRAGMENTS[0])], True
    return raw[:-1], True


def _is_cut_off(raw: bytes, rest: bytes) -> bool:
    """Whether the bytes behind the last whole step are those of an append that never ended."""
    unfinished = not raw.endswith(b"\n") or rest in _FRAGMENTS or rest.startswith(CLOSING)
    return unfinished or bytes(_SECTOR) in rest

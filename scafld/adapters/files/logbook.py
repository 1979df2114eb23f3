"""A ledger as people read it: entry by entry, those without a chain too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from scafld.adapters.codec.wire import WIRE_NAMES
from scafld.adapters.files.ledgers import FileLedgers
from scafld.app.task.log import Logged
from scafld.core.names import Actor, ActorKind, Moment, TaskId
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.views.telling import said_of


def logged(ledgers: FileLedgers, task_id: TaskId) -> Iterator[Logged]:
    """Every entry, proved as it is read. Refused when there is no ledger."""
    memory = ledgers.recall(task_id)
    if memory is None:
        raise Refused(
            Refusal(
                gate=Gate.LEDGER,
                reason=f"{task_id} has no ledger: nothing is on record",
                expected=f".scafld/runs/{task_id}/session.json",
                next=f"scafld status {task_id}",
            )
        )
    if memory.sealed:
        return _chained(ledgers, task_id)
    return iter(ledgers.read(task_id, _unchained) or ())


# Private.


def _chained(ledgers: FileLedgers, task_id: TaskId) -> Iterator[Logged]:
    for entry in ledgers.entries(task_id):
        yield Logged(
            seq=entry.seq,
            at=entry.at,
            kind=WIRE_NAMES[type(entry.event)],
            actor=entry.actor,
            said=said_of(entry.event),
            digest=entry.digest,
        )


def _unchained(file: BinaryIO) -> tuple[Logged, ...]:
    """The entries of schema 1 as they stand, none of them believed."""
    entries = json.load(file)["entries"]
    nobody = Actor(kind=ActorKind.UNKNOWN, name="unsealed")
    return tuple(
        Logged(
            seq=seq,
            at=Moment(str(entry.get("recorded_at", ""))),
            kind=str(entry.get("type", "")),
            actor=nobody,
            said=tuple((key, str(entry[key])) for key in _OLD if entry.get(key)),
            digest=None,
        )
        for seq, entry in enumerate(entries, start=1)
    )


_OLD = ("status", "criterion_id", "phase_id", "reason")

"""`doctor --accept`: a person takes a ledger as it stands, against what this host remembers of it or can prove."""

from __future__ import annotations

from contextlib import suppress

from scafld.app.journal import Journal, Memory, Recalled, Stamp, no_such_task
from scafld.core.names import ActorKind, TaskId
from scafld.core.refusal import Gate, Malformed, Refusal, Refused, Unavailable
from scafld.core.task.events import LedgerAccepted
from scafld.core.value import value


@value
class Accepted:
    """What was accepted: see `LedgerAccepted`."""

    task_id: TaskId
    accepted: LedgerAccepted


@value
class Accept:
    journal: Journal

    def __call__(self, task_id: TaskId, reason: str) -> Accepted:
        """Put it on record in the ledger, signed, remember its end from now on, and show it. Refused where there is
        nothing to accept, without a reason, and to an agent."""
        self._need_a_person(task_id, reason)
        accepted = self._put_on_record(task_id, reason.strip())
        with suppress(Refused, Malformed, Unavailable), self.journal.open(task_id, "doctor"):
            pass
        return accepted

    # Private.

    def _put_on_record(self, task_id: TaskId, reason: str) -> Accepted:
        with self.journal.ledgers.hold(task_id, "doctor"):
            memory = self.journal.ledgers.recall(task_id)
            if memory is None and self.journal.specs.find(task_id) is None:
                raise Refused(no_such_task(task_id))
            kept = self.journal.custody.recall(task_id, memory)
            unproven = self.journal.authority.unproven(task_id) if memory is not None else ()
            if not kept.broken and not unproven:
                raise Refused(_nothing_to_accept(task_id))
            event = _event(reason, kept, memory, tuple(each.seq for each in unproven))
            stamp = Stamp(actor=self.journal.actor, at=self.journal.now())
            after = self.journal.ledgers.append(task_id, memory, stamp, (event,))
            self.journal.custody.remember(task_id, after)
            return Accepted(task_id=task_id, accepted=event)

    def _need_a_person(self, task_id: TaskId, reason: str) -> None:
        actor = self.journal.actor
        if actor.kind is ActorKind.AGENT:
            raise Refused(
                Refusal(
                    gate=Gate.LEDGER,
                    reason=f"{actor.name} is an agent: a ledger is accepted by a person",
                    expected="a person at a terminal",
                    next=f"scafld handoff {task_id}",
                )
            )
        if not reason.strip():
            raise Refused(
                Refusal(gate=Gate.LEDGER, reason="a ledger is accepted with a reason", expected="--reason", next="")
            )


# Private.


def _event(reason: str, kept: Recalled, memory: Memory | None, unproven: tuple[int, ...]) -> LedgerAccepted:
    last = kept.last if kept.broken else None
    return LedgerAccepted(
        reason=reason,
        remembered=last.head if last is not None else None,
        remembered_entries=last.entries if last is not None else 0,
        found=memory.head if memory is not None and memory.sealed else None,
        found_entries=memory.task.entries if memory is not None else 0,
        unproven=unproven,
    )


def _nothing_to_accept(task_id: TaskId) -> Refusal:
    return Refusal(
        gate=Gate.LEDGER,
        reason=f"the ledger of {task_id} is as this host left it, and every entry with authority is signed",
        expected="a ledger that was replaced, or an entry that nobody known signed",
        next=f"scafld status {task_id}",
    )

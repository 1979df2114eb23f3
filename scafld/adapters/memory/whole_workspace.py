"""What is left of a workspace in memory: its clock, its rows, its log, what lies about in it, and its pages."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.adapters.codec import encode
from scafld.adapters.codec.wire import WIRE_NAMES
from scafld.adapters.memory.ledger_bytes import MemoryLedgers
from scafld.adapters.memory.spec_texts import MemorySpecs
from scafld.app.guard import Since
from scafld.app.premises.doctor import Symptom
from scafld.app.task.log import Logged
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import Look
from scafld.core.moments import later
from scafld.core.names import Moment, TaskId
from scafld.core.refusal import Gate, Malformed, Refusal, Refused
from scafld.core.value import value
from scafld.core.views.briefing import Handoff
from scafld.core.views.metrics import Row
from scafld.core.views.tally import Tally
from scafld.core.views.telling import said_of

BEGINNING = Moment("2026-01-31T12:00:00.000Z")


class TickingClock:
    """A clock that goes on by `step_s` seconds each time somebody looks at it."""

    def __init__(self, start: Moment = BEGINNING, *, step_s: int = 1) -> None:
        self.moment = start
        self._step_s = step_s

    def __call__(self) -> Moment:
        self.moment = later(self.moment, self._step_s)
        return self.moment

    def advance(self, seconds: int) -> None:
        """Let so much time pass."""
        self.moment = later(self.moment, seconds)


@value
class MemoryEstate:
    """The port Estate on what a workspace in memory holds beside its tree."""

    specs: MemorySpecs
    ledgers: MemoryLedgers

    def __call__(self) -> Since:
        then = self._held()

        def since(_look: Look) -> tuple[str, ...]:
            now = self._held()
            return tuple(name for name in sorted(then.keys() | now.keys()) if then.get(name) != now.get(name))

        return since

    # Private.

    def _held(self) -> dict[str, bytes]:
        specs = {f".scafld/specs/{place}": text.encode("utf-8", "surrogatepass") for place, text in self._texts()}
        return specs | {f".scafld/runs/{task}/session.json": told for task, told in self.ledgers.files.items()}

    def _texts(self) -> list[tuple[str, str]]:
        return sorted(self.specs.texts.items())


@value
class MemoryRows:
    """Every task of a workspace in memory, one row each, by id."""

    specs: MemorySpecs
    ledgers: MemoryLedgers

    def __call__(self) -> Iterator[Row]:
        for name in self.names():
            yield self._row(name)

    def names(self) -> tuple[TaskId, ...]:
        """Every task that has a spec or a ledger."""
        named = {TaskId(place.rsplit("/", 1)[-1].removesuffix(".md")) for place in self.specs.texts}
        return tuple(sorted(named | self.ledgers.files.keys()))

    # Private.

    def _row(self, task_id: TaskId) -> Row:
        place = next(iter(self.specs.places(task_id)), "")
        tally, problem = Tally(), "" if place else "its spec is gone"
        sealed = task_id in self.ledgers.files
        ledger = "sealed" if sealed else "none"
        status = "unrecorded" if not sealed and not place.startswith("drafts/") else ""
        try:
            self.ledgers.recall(task_id)
            for entry in self.ledgers.entries(task_id):
                tally.add(type(entry.event), encode(entry.event), entry.at)
        except Malformed as error:
            tally, status, ledger, problem = Tally(), "damaged", "damaged", error.problems[0].message
        return Row(
            task_id=task_id,
            title=tally.title or self._title(place),
            status=status or str(tally.status),
            path=f".scafld/specs/{place}" if place else f".scafld/runs/{task_id}/session.json",
            ledger=ledger,
            last_at=tally.last_at,
            profile=tally.profile,
            problem=problem,
            counts=tally.counts,
        )

    def _title(self, place: str) -> str:
        lines = self.specs.texts.get(place, "").splitlines()
        return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


@value
class MemoryLog:
    """The ledger of one task, entry by entry."""

    ledgers: MemoryLedgers

    def __call__(self, task_id: TaskId) -> Iterator[Logged]:
        """Refused when there is no ledger."""
        if task_id not in self.ledgers.files:
            raise Refused(
                Refusal(
                    gate=Gate.LEDGER,
                    reason=f"{task_id} has no ledger: nothing is on record",
                    next=f"scafld status {task_id}",
                )
            )
        return self._entries(task_id)

    def _entries(self, task_id: TaskId) -> Iterator[Logged]:
        for entry in self.ledgers.entries(task_id):
            yield Logged(
                seq=entry.seq,
                at=entry.at,
                kind=WIRE_NAMES[type(entry.event)],
                actor=entry.actor,
                said=said_of(entry.event),
                digest=entry.digest,
            )


@value
class MemoryPremises:
    """A workspace in memory, in which nothing ever lies about."""

    rows: MemoryRows

    def names(self) -> tuple[TaskId, ...]:
        return self.rows.names()

    def symptoms(self) -> Iterator[Symptom]:
        return iter(())

    def sweep(self) -> None:
        """Nothing is to be swept."""


class MemoryPages:
    """Handoffs as they were told: `kept` by path, once each."""

    def __init__(self) -> None:
        self.kept: dict[str, Handoff] = {}

    def keep(self, task_id: TaskId, handoff: Handoff) -> str:
        """See `Keep`."""
        text = handoff.text.encode("utf-8", "backslashreplace")
        path = f".scafld/runs/{task_id}/handoffs/{handoff.role}-{handoff.gate}-{digest_of(text)[:12]}.md"
        self.kept.setdefault(path, handoff)
        return path

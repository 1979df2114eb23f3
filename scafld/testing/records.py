"""Strategies for what can be on record: events, histories that the table of a task's life permits, ledgers as bytes."""

from __future__ import annotations

from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from scafld.adapters.memory.ledger_bytes import ledger_of
from scafld.app.journal import Stamp
from scafld.core.digest import LARGEST_INTEGER
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, FindingStatus, Mode, Severity
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.panel import verdict_of
from scafld.core.moments import later
from scafld.core.names import (
    Actor,
    CriterionId,
    Digest,
    Moment,
    PhaseId,
    RepoPath,
    TaskId,
)
from scafld.core.task.events import (
    Approved,
    ConsentGiven,
    Event,
    HardenAbandoned,
    Hardened,
    HardenFailed,
    HardenOpened,
    HardenPassed,
    HardenStarted,
    LedgerAccepted,
    LegacySealed,
    PanelReviewed,
    ReviewAbandoned,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
    TailCut,
)
from scafld.core.task.known import TERMINAL, RoundState, Status, Task
from scafld.core.task.life import LIFECYCLE, Occurrence, evolve
from scafld.core.value import changed

BEGINNING = Moment("2026-01-31T12:00:00.000Z")
KINDS: tuple[type[Event], ...] = get_args(Event)
"""Every class of event."""


def events(*kinds: type[Event]) -> SearchStrategy[Event]:
    """Any event of these classes, or of all of them: whole, and with values that the codec can carry."""
    return strategies.one_of([_event(kind) for kind in kinds or KINDS])


def dossiers(mode: Mode | None = None) -> SearchStrategy[Dossier]:
    """Dossiers with up to three findings, some of which block; not every one would be accepted."""
    return strategies.builds(
        Dossier,
        summary=_words(),
        mode=strategies.just(mode) if mode else strategies.sampled_from(Mode),
        findings=strategies.lists(_findings(), max_size=3, unique_by=lambda each: each.id).map(tuple),
        attacks=strategies.lists(_attacks(), max_size=8).map(tuple),
    )


@strategies.composite
def histories(draw: DrawFn, *, most: int = 10) -> tuple[Occurrence, ...]:
    """A history of 1 to `most` occurrences that the table permits: `replay` takes every prefix of it."""
    wanted = draw(strategies.integers(min_value=1, max_value=most))
    task, found, at = Task(), list[Occurrence](), BEGINNING
    while len(found) < wanted and task.status not in TERMINAL:
        kind = draw(strategies.sampled_from(_possible(task, ending=len(found) + 1 == wanted)))
        seq = len(found) + 1
        occurrence = Occurrence(seq=seq, at=at, event=_fitting(draw(_event(kind)), task, seq))
        task = evolve(task, occurrence)
        found.append(occurrence)
        at = later(at, draw(strategies.integers(min_value=0, max_value=3600)))
    return tuple(found)


@strategies.composite
def ledgers(draw: DrawFn, *, task_id: str = "add-cache", most: int = 10) -> bytes:
    """The bytes of a valid ledger of this task: a history cut into steps, each by some actor."""
    history = draw(histories(most=most))
    steps: list[tuple[Stamp, tuple[Event, ...]]] = []
    for occurrence in history:
        joins: bool = draw(strategies.booleans())
        if steps and joins:
            stamp, said = steps.pop()
            steps.append((stamp, (*said, occurrence.event)))
        else:
            steps.append((Stamp(actor=draw(_of(Actor)), at=occurrence.at), (occurrence.event,)))
    return ledger_of(TaskId(task_id), tuple(steps))


# Private.

_MOST = 3
_TEXT = strategies.text(max_size=12)
_HEXADECIMAL = strategies.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw.hex()))


def _words() -> SearchStrategy[str]:
    return strategies.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip()))


def _findings() -> SearchStrategy[Finding]:
    return strategies.builds(
        Finding,
        id=strategies.sampled_from(("leak", "race", "off-by-one", "typo")),
        summary=_words(),
        severity=strategies.sampled_from(Severity),
        blocks_completion=strategies.booleans(),
        status=strategies.sampled_from(FindingStatus),
        path=strategies.sampled_from(("a.py", "src/größe.py")),
        line=strategies.none() | strategies.integers(min_value=1, max_value=9999),
        evidence=_words(),
        impact=_words(),
        validation=_words(),
    )


def _attacks() -> SearchStrategy[Attack]:
    return strategies.builds(
        Attack, target=_words(), attack=_words(), result=strategies.sampled_from(AttackResult), notes=_TEXT
    )


def _event(kind: type[Event]) -> SearchStrategy[Event]:
    built: SearchStrategy[Event] = _of(kind)
    if kind is LegacySealed:
        statuses = strategies.sampled_from([str(status) for status in Status])
        return strategies.builds(changed, built, status=statuses)
    if kind in (HardenOpened, HardenPassed, HardenStarted):
        rounds = strategies.integers(min_value=1, max_value=9).map(lambda number: f"round-{number}")
        return strategies.builds(changed, built, round=rounds)
    if kind is Reviewed:
        return strategies.builds(_consistent, built, dossiers())
    if kind is PanelReviewed:
        given = strategies.lists(_heard(), min_size=1, max_size=_MOST).map(tuple)
        return strategies.builds(_consistent_panel, built, given)
    return built


def _consistent(event: Event, dossier: Dossier) -> Event:
    return changed(event, dossier=dossier, verdict=dossier.verdict, dismissed=())


def _heard() -> SearchStrategy[Hearing]:
    """A reviewer that handed something in."""
    return strategies.builds(lambda heard, dossier: changed(heard, dossier=dossier), _of(Hearing), dossiers())


def _consistent_panel(event: Event, hearings: tuple[Hearing, ...]) -> Event:
    verdict = verdict_of(hearings, 0, frozenset())
    return changed(event, hearings=hearings, quorum=0, dismissed=(), verdict=verdict)


def _possible(task: Task, *, ending: bool) -> list[type[Event]]:
    """What may happen next: by the table, and a reviewer answers only when one was asked. What leads on stands there
    several times, so that a draft is not all that most histories know."""
    running = task.attempt is not None and task.attempt.running
    state = task.round.state if task.round is not None else None
    barred: tuple[type[Any], ...] = () if running else (ReviewFailed, ReviewAbandoned, Reviewed, PanelReviewed)
    barred += () if state is RoundState.ASKED else (HardenFailed, Hardened)
    barred += () if state in (RoundState.OPEN, RoundState.ASKED) else (HardenAbandoned,)
    barred += () if task.words else (ConsentGiven,)
    found: list[type[Any]] = [
        kind
        for kind, reached in LIFECYCLE[task.status].items()
        if kind not in barred and (ending or reached not in TERMINAL)
    ]
    leading_on = [kind for kind in found if LIFECYCLE[task.status][kind] is not task.status]
    told = [*found, *leading_on, *leading_on]
    return [*told, TailCut, LedgerAccepted] if task.entries else told


def _fitting(event: Event, task: Task, seq: int) -> Event:
    """The same event, about the reviewer that is at work, or about a word that stands there."""
    match event:
        case Approved():
            return changed(event, consents=tuple(each.seq for each in task.consents)[:2])
        case ConsentGiven():
            return changed(event, entry=max(task.words))
        case ReviewStarted():
            return changed(event, attempt=f"review-{seq}")
        case ReviewFailed() | ReviewAbandoned() | Reviewed() | PanelReviewed():
            assert task.attempt is not None
            return changed(event, attempt=task.attempt.id)
        case HardenFailed() | HardenAbandoned() | Hardened():
            assert task.round is not None
            return changed(event, round=task.round.id)
        case _:
            return event


_NAMED: dict[object, SearchStrategy[Any]] = {
    Digest: _HEXADECIMAL,
    Moment: strategies.integers(min_value=0, max_value=10**8).map(lambda seconds: later(BEGINNING, seconds)),
    RepoPath: strategies.sampled_from(("a.py", "src/größe.py", "two\nlines", " ", '"\\377"')).map(RepoPath),
    PhaseId: strategies.integers(min_value=1, max_value=4).map(lambda number: PhaseId(f"phase{number}")),
    CriterionId: strategies.sampled_from(("ac1", "ac1_2", "V.1-b")).map(CriterionId),
    str: _TEXT,
    bool: strategies.booleans(),
    int: strategies.integers(min_value=0, max_value=100) | strategies.just(LARGEST_INTEGER),
    NoneType: strategies.none(),
    Dossier: dossiers(),
}


def _of(kind: Any) -> SearchStrategy[Any]:
    """Any value of this type, by its fields: the same types that the codec knows."""
    found = _NAMED.get(kind)
    if found is None:
        found = _NAMED[kind] = _made(kind)
    return found


def _made(kind: Any) -> SearchStrategy[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        return strategies.one_of([_of(each) for each in arguments])
    if origin is tuple:
        return strategies.lists(_of(arguments[0]), max_size=_MOST).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return strategies.sampled_from(list(kind))
    hints = get_type_hints(kind)
    return strategies.builds(kind, **{name: _of(hints[name]) for name in kind.__fields__})

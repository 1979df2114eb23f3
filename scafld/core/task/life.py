"""The life of a task: its status is what the table makes of what events.

- A status changes by an event that the table names, and by nothing else. An event it does not name is `Impossible`
  and changes nothing.
- Terminal is terminal: from completed, failed and cancelled no event leads on. (What is said of
  the ledger itself may still be put on record there; it leads nowhere.)
- A task is the fold of its events: `replay(events[:n])` is what was known after n of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import assert_never

from scafld.core.names import CriterionId, Moment, PhaseId
from scafld.core.task import events
from scafld.core.task.events import Event
from scafld.core.task.known import Acceptance, Approval, Given, Request, Result, Status, Task
from scafld.core.task.voices import ReviewEvent, RoundEvent, questioned_after, review_after, round_after
from scafld.core.value import changed, value

LIFECYCLE: Mapping[Status, Mapping[type[object], Status]] = MappingProxyType(
    {
        Status.DRAFT: MappingProxyType(
            {
                events.Planned: Status.DRAFT,
                events.Drafted: Status.DRAFT,
                events.HardenOpened: Status.DRAFT,
                events.HardenPassed: Status.DRAFT,
                events.HardenStarted: Status.DRAFT,
                events.HardenFailed: Status.DRAFT,
                events.HardenAbandoned: Status.DRAFT,
                events.Hardened: Status.DRAFT,
                events.BaselineTaken: Status.DRAFT,
                events.ApprovalRequested: Status.DRAFT,
                events.Approved: Status.APPROVED,
                events.ConsentGiven: Status.DRAFT,
                events.Cancelled: Status.CANCELLED,
            }
        ),
        Status.APPROVED: MappingProxyType(
            {
                events.BaselineTaken: Status.APPROVED,
                events.ApprovalRequested: Status.APPROVED,
                events.Approved: Status.APPROVED,
                events.ConsentGiven: Status.APPROVED,
                events.PhaseOpened: Status.ACTIVE,
                events.Cancelled: Status.CANCELLED,
            }
        ),
        Status.ACTIVE: MappingProxyType(
            {
                events.BaselineTaken: Status.ACTIVE,
                events.ApprovalRequested: Status.ACTIVE,
                events.Approved: Status.ACTIVE,
                events.ConsentGiven: Status.ACTIVE,
                events.PhaseOpened: Status.ACTIVE,
                events.CriterionRan: Status.ACTIVE,
                events.ManualAttested: Status.ACTIVE,
                events.FindingDismissed: Status.ACTIVE,
                events.PhasePassed: Status.ACTIVE,
                events.BuildBlocked: Status.BLOCKED,
                events.BuildPassed: Status.REVIEW,
                events.Failed: Status.FAILED,
                events.Cancelled: Status.CANCELLED,
            }
        ),
        Status.BLOCKED: MappingProxyType(
            {
                events.BaselineTaken: Status.BLOCKED,
                events.ApprovalRequested: Status.BLOCKED,
                events.Approved: Status.ACTIVE,
                events.ConsentGiven: Status.BLOCKED,
                events.CriterionRan: Status.BLOCKED,
                events.ManualAttested: Status.BLOCKED,
                events.FindingDismissed: Status.BLOCKED,
                events.PhasePassed: Status.ACTIVE,
                events.BuildBlocked: Status.BLOCKED,
                events.BuildPassed: Status.REVIEW,
                events.Failed: Status.FAILED,
                events.Cancelled: Status.CANCELLED,
            }
        ),
        Status.REVIEW: MappingProxyType(
            {
                events.BaselineTaken: Status.REVIEW,
                events.ApprovalRequested: Status.REVIEW,
                events.Approved: Status.ACTIVE,
                events.ConsentGiven: Status.REVIEW,
                events.CriterionRan: Status.REVIEW,
                events.ManualAttested: Status.REVIEW,
                events.PhasePassed: Status.REVIEW,
                events.BuildBlocked: Status.BLOCKED,
                events.BuildPassed: Status.REVIEW,
                events.ReviewStarted: Status.REVIEW,
                events.ReviewFailed: Status.REVIEW,
                events.ReviewAbandoned: Status.REVIEW,
                events.Reviewed: Status.REVIEW,
                events.PanelReviewed: Status.REVIEW,
                events.FindingDismissed: Status.REVIEW,
                events.HumanReviewed: Status.REVIEW,
                events.ReceiptMinted: Status.REVIEW,
                events.Completed: Status.COMPLETED,
                events.Failed: Status.FAILED,
                events.Cancelled: Status.CANCELLED,
            }
        ),
        Status.COMPLETED: MappingProxyType({}),
        Status.FAILED: MappingProxyType({}),
        Status.CANCELLED: MappingProxyType({}),
    }
)

ASIDE: tuple[type[object], ...] = (events.TailCut, events.LedgerAccepted)
"""What is put on record of the ledger itself, in whatever state the task is; it leads nowhere."""


class Impossible(ValueError):
    """The table knows no such move: the ledger holds an event that scafld would never have decided."""


@value
class Occurrence:
    """One event in its place: what happened, when, as which entry."""

    seq: int
    at: Moment
    event: Event


def replay(occurrences: Iterable[Occurrence]) -> Task:
    """The task that these occurrences make; Impossible when the table has no place for one of them."""
    task = Task()
    for occurrence in occurrences:
        task = evolve(task, occurrence)
    return task


def next_status(status: Status, event: Event) -> Status:
    """Where an event leads; Impossible when nowhere."""
    if isinstance(event, ASIDE):
        return status
    if isinstance(event, events.LegacySealed) and status is Status.DRAFT:
        return Status(event.status)
    reached = LIFECYCLE[status].get(type(event))
    if reached is None:
        raise Impossible(f"{type(event).__name__} cannot happen to a task that is {status}")
    return reached


def evolve(task: Task, occurrence: Occurrence) -> Task:
    """The task after one more occurrence; Impossible, and nothing else, when the table does not have it."""
    event, at = occurrence.event, occurrence.at
    return changed(
        task,
        status=next_status(task.status, event),
        entries=occurrence.seq,
        first_at=task.first_at or at,
        last_at=task.last_at if isinstance(event, ASIDE) else at,
        **_learned(task, event, occurrence.seq, at),
    )


# Private.

_Learned = dict[str, object]
"""Fields of a task that an event gives another value."""


def _learned(task: Task, event: Event, seq: int, at: Moment) -> _Learned:
    """What the event adds to what is known, its status apart."""
    match event:
        case events.Planned():
            return {"title": event.title, "size": event.size, "risk": event.risk, "profile": event.profile}
        case events.Drafted():
            return {}
        case (
            events.HardenOpened()
            | events.HardenPassed()
            | events.HardenStarted()
            | events.HardenFailed()
            | events.HardenAbandoned()
            | events.Hardened()
        ):
            return _with_round(task, event, at)
        case events.BaselineTaken():
            return {"baseline": event.baseline}
        case events.ApprovalRequested():
            return _requested(task, event, seq)
        case events.Approved():
            return _approved(task, event, seq, at)
        case events.ConsentGiven():
            return _consented(task, event, seq)
        case events.PhaseOpened():
            return {"open_phase": event.phase, "final_open": event.phase is None, "attempts": 0, "block": None}
        case events.CriterionRan():
            return _ran(task, event, seq, at)
        case events.ManualAttested():
            return _attested(task, event, seq, at)
        case events.PhasePassed():
            return _passed(task, event)
        case events.BuildBlocked():
            return {"block": event, "attempts": event.attempt, "open_phase": event.phase, "reason": event.reason}
        case events.BuildPassed():
            return {"block": None, "attempts": 0, "open_phase": None, "built_seq": seq}
        case (
            events.ReviewStarted()
            | events.ReviewFailed()
            | events.ReviewAbandoned()
            | events.Reviewed()
            | events.PanelReviewed()
            | events.FindingDismissed()
            | events.HumanReviewed()
        ):
            return _reviewed(task, event, seq, at)
        case events.ReceiptMinted():
            return {"receipt": event}
        case events.Completed() | events.Failed() | events.Cancelled():
            return {"reason": event.reason}
        case events.LegacySealed():
            return {"legacy": event, "title": event.title}
        case events.TailCut():
            return {}
        case events.LedgerAccepted():
            return {"accepted": (*task.accepted, _accepted(event, seq, at))}
        case _:
            assert_never(event)


def _with_round(task: Task, event: RoundEvent, at: Moment) -> _Learned:
    try:
        found = round_after(task.round, event, at)
    except LookupError as error:
        raise Impossible(str(error)) from error
    return {"round": found, "questioned": questioned_after(task.questioned, found)}


def _reviewed(task: Task, event: ReviewEvent, seq: int, at: Moment) -> _Learned:
    try:
        learned = review_after(task, event, seq, at)
    except LookupError as error:
        raise Impossible(str(error)) from error
    by_person = isinstance(event, events.FindingDismissed | events.HumanReviewed)
    return {**learned, "words": task.words | {seq}} if by_person else learned


def _requested(task: Task, event: events.ApprovalRequested, seq: int) -> _Learned:
    request = Request(
        contract=event.contract, wanted=event.wanted, seq=seq, reason=event.reason, overrides=event.overrides
    )
    return {"request": request, "words": task.words | {seq}}


def _consented(task: Task, event: events.ConsentGiven, seq: int) -> _Learned:
    if event.entry not in task.words:
        raise Impossible(f"nobody's word stands in entry-{event.entry}; there is nothing to sign")
    given = Given(
        entry=event.entry, key=event.key, voice=event.voice, roles=event.roles, signature=event.signature, seq=seq
    )
    return {"consents": (*task.consents, given)}


def _approved(task: Task, event: events.Approved, seq: int, at: Moment) -> _Learned:
    if not set(event.consents) <= {each.seq for each in task.consents}:
        raise Impossible("the approval names signatures that nobody gave")
    approval = Approval(
        contract=event.contract,
        profile=event.profile,
        at=at,
        seq=seq,
        reason=event.reason,
        overrides=event.overrides,
        quick=event.quick,
        consents=event.consents,
    )
    plan = {"title": event.title, "size": event.size, "risk": event.risk, "profile": event.profile}
    return {"approval": approval, "words": task.words | {seq}, "attempts": 0, "block": None} | plan


def _accepted(event: events.LedgerAccepted, seq: int, at: Moment) -> Acceptance:
    return Acceptance(
        reason=event.reason,
        at=at,
        seq=seq,
        remembered=event.remembered,
        remembered_entries=event.remembered_entries,
        found=event.found,
        found_entries=event.found_entries,
        unproven=event.unproven,
    )


def _ran(task: Task, event: events.CriterionRan, seq: int, at: Moment) -> _Learned:
    red = task.red | {event.fingerprint} if event.red else task.red
    result = Result(
        fingerprint=event.fingerprint,
        outcome=event.outcome,
        reason=event.reason,
        seq=seq,
        at=at,
        purpose=event.purpose,
        red=event.fingerprint in red,
        observation=event.observation,
        command=event.command,
    )
    return {"red": red, "results": _with(task, event.criterion, result)}


def _attested(task: Task, event: events.ManualAttested, seq: int, at: Moment) -> _Learned:
    result = Result(
        fingerprint=event.fingerprint,
        outcome=event.outcome,
        reason=event.reason,
        seq=seq,
        at=at,
        purpose=events.Purpose.BUILD,
        material=event.material,
        contract=event.contract,
    )
    return {"results": _with(task, event.criterion, result), "words": task.words | {seq}}


def _with(task: Task, criterion: CriterionId, result: Result) -> Mapping[CriterionId, Result]:
    return MappingProxyType({**task.results, criterion: result})


def _passed(task: Task, event: events.PhasePassed) -> _Learned:
    words: dict[PhaseId, str] = {**dict(task.unproven), event.phase: event.unproven}
    return {
        "passed": task.passed | {event.phase},
        "unproven": tuple((phase, why) for phase, why in words.items() if why),
        "open_phase": None,
        "attempts": 0,
        "block": None,
    }

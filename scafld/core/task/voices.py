"""What a replay learns from those who were asked: rounds of hardening, reviewers, and persons who take their place.

A verdict follows from what was handed in, not from what an entry says of it. What cannot have happened is a
LookupError.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.panel import merged, verdict_of
from scafld.core.evidence.questioning import HardenVerdict
from scafld.core.names import Digest, Moment
from scafld.core.task import events
from scafld.core.task.known import Attempt, Dismissal, Review, Round, RoundState, Task
from scafld.core.value import changed

RoundEvent = (
    events.HardenOpened
    | events.HardenPassed
    | events.HardenStarted
    | events.HardenFailed
    | events.HardenAbandoned
    | events.Hardened
)
ReviewEvent = (
    events.ReviewStarted
    | events.ReviewFailed
    | events.ReviewAbandoned
    | events.Reviewed
    | events.PanelReviewed
    | events.FindingDismissed
    | events.HumanReviewed
)


def round_after(current: Round | None, event: RoundEvent, at: Moment) -> Round:
    """The last round after one more event of its kind."""
    match event:
        case events.HardenOpened():
            return Round(id=event.round, contract=event.contract, at=at)
        case events.HardenPassed():
            return _passed(current, event, at)
        case events.HardenStarted():
            return _asked(event, at)
        case events.HardenFailed():
            spent = event.hearing.spent or bool(event.changed)
            failed = {"state": RoundState.FAILED, "problem": event.reason, "hearing": event.hearing, "spent": spent}
            return changed(_asked_for(current, event.round), ended=at, **failed)
        case events.HardenAbandoned():
            given_up = {"state": RoundState.FAILED, "problem": f"given up: {event.reason}"}
            return changed(_pending(current, event.round), ended=at, **given_up)
        case events.Hardened():
            return changed(_asked_for(current, event.round), ended=at, **_hardened(event))
        case _:
            assert_never(event)


def questioned_after(questioned: Mapping[Digest, Round], found: Round) -> Mapping[Digest, Round]:
    """Which drafts a model has worked on and not passed, once a round has come this far."""
    if not found.by or not found.spent or found.state in (RoundState.ASKED, RoundState.PASSED):
        return questioned
    return MappingProxyType({**questioned, found.contract: found})


def review_after(task: Task, event: ReviewEvent, seq: int, at: Moment) -> dict[str, object]:
    """What one more event at the review gate adds to a task, by field."""
    match event:
        case events.ReviewStarted():
            return {"attempt": _started(event, seq)}
        case events.ReviewFailed():
            said = {"failure": event.failure, "changed": event.changed, "hearings": event.hearings}
            return _no_verdict(task, _over(task, event.attempt, problem=event.reason, **said))
        case events.ReviewAbandoned():
            return _no_verdict(task, _over(task, event.attempt, problem=f"given up: {event.reason}"))
        case events.Reviewed():
            return _verdict(task, event, (_hearing(event),), 0, seq=seq, at=at)
        case events.PanelReviewed():
            return _verdict(task, event, event.hearings, event.quorum, seq=seq, at=at)
        case events.FindingDismissed():
            return _dismissed(task, event, seq, at)
        case events.HumanReviewed():
            return {"review": _human(event, seq, at), "reviews": task.reviews + 1}
        case _:
            assert_never(event)


# Private.


def _passed(current: Round | None, event: events.HardenPassed, at: Moment) -> Round:
    """A round by hand that passed; of one that is not on record as opened, all that is told is its end."""
    begun = current.at if current is not None and current.id == event.round else at
    return Round(
        id=event.round, contract=event.contract, state=RoundState.PASSED, at=begun, ended=at, reason=event.reason
    )


def _asked(event: events.HardenStarted, at: Moment) -> Round:
    return Round(
        id=event.round,
        contract=event.contract,
        state=RoundState.ASKED,
        at=at,
        by=event.provider,
        lease_until=event.lease_until,
        spent=True,
    )


def _pending(current: Round | None, name: str) -> Round:
    if current is None or current.id != name or current.state not in (RoundState.ASKED, RoundState.OPEN):
        raise LookupError(f"no round {name!r} is open")
    return current


def _asked_for(current: Round | None, name: str) -> Round:
    """Nobody answers a round who was not asked: one by hand is answered by hand."""
    if _pending(current, name).state is not RoundState.ASKED:
        raise LookupError(f"no model was asked for round {name!r}")
    return _pending(current, name)


def _hardened(event: events.Hardened) -> dict[str, object]:
    if not event.hearing.authorises:
        rehearsed = {"state": RoundState.FAILED, "problem": "a rehearsal passes nothing", "spent": False}
        return {**rehearsed, "hearing": event.hearing, "dossier": event.dossier}
    passed = event.dossier.verdict is HardenVerdict.PASS
    state = RoundState.PASSED if passed else RoundState.NEEDS_REVISION
    return {"state": state, "hearing": event.hearing, "dossier": event.dossier, "reason": event.dossier.summary}


def _started(event: events.ReviewStarted, seq: int) -> Attempt:
    return Attempt(
        id=event.attempt,
        provider=event.provider,
        mode=event.mode,
        contract=event.contract,
        material=event.material,
        lease_until=event.lease_until,
        seq=seq,
        seats=event.seats,
        quorum=event.quorum,
        author=event.author,
    )


def _over(task: Task, attempt: str, **said: object) -> Attempt:
    if task.attempt is None or task.attempt.id != attempt or not task.attempt.running:
        raise LookupError(f"no attempt {attempt!r} is running")
    return changed(task.attempt, running=False, **said)


def _no_verdict(task: Task, attempt: Attempt) -> dict[str, object]:
    """An attempt that is over without a verdict. What it was sent is remembered where a model may have worked on it."""
    if not attempt.spent:
        return {"attempt": attempt}
    return {"attempt": attempt, "unanswered": (*_others(task, attempt), attempt)}


def _others(task: Task, attempt: Attempt) -> tuple[Attempt, ...]:
    """The unanswered attempts that were about something else."""
    sent = (attempt.contract, attempt.material)
    return tuple(each for each in task.unanswered if (each.contract, each.material) != sent)


def _hearing(event: events.Reviewed) -> Hearing:
    return Hearing(
        seat=event.provider,
        provider=event.provider,
        dossier=event.dossier,
        authorises=event.authorises,
        vendor=event.vendor,
        model=event.model,
        version=event.version,
        binary=event.binary,
        session=event.session,
        usage=event.usage,
        denied=event.denied,
        repaired=event.repaired,
        output=event.output,
        unverified=event.unverified,
    )


def _verdict(
    task: Task,
    event: events.Reviewed | events.PanelReviewed,
    hearings: tuple[Hearing, ...],
    quorum: int,
    *,
    seq: int,
    at: Moment,
) -> dict[str, object]:
    attempt = _over(task, event.attempt)
    dismissed = frozenset(event.dismissed)
    verdict = verdict_of(hearings, quorum, dismissed)
    if verdict is None:
        raise LookupError(f"attempt {event.attempt!r} has no verdict: a reviewer handed nothing in")
    dossier = merged(hearings)
    review = Review(
        by="panel" if isinstance(event, events.PanelReviewed) else event.provider,
        verdict=verdict,
        authorises=event.authorises,
        contract=event.contract,
        material=event.material,
        at=at,
        seq=seq,
        reason=dossier.summary if dossier else "",
        hearings=hearings,
        quorum=quorum,
        dismissed=dismissed,
        author=attempt.author,
    )
    unanswered = _others(task, attempt) if event.authorises else task.unanswered
    return {"attempt": attempt, "review": review, "reviews": task.reviews + 1, "unanswered": unanswered}


def _dismissed(task: Task, event: events.FindingDismissed, seq: int, at: Moment) -> dict[str, object]:
    dismissal = Dismissal(
        finding=event.finding,
        fingerprint=event.fingerprint,
        path=event.path,
        code=event.code,
        summary=event.summary,
        reason=event.reason,
        at=at,
        seq=seq,
        material=event.material,
    )
    dismissals = MappingProxyType({**task.dismissals, event.fingerprint: dismissal})
    review = task.review
    if review is None or review.material != event.material:
        return {"dismissals": dismissals}
    gone = review.dismissed | {event.fingerprint}
    verdict = verdict_of(review.hearings, review.quorum, gone) or review.verdict
    return {"dismissals": dismissals, "review": changed(review, dismissed=gone, verdict=verdict)}


def _human(event: events.HumanReviewed, seq: int, at: Moment) -> Review:
    return Review(
        by="human",
        verdict=Verdict.PASS,
        authorises=True,
        contract=event.contract,
        material=event.material,
        at=at,
        seq=seq,
        reason=event.reason,
    )

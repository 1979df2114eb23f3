"""What readers are told of those who were asked: who reviewed, what each held against the change, how they agree, and
how hardening stands."""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Attack, Finding
from scafld.core.evidence.hearing import Hearing, Independence, Usage
from scafld.core.evidence.panel import agreements, seat_verdict
from scafld.core.evidence.questioning import HardenDossier, wanted_by
from scafld.core.names import Digest, Moment
from scafld.core.task.known import Attempt, Dismissal, RoundState, Status, Task
from scafld.core.task.standing import Reviewing
from scafld.core.value import value


@value
class SeatView:
    """One reviewer and what came of it. `verdict` is empty where nothing was handed in, then `problem` says why."""

    seat: str
    provider: str
    vendor: str
    model: str
    version: str
    binary: Digest | None
    session: str
    verdict: str
    summary: str
    findings: int
    attacks: int
    problem: str
    failure: str
    denied: tuple[str, ...]
    repaired: bool
    usage: Usage
    output: Digest | None


@value
class AttemptView:
    """A reviewer at work, or one that gave no verdict. `spent`: it may have been paid for."""

    id: str
    provider: str
    running: bool
    lease_until: Moment
    problem: str
    failure: str = ""
    spent: bool = False
    changed: tuple[str, ...] = ()
    seats: tuple[SeatView, ...] = ()


@value
class RaisedView:
    """A finding and the seats of a panel that raised it; `dismissed` is the reason of whoever dismissed it, or "";
    `unverified` says why the place that it cites is not there, "" when it is."""

    fingerprint: Digest
    finding: str
    seats: tuple[str, ...]
    dismissed: str
    unverified: str = ""


@value
class ReviewView:
    """The review gate. `standing` says what the last verdict is worth now; `raised` names who raised each finding."""

    standing: Reviewing
    by: str = ""
    model: str = ""
    verdict: str = ""
    authorises: bool = False
    summary: str = ""
    at: Moment | None = None
    findings: tuple[Finding, ...] = ()
    attacks: tuple[Attack, ...] = ()
    raised: tuple[RaisedView, ...] = ()
    seats: tuple[SeatView, ...] = ()
    quorum: int = 0
    blockers: int = 0
    independence: Independence = Independence.UNKNOWN
    author: str = ""
    dismissals: tuple[Dismissal, ...] = ()
    attempt: AttemptView | None = None
    reviews: int = 0


@value
class HardeningView:
    """The last round of hardening. `by` is the provider, "" for a round by hand; `wanted`: the changes it asks for."""

    round: str
    state: RoundState
    by: str
    summary: str
    problem: str
    contract: Digest
    wanted: tuple[str, ...]
    dossier: HardenDossier | None
    seat: SeatView | None


def review_view(task: Task, standing: Reviewing) -> ReviewView:
    """Tell of the review gate."""
    review, dismissals = task.review, tuple(task.dismissals.values())
    attempt = _attempt(task.attempt) if task.attempt is not None else None
    if review is None:
        return ReviewView(standing=standing, attempt=attempt, dismissals=dismissals)
    dossier = review.dossier
    raised = agreements(review.hearings, review.dismissed)
    return ReviewView(
        standing=standing,
        by=review.by,
        model=review.model,
        verdict=str(review.verdict),
        authorises=review.authorises,
        summary=review.reason,
        at=review.at,
        findings=dossier.findings if dossier else (),
        attacks=dossier.attacks if dossier else (),
        raised=tuple(
            RaisedView(
                fingerprint=each.finding.fingerprint,
                finding=each.finding.id,
                seats=each.seats,
                dismissed=_dismissed(task, each.finding),
                unverified=review.unverified(each.finding),
            )
            for each in raised
        ),
        seats=tuple(_seat(each, review.dismissed) for each in review.hearings),
        quorum=review.quorum,
        blockers=len(review.blockers),
        independence=review.independence,
        author=review.author,
        dismissals=dismissals,
        attempt=attempt,
        reviews=task.reviews,
    )


def hardening_view(task: Task, state: RoundState | None) -> HardeningView | None:
    """Tell of the last round, None when there was none."""
    found = task.round
    if found is None or state is None:
        return None
    gone = state is RoundState.FAILED and found.state is RoundState.ASKED
    return HardeningView(
        round=found.id,
        state=state,
        by=found.by,
        summary=found.dossier.summary if found.dossier else "",
        problem="the model never came back" if gone else found.problem,
        contract=found.contract,
        wanted=wanted_by(found.dossier),
        dossier=found.dossier,
        seat=_seat(found.hearing, frozenset()) if found.hearing else None,
    )


def harden_word(spec: Spec, task: Task, state: RoundState | None) -> str:
    """not_run, in_progress, passed, needs_revision, failed, stale or overridden."""
    if task.approval is not None and task.approval.overrides:
        return "overridden"
    if task.round is None or state is None:
        return "not_run"
    if state in (RoundState.OPEN, RoundState.ASKED):
        return "in_progress"
    if state is not RoundState.PASSED:
        return str(state)
    return "passed" if task.round.contract == spec.digest or task.status is not Status.DRAFT else "stale"


# Private.


def _attempt(attempt: Attempt) -> AttemptView:
    return AttemptView(
        id=attempt.id,
        provider=attempt.provider,
        running=attempt.running,
        lease_until=attempt.lease_until,
        problem=attempt.problem,
        failure=attempt.failure,
        spent=attempt.spent,
        changed=attempt.changed,
        seats=tuple(_seat(each, frozenset()) for each in attempt.hearings),
    )


def _seat(heard: Hearing, dismissed: frozenset[Digest]) -> SeatView:
    dossier, verdict = heard.dossier, seat_verdict(heard, dismissed)
    return SeatView(
        seat=heard.seat,
        provider=heard.provider,
        vendor=heard.vendor,
        model=heard.model,
        version=heard.version,
        binary=heard.binary,
        session=heard.session,
        verdict=str(verdict) if verdict else "",
        summary=dossier.summary if dossier else "",
        findings=len(dossier.findings) if dossier else 0,
        attacks=len(dossier.attacks) if dossier else 0,
        problem=heard.problem,
        failure=heard.failure,
        denied=heard.denied,
        repaired=heard.repaired,
        usage=heard.usage,
        output=heard.output,
    )


def _dismissed(task: Task, finding: Finding) -> str:
    if task.review is None or finding.fingerprint not in task.review.dismissed:
        return ""
    found = task.dismissals.get(finding.fingerprint)
    return found.reason if found else "dismissed"

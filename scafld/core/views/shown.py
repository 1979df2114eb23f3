"""What a spec shows of its task: the projection of a replay, drawn from the same standings as every other view."""

from __future__ import annotations

from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Phase, Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Dossier, Finding, Mode
from scafld.core.evidence.panel import seat_verdict
from scafld.core.evidence.questioning import Probe
from scafld.core.names import Moment
from scafld.core.task.known import Review, Round, RoundState, Status, Task
from scafld.core.task.standing import Reviewing, Standing, hardening, is_passed, review_standing, standings
from scafld.core.views.next_action import NextAction, next_action
from scafld.core.views.projection import (
    AttackShown,
    CriterionShown,
    FindingShown,
    ObservationShown,
    PhaseShown,
    Projection,
    ReviewShown,
    RoundShown,
)


def projection_of(spec: Spec, task: Task) -> Projection:
    """What to show. A task with nothing on record shows nothing, and its spec is left as it stands."""
    if not task.entries:
        return Projection()
    now = task.last_at or Moment("")
    standing, state = review_standing(task, spec.digest, None, now), hardening(task, now)
    left = (*rule_problems(spec), *profile_demands(spec))
    action = next_action(spec, task, standing, left, _NO_BOUND, round_state=state)
    return Projection(
        status=str(task.status),
        harden_status="overridden" if _is_overridden(task) else _HARDEN[state],
        updated=_seconds(task.last_at),
        current_state=_current_state(task, standing, action),
        phases=tuple(PhaseShown(id=phase.id, status=_phase_status(task, phase)) for phase in spec.phases),
        criteria=tuple(_criterion(each) for each in standings(spec, task)),
        review=_review(task.review) if task.review else None,
        rounds=_rounds(task.round),
    )


# Private.

_NO_BOUND = 1_000_000


def _current_state(task: Task, standing: Reviewing, action: NextAction) -> tuple[tuple[str, str], ...]:
    blockers = ", ".join(task.block.failing) if task.block else ""
    phase = task.open_phase or ("final" if task.status in (Status.REVIEW, Status.COMPLETED) else "")
    return (
        ("Status", str(task.status)),
        ("Current phase", phase),
        ("Next", action.action.replace("_", " ")),
        ("Reason", task.reason if task.status in (Status.FAILED, Status.CANCELLED) else action.reason),
        ("Blockers", blockers),
        ("Allowed follow-up command", action.command),
        ("Latest runner update", _seconds(task.last_at)),
        ("Review gate", _gate(task, standing)),
    )


def _gate(task: Task, standing: Reviewing) -> str:
    reached = task.status in (Status.REVIEW, Status.COMPLETED)
    return str(standing) if reached or task.review or task.attempt else "not_started"


def _is_overridden(task: Task) -> bool:
    return task.approval is not None and bool(task.approval.overrides)


_HARDEN = {
    None: "not_run",
    RoundState.OPEN: "in_progress",
    RoundState.ASKED: "in_progress",
    RoundState.PASSED: "passed",
    RoundState.NEEDS_REVISION: "needs_revision",
    RoundState.FAILED: "error",
}


def _phase_status(task: Task, phase: Phase) -> str:
    if is_passed(task, phase):
        return "completed"
    if task.open_phase != phase.id:
        return "pending"
    return "blocked" if task.status is Status.BLOCKED else "active"


def _criterion(each: Standing) -> CriterionShown:
    if each.outcome is None or each.result is None:
        return CriterionShown(id=each.criterion.id, status="pending", evidence=_before(each), source_event=_entry(each))
    strength = str(each.strength) if each.outcome is Outcome.PASS else ""
    return CriterionShown(
        id=each.criterion.id,
        status=str(each.outcome),
        evidence=each.reason,
        source_event=_entry(each),
        strength=strength,
    )


def _before(each: Standing) -> str:
    if each.result is None:
        return ""
    return "red before the work" if each.red else "green before the work: a guard"


def _entry(each: Standing) -> str:
    return f"entry-{each.result.seq}" if each.result else ""


def _review(review: Review) -> ReviewShown:
    dossier = review.dossier or Dossier(summary=review.reason, mode=Mode.DISCOVER)
    return ReviewShown(
        pairs=(
            ("Status", "completed"),
            ("Verdict", str(review.verdict)),
            ("Provider", f"{review.by}:{review.model}" if review.model else review.by),
            ("Independence", str(review.independence).replace("_", " ")),
            *_panel(review),
            ("Authorises", "yes" if review.authorises else "no: a rehearsal"),
            ("Summary", review.reason),
        ),
        attacks=tuple(
            AttackShown(target=each.target, attack=each.attack, result=str(each.result), notes=each.notes)
            for each in dossier.attacks
        ),
        findings=tuple(_finding(each, review) for each in dossier.findings),
    )


def _panel(review: Review) -> tuple[tuple[str, str], ...]:
    """What each seat of a panel says, and by which rule they are added up."""
    if len(review.hearings) < 2:
        return ()
    said = ((each.seat, seat_verdict(each, review.dismissed)) for each in review.hearings)
    words = ", ".join(f"{seat} {verdict or 'gave no verdict'}" for seat, verdict in said)
    return (("Panel", words), ("Rule", f"{review.quorum} must pass" if review.quorum else "any blocker fails"))


def _rounds(found: Round | None) -> tuple[RoundShown, ...]:
    """The last round. One by hand stands in the document already, and shows how it ended."""
    if found is None or found.state in (RoundState.OPEN, RoundState.ASKED):
        return ()
    if not found.by:
        word = "passed" if found.passed else "given up"
        pairs = (("Status", word), ("Ended", _seconds(found.ended)), ("Contract digest", found.contract))
        return (RoundShown(id=found.id, pairs=pairs),)
    shape = found.dossier.shape if found.dossier else None
    pairs = (
        ("Status", str(found.state)),
        ("Started", _seconds(found.at)),
        ("Ended", _seconds(found.ended)),
        ("Provider", found.by),
        ("Contract digest", found.contract),
        ("Summary", found.dossier.summary if found.dossier else found.problem),
        *(
            ()
            if shape is None
            else (
                ("Shape decision", str(shape.decision)),
                ("True shape", shape.true_shape),
                ("Minimal plan", shape.minimal_plan),
                ("Shared owner", shape.shared_owner),
                ("Adapter boundaries", "; ".join(shape.adapter_boundaries)),
                ("Required spec edits", "; ".join(shape.required_spec_edits)),
            )
        ),
    )
    probes = found.dossier.observations if found.dossier else ()
    return (RoundShown(id=found.id, pairs=pairs, observations=tuple(_observed(probe) for probe in probes)),)


def _observed(probe: Probe) -> ObservationShown:
    said = (
        ("Result", str(probe.result)),
        ("Anchor", probe.anchor),
        ("Note", probe.note),
        ("Question", probe.question),
        ("Recommended", probe.recommended),
        ("If unanswered", probe.if_unanswered),
        ("Status", str(probe.status) if str(probe.result) == "blocks" else ""),
    )
    return ObservationShown(dimension=str(probe.dimension), pairs=tuple(pair for pair in said if pair[1]))


def _finding(each: Finding, review: Review) -> FindingShown:
    dismissed = each.fingerprint in review.dismissed
    location = f"{each.path}:{each.line}" if each.line else each.path
    details = (
        ("Category", each.category),
        ("Location", location),
        ("Unverified", review.unverified(each)),
        ("Evidence", each.evidence),
        ("Impact", each.impact),
        ("Suggested fix", each.suggested_fix),
        ("Validation", each.validation),
        ("Dismissed", "by a person, on this code" if dismissed else ""),
    )
    return FindingShown(
        id=each.id,
        severity=str(each.severity),
        blocks=each.blocks and not dismissed,
        summary=each.summary,
        details=tuple((label, text) for label, text in details if text),
    )


def _seconds(at: Moment | None) -> str:
    return f"{at[:19]}Z" if at else ""

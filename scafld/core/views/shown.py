"""What a spec shows of its task: the projection of a replay, drawn from the same standings as every other view."""

from __future__ import annotations

from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Phase, Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Dossier, Finding, Mode
from scafld.core.names import Moment
from scafld.core.task.known import Review, Status, Task
from scafld.core.task.standing import Reviewing, Standing, is_passed, review_standing, standings
from scafld.core.views.next_action import NextAction, next_action
from scafld.core.views.projection import (
    AttackShown,
    CriterionShown,
    FindingShown,
    PhaseShown,
    Projection,
    ReviewShown,
)


def projection_of(spec: Spec, task: Task) -> Projection:
    """What to show. A task with nothing on record shows nothing, and its spec is left as it stands."""
    if not task.entries:
        return Projection()
    standing = review_standing(task, spec.digest, None, task.last_at or Moment(""))
    left = (*rule_problems(spec), *profile_demands(spec))
    action = next_action(spec, task, standing, left, _NO_BOUND)
    return Projection(
        status=str(task.status),
        harden_status=_harden(task),
        updated=_seconds(task.last_at),
        current_state=_current_state(task, standing, action),
        phases=tuple(PhaseShown(id=phase.id, status=_phase_status(task, phase)) for phase in spec.phases),
        criteria=tuple(_criterion(each) for each in standings(spec, task)),
        review=_review(task.review) if task.review else None,
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


def _harden(task: Task) -> str:
    if task.approval is not None and task.approval.overrides:
        return "overridden"
    if task.round is None:
        return "not_run"
    return "passed" if task.round.passed else "in_progress"


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
    provider = f"{review.by}:{review.model}" if review.model else review.by
    dossier = review.dossier or Dossier(summary=review.reason, mode=Mode.DISCOVER)
    return ReviewShown(
        pairs=(
            ("Status", "completed"),
            ("Verdict", str(review.verdict)),
            ("Provider", provider),
            ("Authorises", "yes" if review.authorises else "no: a rehearsal"),
            ("Summary", review.reason),
        ),
        attacks=tuple(
            AttackShown(target=each.target, attack=each.attack, result=str(each.result), notes=each.notes)
            for each in dossier.attacks
        ),
        findings=tuple(_finding(each) for each in dossier.findings),
    )


def _finding(each: Finding) -> FindingShown:
    location = f"{each.path}:{each.line}" if each.line else each.path
    details = (
        ("Category", each.category),
        ("Location", location),
        ("Evidence", each.evidence),
        ("Impact", each.impact),
        ("Suggested fix", each.suggested_fix),
        ("Validation", each.validation),
    )
    return FindingShown(
        id=each.id,
        severity=str(each.severity),
        blocks=each.blocks,
        summary=each.summary,
        details=tuple((label, text) for label, text in details if text),
    )


def _seconds(at: Moment | None) -> str:
    return f"{at[:19]}Z" if at else ""

"""May this contract be approved, and what does the approval bind?"""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Profile, Spec
from scafld.core.evidence.seals import Baseline
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_sound, need_status, refuse, shown
from scafld.core.task.events import ApprovalRequested, Approved, BaselineTaken, Event, Planned
from scafld.core.task.known import Request, RoundState, Status, Task
from scafld.core.task.standing import pending_request
from scafld.core.value import changed, value


@value
class ApprovalAsked:
    """What a person asks for. `problems`: what reading the spec found. `baseline`: the tree now; it is put on record
    once, at the first approval. `quick`: planned, approved and opened in one act."""

    problems: tuple[Problem, ...]
    baseline: Baseline
    reason: str = ""
    quick: bool = False


OPEN = (Status.DRAFT, Status.APPROVED, Status.ACTIVE, Status.BLOCKED, Status.REVIEW)


def plan(task: Task, spec: Spec) -> tuple[Event, ...]:
    """Put a new draft on record."""
    return (Planned(title=spec.title, size=spec.size, risk=spec.risk, profile=spec.profile, contract=spec.digest),)


def approve(task: Task, spec: Spec, asked: ApprovalAsked) -> tuple[Event, ...]:
    """Bind the contract as it reads now. A second approval of the same contract is refused, unless the task is
    blocked beyond its attempts: then a person sends it back to work, with a reason."""
    need_status(Gate.APPROVE, task, OPEN, spec.task_id)
    need_sound(Gate.APPROVE, task, spec, (*asked.problems, *rule_problems(spec), *profile_demands(spec)))
    _refuse_again(task, spec, asked)
    _need_no_reviewer(task, spec)
    overrides = _overridden(task, spec)
    if overrides and not asked.reason.strip():
        refuse(
            Gate.APPROVE,
            task,
            "hardening is not passed on this draft",
            expected="a passed round of hardening on this contract, or --reason",
            blockers=shown(overrides),
            next=f"scafld harden {spec.task_id}",
        )
    approved = Approved(
        contract=spec.digest,
        title=spec.title,
        size=spec.size,
        risk=spec.risk,
        profile=spec.profile,
        reason=asked.reason.strip(),
        overrides=overrides,
        quick=asked.quick,
    )
    return (approved,) if task.baseline is not None else (BaselineTaken(baseline=asked.baseline), approved)


def request(task: Task, spec: Spec, asked: ApprovalAsked, wanted: int) -> tuple[Event, ...]:
    """Ask for signatures under what `approve` would bind; nothing when exactly that is asked for already. Words that
    somebody has signed are not put into others under them: Refused."""
    pending = pending_request(task, spec.digest)
    asked = as_requested(pending, asked)
    approved = approve(task, spec, asked)[-1]
    assert isinstance(approved, Approved)
    if pending is not None and (pending.reason, pending.overrides) == (approved.reason, approved.overrides):
        return ()
    signed = [each for each in task.consents if pending is not None and each.entry == pending.seq]
    if pending is not None and signed and pending.reason != approved.reason:
        refuse(
            Gate.APPROVE,
            task,
            f"{signed[0].voice} has signed this approval with another reason",
            expected=f"--reason {pending.reason!r}, or none",
            next=f"scafld approve {spec.task_id} --print-consent",
        )
    return (
        ApprovalRequested(contract=spec.digest, wanted=wanted, reason=approved.reason, overrides=approved.overrides),
    )


def as_requested(pending: Request | None, asked: ApprovalAsked) -> ApprovalAsked:
    """The same in the words of the request that waits, where no others are said."""
    if pending is None or asked.reason.strip():
        return asked
    return changed(asked, reason=pending.reason)


def is_bound(task: Task, spec: Spec, reason: str) -> bool:
    """Whether this very contract is approved, and nobody sends it back to work with a reason: what can still be done is
    to sign what stands there."""
    bound = task.approval is not None and task.approval.contract == spec.digest
    return bound and not (task.status is Status.BLOCKED and bool(reason.strip()))


# Private.

_STANDING = {
    RoundState.OPEN: "is open",
    RoundState.ASKED: "waits for a model",
    RoundState.NEEDS_REVISION: "asks for another draft",
    RoundState.FAILED: "gave no answer",
}


def _refuse_again(task: Task, spec: Spec, asked: ApprovalAsked) -> None:
    if not is_bound(task, spec, asked.reason):
        return
    if task.status is Status.BLOCKED:
        refuse(
            Gate.APPROVE,
            task,
            "this contract is approved already; to send a blocked task back to work, say why",
            expected="--reason",
            next=f"scafld build {spec.task_id}",
        )
    refuse(
        Gate.APPROVE,
        task,
        "this contract is approved already",
        expected="a changed contract",
        actual=f"contract {spec.digest[:12]}",
        next=f"scafld build {spec.task_id}",
    )


def _need_no_reviewer(task: Task, spec: Spec) -> None:
    if task.attempt is not None and task.attempt.running:
        refuse(
            Gate.APPROVE,
            task,
            f"{task.attempt.provider} is reviewing the contract that stands",
            expected="no reviewer at work",
            next=f"scafld review {spec.task_id} --abandon",
        )


def _overridden(task: Task, spec: Spec) -> tuple[str, ...]:
    """What stands against an approval without a reason."""
    found = task.round
    if found is None:
        return ("profile strict asks for a round of hardening",) if spec.profile is Profile.STRICT else ()
    if not found.passed:
        given_up = found.state is RoundState.FAILED and not found.by
        return (f"{found.id} {'was given up' if given_up else _STANDING[found.state]}",)
    if found.contract != spec.digest:
        return (f"{found.id} passed on another draft than this",)
    return ()

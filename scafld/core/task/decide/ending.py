"""May this task be completed, failed or cancelled?"""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_binding, need_status, refuse, shown
from scafld.core.task.decide.step import Ran, runs_of
from scafld.core.task.events import BuildBlocked, Cancelled, Completed, Event, Failed, Purpose, ReceiptMinted
from scafld.core.task.known import Status, Task
from scafld.core.task.standing import Reviewing, review_again, review_standing, sent_before


def may_complete(task: Task, spec: Spec, material: Digest, now: Moment) -> None:
    """Refused unless a review that authorises has passed on this contract and this material."""
    need_status(Gate.COMPLETE, task, (Status.REVIEW,), spec.task_id)
    need_binding(Gate.COMPLETE, task, spec)
    standing = review_standing(task, spec.digest, material, now)
    if standing is Reviewing.PASSED:
        return
    reason, way_on = _WHY_NOT[standing]
    sent = sent_before(task, spec.digest, material) if standing in (Reviewing.LAPSED, Reviewing.ATTEMPT_SPENT) else None
    held = task.review.blockers if task.review else ()
    blockers = tuple(f"{each.id}: {each.summary}" for each in held)
    refuse(
        Gate.COMPLETE,
        task,
        reason,
        expected="a review that passed on this contract and this material",
        actual=str(standing).replace("_", " "),
        blockers=shown(blockers) if standing is Reviewing.FAILED else (),
        next=review_again(spec.task_id, sent.provider) if sent else way_on.format(id=spec.task_id),
    )


def run_again(task: Task, spec: Spec, ran: tuple[Ran, ...], before: Digest, after: Digest) -> tuple[Event, ...]:
    """What a run of every criterion on the reviewed tree puts on record. One that fails sends the task back to work; a
    tree that moved while it was judged is Refused. `completed` closes the task afterwards."""
    if before != after:
        refuse(
            Gate.COMPLETE,
            task,
            "the tree changed while the criteria ran: what was judged is not what stands there",
            expected=f"material {before[:12]}",
            actual=f"material {after[:12]}",
            next=f"scafld status {spec.task_id}",
        )
    if not ran:
        refuse(
            Gate.COMPLETE, task, "there is no criterion: nothing would be proven", next=f"scafld show {spec.task_id}"
        )
    runs = runs_of(task, ran, Purpose.COMPLETE)
    failing = tuple(each for each in ran if each.judgement.outcome is not Outcome.PASS)
    if failing:
        reason = f"{len(failing)} of {len(ran)} criteria fail on the reviewed tree"
        ids = tuple(each.ask.criterion.id for each in failing)
        phase = next((each.ask.phase for each in failing if each.ask.phase is not None), None)
        return (*runs, BuildBlocked(phase=phase, failing=ids, attempt=1, reason=reason))
    return runs


def completed(spec: Spec, material: Digest, receipt: ReceiptMinted) -> tuple[Event, ...]:
    """The end of a task, in one step with its receipt: there is never one without the other."""
    return (receipt, Completed(contract=spec.digest, material=material))


def fail(task: Task, task_id: TaskId, reason: str) -> tuple[Event, ...]:
    """Give the task up because it cannot be done."""
    need_status(Gate.CLOSE, task, (Status.ACTIVE, Status.BLOCKED, Status.REVIEW), task_id)
    return (Failed(reason=_said(task, reason)),)


def cancel(task: Task, task_id: TaskId, reason: str) -> tuple[Event, ...]:
    """Give the task up because it is not wanted any more."""
    living = (Status.DRAFT, Status.APPROVED, Status.ACTIVE, Status.BLOCKED, Status.REVIEW)
    need_status(Gate.CLOSE, task, living, task_id)
    return (Cancelled(reason=_said(task, reason)),)


# Private.

_WHY_NOT = {
    Reviewing.READY: ("nobody reviewed this material", "scafld review {id}"),
    Reviewing.RUNNING: ("a reviewer is still at work", "scafld status {id}"),
    Reviewing.LAPSED: ("the reviewer never came back", "scafld review {id}"),
    Reviewing.ATTEMPT_FAILED: ("the last reviewer gave no verdict", "scafld review {id}"),
    Reviewing.ATTEMPT_SPENT: ("the reviewer gave no verdict on this material", "scafld status {id}"),
    Reviewing.FAILED: ("the review failed", "scafld handoff {id}"),
    Reviewing.FAILED_UNCHANGED: ("nothing changed since the review failed", "scafld handoff {id}"),
    Reviewing.REHEARSED: ("the review was a rehearsal, which authorises nothing", "scafld review {id}"),
    Reviewing.STALE_CONTRACT: ("the contract changed since it was reviewed", "scafld review {id}"),
    Reviewing.STALE_MATERIAL: ("the material changed since it was reviewed", "scafld review {id}"),
}


def _said(task: Task, reason: str) -> str:
    if not reason.strip():
        refuse(Gate.CLOSE, task, "giving a task up needs a reason", expected="--reason")
    return reason.strip()

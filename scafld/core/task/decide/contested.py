"""What becomes of a review whose ledger somebody else wrote to while the reviewer worked.

Only the process that began an attempt gives it a verdict or a failure, and until its lease ends nobody else's verdict
is taken. A ledger that holds such a thing all the same, or that has lost the attempt, is not believed.
"""

from __future__ import annotations

from scafld.core.evidence.hearing import Failure, Hearing
from scafld.core.names import Moment, TaskId
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import refuse
from scafld.core.task.events import Event, ReviewFailed, ReviewStarted
from scafld.core.task.known import Attempt, Status, Task
from scafld.core.value import changed


def contested(task: Task, begun: Attempt, now: Moment) -> str:
    """Why the process that began this attempt cannot believe its ledger any more, "" when it can."""
    last = task.attempt
    if last is None or last.seq < begun.seq or (last.seq == begun.seq and last.id != begun.id):
        return f"it holds {begun.id} no more"
    if task.review is not None and task.review.seq > begun.seq and now < begun.lease_until:
        return "it holds a verdict that nobody gave"
    ended = last.id == begun.id and not last.running
    return f"it holds an end of {begun.id} that was none" if ended and (last.failure or not last.problem) else ""


def told_again(
    task: Task,
    task_id: TaskId,
    begun: ReviewStarted,
    why: str,
    *,
    hearings: tuple[Hearing, ...],
    touched: tuple[str, ...],
) -> tuple[Event, ...]:
    """The attempt once more, and its failure, behind all that was written: no verdict before it counts. Refused where
    the ledger has no place for it."""
    ledger = f".scafld/runs/{task_id}/session.json"
    if task.status is not Status.REVIEW:
        refuse(
            Gate.LEDGER,
            task,
            f"somebody else wrote {ledger} while the reviewer worked: {why}",
            expected=f"the ledger on which {begun.attempt} began",
            actual=f"{task.entries} entries, and the task is {task.status}",
            next="scafld doctor",
        )
    again = changed(begun, attempt=f"review-{task.entries + 1}")
    failed = ReviewFailed(
        attempt=again.attempt,
        reason=f"somebody wrote {ledger} while the reviewer worked: {why}",
        changed=touched or (ledger,),
        output=hearings[0].output if hearings else None,
        failure=str(Failure.CHANGED),
        hearings=hearings,
    )
    return (again, failed)

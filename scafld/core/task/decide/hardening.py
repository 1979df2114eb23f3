"""May a round of questions begin, and may it pass?"""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_status, refuse
from scafld.core.task.events import Event, HardenOpened, HardenPassed
from scafld.core.task.known import Status, Task


def open_round(task: Task, spec: Spec) -> tuple[Event, ...]:
    """A new round; nothing when one is open. Refused on a draft that has passed as it reads now."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    if task.round is not None and not task.round.passed:
        return ()
    if task.round is not None and task.round.contract == spec.digest:
        refuse(
            Gate.HARDEN,
            task,
            f"{task.round.id} passed on this very draft",
            expected="a changed draft",
            actual=f"contract {spec.digest[:12]}",
            next=f"scafld approve {spec.task_id}",
        )
    number = int(task.round.id.removeprefix("round-")) + 1 if task.round is not None else 1
    return (HardenOpened(round=f"round-{number}", contract=spec.digest),)


def pass_round(task: Task, spec: Spec, written: bool, anchors: tuple[str, ...], reason: str) -> tuple[Event, ...]:
    """The open round passes, on the draft as it reads now. `written`: whether the round stands in the spec."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    if task.round is None or task.round.passed:
        refuse(Gate.HARDEN, task, "no round is open", expected="an open round", next=f"scafld harden {spec.task_id}")
    if not written:
        refuse(
            Gate.HARDEN,
            task,
            f"{task.round.id} does not stand in the spec any more",
            expected=f"### {task.round.id} under ## Harden Rounds",
            next=f"scafld harden {spec.task_id}",
        )
    return (HardenPassed(round=task.round.id, contract=spec.digest, anchors=anchors, reason=reason.strip()),)

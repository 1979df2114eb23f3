"""How the deciders say no: the refusals that more than one gate gives."""

from __future__ import annotations

from typing import NoReturn

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Spec
from scafld.core.names import TaskId
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.known import TERMINAL, Status, Task
from scafld.core.task.standing import Binding, binding_of

MOST_BLOCKERS = 5
"""More than this stands as one line: a refusal fits a screen."""


def refuse(gate: Gate, task: Task, reason: str, **said: object) -> NoReturn:
    """Raise the refusal; `said` are the further fields of a Refusal."""
    raise Refused(Refusal(gate=gate, reason=reason, status=str(task.status), **said))  # type: ignore[arg-type]


def need_status(gate: Gate, task: Task, wanted: tuple[Status, ...], task_id: TaskId) -> None:
    """Refused unless the task is in one of these states."""
    if task.status in wanted:
        return
    words = " or ".join(wanted)
    if task.status in TERMINAL:
        refuse(gate, task, f"{task_id} is {task.status}: that is final", expected=words, actual=str(task.status))
    refuse(
        gate,
        task,
        f"{task_id} is {task.status}; {gate} needs it to be {words}",
        expected=words,
        actual=str(task.status),
        next=_way_on(task.status, task_id),
    )


def need_binding(gate: Gate, task: Task, spec: Spec) -> None:
    """Refused unless the approval binds the contract as it reads now."""
    match binding_of(task, spec.digest):
        case Binding.CURRENT:
            return
        case Binding.NONE:
            reason = "nobody approved this contract here" + (" (its ledger has no chain)" if task.legacy else "")
            refuse(gate, task, reason, expected="an approval", actual="none", next=f"scafld approve {spec.task_id}")
        case Binding.CHANGED:
            assert task.approval is not None
            refuse(
                gate,
                task,
                "the contract changed since it was approved",
                expected=f"contract {task.approval.contract[:12]}",
                actual=f"contract {spec.digest[:12]}",
                next=f"scafld approve {spec.task_id}",
            )


def need_sound(gate: Gate, task: Task, spec: Spec, problems: tuple[Problem, ...]) -> None:
    """Refused when the contract has problems."""
    if not problems:
        return
    words = "problem" if len(problems) == 1 else "problems"
    refuse(
        gate,
        task,
        f"the contract has {len(problems)} {words}",
        expected="a contract without problems",
        blockers=shown(tuple(_line(problem) for problem in problems)),
        next=f"scafld validate {spec.task_id}",
    )


def shown(lines: tuple[str, ...]) -> tuple[str, ...]:
    """At most MOST_BLOCKERS of them, and how many more there are."""
    if len(lines) <= MOST_BLOCKERS:
        return lines
    return (*lines[: MOST_BLOCKERS - 1], f"and {len(lines) - MOST_BLOCKERS + 1} more")


# Private.


def _line(problem: Problem) -> str:
    where = f"line {problem.line}: " if problem.line else ""
    return f"{where}{problem.message}"


def _way_on(status: Status, task_id: TaskId) -> str:
    match status:
        case Status.DRAFT:
            return f"scafld approve {task_id}"
        case Status.APPROVED | Status.ACTIVE | Status.BLOCKED:
            return f"scafld build {task_id}"
        case Status.REVIEW:
            return f"scafld review {task_id}"
        case _:
            return ""

"""The act of running criteria and judging what was seen. Only scafld runs them; nobody's word counts for a run."""

from __future__ import annotations

from collections.abc import Callable

from scafld.core.contract.spec import Criterion, Expected
from scafld.core.evidence.criterion import Artifact, Ended, Judgement, Observation, Outcome, artifact_paths, judge
from scafld.core.names import Digest, TaskId, criterion_id
from scafld.core.policy import Check, Execution
from scafld.core.refusal import Cancelled
from scafld.core.task.decide.step import Ask, Ran
from scafld.core.task.known import Task
from scafld.core.task.standing import standing_of
from scafld.core.value import value


@value
class Order:
    """One command to run.

    `cwd` is relative to the workspace, "" for its root. `limit_ms` bounds the whole, `idle_ms` the silence (0: no
    bound). `needle`: text to look for in the whole output, "" for none. `keep_stdout`: the last of stdout is wanted
    apart from stderr. `label` names it on a terminal.
    """

    task: TaskId
    label: str
    command: str
    cwd: str = ""
    limit_ms: int
    idle_ms: int = 0
    needle: str = ""
    keep_stdout: bool = False


@value
class Beat:
    """A sign of life from a running command."""

    elapsed_ms: int
    output_bytes: int


Watch = Callable[[Beat], None]
Runner = Callable[[Order, Watch], Observation]
"""Port: run one command to its end and tell what was seen. Never raises for what the command does."""

FileDigest = Callable[[str], Digest | None]
"""Port: the SHA-256 of a file below the workspace, None when there is no such file there."""


@value
class Begun:
    """A criterion is about to run, for at most so long."""

    ask: Ask
    limit_ms: int


@value
class Beating:
    """A criterion still runs."""

    ask: Ask
    beat: Beat
    limit_ms: int


@value
class Done:
    """A criterion ran, or a person's word for it was read."""

    ran: Ran


Telling = Callable[[Begun | Beating | Done], None]
"""Who is told while criteria run: a terminal, or nobody."""


@value
class Checker:
    runner: Runner
    digest: FileDigest
    execution: Execution
    tell: Telling

    def run(self, task_id: TaskId, task: Task, asks: tuple[Ask, ...], material: Digest | None) -> tuple[Ran, ...]:
        """Run each criterion to its end, in order, whatever the others gave. Cancelled when somebody stops it: then
        nothing of it counts."""
        return tuple(self._one(task_id, task, ask, material) for ask in asks)

    def _one(self, task_id: TaskId, task: Task, ask: Ask, material: Digest | None) -> Ran:
        if ask.criterion.expected is Expected.MANUAL:
            ran = Ran(ask=ask, observation=None, judgement=_word_of_a_person(task, ask, material))
        else:
            ran = self._run(task_id, ask)
        self.tell(Done(ran=ran))
        return ran

    def _run(self, task_id: TaskId, ask: Ask) -> Ran:
        order = _order(task_id, ask.criterion, self.execution)
        self.tell(Begun(ask=ask, limit_ms=order.limit_ms))
        seen = self.runner(order, lambda beat: self.tell(Beating(ask=ask, beat=beat, limit_ms=order.limit_ms)))
        if seen.ended is Ended.CANCELLED:
            raise Cancelled(f"{ask.criterion.id} was stopped; nothing of this step was recorded")
        named = artifact_paths(seen) if ask.criterion.expected is Expected.BROWSER_EVIDENCE else ()
        artifacts = tuple(Artifact(path=path, digest=self.digest(path)) for path in named)
        return Ran(ask=ask, observation=seen, judgement=judge(ask.criterion, seen, artifacts), artifacts=artifacts)


def project_criteria(checks: tuple[Check, ...]) -> tuple[Criterion, ...]:
    """The project's own checks, as criteria that no spec has to repeat."""
    return tuple(
        Criterion(
            id=criterion_id(f"project.{check.id}"),
            title=check.title or check.id,
            command=check.command,
            cwd=check.cwd,
            timeout_s=check.timeout_seconds or None,
            label="project",
        )
        for check in checks
    )


# Private.


def _order(task_id: TaskId, criterion: Criterion, execution: Execution) -> Order:
    limit_s = criterion.timeout_s or execution.absolute_timeout_seconds
    return Order(
        task=task_id,
        label=criterion.id,
        command=criterion.command,
        cwd=criterion.cwd,
        limit_ms=limit_s * 1000,
        idle_ms=execution.idle_timeout_seconds * 1000,
        needle=criterion.contains,
        keep_stdout=criterion.expected is Expected.BROWSER_EVIDENCE,
    )


def _word_of_a_person(task: Task, ask: Ask, material: Digest | None) -> Judgement:
    found = standing_of(task, ask.criterion, ask.phase, material)
    return Judgement(outcome=found.outcome or Outcome.PENDING, reason=found.reason)

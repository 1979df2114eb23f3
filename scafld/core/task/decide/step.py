"""What is the next step of the work, and where does its evidence lead?

`next_step` says what to run; once it was run, `opened`, `judged` turn what was seen into events.
"""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Criterion, Phase, Profile, Spec
from scafld.core.evidence.criterion import Artifact, Judgement, Observation, Outcome, is_red
from scafld.core.names import CriterionId, PhaseId
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_binding, need_sound, need_status, refuse, shown
from scafld.core.task.events import (
    BuildBlocked,
    BuildPassed,
    CriterionRan,
    Event,
    PhaseOpened,
    PhasePassed,
    Purpose,
)
from scafld.core.task.known import Status, Task
from scafld.core.task.standing import lacks_red, next_phase
from scafld.core.value import changed, value


@value
class Ask:
    """One criterion to run, and the phase it is asked for (None: the final ones)."""

    criterion: Criterion
    phase: PhaseId | None


@value
class Ran:
    """What running it gave. `observation` None: nothing was run, the judgement is what a person put on record."""

    ask: Ask
    observation: Observation | None
    judgement: Judgement
    artifacts: tuple[Artifact, ...] = ()


@value
class Open:
    """Open this phase (None: there is none, the final criteria are the work): run these before the work."""

    phase: PhaseId | None
    asks: tuple[Ask, ...]


@value
class Judge:
    """Judge this phase (None: what is left is final): run these. `last`: passing them ends the build."""

    phase: PhaseId | None
    asks: tuple[Ask, ...]
    last: bool


Step = Open | Judge

BUILDABLE = (Status.APPROVED, Status.ACTIVE, Status.BLOCKED, Status.REVIEW)


def next_step(task: Task, spec: Spec, problems: tuple[Problem, ...], checks: tuple[Criterion, ...], most: int) -> Step:
    """What one call of build does. `checks`: the project's own, as its profile asks. `most`: attempts before a person
    is needed."""
    need_status(Gate.BUILD, task, BUILDABLE, spec.task_id)
    need_binding(Gate.BUILD, task, spec)
    need_sound(Gate.BUILD, task, spec, (*problems, *rule_problems(spec), *profile_demands(spec)))
    _need_no_reviewer(task, spec)
    if task.status is Status.BLOCKED and task.attempts >= most:
        _need_a_person(task, spec, most)
    if task.status is Status.REVIEW:
        return Judge(phase=None, asks=_all(spec) + _checks(spec, checks, None), last=True)
    phase = next_phase(spec, task)
    if phase is None:
        started = task.final_open or bool(spec.phases)
        return _final(spec, checks) if started else Open(phase=None, asks=_asks(spec.final_criteria, None))
    if task.open_phase == phase.id:
        return _judge(spec, phase, task, checks)
    first = not task.passed and task.open_phase is None
    before = _asks(spec.final_criteria, None) if first else ()
    return Open(phase=phase.id, asks=_asks(phase.criteria, phase.id) + before)


def opened(task: Task, spec: Spec, step: Open, ran: tuple[Ran, ...]) -> tuple[Event, ...]:
    """A phase is open, and each of its criteria was seen before the work."""
    runs = runs_of(task, ran, Purpose.OPEN)
    return (PhaseOpened(phase=step.phase), *runs)


def judged(task: Task, spec: Spec, step: Judge, ran: tuple[Ran, ...]) -> tuple[Event, ...]:
    """The phase passes, or the task is blocked; a build that ends leads to review."""
    runs = runs_of(task, ran, Purpose.BUILD)
    learnt = _with_runs(task, runs)
    failing = tuple(each for each in ran if each.judgement.outcome is not Outcome.PASS)
    phases = _phases_of(spec, step)
    unproven = next((phase for phase in phases if _needs_word(learnt, spec, phase.criteria)), None)
    if failing or unproven is not None or (not spec.phases and _needs_word(learnt, spec, spec.final_criteria)):
        return (*runs, _blocked(task, step, failing, unproven))
    passed = tuple(PhasePassed(phase=phase.id, unproven=_word(learnt, phase.criteria)) for phase in phases)
    done = (BuildPassed(criteria=len(spec.criteria())),) if step.last else ()
    return (*runs, *passed, *done)


def runs_of(task: Task, ran: tuple[Ran, ...], purpose: Purpose) -> tuple[CriterionRan, ...]:
    """What was really run, as events; what a person put on record stands there already."""
    return tuple(_event(task, each, each.observation, purpose) for each in ran if each.observation is not None)


# Private.


def _need_no_reviewer(task: Task, spec: Spec) -> None:
    if task.attempt is not None and task.attempt.running:
        refuse(
            Gate.BUILD,
            task,
            f"{task.attempt.provider} is reviewing this very tree",
            expected="no reviewer at work",
            next=f"scafld review {spec.task_id} --abandon",
        )


def _need_a_person(task: Task, spec: Spec, most: int) -> None:
    failing = task.block.failing if task.block else ()
    refuse(
        Gate.BUILD,
        task,
        f"blocked after {task.attempts} attempts: a person has to look",
        expected=f"at most {most} attempts (llm.recovery.max_attempts)",
        actual=f"{task.attempts}",
        blockers=shown(tuple(f"{criterion} fails" for criterion in failing)),
        next=f'scafld approve {spec.task_id} --reason "back to work: "',
    )


def _judge(spec: Spec, phase: Phase, task: Task, checks: tuple[Criterion, ...]) -> Judge:
    passed = [other for other in spec.phases if other.id != phase.id and other.id in task.passed]
    last = len(passed) == len(spec.phases) - 1
    asks = _asks(phase.criteria, phase.id) + _checks(spec, checks, phase.id)
    return Judge(phase=phase.id, asks=asks + (_asks(spec.final_criteria, None) if last else ()), last=last)


def _final(spec: Spec, checks: tuple[Criterion, ...]) -> Judge:
    return Judge(phase=None, asks=_asks(spec.final_criteria, None) + _checks(spec, checks, None), last=True)


def _asks(criteria: tuple[Criterion, ...], phase: PhaseId | None) -> tuple[Ask, ...]:
    return tuple(Ask(criterion=criterion, phase=phase) for criterion in criteria)


def _all(spec: Spec) -> tuple[Ask, ...]:
    return tuple(Ask(criterion=criterion, phase=phase) for phase, criterion in spec.criteria())


def _checks(spec: Spec, checks: tuple[Criterion, ...], phase: PhaseId | None) -> tuple[Ask, ...]:
    return _asks(checks, phase) if spec.profile is Profile.STRICT else ()


def _event(task: Task, ran: Ran, seen: Observation, purpose: Purpose) -> CriterionRan:
    criterion = ran.ask.criterion
    known = task.results.get(criterion.id)
    first = known is None or known.fingerprint != criterion.fingerprint
    fresh = purpose is Purpose.OPEN or first
    return CriterionRan(
        criterion=criterion.id,
        phase=ran.ask.phase,
        purpose=purpose,
        fingerprint=criterion.fingerprint,
        command=criterion.command,
        expected=criterion.expected,
        outcome=ran.judgement.outcome,
        red=fresh and is_red(ran.judgement, seen),
        reason=ran.judgement.reason,
        observation=changed(seen, stdout=""),
        artifacts=ran.artifacts,
    )


def _with_runs(task: Task, runs: tuple[CriterionRan, ...]) -> Task:
    return changed(task, red=task.red | {run.fingerprint for run in runs if run.red})


def _phases_of(spec: Spec, step: Judge) -> tuple[Phase, ...]:
    """The phases that this step judges: one, or, when everything is judged again, all."""
    ids = {ask.phase for ask in step.asks if ask.phase is not None} | ({step.phase} if step.phase else set())
    return tuple(phase for phase in spec.phases if phase.id in ids)


def _needs_word(task: Task, spec: Spec, criteria: tuple[Criterion, ...]) -> bool:
    return spec.profile is not Profile.LIGHT and lacks_red(task, criteria)


def _word(task: Task, criteria: tuple[Criterion, ...]) -> str:
    if any(criterion.fingerprint in task.red for criterion in criteria):
        return ""
    said = tuple(criterion.start_reason for criterion in criteria if criterion.start_reason)
    return said[0] if said else "no criterion was seen red"


def _blocked(task: Task, step: Judge, failing: tuple[Ran, ...], unproven: Phase | None) -> BuildBlocked:
    ids: tuple[CriterionId, ...] = tuple(each.ask.criterion.id for each in failing)
    phase = step.phase or next((each.ask.phase for each in failing if each.ask.phase is not None), None)
    if failing:
        reason = f"{len(failing)} of {len(step.asks)} criteria fail"
    else:
        where = unproven.id if unproven else "the contract"
        reason = f"no criterion of {where} was seen red, and none says `Baseline: green - <why>`"
    waits = failing and all(each.judgement.outcome is Outcome.PENDING for each in failing)
    if waits:
        reason = f"{', '.join(ids)} waits for the evidence of a person"
    return BuildBlocked(phase=phase, failing=ids, attempt=task.attempts + (0 if waits else 1), reason=reason)

"""What comes next: whose turn it is, and the command that can be run as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Expected, Profile, Spec
from scafld.core.names import Digest
from scafld.core.task.decide.no import shown
from scafld.core.task.known import TERMINAL, RoundState, Status, Task
from scafld.core.task.standing import (
    Binding,
    Reviewing,
    binding_of,
    harden_again,
    harden_by,
    pending_request,
    questioned_before,
    review_again,
    sent_before,
    waits_for,
)
from scafld.core.value import value


@value
class NextAction:
    """`role`: planner, operator, executor, reviewer or none. `action`: a stable word. `then`: what follows the work
    that the command prepares, or ""."""

    role: str
    action: str
    command: str
    reason: str
    then: str = ""


def next_action(
    spec: Spec,
    task: Task,
    standing: Reviewing,
    problems: tuple[Problem, ...],
    most_attempts: int,
    *,
    round_state: RoundState | None,
    material: Digest | None = None,
) -> NextAction:
    """The next command for a task as it stands. `round_state`: where its last round of hardening does. `material`: as
    it is now, None when the tree was not looked at. What a reviewer changed is looked at before anything else."""
    action = _action(spec, task, standing, problems, most_attempts, round_state=round_state, material=material)
    last, unheard = task.attempt, standing in (Reviewing.ATTEMPT_FAILED, Reviewing.ATTEMPT_SPENT)
    if task.status is not Status.REVIEW or not unheard or last is None or not last.changed:
        return action
    return NextAction(
        role="operator",
        action="undo_changes",
        command=f"scafld handoff {spec.task_id}",
        reason=f"the reviewer changed {', '.join(shown(last.changed))}; put back what is not yours",
        then=action.command,
    )


# Private.


def _action(
    spec: Spec,
    task: Task,
    standing: Reviewing,
    problems: tuple[Problem, ...],
    most_attempts: int,
    *,
    round_state: RoundState | None,
    material: Digest | None,
) -> NextAction:
    name = spec.task_id
    at_work = task.status not in (Status.DRAFT, *TERMINAL)
    if at_work and binding_of(task, spec.digest) is not Binding.CURRENT:
        return _signature(spec, task) or _approve(name, "the contract is not the one that was approved", problems)
    match task.status:
        case Status.DRAFT:
            return _draft(spec, task, problems, round_state)
        case Status.APPROVED:
            return NextAction(
                role="executor", action="open_build", command=f"scafld build {name}", reason="the contract is approved"
            )
        case Status.ACTIVE if task.open_phase is None and not task.final_open:
            return NextAction(
                role="executor", action="open_build", command=f"scafld build {name}", reason="the last phase passed"
            )
        case Status.ACTIVE:
            return NextAction(
                role="executor",
                action="read_handoff",
                command=f"scafld handoff {name}",
                reason=f"{task.open_phase or 'the work'} is open",
                then=f"scafld build {name}",
            )
        case Status.BLOCKED:
            return _blocked(spec, task, most_attempts)
        case Status.REVIEW:
            return _review(spec, task, standing, material)
        case Status.COMPLETED:
            return NextAction(role="none", action="done", command="", reason="the task is completed")
        case Status.FAILED | Status.CANCELLED:
            return NextAction(role="none", action="terminal", command="", reason=f"the task is {task.status}")


def _draft(spec: Spec, task: Task, problems: tuple[Problem, ...], state: RoundState | None) -> NextAction:
    name = spec.task_id
    if problems:
        count = len(problems)
        words = "thing" if count == 1 else "things"
        return NextAction(
            role="planner",
            action="finish_draft",
            command=f"scafld validate {name}",
            reason=f"the draft leaves {count} {words} to be settled",
            then=f"scafld approve {name}",
        )
    waiting = _signature(spec, task)
    if waiting is not None:
        return waiting
    found = task.round
    if found is not None and state not in (None, RoundState.PASSED):
        return _round(spec, task, state)
    stale = found is not None and found.contract != spec.digest
    if (found is None and spec.profile is Profile.STRICT) or stale:
        why = "the draft changed since hardening passed" if stale else "profile strict asks for a round of hardening"
        return NextAction(
            role="planner", action="harden", command=f"scafld harden {name}", reason=why, then=f"scafld approve {name}"
        )
    return _approve(name, "the draft waits for somebody to approve it", problems)


def _signature(spec: Spec, task: Task) -> NextAction | None:
    """What comes next while an approval waits for signatures."""
    pending, name = pending_request(task, spec.digest), spec.task_id
    if pending is None:
        return None
    return NextAction(
        role="operator",
        action="sign_approval",
        command=f"scafld approve {name} --print-consent",
        reason=waits_for(task, pending),
        then=f"scafld approve {name} --sign KEYFILE",
    )


def _round(spec: Spec, task: Task, state: RoundState | None) -> NextAction:
    """What comes next while a round is not passed."""
    name, found = spec.task_id, task.round
    assert found is not None
    harden, changed = harden_by(name, found.by), found.contract != spec.digest
    if state is RoundState.OPEN:
        return NextAction(
            role="planner",
            action="finish_hardening",
            command=harden,
            reason=f"{found.id} is open",
            then=f"{harden} --mark-passed",
        )
    if state is RoundState.ASKED:
        return NextAction(
            role="reviewer", action="wait_for_hardening", command=f"scafld status {name}", reason="a model is at work"
        )
    if state is RoundState.NEEDS_REVISION and not changed:
        return NextAction(
            role="planner",
            action="revise_draft",
            command=f"scafld handoff {name}",
            reason=f"{found.id} asks for another draft",
            then=f"scafld harden {name} --provider {found.by}",
        )
    ended = "gave no answer" if found.by else "was given up"
    why = f"the draft changed since {found.id}" if changed else f"{found.id} {ended}"
    before = questioned_before(task, spec.digest)
    command = harden_again(name, before.by) if before is not None else harden
    return NextAction(role="planner", action="harden", command=command, reason=why, then=f"scafld approve {name}")


def _review(spec: Spec, task: Task, standing: Reviewing, material: Digest | None) -> NextAction:
    """What comes next at the review gate. What may have been paid for is not sent again without a word."""
    sent = sent_before(task, spec.digest, material)
    if sent is None or standing not in (Reviewing.LAPSED, Reviewing.ATTEMPT_SPENT):
        return _REVIEW[standing](spec.task_id)
    how = "never came back" if sent.running else "gave no verdict"
    return NextAction(
        role="operator",
        action="review_again",
        command=review_again(spec.task_id, sent.provider),
        reason=f"{sent.provider} {how} on this material; it may have been paid for",
    )


def _approve(name: str, reason: str, problems: tuple[Problem, ...]) -> NextAction:
    if problems:
        return NextAction(
            role="planner",
            action="finish_draft",
            command=f"scafld validate {name}",
            reason=reason,
            then=f"scafld approve {name}",
        )
    return NextAction(role="operator", action="approve_contract", command=f"scafld approve {name}", reason=reason)


def _blocked(spec: Spec, task: Task, most: int) -> NextAction:
    name, waiting = spec.task_id, _signature(spec, task)
    if waiting is not None:
        return waiting
    failing = set(task.block.failing) if task.block else set()
    manual = [c.id for _, c in spec.criteria() if c.id in failing and c.expected is Expected.MANUAL]
    reason = task.block.reason if task.block else "the build is blocked"
    if task.attempts >= most:
        return NextAction(
            role="operator",
            action="look_at_block",
            command=f"scafld handoff {name}",
            reason=f"{reason}; {task.attempts} attempts were made, a person has to look",
            then=f'scafld approve {name} --reason "..."',
        )
    if manual and len(manual) == len(failing):
        return NextAction(
            role="operator",
            action="attest",
            command=f"scafld handoff {name}",
            reason=reason,
            then=f"scafld build {name} --criterion {manual[0]} --disposition pass --evidence-digest SHA --reason WHY",
        )
    return NextAction(
        role="executor",
        action="repair_acceptance",
        command=f"scafld handoff {name}",
        reason=reason,
        then=f"scafld build {name}",
    )


def _reviewer(action: str, reason: str) -> Callable[[str], NextAction]:
    return lambda name: NextAction(role="reviewer", action=action, command=f"scafld review {name}", reason=reason)


def _executor(reason: str) -> Callable[[str], NextAction]:
    return lambda name: NextAction(
        role="executor",
        action="repair_review_findings",
        command=f"scafld handoff {name}",
        reason=reason,
        then=f"scafld build {name}",
    )


_REVIEW: Mapping[Reviewing, Callable[[str], NextAction]] = {
    Reviewing.READY: _reviewer("run_review", "the build passed; nobody reviewed this material"),
    Reviewing.RUNNING: lambda name: NextAction(
        role="reviewer", action="wait_for_review", command=f"scafld status {name}", reason="a reviewer is at work"
    ),
    Reviewing.LAPSED: _reviewer("rerun_review", "the reviewer never came back; its lease ran out"),
    Reviewing.ATTEMPT_SPENT: _reviewer("rerun_review", "the last reviewer gave no verdict"),
    Reviewing.ATTEMPT_FAILED: _reviewer("rerun_review", "the last reviewer gave no verdict"),
    Reviewing.FAILED: _executor("the review failed"),
    Reviewing.FAILED_UNCHANGED: _executor("nothing changed since the review failed"),
    Reviewing.REHEARSED: _reviewer("run_review", "the last review was a rehearsal and authorises nothing"),
    Reviewing.STALE_CONTRACT: _reviewer("run_review", "the contract changed since it was reviewed"),
    Reviewing.STALE_MATERIAL: _reviewer("run_review", "the material changed since it was reviewed"),
    Reviewing.PASSED: lambda name: NextAction(
        role="operator", action="complete", command=f"scafld complete {name}", reason="the review passed"
    ),
}

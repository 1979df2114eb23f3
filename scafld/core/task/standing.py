"""Where a task stands with its gates: what its approval, its evidence and its review are still worth.

Pure comparisons of what is on record with what is there now. The deciders and the views both ask here, so that a view
never promises what a gate refuses.
"""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.spec import Criterion, Expected, Phase, Spec
from scafld.core.evidence.criterion import Outcome, Strength, strength_of
from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.hearing import VENDORS
from scafld.core.names import Digest, Moment, PhaseId
from scafld.core.task.events import Purpose
from scafld.core.task.known import Attempt, Request, Result, Round, RoundState, Task
from scafld.core.task.statuses import Status
from scafld.core.value import value


class Binding(StrEnum):
    """What an approval is worth for the contract as it reads now."""

    NONE = "none"
    CURRENT = "current"
    CHANGED = "changed"


class Reviewing(StrEnum):
    """What the last word of a reviewer is worth for contract and material as they are now."""

    READY = "ready"
    RUNNING = "running"
    LAPSED = "lapsed"
    ATTEMPT_FAILED = "attempt_failed"
    ATTEMPT_SPENT = "attempt_spent"
    FAILED = "failed"
    FAILED_UNCHANGED = "failed_unchanged"
    REHEARSED = "rehearsed"
    STALE_CONTRACT = "stale_contract"
    STALE_MATERIAL = "stale_material"
    PASSED = "passed"


@value
class Standing:
    """One criterion and its evidence. `outcome` None: nothing on record, or only a run before the work, or evidence
    for another wording."""

    criterion: Criterion
    phase: PhaseId | None
    outcome: Outcome | None
    reason: str
    strength: Strength
    red: bool
    result: Result | None


def binding_of(task: Task, contract: Digest) -> Binding:
    """Whether the approval binds exactly this contract."""
    if task.approval is None:
        return Binding.NONE
    return Binding.CURRENT if task.approval.contract == contract else Binding.CHANGED


def pending_request(task: Task, contract: Digest) -> Request | None:
    """The request for signatures under exactly this contract that no approval has answered yet. What was to send a
    blocked task back to work is over once it went on by itself."""
    found, approval = task.request, task.approval
    if found is None or found.contract != contract:
        return None
    answered = approval is not None and approval.seq > found.seq
    over = approval is not None and approval.contract == contract and task.status is not Status.BLOCKED
    return None if answered or over else found


def voices_of(task: Task, request: Request) -> tuple[str, ...]:
    """Who signed under a request, each once, as they were counted when they did."""
    given = (each for each in task.consents if each.entry == request.seq)
    return tuple(dict.fromkeys(each.voice for each in given if "approve" in each.roles))


def waits_for(task: Task, request: Request) -> str:
    """What an approval waits for, in words."""
    there, wanted = len(voices_of(task, request)), request.wanted
    if there < wanted:
        return f"waiting for {wanted - there} of {wanted} signatures"
    overriding = any("override" in each.roles for each in task.consents if each.entry == request.seq)
    if request.overrides and not overriding:
        return "waiting for the signature of somebody who may override"
    return f"{there} of {wanted} signatures are there; `scafld approve` counts them"


def standing_of(task: Task, criterion: Criterion, phase: PhaseId | None, material: Digest | None) -> Standing:
    """What is on record for a criterion. Manual evidence counts on the contract and material that it was given for;
    with `material` None it is taken as it stands."""
    found = task.results.get(criterion.id)
    if found is None or found.fingerprint != criterion.fingerprint:
        return _unseen(criterion, phase, "not run yet" if found is None else "worded differently since it was run")
    red = criterion.fingerprint in task.red
    strength = strength_of(criterion, red_seen=red) if found.outcome is Outcome.PASS else Strength.DECLARED
    stale = _manual_staleness(task, criterion, found, material)
    if stale:
        return _unseen(criterion, phase, stale)
    outcome = None if found.purpose is Purpose.OPEN else found.outcome
    return Standing(
        criterion=criterion,
        phase=phase,
        outcome=outcome,
        reason=found.reason,
        strength=strength,
        red=red,
        result=found,
    )


def standings(spec: Spec, task: Task, material: Digest | None = None) -> tuple[Standing, ...]:
    """Every criterion of the contract and its evidence, in the order of judging."""
    return tuple(standing_of(task, criterion, phase, material) for phase, criterion in spec.criteria())


def is_passed(task: Task, phase: Phase) -> bool:
    """Whether a phase is behind the work: it passed, and each criterion it has now still passes in its wording."""
    if phase.id not in task.passed:
        return False
    return all(_passes(task, criterion) for criterion in phase.criteria)


def next_phase(spec: Spec, task: Task) -> Phase | None:
    """The first phase in document order that is not behind the work."""
    return next((phase for phase in spec.phases if not is_passed(task, phase)), None)


def lacks_red(task: Task, criteria: tuple[Criterion, ...]) -> bool:
    """Whether commands ran before the work, none was seen red, and their author does not say why."""
    runnable = tuple(criterion for criterion in criteria if criterion.expected is not Expected.MANUAL)
    said = any(criterion.start_reason.strip() for criterion in runnable)
    return bool(runnable) and not _seen_red(task, runnable) and not said


def review_standing(
    task: Task, contract: Digest, material: Digest | None, now: Moment, *, alive: bool | None = None
) -> Reviewing:
    """What stands at the review gate. `material` None: the tree was not looked at, and is taken as unchanged. `alive`:
    whether the process that asks a reviewer was seen at work, None when nobody looked."""
    found = _last_word(task, contract, material, now, alive=alive)
    return Reviewing.ATTEMPT_SPENT if found in _OPEN and was_sent(task, contract, material) else found


def was_sent(task: Task, contract: Digest, material: Digest | None) -> bool:
    """Whether exactly this went to a reviewer, who may have worked on it and gave no verdict."""
    return sent_before(task, contract, material) is not None


def sent_before(task: Task, contract: Digest, material: Digest | None) -> Attempt | None:
    """The attempt in which exactly this went to a reviewer that is at work, or that may have worked on it and gave no
    verdict. `material` None: what the last attempt was about."""
    last = task.attempt
    if last is None:
        return None
    seen = (contract, last.material if material is None else material)
    tried = (*task.unanswered, last) if last.running else task.unanswered
    return next((each for each in reversed(tried) if (each.contract, each.material) == seen), None)


def questioned_before(task: Task, contract: Digest) -> Round | None:
    """The round in which exactly this draft went to a model that is at work, or that may have worked on it and did not
    pass it."""
    last = task.round
    if last is not None and last.state is RoundState.ASKED and last.contract == contract:
        return last
    return task.questioned.get(contract)


def hardening(task: Task, now: Moment, *, alive: bool | None = None) -> RoundState | None:
    """Where the last round of hardening stands; one whose model never came back has failed."""
    found = task.round
    if found is None:
        return None
    if found.state is not RoundState.ASKED:
        return found.state
    leased = found.lease_until is not None and now < found.lease_until and alive is not False
    return RoundState.ASKED if leased else RoundState.FAILED


def review_again(name: str, provider: str) -> str:
    """The command that sends the same material once more, knowingly."""
    return f'scafld review {name}{_named(provider)} --force --reason "the last attempt gave no verdict"'


def harden_by(name: str, provider: str) -> str:
    """The command that has the same provider question the next draft; by whom it can be named, it is."""
    return f"scafld harden {name}{_named(provider)}"


def harden_again(name: str, provider: str) -> str:
    """The command that sends the same draft once more, knowingly."""
    return f'scafld harden {name}{_named(provider)} --force --reason "the last round gave no answer"'


# Private.

_OPEN = frozenset(
    {
        Reviewing.READY,
        Reviewing.ATTEMPT_FAILED,
        Reviewing.REHEARSED,
        Reviewing.STALE_CONTRACT,
        Reviewing.STALE_MATERIAL,
    }
)
"""Where a reviewer may be asked without a word, unless it was."""


def _last_word(task: Task, contract: Digest, material: Digest | None, now: Moment, *, alive: bool | None) -> Reviewing:
    """What the last reviewer left behind, whatever was sent before."""
    attempt = task.attempt
    if attempt is not None and attempt.running:
        return Reviewing.RUNNING if now < attempt.lease_until and alive is not False else Reviewing.LAPSED
    review = task.review
    if review is None or (attempt is not None and attempt.seq > review.seq and attempt.problem):
        return Reviewing.READY if attempt is None else Reviewing.ATTEMPT_FAILED
    moved = material is not None and review.material != material
    if review.verdict is Verdict.FAIL:
        repaired = task.built_seq > review.seq
        if not repaired:
            return Reviewing.FAILED
        return Reviewing.READY if moved or review.contract != contract else Reviewing.FAILED_UNCHANGED
    if review.contract != contract:
        return Reviewing.STALE_CONTRACT
    if moved:
        return Reviewing.STALE_MATERIAL
    return Reviewing.PASSED if review.authorises else Reviewing.REHEARSED


def _named(provider: str) -> str:
    """The option that names this provider, where a name is all it takes."""
    return f" --provider {provider}" if provider in VENDORS else ""


def _unseen(criterion: Criterion, phase: PhaseId | None, reason: str) -> Standing:
    return Standing(
        criterion=criterion,
        phase=phase,
        outcome=None,
        reason=reason,
        strength=Strength.DECLARED,
        red=False,
        result=None,
    )


def _manual_staleness(task: Task, criterion: Criterion, found: Result, material: Digest | None) -> str:
    if criterion.expected is not Expected.MANUAL or found.material is None:
        return ""
    if task.approval is not None and found.contract != task.approval.contract:
        return "the contract changed since a person vouched for it"
    if material is not None and found.material != material:
        return "the material changed since a person vouched for it"
    return ""


def _passes(task: Task, criterion: Criterion) -> bool:
    found = task.results.get(criterion.id)
    return found is not None and found.fingerprint == criterion.fingerprint and found.outcome is Outcome.PASS


def _seen_red(task: Task, criteria: tuple[Criterion, ...]) -> bool:
    return any(criterion.fingerprint in task.red for criterion in criteria)

"""What readers are told of one task: the one view that `status`, `handoff`, the spec and the board are drawn from.

Derived from spec, ledger and a look at the tree each time, never stored. `next_action.command` can be run as it
stands, or is empty when there is nothing left to do.
"""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Phase, Spec, Start
from scafld.core.evidence.criterion import STRENGTHS, Outcome, Strength
from scafld.core.evidence.seals import Change, Material
from scafld.core.names import CriterionId, Digest, Moment, PhaseId, RepoPath, TaskId, receipt_path
from scafld.core.task.known import Status, Task
from scafld.core.task.standing import (
    Binding,
    Standing,
    binding_of,
    hardening,
    is_passed,
    pending_request,
    review_standing,
    standings,
    voices_of,
    waits_for,
)
from scafld.core.value import value
from scafld.core.views.heard import HardeningView, ReviewView, harden_word, hardening_view, review_view
from scafld.core.views.next_action import NextAction, next_action


@value
class CriterionView:
    """One criterion and its evidence. `outcome`: pass, fail, pending or not_run. `duration_ms`: None if never run."""

    id: CriterionId
    phase: PhaseId | None
    title: str
    expected: str
    command: str
    outcome: str
    reason: str
    strength: Strength
    red_seen: bool
    exit_code: int | None
    duration_ms: int | None
    entry: str
    output: Digest | None
    tail: str


@value
class PhaseView:
    """One phase; id None stands for the final criteria. `status`: pending, open, blocked or passed."""

    id: PhaseId | None
    name: str
    status: str
    passed: int
    total: int
    strength: Strength
    duration_ms: int
    unproven: str


@value
class MaterialView:
    """The change since the baseline. `unmatched`: declared places in which nothing changed."""

    digest: Digest
    whole_tree: bool
    changes: tuple[Change, ...]
    drift: tuple[Change, ...]
    scope: tuple[str, ...]
    unmatched: tuple[str, ...]


@value
class RequestView:
    """An approval that waits for signatures: whose there are, as they were counted when they came in, and how many
    different ones are wanted."""

    voices: tuple[str, ...]
    wanted: int
    reason: str
    words: str


@value
class ContractView:
    """`request`: what waits for signatures under this very contract, None where nothing does."""

    digest: Digest
    binding: Binding
    approved: Digest | None
    approved_at: Moment | None
    reason: str
    overrides: tuple[str, ...]
    request: RequestView | None = None


@value
class ReceiptView:
    """The receipt of a completed task: where it lies, the digest of what is signed in it, the key that signed it."""

    path: RepoPath
    payload: Digest
    key: str
    minted_at: Moment


@value
class BlockView:
    """Why the build does not go on. `attempts` of at most `most`, then a person is needed."""

    phase: PhaseId | None
    failing: tuple[CriterionId, ...]
    reason: str
    attempts: int
    most: int


@value
class Overview:
    """A task as a reader is told of it. `ledger`: sealed, unsealed (written without a chain), or none. `problems` are
    wrong in any contract; `demands` is what its profile asks for before it can be approved."""

    task_id: TaskId
    title: str
    status: Status
    profile: str
    size: str
    risk: str
    path: str
    ledger: str
    entries: int
    last_at: Moment | None
    contract: ContractView
    phases: tuple[PhaseView, ...]
    criteria: tuple[CriterionView, ...]
    block: BlockView | None
    review: ReviewView
    material: MaterialView | None
    problems: tuple[Problem, ...]
    demands: tuple[Problem, ...]
    harden: str
    hardening: HardeningView | None = None
    receipt: ReceiptView | None = None
    reason: str
    next_action: NextAction
    next: str
    warnings: tuple[str, ...] = ()


@value
class Surroundings:
    """What a view needs besides spec and task: where the spec lies, what is wrong with it (`problems`) and what its
    profile still asks for (`demands`), the material when the tree was looked at, the moment, the policy's attempts.
    `torn`: how many bytes of a write that was cut off stand behind the ledger's last entry. `alive`: whether somebody
    was seen at work for long, None when nobody looked."""

    path: str
    problems: tuple[Problem, ...]
    demands: tuple[Problem, ...]
    material: Material | None
    now: Moment
    most_attempts: int
    ledger: str
    torn: int = 0
    alive: bool | None = None


def overview_of(spec: Spec, task: Task, around: Surroundings) -> Overview:
    """Tell a reader of one task."""
    digest = around.material.digest if around.material else None
    seen = standings(spec, task, digest)
    standing = review_standing(task, spec.digest, digest, around.now, alive=around.alive)
    state = hardening(task, around.now, alive=around.alive)
    left = (*around.problems, *around.demands)
    action = next_action(spec, task, standing, left, around.most_attempts, round_state=state, material=digest)
    return Overview(
        task_id=spec.task_id,
        title=spec.title,
        status=task.status,
        profile=str(spec.profile),
        size=str(spec.size),
        risk=str(spec.risk),
        path=around.path,
        ledger=around.ledger,
        entries=task.entries,
        last_at=task.last_at,
        contract=_contract(spec, task),
        phases=_phases(spec, task, seen),
        criteria=tuple(_criterion(each) for each in seen),
        block=_block(task, around.most_attempts),
        review=review_view(task, standing),
        material=_material(around.material),
        problems=around.problems,
        demands=around.demands,
        harden=harden_word(spec, task, state),
        hardening=hardening_view(task, state),
        receipt=_receipt(spec, task),
        reason=task.reason,
        next_action=action,
        next=action.command,
        warnings=_warnings(around, task),
    )


def weakest(strengths: tuple[Strength, ...]) -> Strength:
    """A chain is as strong as its weakest link; of nothing it is what is merely declared."""
    return min(strengths, key=STRENGTHS.index, default=Strength.DECLARED)


# Private.


def _criterion(each: Standing) -> CriterionView:
    seen = each.result.observation if each.result else None
    return CriterionView(
        id=each.criterion.id,
        phase=each.phase,
        title=each.criterion.title,
        expected=str(each.criterion.expected),
        command=each.criterion.command,
        outcome=str(each.outcome) if each.outcome else "not_run",
        reason=each.reason,
        strength=each.strength,
        red_seen=each.red,
        exit_code=seen.exit_code if seen else None,
        duration_ms=seen.duration_ms if seen else None,
        entry=f"entry-{each.result.seq}" if each.result else "",
        output=seen.output_digest if seen else None,
        tail=seen.tail if seen and each.outcome is Outcome.FAIL else "",
    )


def _phases(spec: Spec, task: Task, seen: tuple[Standing, ...]) -> tuple[PhaseView, ...]:
    views = [_phase(phase, task, tuple(each for each in seen if each.phase == phase.id)) for phase in spec.phases]
    final = tuple(each for each in seen if each.phase is None)
    if final:
        passed = sum(each.outcome is Outcome.PASS for each in final)
        done = task.status in (Status.REVIEW, Status.COMPLETED)
        views.append(
            PhaseView(
                id=None,
                name="final",
                status="passed" if done else "pending",
                passed=passed,
                total=len(final),
                strength=_strength(final),
                duration_ms=_duration(final),
                unproven="",
            )
        )
    return tuple(views)


def _phase(phase: Phase, task: Task, seen: tuple[Standing, ...]) -> PhaseView:
    passed = sum(each.outcome is Outcome.PASS for each in seen)
    if is_passed(task, phase):
        status = "passed"
    elif task.open_phase == phase.id:
        status = "blocked" if task.status is Status.BLOCKED else "open"
    else:
        status = "pending"
    return PhaseView(
        id=phase.id,
        name=phase.name,
        status=status,
        passed=passed,
        total=len(seen),
        strength=_strength(seen),
        duration_ms=_duration(seen),
        unproven=dict(task.unproven).get(phase.id, ""),
    )


def _strength(seen: tuple[Standing, ...]) -> Strength:
    """The weakest of what a phase proves. A guard that its author declared claims nothing new, and weakens nothing."""
    telling = tuple(each for each in seen if each.criterion.start is not Start.GREEN) or seen
    return weakest(tuple(each.strength for each in telling))


def _duration(seen: tuple[Standing, ...]) -> int:
    results = (each.result for each in seen if each.result)
    return sum(result.observation.duration_ms for result in results if result.observation)


def _contract(spec: Spec, task: Task) -> ContractView:
    approval = task.approval
    return ContractView(
        digest=spec.digest,
        binding=binding_of(task, spec.digest),
        approved=approval.contract if approval else None,
        approved_at=approval.at if approval else None,
        reason=approval.reason if approval else "",
        overrides=approval.overrides if approval else (),
        request=_request(task, spec),
    )


def _request(task: Task, spec: Spec) -> RequestView | None:
    pending = pending_request(task, spec.digest)
    if pending is None:
        return None
    words = waits_for(task, pending)
    return RequestView(voices=voices_of(task, pending), wanted=pending.wanted, reason=pending.reason, words=words)


def _receipt(spec: Spec, task: Task) -> ReceiptView | None:
    minted = task.receipt
    if minted is None:
        return None
    path = receipt_path(spec.task_id)
    return ReceiptView(path=path, payload=minted.payload, key=minted.key, minted_at=minted.minted_at)


def _block(task: Task, most: int) -> BlockView | None:
    if task.block is None or task.status is not Status.BLOCKED:
        return None
    block = task.block
    return BlockView(phase=block.phase, failing=block.failing, reason=block.reason, attempts=task.attempts, most=most)


def _material(material: Material | None) -> MaterialView | None:
    if material is None:
        return None
    return MaterialView(
        digest=material.digest,
        whole_tree=material.whole_tree,
        changes=material.changes,
        drift=material.drift,
        scope=material.scope.patterns,
        unmatched=material.scope.unmatched,
    )


def _warnings(around: Surroundings, task: Task) -> tuple[str, ...]:
    found = []
    if around.ledger == "unsealed":
        found.append("the ledger was written without a chain: nothing in it authorises anything here")
    if around.torn:
        found.append(
            f"{around.torn} bytes behind entry-{task.entries} were cut off, by a crash or by a hand: what they said is "
            "not on record; the next command puts them aside and records it"
        )
    if around.material is not None and around.material.changes:
        unmatched = around.material.scope.unmatched
        found += [f"declared, and nothing changed there: {pattern}" for pattern in unmatched]
    return tuple(found)

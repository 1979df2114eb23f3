"""May a round of questions begin, and may it pass?"""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.questioning import HardenDossier, wanted_by
from scafld.core.names import Digest, Moment
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_status, refuse, shown
from scafld.core.task.events import (
    Event,
    HardenAbandoned,
    Hardened,
    HardenFailed,
    HardenOpened,
    HardenPassed,
    HardenStarted,
)
from scafld.core.task.known import Round, RoundState, Status, Task
from scafld.core.task.standing import harden_again, hardening, questioned_before
from scafld.core.value import value


@value
class HardenAsked:
    """A model to be asked about this draft. `forced`: why to ask again about a draft that was asked about, "" when
    nobody says so. `alive`: whether the process of a round that is on record as asked was seen."""

    provider: str
    vendor: str
    packet: Digest
    now: Moment
    lease_until: Moment
    forced: str = ""
    alive: bool | None = None


def open_round(task: Task, spec: Spec, now: Moment, alive: bool | None = None) -> tuple[Event, ...]:
    """A new round by hand; nothing when one is open. Refused on a draft that has passed as it reads now, and while a
    model is at work on it."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    state = hardening(task, now, alive=alive)
    if state is RoundState.OPEN:
        return ()
    _refuse_at_work(task, spec, state)
    _refuse_passed(task, spec)
    return (*_lapsed(task), HardenOpened(round=next_round(task), contract=spec.digest))


def pass_round(task: Task, spec: Spec, written: bool, anchors: tuple[str, ...], reason: str) -> tuple[Event, ...]:
    """The open round passes, on the draft as it reads now. `written`: whether the round stands in the spec."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    if task.round is None or task.round.state is not RoundState.OPEN:
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


def start_round(task: Task, spec: Spec, asked: HardenAsked) -> tuple[Event, ...]:
    """Lease the draft to one model. A draft that a model has answered on is not sent again without a reason."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    state, found = hardening(task, asked.now, alive=asked.alive), task.round
    _refuse_at_work(task, spec, state)
    if found is not None and state is RoundState.OPEN:
        refuse(
            Gate.HARDEN,
            task,
            f"{found.id} is open, and waits for answers by hand",
            expected="no open round",
            next=f"scafld harden {spec.task_id} --abandon",
        )
    _refuse_passed(task, spec)
    before = questioned_before(task, spec.digest)
    if before is not None and not asked.forced.strip():
        _refuse_again(task, spec, before)
    started = HardenStarted(
        round=next_round(task),
        provider=asked.provider,
        vendor=asked.vendor,
        contract=spec.digest,
        packet=asked.packet,
        lease_until=asked.lease_until,
        forced=asked.forced.strip(),
    )
    return (*_lapsed(task), started)


def conclude_round(
    task: Task, name: str, contract: Digest, heard: Hearing, *, dossier: HardenDossier | None, touched: tuple[str, ...]
) -> tuple[Event, ...]:
    """What a model's round ends in. Refused when it was given up meanwhile, or the task is no draft any more.
    `contract`: the draft it was sent."""
    round_wanted(task, name)
    if touched:
        reason = f"it was to change nothing, and this changed: {', '.join(shown(touched))}"
        return (HardenFailed(round=name, reason=reason, hearing=heard, changed=touched),)
    if dossier is None:
        return (HardenFailed(round=name, reason=heard.problem, hearing=heard),)
    return (Hardened(round=name, contract=contract, verdict=dossier.verdict, dossier=dossier, hearing=heard),)


def round_wanted(task: Task, name: str) -> None:
    """Refused when nobody waits for this round any more: it was given up, or the task is no draft any more."""
    found = task.round
    if task.status is not Status.DRAFT:
        refuse(Gate.HARDEN, task, f"the draft was {task.status} while the model worked; its answer is void")
    if found is None or found.id != name or found.state is not RoundState.ASKED:
        refuse(Gate.HARDEN, task, f"{name} was given up while the model worked; its answer is void")


def abandon_round(task: Task, spec: Spec, reason: str) -> tuple[Event, ...]:
    """Give up a round that is open or that a model was asked for."""
    need_status(Gate.HARDEN, task, (Status.DRAFT,), spec.task_id)
    if task.round is None or task.round.state not in (RoundState.OPEN, RoundState.ASKED):
        refuse(Gate.HARDEN, task, "no round is open", next=f"scafld harden {spec.task_id}")
    return (HardenAbandoned(round=task.round.id, reason=reason.strip() or "somebody said so"),)


def next_round(task: Task) -> str:
    """The name of the round after the last one."""
    number = int(task.round.id.removeprefix("round-")) + 1 if task.round is not None else 1
    return f"round-{number}"


# Private.


def _refuse_passed(task: Task, spec: Spec) -> None:
    if task.round is not None and task.round.passed and task.round.contract == spec.digest:
        refuse(
            Gate.HARDEN,
            task,
            f"{task.round.id} passed on this very draft",
            expected="a changed draft",
            actual=f"contract {spec.digest[:12]}",
            next=f"scafld approve {spec.task_id}",
        )


def _refuse_at_work(task: Task, spec: Spec, state: RoundState | None) -> None:
    if state is RoundState.ASKED and task.round is not None:
        refuse(
            Gate.HARDEN,
            task,
            f"{task.round.by} is at work on {task.round.id}; its lease ends at {task.round.lease_until}",
            expected="no model at work on this draft",
            next=f"scafld harden {spec.task_id} --abandon",
        )


def _refuse_again(task: Task, spec: Spec, found: Round) -> None:
    answered = found.state is RoundState.NEEDS_REVISION
    how = "asks for another draft" if answered else f"gave no answer: {found.problem or 'it never came back'}"
    refuse(
        Gate.HARDEN,
        task,
        f"{found.by} was asked about this very draft, and {how}",
        expected="a changed draft, or --force --reason: it may be paid for twice",
        blockers=shown(wanted_by(found.dossier)),
        next=f"scafld handoff {spec.task_id}" if answered else harden_again(spec.task_id, found.by),
    )


def _lapsed(task: Task) -> tuple[Event, ...]:
    """A round whose model never came back is given up before the next begins."""
    if task.round is None or task.round.state is not RoundState.ASKED:
        return ()
    return (HardenAbandoned(round=task.round.id, reason="its process is gone, or its lease ran out"),)

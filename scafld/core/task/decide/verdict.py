"""May a reviewer start, and what is its answer worth?"""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Dossier, Finding, Mode
from scafld.core.names import Digest, Moment
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_binding, need_status, refuse, shown
from scafld.core.task.events import (
    Event,
    HumanReviewed,
    ReviewAbandoned,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
)
from scafld.core.task.known import Status, Task
from scafld.core.task.standing import Reviewing, review_standing
from scafld.core.value import value


@value
class ReviewAsked:
    """A reviewer to be started on this material. `attempt`: an id no other attempt of the task bears. `forced`: why to
    ask again about material that already has a verdict, "" when nobody says so."""

    attempt: str
    provider: str
    mode: Mode
    material: Digest
    packet: Digest
    now: Moment
    lease_until: Moment
    forced: str = ""


@value
class Answer:
    """What came back. `problems`: what keeps the dossier from being accepted. `changed`: what the reviewer changed."""

    provider: str
    dossier: Dossier | None
    authorises: bool
    problem: str = ""
    problems: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()
    model: str = ""
    binary: Digest | None = None
    output: Digest | None = None


def mode_for(task: Task) -> Mode:
    """Verify while the last dossier has open blockers, discover otherwise."""
    dossier = task.review.dossier if task.review else None
    return Mode.VERIFY if dossier is not None and dossier.blockers else Mode.DISCOVER


def earlier_findings(task: Task) -> tuple[Finding, ...]:
    """What the last reviewer still held against the change."""
    dossier = task.review.dossier if task.review else None
    return dossier.blockers if dossier is not None else ()


def start(task: Task, spec: Spec, asked: ReviewAsked) -> tuple[Event, ...]:
    """Lease the gate to one reviewer. A lapsed lease is given up first."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    need_binding(Gate.REVIEW, task, spec)
    standing = review_standing(task, spec.digest, asked.material, asked.now)
    _may_start(task, spec, standing, asked)
    started = ReviewStarted(
        attempt=asked.attempt,
        provider=asked.provider,
        mode=asked.mode,
        contract=spec.digest,
        material=asked.material,
        packet=asked.packet,
        lease_until=asked.lease_until,
        forced=asked.forced.strip(),
    )
    if standing is Reviewing.LAPSED and task.attempt is not None:
        return (ReviewAbandoned(attempt=task.attempt.id, reason="its lease ran out"), started)
    return (started,)


def conclude(task: Task, attempt: str, answer: Answer) -> tuple[Event, ...]:
    """What an attempt ends in: a verdict, or a failure that is on record. Refused when the attempt is not the one that
    runs: its lease was given up meanwhile."""
    running = task.attempt
    if task.status is not Status.REVIEW or running is None or not running.running or running.id != attempt:
        refuse(Gate.REVIEW, task, f"attempt {attempt} was given up while the reviewer worked; its answer is void")
    if answer.changed:
        reason = f"the reviewer changed {', '.join(shown(answer.changed))}"
        return (ReviewFailed(attempt=attempt, reason=reason, changed=answer.changed, output=answer.output),)
    if answer.dossier is None or answer.problems:
        words = "; ".join(shown(tuple(problem.message for problem in answer.problems)))
        reason = answer.problem or f"the dossier was not accepted: {words}"
        return (ReviewFailed(attempt=attempt, reason=reason, output=answer.output),)
    return (
        Reviewed(
            attempt=attempt,
            provider=answer.provider,
            verdict=answer.dossier.verdict,
            authorises=answer.authorises,
            contract=running.contract,
            material=running.material,
            dossier=answer.dossier,
            model=answer.model,
            binary=answer.binary,
            output=answer.output,
        ),
    )


def by_human(task: Task, spec: Spec, reason: str, material: Digest, now: Moment) -> tuple[Event, ...]:
    """A person takes the reviewer's place. Needs a reason, and no reviewer at work."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    need_binding(Gate.REVIEW, task, spec)
    if not reason.strip():
        refuse(Gate.REVIEW, task, "a review by a person needs a reason", expected="--reason")
    standing = review_standing(task, spec.digest, material, now)
    if standing is Reviewing.RUNNING:
        _may_start(task, spec, standing, None)
    human = HumanReviewed(reason=reason.strip(), contract=spec.digest, material=material)
    if standing is Reviewing.LAPSED and task.attempt is not None:
        return (ReviewAbandoned(attempt=task.attempt.id, reason="its lease ran out"), human)
    return (human,)


def abandon(task: Task, spec: Spec, reason: str) -> tuple[Event, ...]:
    """Give up a reviewer that is still on record as running."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    if task.attempt is None or not task.attempt.running:
        refuse(Gate.REVIEW, task, "no reviewer is at work", next=f"scafld review {spec.task_id}")
    return (ReviewAbandoned(attempt=task.attempt.id, reason=reason.strip() or "somebody said so"),)


# Private.


def _may_start(task: Task, spec: Spec, standing: Reviewing, asked: ReviewAsked | None) -> None:
    name, attempt = spec.task_id, task.attempt
    match standing:
        case Reviewing.RUNNING:
            assert attempt is not None
            refuse(
                Gate.REVIEW,
                task,
                f"{attempt.provider} is reviewing; its lease ends at {attempt.lease_until}",
                expected="no reviewer at work",
                actual=attempt.id,
                next=f"scafld review {name} --abandon",
            )
        case Reviewing.FAILED:
            blockers = tuple(f"{each.id}: {each.summary}" for each in earlier_findings(task))
            refuse(
                Gate.REVIEW,
                task,
                "the review failed; it is repaired by work and a fresh build, not by asking again",
                expected="a build after the failed review",
                blockers=shown(blockers),
                next=f"scafld build {name}",
            )
        case Reviewing.FAILED_UNCHANGED if asked is None or not asked.forced.strip():
            refuse(
                Gate.REVIEW,
                task,
                "nothing changed since the review failed",
                expected="a changed material, or --force --reason",
                next=f"scafld handoff {name}",
            )
        case Reviewing.PASSED if asked is None or not asked.forced.strip():
            refuse(
                Gate.REVIEW,
                task,
                "this material has passed review",
                expected="a changed material, or --force --reason",
                next=f"scafld complete {name}",
            )
        case _:
            return

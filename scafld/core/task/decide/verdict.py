"""May a reviewer start, and what are the answers worth?"""

from __future__ import annotations

from typing import NoReturn

from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Finding, Mode
from scafld.core.evidence.hearing import Failure, Hearing
from scafld.core.evidence.panel import verdict_of
from scafld.core.evidence.seals import Material
from scafld.core.names import Digest, Moment
from scafld.core.refusal import Gate
from scafld.core.task.decide.contested import contested
from scafld.core.task.decide.no import need_binding, need_status, refuse, shown
from scafld.core.task.events import (
    Event,
    HumanReviewed,
    PanelReviewed,
    ReviewAbandoned,
    Reviewed,
    ReviewFailed,
    ReviewStarted,
)
from scafld.core.task.known import Attempt, Dismissal, Status, Task
from scafld.core.task.standing import Reviewing, review_again, review_standing, sent_before
from scafld.core.value import value


@value
class ReviewAsked:
    """A reviewer to be started on this material. `attempt`: an id no other attempt of the task bears. `forced`: why to
    ask again about what was asked about already, "" when nobody says so. `alive`: whether the process of an attempt
    that is on record as running was seen. `seats`, `quorum`, `author`: see `ReviewStarted`."""

    attempt: str
    provider: str
    mode: Mode
    material: Digest
    packet: Digest
    now: Moment
    lease_until: Moment
    forced: str = ""
    alive: bool | None = None
    seats: tuple[str, ...] = ()
    quorum: int = 0
    author: str = ""


def mode_for(task: Task) -> Mode:
    """Verify while the last review has open blockers, discover otherwise."""
    return Mode.VERIFY if earlier_findings(task) else Mode.DISCOVER


def earlier_findings(task: Task) -> tuple[Finding, ...]:
    """What the last reviewer still held against the change."""
    return task.review.blockers if task.review is not None else ()


def standing_dismissals(task: Task, material: Material) -> tuple[Dismissal, ...]:
    """The findings that a person dismissed and whose code is still as it was then."""
    return tuple(each for each in task.dismissals.values() if each.code == code_at(material, each.path))


def code_at(material: Material, path: str) -> Digest | None:
    """What names the code that a finding is about: the digest of the changed file, None when that file is as in the
    base; of a finding that names no file, the whole material."""
    if not path:
        return material.digest
    return next((each.digest for each in (*material.changes, *material.drift) if each.path == path), None)


def start(task: Task, spec: Spec, asked: ReviewAsked) -> tuple[Event, ...]:
    """Lease the gate to one reviewer, or one panel. A lapsed lease is given up first."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    need_binding(Gate.REVIEW, task, spec)
    standing = review_standing(task, spec.digest, asked.material, asked.now, alive=asked.alive)
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
        seats=asked.seats,
        quorum=asked.quorum,
        author=asked.author,
    )
    return (*_given_up(task, standing), started)


def conclude(
    task: Task,
    attempt: str,
    hearings: tuple[Hearing, ...],
    touched: tuple[str, ...],
    dismissed: tuple[Digest, ...] = (),
) -> tuple[Event, ...]:
    """What an attempt ends in: a verdict, or a failure that is on record. Refused when the attempt is not the one that
    runs: its lease was given up meanwhile. `dismissed`: fingerprints that a person dismissed on this very code."""
    running = task.attempt
    if task.status is not Status.REVIEW or running is None or not running.running or running.id != attempt:
        _void(task, attempt)
    if touched:
        reason = f"the reviewer changed {', '.join(shown(touched))}"
        return (_failed(running, hearings, reason, Failure.CHANGED, touched),)
    raised = _raised(hearings, dismissed)
    verdict = verdict_of(hearings, running.quorum, frozenset(raised))
    silent = tuple(each for each in hearings if each.dossier is None)
    if verdict is None or (silent and not running.seats):
        return (_failed(running, hearings, _why(silent, running), _gravest(silent, hearings), ()),)
    if running.seats:
        return (
            PanelReviewed(
                attempt=attempt,
                verdict=verdict,
                authorises=all(each.authorises for each in hearings),
                contract=running.contract,
                material=running.material,
                hearings=hearings,
                quorum=running.quorum,
                dismissed=raised,
            ),
        )
    return (_reviewed(running, hearings[0], raised),)


def still_wanted(task: Task, begun: Attempt, now: Moment) -> None:
    """Refused when nobody waits for this attempt any more: it was given up, or the task is over."""
    over = task.attempt is None or task.attempt.id != begun.id or not task.attempt.running
    if (over or task.status is not Status.REVIEW) and not contested(task, begun, now):
        _void(task, begun.id)


def by_human(
    task: Task, spec: Spec, reason: str, material: Digest, now: Moment, *, alive: bool | None = None
) -> tuple[Event, ...]:
    """A person takes the reviewer's place. Needs a reason, and no reviewer at work."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    need_binding(Gate.REVIEW, task, spec)
    if not reason.strip():
        refuse(Gate.REVIEW, task, "a review by a person needs a reason", expected="--reason")
    standing = review_standing(task, spec.digest, material, now, alive=alive)
    if standing is Reviewing.RUNNING:
        _at_work(task, spec)
    human = HumanReviewed(reason=reason.strip(), contract=spec.digest, material=material)
    return (*_given_up(task, standing), human)


def abandon(task: Task, spec: Spec, reason: str) -> tuple[Event, ...]:
    """Give up a reviewer that is still on record as running."""
    need_status(Gate.REVIEW, task, (Status.REVIEW,), spec.task_id)
    if task.attempt is None or not task.attempt.running:
        refuse(Gate.REVIEW, task, "no reviewer is at work", next=f"scafld review {spec.task_id}")
    return (ReviewAbandoned(attempt=task.attempt.id, reason=reason.strip() or "somebody said so"),)


# Private.


def _void(task: Task, attempt: str) -> NoReturn:
    refuse(Gate.REVIEW, task, f"attempt {attempt} was given up while the reviewer worked; its answer is void")


def _given_up(task: Task, standing: Reviewing) -> tuple[Event, ...]:
    if standing is not Reviewing.LAPSED or task.attempt is None:
        return ()
    return (ReviewAbandoned(attempt=task.attempt.id, reason="its process is gone, or its lease ran out"),)


def _raised(hearings: tuple[Hearing, ...], dismissed: tuple[Digest, ...]) -> tuple[Digest, ...]:
    """Those of the dismissed findings that were raised again."""
    found = {each.fingerprint for hearing in hearings if hearing.dossier for each in hearing.dossier.findings}
    return tuple(sorted(found & set(dismissed)))


def _why(silent: tuple[Hearing, ...], running: Attempt) -> str:
    if not running.seats:
        return silent[0].problem
    return "; ".join(f"{each.seat}: {each.problem}" for each in silent)


def _failed(
    running: Attempt, hearings: tuple[Hearing, ...], reason: str, failure: Failure, touched: tuple[str, ...]
) -> ReviewFailed:
    return ReviewFailed(
        attempt=running.id,
        reason=reason,
        changed=touched,
        output=hearings[0].output if hearings else None,
        failure=str(failure),
        hearings=hearings,
    )


def _gravest(silent: tuple[Hearing, ...], hearings: tuple[Hearing, ...]) -> Failure:
    """What the attempt failed by: where any of them may have been paid for, not by what costs nothing to try again."""
    paid = next((each for each in silent if each.spent), silent[0])
    worked = any(each.dossier is not None for each in hearings)
    return Failure.NO_SUBMISSION if worked and not paid.spent else Failure(paid.failure)


def _reviewed(running: Attempt, heard: Hearing, dismissed: tuple[Digest, ...]) -> Reviewed:
    assert heard.dossier is not None
    verdict = verdict_of((heard,), 0, frozenset(dismissed))
    assert verdict is not None
    return Reviewed(
        attempt=running.id,
        provider=heard.provider,
        verdict=verdict,
        authorises=heard.authorises,
        contract=running.contract,
        material=running.material,
        dossier=heard.dossier,
        model=heard.model,
        binary=heard.binary,
        output=heard.output,
        vendor=heard.vendor,
        version=heard.version,
        session=heard.session,
        usage=heard.usage,
        denied=heard.denied,
        repaired=heard.repaired,
        dismissed=dismissed,
        unverified=heard.unverified,
    )


def _at_work(task: Task, spec: Spec) -> NoReturn:
    attempt = task.attempt
    assert attempt is not None
    refuse(
        Gate.REVIEW,
        task,
        f"{attempt.provider} is reviewing; its lease ends at {attempt.lease_until}",
        expected="no reviewer at work",
        actual=attempt.id,
        next=f"scafld review {spec.task_id} --abandon",
    )


def _may_start(task: Task, spec: Spec, standing: Reviewing, asked: ReviewAsked) -> None:
    name, forced = spec.task_id, bool(asked.forced.strip())
    match standing:
        case Reviewing.RUNNING:
            _at_work(task, spec)
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
        case Reviewing.FAILED_UNCHANGED if not forced:
            refuse(
                Gate.REVIEW,
                task,
                "nothing changed since the review failed",
                expected="a changed material, or --force --reason",
                next=f"scafld handoff {name}",
            )
        case Reviewing.PASSED if not forced:
            refuse(
                Gate.REVIEW,
                task,
                "this material has passed review",
                expected="a changed material, or --force --reason",
                next=f"scafld complete {name}",
            )
        case Reviewing.ATTEMPT_SPENT | Reviewing.LAPSED if not forced:
            _not_twice(task, spec, asked.material)
        case _:
            return


def _not_twice(task: Task, spec: Spec, material: Digest) -> None:
    """What a model may have worked on is not sent again without a word."""
    sent = sent_before(task, spec.digest, material)
    if sent is not None:
        refuse(
            Gate.REVIEW,
            task,
            f"this material was sent to {sent.provider} already, and gave no verdict: "
            f"{sent.problem or 'it never came back'}",
            expected="a changed material, or --force --reason: it may be paid for twice",
            next=review_again(spec.task_id, sent.provider),
        )

"""`review`: other models attack the change, or a person takes their place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import TYPE_CHECKING

from scafld.app.ask import Bench, Question
from scafld.app.guard import Presence
from scafld.app.journal import Decision, Journal, Opened
from scafld.app.observe import Observer
from scafld.app.trial import Begun, Trial
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.hearing import VENDORS
from scafld.core.evidence.seals import Look, Material
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.moments import later
from scafld.core.names import ActorKind, RepoPath, TaskId
from scafld.core.policy import Policy, Rerun
from scafld.core.refusal import Gate
from scafld.core.task.decide.dismissing import dismiss
from scafld.core.task.decide.verdict import (
    ReviewAsked,
    abandon,
    by_human,
    earlier_findings,
    mode_for,
    standing_dismissals,
    start,
)
from scafld.core.task.events import ReviewStarted
from scafld.core.value import value
from scafld.core.views.packet import (
    Brief,
    Budgets,
    Dismissed,
    Packet,
    ProjectFiles,
    drift_paths,
    packet_of,
    paths_of,
)

if TYPE_CHECKING:
    from scafld.app.countersign import Countersign
    from scafld.core.proof.spoken.consent import Consent
    from scafld.core.proof.spoken.hand import Hand


@value
class ReviewWanted:
    """How a review is asked for. `forced`: why to ask again about material that has its verdict."""

    mode: Mode | None = None
    min_attack_angles: int | None = None
    max_findings: int | None = None
    forced: str = ""


@value
class Review:
    """`role`: the project's words to a reviewer. `context`: project files from the configuration."""

    journal: Journal
    observer: Observer
    trial: Trial
    presence: Presence
    policy: Policy
    role: Callable[[], str]
    context: Callable[[], ProjectFiles]
    countersign: Callable[[], Countersign]

    def __call__(self, task_id: TaskId, bench: Bench, wanted: ReviewWanted) -> Opened:
        """Lease the gate, ask, record. Raises Refused when nobody may be asked now; a verdict of fail is an answer."""
        with ExitStack() as attended:
            with self.journal.open(task_id, "review") as opened:
                look = self.observer.look(opened.task)
                material = self.observer.sealed(opened.task, opened.spec, look)
                packet = self._packet(opened, look, material, wanted)
                asked = self._asked(opened, material, packet, bench, wanted)
                events = start(opened.task, opened.spec, asked)
                self.journal.authority.ready()
                attended.enter_context(self._attendance(opened))
                started = self.journal.record(opened, events)
            question = self._question(task_id, asked, packet, wanted)
            event = events[-1]
            assert isinstance(event, ReviewStarted)
            begun = Begun(opened=started, event=event, question=question, look=look, material=material)
            return self.trial(begun, bench)

    def context_of(self, task_id: TaskId, wanted: ReviewWanted) -> Packet:
        """What a reviewer would be sent now. Writes nothing."""
        seen = self.journal.look(task_id)
        look = self.observer.look(seen.task)
        return self._packet(seen, look, self.observer.sealed(seen.task, seen.spec, look), wanted)

    def by_human(self, task_id: TaskId, reason: str, by: Hand | None = None) -> Opened:
        """A person takes the reviewer's place, on the contract and material that stand there."""
        with ExitStack() as attended, self.journal.open(task_id, "review") as opened:
            events = self._by_human(opened, reason)
            attended.enter_context(self._attendance(opened))
            return self.journal.record(opened, self._signed(opened, events, by))

    def human_consent(self, task_id: TaskId, reason: str) -> Consent:
        """The sentence that whoever takes the reviewer's place would sign now. Writes nothing."""
        from scafld.app.countersign import spoken

        seen = self.journal.look(task_id)
        return self.countersign().consent(seen, spoken(self._by_human(seen, reason)), Gate.REVIEW)

    def abandon(self, task_id: TaskId, reason: str) -> Opened:
        """End a lease before it ends by itself."""
        with self.journal.open(task_id, "review") as opened:
            return self.journal.record(opened, abandon(opened.task, opened.spec, reason))

    def dismiss(self, task_id: TaskId, finding: str, reason: str, by: Hand | None = None) -> Opened:
        """A person's word that a finding does not hold, for the code as it stands."""
        with self.journal.open(task_id, "review") as opened:
            return self.journal.record(opened, self._signed(opened, self._dismissed(opened, finding, reason), by))

    def dismiss_consent(self, task_id: TaskId, finding: str, reason: str) -> Consent:
        """The sentence that whoever dismisses a finding would sign now. Writes nothing."""
        from scafld.app.countersign import spoken

        seen = self.journal.look(task_id)
        return self.countersign().consent(seen, spoken(self._dismissed(seen, finding, reason)), Gate.REVIEW)

    # Private.

    def _by_human(self, opened: Opened, reason: str) -> Decision:
        material = self.observer.material(opened.task, opened.spec).digest
        now, alive = self.journal.now(), self.presence.attended(opened.task_id)
        return by_human(opened.task, opened.spec, reason, material, now, alive=alive)

    def _dismissed(self, opened: Opened, finding: str, reason: str) -> Decision:
        material = self.observer.material(opened.task, opened.spec)
        alive, actor = self.presence.attended(opened.task_id), self.journal.actor
        return dismiss(opened.task, opened.spec, finding, reason, material=material, actor=actor, alive=alive)

    def _signed(self, opened: Opened, events: Decision, by: Hand | None) -> Decision:
        return self.countersign().with_consent(opened, events, Gate.REVIEW, by, self.journal.now())

    def _attendance(self, opened: Opened) -> AbstractContextManager[None]:
        """Be seen at work. Whoever is still seen there after the last lease has ended stands in nobody's way."""
        last = opened.task.attempt
        overdue = last is not None and last.lease_until <= self.journal.now()
        return (
            nullcontext()
            if overdue and self.presence.attended(opened.task_id)
            else self.presence.attend(opened.task_id)
        )

    def _packet(self, opened: Opened, look: Look, material: Material, wanted: ReviewWanted) -> Packet:
        limits = self.policy.review.context
        brief = Brief(
            spec=opened.spec,
            task=opened.task,
            material=material,
            diff=self._diff(opened, look, paths_of(material.changes)),
            drift_diff=self._diff(opened, look, drift_paths(material)),
            mode=self._mode(opened, wanted),
            budget=self._budget(wanted),
            role=self.role(),
            depth=str(self.policy.review.dossier.review_depth),
            invariants=self.policy.invariants.canonical,
            earlier=earlier_findings(opened.task),
            dismissed=tuple(
                Dismissed(id=each.finding, path=each.path, summary=each.summary, reason=each.reason)
                for each in standing_dismissals(opened.task, material)
            ),
            files=self.context(),
        )
        return packet_of(brief, Budgets(task=limits.required_max_bytes, files=limits.max_bytes, key=_BUDGET))

    def _diff(self, opened: Opened, look: Look, paths: tuple[RepoPath, ...]) -> str:
        return self.observer.diff(opened.task, paths, look) if paths else ""

    def _mode(self, opened: Opened, wanted: ReviewWanted) -> Mode:
        """What the caller asks for, else what the policy makes of a second review."""
        rule = self.policy.review.dossier.rerun_policy
        by_rule = mode_for(opened.task) if rule is Rerun.VERIFY_OPEN_BLOCKERS else Mode(rule)
        return wanted.mode or by_rule

    def _budget(self, wanted: ReviewWanted) -> Budget:
        rules = self.policy.review.dossier
        return Budget(
            min_attack_angles=wanted.min_attack_angles or rules.min_attack_angles,
            max_findings=wanted.max_findings or rules.max_findings,
        )

    def _asked(
        self, opened: Opened, material: Material, packet: Packet, bench: Bench, wanted: ReviewWanted
    ) -> ReviewAsked:
        now, rules, actor = self.journal.now(), self.policy.review, self.journal.actor
        return ReviewAsked(
            attempt=f"review-{opened.task.entries + 1}",
            provider=bench.name,
            mode=self._mode(opened, wanted),
            material=material.digest,
            packet=packet.digest,
            now=now,
            lease_until=later(now, rules.external.absolute_max_seconds + rules.lease_seconds),
            forced=wanted.forced,
            alive=self.presence.attended(opened.task_id),
            seats=bench.seats,
            quorum=bench.quorum,
            author=VENDORS.get(actor.name, "") if actor.kind is ActorKind.AGENT else "",
        )

    def _question(self, task_id: TaskId, asked: ReviewAsked, packet: Packet, wanted: ReviewWanted) -> Question:
        limits = self.policy.review.external
        return Question(
            task=task_id,
            attempt=asked.attempt,
            prompt=packet.text,
            terms=Terms(subject=Subject.REVIEW, mode=asked.mode, budget=self._budget(wanted)),
            limit_ms=limits.absolute_max_seconds * 1000,
            idle_ms=limits.idle_timeout_seconds * 1000,
        )


# Private.

_BUDGET = "review.context.required_max_bytes"

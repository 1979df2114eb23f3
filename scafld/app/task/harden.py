"""`harden`: rounds of adversarial questions on a draft, answered by hand in the draft itself, or by a model.

A round by hand writes its skeleton into the spec: six dimensions and a shape, for a person or an agent to fill in while
they edit the draft. Marking it passed checks every answer and what it cites, and binds the draft as it reads then. A
model is sent the draft, changes nothing, and hands in the same answers as a dossier; what it asks for is on record.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Protocol

from scafld.app.ask import Heard, Inquiry, Provider, Question, as_long_as
from scafld.app.guard import Guard, Presence
from scafld.app.journal import Document, Journal, Opened
from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import (
    ANCHORS,
    Observation,
    Result,
    Round,
    is_anchor,
    problems_of_round,
    result_word,
)
from scafld.core.evidence.hearing import Failure, Hearing
from scafld.core.evidence.questioning import HardenDossier, as_round
from scafld.core.evidence.terms import Answer, Subject, Terms
from scafld.core.moments import later
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.policy import Hardening
from scafld.core.refusal import Cancelled, Malformed, Unavailable
from scafld.core.task.decide.hardening import (
    HardenAsked,
    abandon_round,
    conclude_round,
    open_round,
    pass_round,
    round_wanted,
    start_round,
)
from scafld.core.task.events import Event
from scafld.core.task.known import Task
from scafld.core.value import changed, value
from scafld.core.views.packet import Packet


class Rounds(Protocol):
    """The rounds that stand in a spec."""

    def read(self, document: Document) -> tuple[Round, ...]:
        """Every round of the document, in its order."""
        ...

    def add(self, document: Document, round_id: str, contract: Digest, at: Moment) -> Document:
        """Write the skeleton of a new round."""
        ...


Cite = Callable[[str], str]
"""Port: why an anchor cites nothing (no such file, line or archived task), "" when it holds."""


@value
class Hardened:
    """A round, as opened, passed or answered. `created` is False when the round was open already."""

    opened: Opened
    round: str
    passed: bool
    created: bool


@value
class Harden:
    journal: Journal
    rounds: Rounds
    cite: Callable[[Opened], Cite]
    presence: Presence

    def __call__(self, task_id: TaskId) -> Hardened:
        """Open a round by hand, or come back to the one that is open."""
        with self.journal.open(task_id, "harden") as opened:
            events = open_round(opened.task, opened.spec, self.journal.now(), self.presence.attended(task_id))
            current = opened.task.round
            if not events and current is not None:
                return Hardened(
                    opened=self._with_skeleton(opened, current.id), round=current.id, passed=False, created=False
                )
            recorded = self.journal.record(opened, events)
            assert recorded.task.round is not None
            name = recorded.task.round.id
            return Hardened(opened=self._with_skeleton(recorded, name), round=name, passed=False, created=True)

    def mark_passed(self, task_id: TaskId, reason: str) -> Hardened:
        """Malformed names every answer that is missing and every citation that does not hold."""
        with self.journal.open(task_id, "harden") as opened:
            found = self._round(opened)
            problems = (*problems_of_round(found), *self._citations(opened, found)) if found else ()
            if problems:
                in_order = tuple(sorted(problems, key=lambda problem: problem.line))
                raise Malformed(opened.document.path, in_order, next=f"scafld harden {task_id} --mark-passed")
            anchors = tuple(row.anchor for row in found.observations if row.anchor) if found else ()
            events = pass_round(opened.task, opened.spec, found is not None, anchors, reason)
            recorded = self.journal.record(opened, events)
            assert recorded.task.round is not None
            return Hardened(opened=recorded, round=recorded.task.round.id, passed=True, created=False)

    def abandon(self, task_id: TaskId, reason: str) -> Hardened:
        """Give up a round that is open, or that a model was asked for."""
        with self.journal.open(task_id, "harden") as opened:
            recorded = self.journal.record(opened, abandon_round(opened.task, opened.spec, reason))
            assert recorded.task.round is not None
            return Hardened(opened=recorded, round=recorded.task.round.id, passed=False, created=False)

    # Private.

    def _round(self, opened: Opened) -> Round | None:
        current = opened.task.round
        rounds = self.rounds.read(opened.document)
        return next((each for each in rounds if current is not None and each.id == current.id), None)

    def _with_skeleton(self, opened: Opened, name: str) -> Opened:
        """The skeleton stands in the draft, also when a crash came before it."""
        if any(each.id == name for each in self.rounds.read(opened.document)):
            return opened
        document = self.rounds.add(opened.document, name, opened.spec.digest, self.journal.now())
        return changed(opened, document=document, spec=document.spec or opened.spec)

    def _citations(self, opened: Opened, found: Round) -> tuple[Problem, ...]:
        return citation_problems(self.cite(opened), found.observations)


@value
class HardenByModel:
    """`packet`: the brief for a model that questions this draft."""

    journal: Journal
    inquiry: Inquiry
    guard: Guard
    presence: Presence
    packet: Callable[[Opened], Packet]
    cite: Callable[[Opened], Cite]
    rules: Hardening
    lease_seconds: int

    def __call__(self, task_id: TaskId, provider: Provider, forced: str) -> Hardened:
        """Lease the draft, ask, record. A dossier that asks for another draft is an answer."""
        with ExitStack() as attended:
            with self.journal.open(task_id, "harden") as opened:
                packet, now = self.packet(opened), self.journal.now()
                asked = HardenAsked(
                    provider=provider.name,
                    vendor=provider.vendor,
                    packet=packet.digest,
                    now=now,
                    lease_until=later(now, self.rules.external.absolute_max_seconds + self.lease_seconds),
                    forced=forced,
                    alive=self.presence.attended(task_id),
                )
                events = start_round(opened.task, opened.spec, asked)
                attended.enter_context(self.presence.attend(task_id))
                started = self.journal.record(opened, events)
            return self._ask(started, provider, packet)

    def context_of(self, task_id: TaskId) -> Packet:
        """What a model would be sent now. Writes nothing."""
        return self.packet(self.journal.look(task_id))

    # Private.

    def _ask(self, started: Opened, provider: Provider, packet: Packet) -> Hardened:
        assert started.task.round is not None
        name, contract = started.task.round.id, started.spec.digest
        question = self._question(started, name, packet)
        before = self.guard.before(self.guard.observer.look(started.task), question)
        inquiry = changed(self.inquiry, watch=as_long_as(lambda: self._need_wanted(started, name), self.inquiry.watch))
        try:
            heard = inquiry(provider, question, self._check(started))
        except (Cancelled, KeyboardInterrupt) as stopped:
            cancelled = Hearing(
                seat=provider.name, provider=provider.name, problem="was cancelled", failure=str(Failure.CANCELLED)
            )
            touched = self.guard.touched(before, started.task)
            self._conclude(started, name, contract, Heard(hearing=cancelled), touched)
            raise Cancelled("the round was stopped; that is on record") from stopped
        return self._conclude(started, name, contract, heard, self.guard.touched(before, started.task))

    def _need_wanted(self, started: Opened, name: str) -> None:
        """Refused once somebody gave the round up, which ends the model."""
        with suppress(Malformed, Unavailable):
            memory = self.journal.ledgers.recall(started.task_id)
            round_wanted(memory.task if memory else Task(), name)

    def _question(self, started: Opened, name: str, packet: Packet) -> Question:
        return Question(
            task=started.task_id,
            attempt=name,
            prompt=packet.text,
            terms=Terms(subject=Subject.HARDEN),
            limit_ms=self.rules.external.absolute_max_seconds * 1000,
            idle_ms=self.rules.external.idle_timeout_seconds * 1000,
        )

    def _check(self, started: Opened) -> Callable[[Answer], tuple[Problem, ...]]:
        """What a dossier cites is there."""
        cite = self.cite(started)

        def check(answer: Answer) -> tuple[Problem, ...]:
            assert isinstance(answer, HardenDossier)
            return citation_problems(cite, as_round(answer, "round").observations)

        return check

    def _conclude(
        self, started: Opened, name: str, contract: Digest, heard: Heard, touched: tuple[str, ...]
    ) -> Hardened:
        """Record first, show then: the draft may be what the model spoilt."""
        dossier = heard.answer if isinstance(heard.answer, HardenDossier) else None

        def decide(task: Task) -> tuple[Event, ...]:
            return conclude_round(task, name, contract, heard.hearing, dossier=dossier, touched=touched)

        memory = self.journal.note(started.task_id, "harden", decide)
        recorded = self.journal.show(changed(started, memory=memory), "harden")
        assert recorded.task.round is not None
        return Hardened(opened=recorded, round=name, passed=recorded.task.round.passed, created=True)


def citation_problems(cite: Cite, rows: tuple[Observation, ...]) -> tuple[Problem, ...]:
    """Every anchor that cites what is not there. What is no anchor at all is said elsewhere."""
    problems = []
    for row in rows:
        reason = cite(row.anchor) if is_anchor(row.anchor) and not claims_nothing(row.result) else ""
        if reason:
            problems.append(
                Problem(
                    code="harden_bad_anchor",
                    message=f"{row.dimension}: {row.anchor} {reason}",
                    line=row.line,
                    suggestion=f"cite what is there: {ANCHORS}",
                )
            )
    return tuple(problems)


def claims_nothing(result: str) -> bool:
    """Whether a row claims nothing, so that it has nothing to cite."""
    return result_word(result) in ("", Result.NOT_APPLICABLE)

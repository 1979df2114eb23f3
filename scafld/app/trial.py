"""The act of hearing reviewers out: asked under a lease, watched while they work, and what came of it put on record.

Whatever they do to the workspace, to its spec and its ledger, and however they are stopped, the attempt is on record
afterwards, or the refusal says why it cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from scafld.app.ask import Bench, Heard, Inquiry, Provider, Question, as_long_as, nothing_more
from scafld.app.guard import Guard, Snapshot
from scafld.app.journal import Journal, Opened
from scafld.core.evidence.hearing import Failure, Hearing, Unverified
from scafld.core.evidence.seals import Look, Material
from scafld.core.refusal import Cancelled, Malformed, Refused, Unavailable
from scafld.core.task.decide.contested import contested, told_again
from scafld.core.task.decide.verdict import conclude, standing_dismissals, still_wanted
from scafld.core.task.events import Event, ReviewStarted
from scafld.core.task.known import Attempt, Task
from scafld.core.value import changed, value

Abreast = Callable[[tuple[Callable[[], Heard], ...]], tuple[Heard, ...]]
"""Port: do these side by side, and give what they give in their order."""

Locate = Callable[[str, int | None], str]
"""Port: why there is no such file or folder in the workspace, or no such line in it; "" when it is there."""


@value
class Begun:
    """An attempt as it began: the task then, what is on record of it, what is asked, the tree and the change."""

    opened: Opened
    event: ReviewStarted
    question: Question
    look: Look
    material: Material

    @property
    def attempt(self) -> Attempt:
        assert self.opened.task.attempt is not None
        return self.opened.task.attempt


@value
class Trial:
    journal: Journal
    inquiry: Inquiry
    guard: Guard
    abreast: Abreast
    locate: Locate

    def __call__(self, begun: Begun, bench: Bench) -> Opened:
        """Ask, watch, record. Cancelled when stopped; Refused when the lease was given up meanwhile."""
        before, inquiry = self.guard.before(begun.look, begun.question), self._as_long_as_wanted(begun)
        acts = tuple(_hearing(inquiry, provider, begun.question) for provider in bench.providers)
        try:
            hearings = tuple(each.hearing for each in self.abreast(acts))
        except (Cancelled, KeyboardInterrupt) as stopped:
            self._conclude(begun, _stopped(bench), before)
            raise Cancelled("the review was stopped; the attempt is on record") from stopped
        except Refused:
            if not self._contested(begun):
                raise
            return self._conclude(begun, _stopped(bench), before)
        return self._conclude(begun, tuple(self._verified(each, begun.material) for each in hearings), before)

    # Private.

    def _as_long_as_wanted(self, begun: Begun) -> Inquiry:
        """Ends the reviewers once somebody gave their lease up."""

        def wanted() -> None:
            with suppress(Malformed, Unavailable):
                still_wanted(self._recalled(begun), begun.attempt, self.journal.now())

        return changed(self.inquiry, watch=as_long_as(wanted, self.inquiry.watch))

    def _recalled(self, begun: Begun) -> Task:
        memory = self.journal.ledgers.recall(begun.opened.task_id)
        return memory.task if memory else Task()

    def _contested(self, begun: Begun) -> str:
        return contested(self._recalled(begun), begun.attempt, self.journal.now())

    def _verified(self, heard: Hearing, material: Material) -> Hearing:
        """The same, and which of the places that its findings cite are not there. What the change took away was."""
        changes = (*material.changes, *material.drift)
        gone = {each.path for each in changes if each.digest is None} | {each.was for each in changes if each.was}
        findings = heard.dossier.findings if heard.dossier else ()
        cited = dict.fromkeys((each.path, each.line) for each in findings if each.path and each.path not in gone)
        unverified = tuple(
            Unverified(path=path, line=line, reason=reason)
            for path, line in cited
            if (reason := self.locate(path, line))
        )
        return changed(heard, unverified=unverified)

    def _conclude(self, begun: Begun, hearings: tuple[Hearing, ...], before: Snapshot) -> Opened:
        """Record first, show then: the spec may be what the reviewer spoilt."""
        touched = self.guard.touched(before, begun.opened.task)
        dismissed = tuple(each.fingerprint for each in standing_dismissals(begun.opened.task, begun.material))

        def decide(task: Task) -> tuple[Event, ...]:
            why = contested(task, begun.attempt, self.journal.now())
            if why:
                name = begun.opened.task_id
                return told_again(task, name, begun.event, why, hearings=hearings, touched=touched)
            return conclude(task, begun.attempt.id, hearings, touched, dismissed)

        memory = self.journal.note(begun.opened.task_id, "review", decide)
        return self.journal.show(changed(begun.opened, memory=memory), "review")


# Private.


def _hearing(inquiry: Inquiry, provider: Provider, question: Question) -> Callable[[], Heard]:
    return lambda: inquiry(provider, question, nothing_more)


def _stopped(bench: Bench) -> tuple[Hearing, ...]:
    """What is on record of reviewers that somebody stopped."""
    return tuple(
        Hearing(
            seat=each.seat or each.name,
            provider=each.name,
            vendor=each.vendor,
            problem="was cancelled",
            failure=str(Failure.CANCELLED),
        )
        for each in bench.providers
    )

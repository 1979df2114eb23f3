"""`plan` by a model: it reads the workspace, proposes a contract, and is told what is wrong with it, a few times over.

What comes of it is a draft like any other: validated, with its planning log, and approved by nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from scafld.app.ask import Inquiry, Provider, Question, nothing_more
from scafld.app.guard import Guard, Snapshot
from scafld.app.journal import Document, Journal, Opened
from scafld.app.task.plan import PlanAsked, Planned
from scafld.core.contract.commands import Detected
from scafld.core.contract.offer import Proposal
from scafld.core.contract.problems import Problem
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.evidence.hearing import Hearing
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.moments import seconds_between
from scafld.core.names import Moment
from scafld.core.policy import Planning
from scafld.core.refusal import Gate, Refusal, Refused, Unavailable
from scafld.core.task.decide.approval import plan
from scafld.core.task.decide.no import shown
from scafld.core.task.events import Drafted
from scafld.core.task.known import Task
from scafld.core.value import changed, value
from scafld.core.views.packet import Packet

WriteProposal = Callable[[Proposal, PlanAsked, Moment], str]
"""Port: the Markdown of a draft that says what a proposal says, as data."""

LEAST_FOR_A_CYCLE_MS = 5_000


@value
class Cycle:
    """One try: what was handed in, the draft that it makes, and what is wrong with that draft."""

    proposal: Proposal
    text: str
    problems: tuple[Problem, ...]


@value
class Trying:
    """What a brief for one try is made of; `draft` and `problems` are those of the try before."""

    asked: PlanAsked
    request: str
    detected: Detected
    draft: str = ""
    problems: tuple[Problem, ...] = ()


@value
class DraftByModel:
    """`packet`: the brief for a model that plans."""

    journal: Journal
    inquiry: Inquiry
    guard: Guard
    write: WriteProposal
    read: Callable[[str], Document]
    detect: Callable[[], Detected]
    packet: Callable[[Trying], Packet]
    rules: Planning

    def __call__(self, asked: PlanAsked, request: str, provider: Provider) -> Planned:
        """Refused when the id was ever used, when the model changed something, or when nothing usable came of it."""
        with self.journal.begin(asked.task_id, "plan"):
            self._refuse_used(asked)
            detected, before = self.detect(), self.guard.before(self.guard.observer.look(Task()))
            best, cycles, hearing = self._cycles(asked, request, provider, detected)
            self._refuse_touched(before)
            if best is None:
                raise Unavailable(
                    f"{provider.name} gave no draft: {hearing.problem}", next=f"scafld plan {asked.task_id} --help"
                )
            document = self.journal.specs.create(asked.task_id, best.text)
            assert document.spec is not None
            fresh = Opened(task_id=asked.task_id, document=document, spec=document.spec, memory=None)
            drafted = Drafted(
                hearing=hearing,
                request=request,
                cycles=cycles,
                log=best.proposal.log,
                questions=best.proposal.questions,
                left=tuple(problem.message for problem in best.problems),
            )
            recorded = self.journal.record(fresh, (*plan(fresh.task, fresh.spec), drafted))
            return Planned(opened=recorded, detected=detected, questions=drafted.questions)

    def context_of(self, asked: PlanAsked, request: str) -> Packet:
        """What a model would be sent first. Writes nothing."""
        return self.packet(Trying(asked=asked, request=request, detected=self.detect()))

    # Private.

    def _cycles(
        self, asked: PlanAsked, request: str, provider: Provider, detected: Detected
    ) -> tuple[Cycle | None, int, Hearing]:
        """Ask until the draft has no problem, the cycles are spent, or the time is; the best draft, and how many."""
        best: Cycle | None = None
        hearing: Hearing | None = None
        begun, tried = self.journal.now(), 0
        while tried < self.rules.max_cycles and (best is None or best.problems):
            left = self._left_ms(begun)
            if tried and left < LEAST_FOR_A_CYCLE_MS:
                break
            tried += 1
            trying = Trying(asked=asked, request=request, detected=detected)
            if best is not None:
                trying = changed(trying, draft=best.text, problems=best.problems)
            heard = self.inquiry(provider, self._question(asked, self.packet(trying), tried, left), nothing_more)
            hearing = heard.hearing if hearing is None else _both(hearing, heard.hearing)
            if not isinstance(heard.answer, Proposal):
                break
            cycle = self._cycle(heard.answer, asked)
            best = cycle if best is None or len(cycle.problems) <= len(best.problems) else best
        assert hearing is not None
        return best, tried, hearing

    def _left_ms(self, begun: Moment) -> int:
        spent = seconds_between(begun, self.journal.now())
        return round((self.rules.external.absolute_max_seconds - spent) * 1000)

    def _question(self, asked: PlanAsked, packet: Packet, cycle: int, limit_ms: int) -> Question:
        return Question(
            task=asked.task_id,
            attempt=f"plan-{cycle}",
            prompt=packet.text,
            terms=Terms(subject=Subject.PLAN),
            limit_ms=max(limit_ms, 1),
            idle_ms=self.rules.external.idle_timeout_seconds * 1000,
        )

    def _cycle(self, proposal: Proposal, asked: PlanAsked) -> Cycle:
        text = self.write(proposal, asked, self.journal.now())
        document = self.read(text)
        problems = document.problems
        if document.spec is not None:
            problems = (*problems, *rule_problems(document.spec), *profile_demands(document.spec))
        return Cycle(proposal=proposal, text=text, problems=problems)

    def _refuse_used(self, asked: PlanAsked) -> None:
        """Before anything is paid for."""
        if self.journal.specs.find(asked.task_id) or self.journal.ledgers.recall(asked.task_id):
            raise Refused(
                Refusal(
                    gate=Gate.PLAN,
                    reason=f"{asked.task_id} is taken: an id is used once",
                    expected="an id that no task ever had here",
                    next=f"scafld status {asked.task_id}",
                )
            )

    def _refuse_touched(self, before: Snapshot) -> None:
        touched = self.guard.touched(before, Task())
        if touched:
            raise Refused(
                Refusal(
                    gate=Gate.PLAN,
                    reason="the model changed what it was only to read; its draft is not taken",
                    expected="a workspace as it was",
                    blockers=shown(touched),
                    next="git status",
                )
            )


# Private.


def _both(earlier: Hearing, later_one: Hearing) -> Hearing:
    """The last hearing, with what all of them together consumed and tried."""
    return changed(
        later_one,
        usage=earlier.usage.and_more(later_one.usage),
        denied=(*earlier.denied, *later_one.denied),
        repaired=earlier.repaired or later_one.repaired,
    )

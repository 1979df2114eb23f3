"""What an answer is held to: the subject, the mode and the budget that were asked for, and what is wrong with it."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from scafld.core.contract.offer import Proposal, proposal_problems
from scafld.core.contract.problems import Problem
from scafld.core.evidence.dossier import Budget, Dossier, Mode, dossier_problems
from scafld.core.evidence.questioning import HardenDossier, harden_problems
from scafld.core.value import value


class Subject(StrEnum):
    """What a model is asked for. Each has its own tool to hand the answer in with: `submit_<subject>`."""

    REVIEW = "review"
    HARDEN = "harden"
    PLAN = "plan"


Answer = Dossier | HardenDossier | Proposal
SHAPES: dict[Subject, type[Dossier] | type[HardenDossier] | type[Proposal]] = {
    Subject.REVIEW: Dossier,
    Subject.HARDEN: HardenDossier,
    Subject.PLAN: Proposal,
}
"""What an answer to each subject is."""


@value
class Terms:
    """`mode` and `budget` bind a review; the other subjects have none."""

    subject: Subject
    mode: Mode = Mode.DISCOVER
    budget: Budget = Budget(min_attack_angles=1, max_findings=100)

    @property
    def tool(self) -> str:
        """The name of the tool to hand the answer in with."""
        return f"submit_{self.subject}"


def problems_of(answer: Answer, terms: Terms) -> tuple[Problem, ...]:
    """What keeps an answer from being accepted; whoever gave it can mend each of it."""
    match answer:
        case Dossier():
            return dossier_problems(answer, mode=terms.mode, budget=terms.budget)
        case HardenDossier():
            return harden_problems(answer)
        case Proposal():
            return proposal_problems(answer)
        case _:
            assert_never(answer)

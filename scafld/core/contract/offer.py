"""What a model proposes as a contract: a draft in parts, before there is a document. Nobody has approved any of it."""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Risk, Size
from scafld.core.value import value


@value
class ProposedCriterion:
    """One thing that must be true, and the command that shows it. `green_because`: why it passes before the work
    already, "" where it is red then."""

    title: str
    command: str
    green_because: str = ""


@value
class ProposedPhase:
    name: str
    goal: str
    changes: tuple[str, ...]
    criteria: tuple[ProposedCriterion, ...]


@value
class ProposedRisk:
    description: str
    mitigation: str


@value
class Proposal:
    """A whole draft. `files`: what will change, as paths. `criteria`: those of the whole, run at the end. `log`: what
    was read and concluded, step by step. `questions`: what only a person can answer."""

    title: str
    summary: str
    size: Size
    risk: Risk
    objectives: tuple[str, ...]
    scope_in: tuple[str, ...]
    scope_out: tuple[str, ...]
    files: tuple[str, ...]
    assumptions: tuple[str, ...]
    risks: tuple[ProposedRisk, ...]
    rollback: tuple[str, ...]
    phases: tuple[ProposedPhase, ...]
    criteria: tuple[ProposedCriterion, ...]
    log: tuple[str, ...]
    questions: tuple[str, ...]


LONGEST_LIST = 60
"""No list of a proposal is longer: a task is one change that can be reviewed at a sitting."""


def proposal_problems(proposal: Proposal) -> tuple[Problem, ...]:
    """What keeps a proposal from becoming a draft at all; what a profile demands of the draft is told later."""
    found = []
    for name in ("title", "summary"):
        if not getattr(proposal, name).strip():
            found.append(Problem(code="empty_proposal", message=f"{name} is empty"))
    every = (*proposal.criteria, *(each for phase in proposal.phases for each in phase.criteria))
    if not every:
        found.append(Problem(code="no_criterion", message="there is no criterion: nothing would be proven"))
    if any(not (each.title.strip() and each.command.strip()) for each in every):
        found.append(Problem(code="empty_criterion", message="a criterion has no title or no command"))
    if not proposal.log:
        found.append(Problem(code="no_log", message="log is empty", suggestion="say what was read and concluded"))
    names: tuple[str, ...] = vars(Proposal)["__fields__"]
    long = [name for name in names if _count(getattr(proposal, name)) > LONGEST_LIST]
    return (*found, *(Problem(code="too_long", message=f"{name} has more than {LONGEST_LIST} items") for name in long))


# Private.


def _count(field: object) -> int:
    return len(field) if isinstance(field, tuple) else 0

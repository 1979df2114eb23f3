"""The text of a draft that a model proposed: every word of it is data, and stands where a person would have put it."""

from __future__ import annotations

from scafld.adapters.markdown.draft import DraftRequest, command_lines, front_lines, summary_lines
from scafld.adapters.markdown.escape import as_code, as_data, flat
from scafld.app.task.plan import PlanAsked
from scafld.core.contract.offer import Proposal, ProposedCriterion, ProposedPhase
from scafld.core.contract.spec import PROFILE_BY_RISK, Profile, Risk
from scafld.core.names import Moment

LONGEST_LINE = 2000


def write_proposal(proposal: Proposal, asked: PlanAsked, created: Moment) -> str:
    """Markdown of a whole draft; LF, one final newline. A risk that a person named is not lowered by the model."""
    risk = max(asked.risk, proposal.risk, key=list(Risk).index)
    profile = asked.profile or PROFILE_BY_RISK[risk]
    request = DraftRequest(
        task_id=asked.task_id,
        title=proposal.title,
        created=created,
        summary=proposal.summary,
        size=proposal.size,
        risk=risk,
        profile=profile,
    )
    phases = proposal.phases or _one_phase(proposal, profile)
    final = proposal.criteria if proposal.phases or profile is Profile.LIGHT else ()
    parts = [*front_lines(request), *summary_lines(request), *_context(proposal), *_said(proposal)]
    parts += _acceptance(profile, final)
    parts += [line for number, phase in enumerate(phases, start=1) for line in _phase(number, phase)]
    parts += _listed("Rollback", proposal.rollback)
    parts += _listed("Open Questions", proposal.questions)
    parts += _listed("Planning Log", proposal.log)
    return "\n".join(parts).rstrip("\n") + "\n"


# Private.


def _one_phase(proposal: Proposal, profile: Profile) -> tuple[ProposedPhase, ...]:
    """Beyond the light profile a contract has a phase: the whole is one where the model named none."""
    if profile is Profile.LIGHT:
        return ()
    return (
        ProposedPhase(name=proposal.title, goal=proposal.summary, changes=proposal.files, criteria=proposal.criteria),
    )


def _context(proposal: Proposal) -> list[str]:
    if not proposal.files:
        return []
    return ["## Context", "", "Files impacted:", *(f"- {_code(name)}" for name in proposal.files), ""]


def _said(proposal: Proposal) -> list[str]:
    scope = [*(f"- In: {_line(each)}" for each in proposal.scope_in)]
    scope += [f"- Out: {_line(each)}" for each in proposal.scope_out]
    risks = [
        line
        for each in proposal.risks
        for line in (f"- {_line(each.description)}", f"  - Mitigation: {_line(each.mitigation)}")
    ]
    return [
        *_listed("Objectives", proposal.objectives),
        *(["## Scope", "", *scope, ""] if scope else []),
        *_listed("Assumptions", proposal.assumptions),
        *(["## Risks", "", *risks, ""] if risks else []),
    ]


def _acceptance(profile: Profile, criteria: tuple[ProposedCriterion, ...]) -> list[str]:
    lines = ["## Acceptance", "", f"Profile: {profile}", ""]
    if criteria:
        lines += ["Validation:", *_criteria("v", criteria), ""]
    return lines


def _phase(number: int, phase: ProposedPhase) -> list[str]:
    return [
        f"## Phase {number}: {flat(phase.name, 200) or number}",
        "",
        "Status: pending",
        "Dependencies: none",
        "",
        f"Goal: {_line(phase.goal)}",
        "",
        "Changes:",
        *(f"- {_code(name)}" for name in phase.changes),
        "",
        "Acceptance:",
        *_criteria(f"ac{number}_", phase.criteria),
        "",
    ]


def _criteria(prefix: str, criteria: tuple[ProposedCriterion, ...]) -> list[str]:
    lines: list[str] = []
    for number, each in enumerate(criteria, start=1):
        lines += [f"- [ ] `{prefix}{number}` command - {flat(each.title, 200)}", *command_lines(each.command.strip())]
        lines += ["  - Expected kind: `exit_code_zero`"]
        if each.green_because.strip():
            lines.append(f"  - Baseline: green - {_line(each.green_because)}")
    return lines


def _listed(name: str, items: tuple[str, ...]) -> list[str]:
    shown = [f"- {_line(item)}" for item in items if item.strip()]
    return [f"## {name}", "", *shown, ""] if shown else []


def _line(text: str) -> str:
    return as_data(text, LONGEST_LINE) or "none"


def _code(name: str) -> str:
    return as_code(name.strip("`"), LONGEST_LINE) or "`none`"

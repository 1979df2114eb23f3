"""What a model is given that turns a request into a draft."""

from __future__ import annotations

from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Profile
from scafld.core.names import TaskId
from scafld.core.refusal import Gate
from scafld.core.value import value
from scafld.core.views.packet.asking import (
    LEAD,
    asked_section,
    commands_section,
    demands,
    handing_section,
    problems_piece,
    role_section,
)
from scafld.core.views.packet.assembly import Budgets, Cover, Packet, assemble
from scafld.core.views.packet.project_files import ProjectFiles, files_section
from scafld.core.views.packet.quoting import lines_of
from scafld.core.views.packet.section import MUST, Piece, Rank, Section


@value
class PlanningBrief:
    """What a packet is made of. `request`: what somebody wants, in their words. `role`: the project's own words.
    `handing_in`: how the draft is handed in. `commands`: title and command, as detected. `listing`: the top of the
    workspace, a line a name. `draft` and `problems`: what the cycle before handed in, and what is wrong with it."""

    task_id: TaskId
    request: str
    role: str
    handing_in: str
    profile: Profile
    commands: tuple[tuple[str, str], ...] = ()
    listing: str = ""
    draft: str = ""
    problems: tuple[Problem, ...] = ()
    files: ProjectFiles = ()


def planning_packet(brief: PlanningBrief, budgets: Budgets) -> Packet:
    """Write the brief down. Refused when the request alone is more than the budget for the task."""
    cover = Cover(title=f"Planning of {brief.task_id}", lead=LEAD, gate=Gate.PLAN)
    sections = (
        role_section(brief.role),
        asked_section(_asked(brief)),
        handing_section(brief.handing_in),
        Section(title="The request", pieces=(Piece(body=lines_of(brief.request), rank=MUST, fence="text"),)),
        *_before(brief),
        *commands_section(brief.commands, _COMMANDS),
        *_listing(brief.listing),
        *files_section(brief.files),
    )
    return assemble(cover, sections, budgets)


# Private.

_PROBLEMS = Rank(order=1, percent=50)
_DRAFT = Rank(order=2, percent=75)
_COMMANDS = Rank(order=3, percent=50)
_LISTING = Rank(order=4)


def _asked(brief: PlanningBrief) -> str:
    again = ("Your last draft has problems. Mend every one of them, and keep what was right.", "")
    return "\n".join(
        (
            *(again if brief.problems else ()),
            "Turn the request into a draft: one change that can be reviewed at a sitting. Read the workspace first, and"
            " write to nothing in it.",
            "",
            f"- {demands(brief.profile)}",
            "- A criterion is a command that fails today, for the right reason, and passes when the work is done. What"
            " must merely stay true says `Baseline: green - <why>`.",
            "- Name only paths and commands that you have seen, or that the work is to make.",
            "- What you do not know is an assumption or a question of the draft, not a placeholder.",
        )
    )


def _before(brief: PlanningBrief) -> tuple[Section, ...]:
    """The draft of the cycle before, and what is wrong with it."""
    found = []
    if brief.problems:
        found.append(Section(title="Problems of your last draft", pieces=(problems_piece(brief.problems, _PROBLEMS),)))
    if brief.draft:
        piece = Piece(body=lines_of(brief.draft), rank=_DRAFT, fence="markdown")
        found.append(Section(title="Your last draft", pieces=(piece,)))
    return tuple(found)


def _listing(listing: str) -> tuple[Section, ...]:
    if not listing.strip():
        return ()
    return (
        Section(title="The top of the workspace", pieces=(Piece(body=lines_of(listing), rank=_LISTING, fence="text"),)),
    )

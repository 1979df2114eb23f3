"""What a model is given that questions a draft before anybody builds it."""

from __future__ import annotations

from scafld.core.contract.questions import ASKED, SETTLED, Observation, Result, Round, result_word
from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Spec
from scafld.core.refusal import Gate
from scafld.core.value import value
from scafld.core.views.packet.asking import (
    LEAD,
    asked_section,
    commands_section,
    contract_section,
    demands,
    handing_section,
    problems_piece,
    role_section,
)
from scafld.core.views.packet.assembly import Budgets, Cover, Packet, assemble
from scafld.core.views.packet.project_files import ProjectFiles, files_section
from scafld.core.views.packet.quoting import code, label, one_line
from scafld.core.views.packet.section import Piece, Rank, Section


@value
class HardeningBrief:
    """What a packet is made of. `role`: the project's own words. `handing_in`: how the answer is handed in. `commands`:
    title and command, as detected. `rounds`: earlier rounds, as they stand in the spec."""

    spec: Spec
    role: str
    handing_in: str
    most_issues: int
    commands: tuple[tuple[str, str], ...] = ()
    rounds: tuple[Round, ...] = ()
    files: ProjectFiles = ()


def hardening_packet(brief: HardeningBrief, budgets: Budgets) -> Packet:
    """Write the brief down. Refused when draft and request alone are more than the budget for the task."""
    cover = Cover(title=f"Hardening of {brief.spec.task_id}", lead=LEAD, gate=Gate.HARDEN, status="draft")
    sections = (
        role_section(brief.role),
        asked_section(_asked(brief)),
        handing_section(brief.handing_in),
        *_open_blocks(brief.rounds),
        contract_section(brief.spec),
        *_lacking(brief.spec),
        *commands_section(brief.commands, _COMMANDS),
        *files_section(brief.files),
    )
    return assemble(cover, sections, budgets)


# Private.

_BLOCKS = Rank(order=1, percent=50)
_LACKING = Rank(order=2, percent=50)
_COMMANDS = Rank(order=3)


def _asked(brief: HardeningBrief) -> str:
    rows = tuple(f"- `{dimension}`: {question}" for dimension, question in ASKED.items())
    return "\n".join(
        (
            f"Question the draft before anybody builds it. {demands(brief.spec.profile)}",
            "",
            "Observe all six dimensions; where several things are wrong in one, each is an observation:",
            "",
            *rows,
            "",
            f"The result of an observation is one of {_words(Result)}. One that is not `clean` has a note:"
            " what is wrong, and the smallest change of the draft that heals it; or why there is nothing to observe."
            f" At most {brief.most_issues} are `advisory` or `blocks`: the gravest.",
            "",
            "Each observation that is not `n/a` has an anchor: what you looked at. One that cites nothing is refused.",
            "",
            "- `code:PATH:LINE` or `code:PATH:LINE-LINE`: lines of a file, its path from the root of the workspace.",
            "- `spec_gap:FIELD`: a section, a phase or a criterion of the draft, by its name or id.",
            "- `archive:TASK`: a task that was completed before, by its id.",
            "",
            "Decide the shape of the task too: `keep` it, `shrink` it, `reframe` it or `reject` it. Say what its true"
            " shape is, the least plan that does it, who owns what it touches, and which edits the draft needs.",
            "The round passes when the shape is kept, no edit is needed and no observation blocks.",
        )
    )


def _words(results: type[Result]) -> str:
    return ", ".join(f"`{each}`" for each in results)


def _open_blocks(rounds: tuple[Round, ...]) -> tuple[Section, ...]:
    pieces = tuple(
        Piece(body=_block(each, row), rank=_BLOCKS, name=f"{label(each.id)} {label(row.dimension)}")
        for each in rounds
        for row in each.observations
        if result_word(row.result) == Result.BLOCKS and _status(row) not in SETTLED
    )
    lead = "What earlier rounds found and nobody settled. Does it still stand?"
    return (Section(title="Open blocks of earlier rounds", lead=lead, pieces=pieces),) if pieces else ()


def _status(row: Observation) -> str:
    return row.status.casefold().replace(" ", "_")


def _block(of: Round, row: Observation) -> str:
    told = (
        ("anchor", row.anchor),
        ("question", row.question),
        ("recommended", row.recommended),
        ("if unanswered", row.if_unanswered),
    )
    details = "".join(f"  - {label}: {one_line(text)}\n" for label, text in told if text.strip())
    note = f": {one_line(row.note)}" if row.note.strip() else ""
    return f"- {code(of.id)} {one_line(row.dimension)}{note}\n{details}"


def _lacking(spec: Spec) -> tuple[Section, ...]:
    problems = (*rule_problems(spec), *profile_demands(spec))
    if not problems:
        return ()
    lead = "What scafld itself finds in the draft; it cannot be approved before."
    return (Section(title="What the draft lacks", lead=lead, pieces=(problems_piece(problems, _LACKING),)),)

"""What a reviewer is given: the change itself, the contract it was made for, and what scafld saw of it."""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Budget, Finding, Mode
from scafld.core.evidence.seals import Material
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.refusal import Gate
from scafld.core.task.known import Task
from scafld.core.value import value
from scafld.core.views.packet.asking import LEAD, asked_section, contract_section, handing_section, role_section
from scafld.core.views.packet.assembly import Budgets, Cover, Packet, assemble
from scafld.core.views.packet.changed_files import change_section, drift_section, paths_section
from scafld.core.views.packet.earlier import Dismissed, dismissed_section, earlier_section
from scafld.core.views.packet.handing import handing_in
from scafld.core.views.packet.outcomes import evidence_section
from scafld.core.views.packet.patches import patches_of
from scafld.core.views.packet.project_files import ProjectFiles, files_section
from scafld.core.views.packet.quoting import code, one_line
from scafld.core.views.packet.section import Piece, Rank, Section


@value
class Brief:
    """What a packet is made of. `diff`: the change in scope as text; `drift_diff`: that of `drift_paths`. `role`: the
    project's own words to a reviewer."""

    spec: Spec
    task: Task
    material: Material
    diff: str
    mode: Mode
    budget: Budget
    role: str
    drift_diff: str = ""
    depth: str = "standard"
    invariants: tuple[tuple[str, str], ...] = ()
    earlier: tuple[Finding, ...] = ()
    dismissed: tuple[Dismissed, ...] = ()
    files: ProjectFiles = ()


def packet_of(brief: Brief, budgets: Budgets) -> Packet:
    """Write the brief down. Refused when contract and request alone are more than the budget for the task."""
    title = f"Review of {brief.spec.task_id}"
    cover = Cover(title=title, lead=LEAD, gate=Gate.REVIEW, status=str(brief.task.status))
    return assemble(cover, _sections(brief), budgets)


# Private.

_EARLIER = Rank(order=1, percent=50)
_OUTCOMES = Rank(order=2, percent=25)
_PATHS = Rank(order=3, percent=25)
_INVARIANTS = Rank(order=4, percent=25)
_DISMISSED = Rank(order=5, percent=25)
_OUTPUT = Rank(order=6, percent=15)
_CHANGE = Rank(order=7, percent=90)
_DRIFT = Rank(order=8)


def _sections(brief: Brief) -> tuple[Section, ...]:
    patches, drift = patches_of(brief.diff), patches_of(brief.drift_diff)
    return (
        role_section(brief.role),
        asked_section(_asked(brief)),
        handing_section(handing_in(Terms(subject=Subject.REVIEW, mode=brief.mode))),
        *(earlier_section(brief.earlier, _EARLIER) if brief.mode is Mode.VERIFY else ()),
        contract_section(brief.spec),
        *_invariants(brief),
        *dismissed_section(brief.dismissed, _DISMISSED),
        paths_section(brief.task, brief.material, patches, drift, _PATHS),
        evidence_section(brief.spec, brief.task, brief.material.digest, _OUTCOMES, _OUTPUT),
        change_section(brief.task, patches, _CHANGE),
        *drift_section(brief.material, drift, _DRIFT),
        *files_section(brief.files),
    )


_DIG = {
    "light": "read the change.",
    "standard": "read the change, and the code that it touches: callers, tests, neighbours.",
    "deep": "follow whatever the change can reach, and try what you are able to try.",
}


def _asked(brief: Brief) -> str:
    return "\n".join(
        (
            *_what(brief),
            f"- At least {brief.budget.min_attack_angles} attacks that were really tried (skipped ones do not count),"
            f" those that found nothing too; at most {brief.budget.max_findings} findings, the gravest.",
            f"- How far to dig: {one_line(brief.depth)}: {_DIG.get(brief.depth, 'as far as you see fit.')}",
            "- A finding blocks completion when it makes the contract untrue or does harm. Then it names `path` (from"
            " the root of the workspace) and `line`, `evidence` (what you saw), `impact` (who is harmed, and how) and"
            " `validation` (what shows that it is gone).",
            "- scafld derives the verdict from your findings: fail while one that blocks is open.",
        )
    )


def _what(brief: Brief) -> tuple[str, ...]:
    if brief.mode is Mode.DISCOVER:
        return ("Hand in a dossier of mode `discover`: attack the change from every side that matters.", "")
    if not brief.earlier:
        return ("Hand in a dossier of mode `verify`. No earlier finding is open: look at the change as a whole.", "")
    return (
        "Hand in a dossier of mode `verify`: which of the earlier findings still stand?",
        "",
        "- Look at the place of each, and do what its validation says; that is one attack. Hand in again, under its id,"
        " each that still stands; leave out those that are gone.",
        "- Then attack what the repair touched.",
    )


def _invariants(brief: Brief) -> tuple[Section, ...]:
    """The project's invariants, and those of the contract that are not among them."""
    named = {each.strip().strip("`") for each in brief.spec.context.invariants}
    lines = [
        f"- {code(name)}: {one_line(words)}{' (the contract names it)' if name in named else ''}\n"
        for name, words in brief.invariants
    ]
    known = {name for name, _ in brief.invariants}
    lines += [
        f"- of the contract: {one_line(each)}\n"
        for each in brief.spec.context.invariants
        if each.strip().strip("`") not in known
    ]
    if not lines:
        return ()
    return (
        Section(
            title="Invariants",
            lead="What must stay true, whatever the change.",
            pieces=(Piece(body="".join(lines), rank=_INVARIANTS),),
        ),
    )

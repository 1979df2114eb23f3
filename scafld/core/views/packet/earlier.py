"""What was held against the change before: findings to verify, and findings that a person decided."""

from __future__ import annotations

from scafld.core.evidence.dossier import Finding
from scafld.core.value import value
from scafld.core.views.packet.quoting import code, label, one_line
from scafld.core.views.packet.section import Piece, Rank, Section


@value
class Dismissed:
    """A finding that a person decided not to act on, and why."""

    id: str
    path: str
    summary: str
    reason: str


def earlier_section(findings: tuple[Finding, ...], rank: Rank) -> tuple[Section, ...]:
    """Each finding with all that it takes to see whether it is gone; no section where there is none."""
    if not findings:
        return ()
    pieces = tuple(Piece(body=_finding(each), rank=rank, name=label(each.id)) for each in findings)
    return (
        Section(
            title="Earlier findings to verify", lead="What the last reviewer held against the change.", pieces=pieces
        ),
    )


def dismissed_section(dismissed: tuple[Dismissed, ...], rank: Rank) -> tuple[Section, ...]:
    """Each dismissed finding and the reason; no section where there is none."""
    if not dismissed:
        return ()
    lead = "Decided by a person: do not raise these again unless the code that they speak of changed since."
    pieces = tuple(Piece(body=_decision(each), rank=rank, name=label(each.id)) for each in dismissed)
    return (Section(title="Dismissed findings", lead=lead, pieces=pieces),)


# Private.


def _finding(each: Finding) -> str:
    blocks = "blocks" if each.blocks else "does not block"
    told = (
        ("evidence", each.evidence),
        ("impact", each.impact),
        ("reproducer", each.reproducer),
        ("validation", each.validation),
    )
    details = "".join(f"  - {label}: {one_line(text)}\n" for label, text in told if text.strip())
    return (
        f"- {code(each.id)} {each.severity}, {blocks}{_at(each.path, each.line)}: {one_line(each.summary)}\n{details}"
    )


def _decision(each: Dismissed) -> str:
    return f"- {code(each.id)}{_at(each.path, None)}: {one_line(each.summary)}\n  - reason: {one_line(each.reason)}\n"


def _at(path: str, line: int | None) -> str:
    if not path:
        return ""
    return f", {code(f'{path}:{line}' if line else path)}"

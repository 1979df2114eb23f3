"""What the next voice is told: one page for one role at one gate, drawn from the overview."""

from __future__ import annotations

from scafld.core.contract.spec import Spec
from scafld.core.evidence.dossier import Finding
from scafld.core.evidence.questioning import shape_wanted
from scafld.core.evidence.seals import Change
from scafld.core.value import value
from scafld.core.views.overview import CriterionView, Overview


@value
class Handoff:
    """A page for `role` at `gate`; `text` is Markdown, `overview` the same as data."""

    role: str
    gate: str
    text: str
    overview: Overview


def handoff_of(overview: Overview, spec: Spec, role: str) -> Handoff:
    """Write the page for a role: planner, executor, reviewer or operator; "" takes whoever is next."""
    who = role or overview.next_action.role
    parts = (
        _head(overview, who),
        _contract(spec),
        _work(overview, spec),
        _hardening(overview),
        _evidence(overview),
        _review(overview),
        _changes(overview),
        _next(overview),
    )
    text = "\n".join(part for part in parts if part)
    return Handoff(role=who, gate=str(overview.status), text=text, overview=overview)


# Private.

_MOST = 20


def _head(overview: Overview, role: str) -> str:
    whom = "record" if role == "none" else role
    return f"# {overview.task_id}: {overview.title}\n\nFor the {whom}. The task is {overview.status}.\n"


def _contract(spec: Spec) -> str:
    lines = [f"{spec.summary}\n"] if spec.summary else []
    for title, items in (
        ("Objectives", spec.objectives),
        ("In scope", spec.scope_in),
        ("Out of scope", spec.scope_out),
    ):
        if items:
            lines.append(f"{title}:\n" + _bullets(items))
    if spec.context.invariants:
        lines.append("Invariants:\n" + _bullets(spec.context.invariants))
    return "## Contract\n\n" + "\n".join(lines or ["Its title, and the criteria below.\n"])


def _work(overview: Overview, spec: Spec) -> str:
    at_work = next((view for view in overview.phases if view.status in ("open", "blocked")), None)
    phase = spec.phase(at_work.id) if at_work and at_work.id else None
    if phase is None:
        return ""
    goal = f"\n{phase.goal}\n" if phase.goal else ""
    changes = f"\nChanges:\n{_bullets(phase.changes)}" if phase.changes else ""
    return f"## {phase.id}: {phase.name}\n{goal}{changes}"


def _evidence(overview: Overview) -> str:
    return "## Acceptance\n\n" + "\n".join(_criterion(each) for each in overview.criteria) + "\n"


def _criterion(each: CriterionView) -> str:
    outcome = each.outcome.replace("_", " ")
    strength = f", {each.strength}" if each.outcome == "pass" else ""
    line = f"- `{each.id}` {outcome}{strength}: {each.title}"
    if each.command:
        line += f"\n  - runs: `{each.command}`"
    if each.outcome in ("fail", "pending"):
        line += f"\n  - {_one_line(each.reason)}"
    if each.tail.strip():
        tail = "\n".join(f"    {text}" for text in each.tail.strip().splitlines()[-_MOST:])
        line += f"\n\n{tail}\n"
    return line


def _hardening(overview: Overview) -> str:
    """What the last round of hardening asks for, while the draft can still be changed."""
    found = overview.hardening
    if found is None or str(overview.status) != "draft":
        return ""
    by = f", by {found.by}" if found.by else ", by hand"
    lines = [f"## Hardening\n\n{found.round}: {str(found.state).replace('_', ' ')}{by}"]
    lines += [_one_line(text) for text in (found.summary, found.problem) if text]
    shape = shape_wanted(found.dossier) if found.dossier else ()
    if shape:
        lines.append("\nIt asks for:\n" + _bullets(shape))
    for probe in found.dossier.observations if found.dossier else ():
        if str(probe.result) in ("advisory", "blocks"):
            lines.append(f"- {probe.dimension}, {probe.result}: {_one_line(probe.note)} (`{_one_line(probe.anchor)}`)")
            told = (("question", probe.question), ("recommended", probe.recommended))
            lines += [f"  - {label}: {_one_line(text)}" for label, text in told if text]
    return "\n".join(lines) + "\n"


def _review(overview: Overview) -> str:
    review = overview.review
    if not review.by and review.attempt is None:
        return ""
    lines = [f"## Review\n\n{str(review.standing).replace('_', ' ')}" + (f", by {review.by}" if review.by else "")]
    if review.attempt is not None and review.attempt.problem:
        lines.append(f"The last attempt gave no verdict: {_one_line(review.attempt.problem)}")
    if len(review.seats) > 1:
        lines += [f"- {each.seat}: {each.verdict or _one_line(each.problem)}" for each in review.seats]
    for finding in review.findings:
        lines += _finding(finding, overview)
    tried = tuple(f"{each.target}: {each.attack} -> {each.result}" for each in review.attacks)
    return "\n".join(lines) + "\n" + (f"\nAttacks:\n{_bullets(tried)}" if tried else "")


def _finding(finding: Finding, overview: Overview) -> list[str]:
    raised = next((each for each in overview.review.raised if each.fingerprint == finding.fingerprint), None)
    gone = raised.dismissed if raised else ""
    blocks = f"dismissed: {_one_line(gone)}" if gone else "blocks" if finding.blocks else "does not block"
    where = f" `{_one_line(finding.path)}:{finding.line or ''}`".replace(":`", "`") if finding.path else ""
    astray = f" (unverified: {raised.unverified})" if raised and raised.unverified else ""
    many = f" ({', '.join(raised.seats)})" if raised and len(overview.review.seats) > 1 else ""
    told = (("evidence", finding.evidence), ("impact", finding.impact), ("fix", finding.suggested_fix))
    return [
        f"- `{_one_line(finding.id)}` {finding.severity}, {blocks}:{where}{astray} {_one_line(finding.summary)}{many}",
        *(f"  - {label}: {_one_line(text)}" for label, text in told if text),
    ]


def _changes(overview: Overview) -> str:
    if overview.material is None:
        return ""
    changed = _bullets(tuple(map(_change, overview.material.changes))) or "none\n"
    drift = _bullets(tuple(map(_change, overview.material.drift)))
    outside = f"\nOutside the declared scope:\n{drift}" if drift else ""
    return f"## Changes since approval\n\n{changed}{outside}"


def _next(overview: Overview) -> str:
    action = overview.next_action
    if not action.command:
        return f"## Next\n\nNothing: {action.reason}.\n"
    then = f"\nThen: `{action.then}`" if action.then else ""
    return f"## Next\n\n`{action.command}`: {action.reason}.{then}\n"


def _change(change: Change) -> str:
    return f"{change.kind} `{change.path}`" + (f" (was `{change.was}`)" if change.was else "")


def _bullets(items: tuple[str, ...]) -> str:
    shown = items[:_MOST]
    more = f"- and {len(items) - _MOST} more\n" if len(items) > _MOST else ""
    return "".join(f"- {_one_line(item)}\n" for item in shown) + more


def _one_line(text: str) -> str:
    return " ".join(text.split())

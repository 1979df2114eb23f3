"""The page of one task: its life, its phases, what fails, what the review says, what changed."""

from __future__ import annotations

from scafld.adapters.cli.console import DIM, Console, plain
from scafld.core.evidence.dossier import Finding
from scafld.core.evidence.seals import Change
from scafld.core.task.known import Status
from scafld.core.views.overview import CriterionView, Overview, PhaseView

LIFE = ("draft", "harden", "approved", "active", "review", "completed")
MOST_CHANGES = 6
TAIL_LINES = 4


def task_page(overview: Overview, console: Console) -> tuple[str, ...]:
    """Every line but `next:`."""
    lines = [_head(overview, console), f"  {_life(overview, console)}"]
    lines += _phases(overview, console)
    lines += _failing(overview, console)
    lines += _review(overview, console)
    lines += _changes(overview, console)
    lines += _left(overview, console)
    return tuple(lines)


def criterion_lines(each: CriterionView, console: Console) -> list[str]:
    """A criterion that does not hold, and the telling end of what it printed."""
    lines = [f"    {plain(each.id)}  {console.meant(each.outcome)}  {console.fold(each.reason, 22)}"]
    tail = [line for line in each.tail.splitlines() if line.strip()][-TAIL_LINES:]
    return lines + [f"      {console.paint(console.fold(line, 6), DIM)}" for line in tail]


def seconds(duration_ms: int) -> str:
    """A duration as people read it."""
    return f"{duration_ms / 1000:.1f} s"


# Private.


def _head(overview: Overview, console: Console) -> str:
    head = f"{plain(overview.task_id)}  {console.meant(str(overview.status))}  "
    room = len(overview.task_id) + len(str(overview.status)) + 4
    sealed = "" if overview.ledger != "unsealed" else console.paint("  (unsealed)", "33")
    return head + console.fold(overview.title, room) + sealed


def _life(overview: Overview, console: Console) -> str:
    status = str(overview.status)
    if status in ("failed", "cancelled"):
        return " -> ".join((*LIFE[:1], f"[{status}]"))
    here = "active" if status == "blocked" else status
    words = [f"[{status}]" if step == here else step for step in LIFE]
    return " -> ".join(console.paint(word, "1") if word.startswith("[") else word for word in words)


def _phases(overview: Overview, console: Console) -> list[str]:
    names = [each.id or "final" for each in overview.phases]
    wide = max((len(name) for name in names), default=0)
    titles = ["" if each.id is None else plain(each.name) for each in overview.phases]
    room = max(8, console.width - wide - 34)
    width = min(room, max((len(title) for title in titles), default=0))
    return [
        _phase(each, name.ljust(wide), title, width, console)
        for each, name, title in zip(overview.phases, names, titles, strict=True)
    ]


def _phase(each: PhaseView, name: str, title: str, width: int, console: Console) -> str:
    cut = title if len(title) <= width else title[: width - 3] + "..."
    count = f"{each.passed}/{each.total}".rjust(5)
    if each.status == "pending" and not each.passed:
        word = console.paint("pending".ljust(9), DIM)
    elif each.status == "blocked":
        word = console.meant("blocked", "blocked".ljust(9))
    elif each.status == "open" and each.passed < each.total:
        word = "open".ljust(9)
    else:
        word = console.meant(str(each.strength), str(each.strength).ljust(9))
    time = seconds(each.duration_ms).rjust(8) if each.duration_ms else ""
    why = f"  {console.paint('green: ' + plain(each.unproven), DIM)}" if each.unproven else ""
    return f"  {name}  {cut.ljust(width)}  {count}  {word}{time}{why}".rstrip()


def _failing(overview: Overview, console: Console) -> list[str]:
    lines: list[str] = []
    for each in overview.criteria:
        if each.outcome == "fail":
            lines += criterion_lines(each, console)
    block = overview.block
    if block is not None:
        attempts = f" (attempt {block.attempts} of {block.most})" if block.attempts else ""
        lines.append(f"  {console.meant('blocked')}: {plain(block.reason)}{attempts}")
    return lines


def _review(overview: Overview, console: Console) -> list[str]:
    review = overview.review
    lines = []
    if review.by:
        who = f"{review.by} {review.model}".strip()
        blockers = sum(finding.blocks for finding in review.findings)
        count = f"{blockers} blocker{'' if blockers == 1 else 's'}, {len(review.attacks)} angles attacked"
        told = plain(review.summary) if review.by == "human" else count
        worth = "" if str(review.standing) in ("passed", "failed") else f"  ({str(review.standing).replace('_', ' ')})"
        line = f"  review  {console.meant(review.verdict)}  {plain(who)}{worth}  "
        lines.append(line + console.fold(told, 36))
    if review.attempt is not None and review.attempt.running:
        lines.append(
            f"  review  {review.attempt.provider} is at work until {review.attempt.lease_until[11:19]} UTC at most"
        )
    elif review.attempt is not None and review.attempt.problem:
        lines.append(f"  review  no verdict: {console.fold(review.attempt.problem, 22)}")
    return lines + [line for finding in review.findings for line in _finding(finding, console)]


def _finding(finding: Finding, console: Console) -> list[str]:
    where = f"{finding.path}:{finding.line}" if finding.line else finding.path
    severity = console.paint(str(finding.severity), "31" if finding.blocks else "33")
    head = f"    {plain(finding.id)}  {severity}  {plain(where)}".rstrip()
    return [head, f"      {console.fold(finding.summary, 6)}"]


def _changes(overview: Overview, console: Console) -> list[str]:
    material = overview.material
    if material is None or not (material.changes or material.drift):
        return []
    scope = "the whole tree" if material.whole_tree else "in scope"
    lines = [f"  changed  {len(material.changes)} {scope}" + _drift(len(material.drift))]
    lines += [f"    {console.fold(_change(change), 4)}" for change in material.changes[:MOST_CHANGES]]
    more = len(material.changes) - MOST_CHANGES
    return [*lines, f"    and {more} more"] if more > 0 else lines


def _drift(count: int) -> str:
    return f", {count} outside the declared scope" if count else ""


def _change(change: Change) -> str:
    return f"{change.kind} {change.path}" + (f" (was {change.was})" if change.was else "")


def _left(overview: Overview, console: Console) -> list[str]:
    """What keeps a draft from being approved, and why a task was given up."""
    if overview.status in (Status.FAILED, Status.CANCELLED):
        return [f"  {console.fold(overview.reason, 2)}"]
    if overview.status is Status.DRAFT:
        problems = (*overview.problems, *overview.demands)
        return [f"  - {console.fold(problem.message, 4)}" for problem in problems[:MOST_CHANGES]]
    if str(overview.contract.binding) == "changed":
        return [f"  {console.paint('the contract changed since it was approved', '33')}"]
    return []

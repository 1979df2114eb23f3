"""The page of one task: its life, its phases, what fails, what the review says, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.cli.console import BOLD, DIM, YELLOW, Console, cells, cut, line_of, pad
from scafld.adapters.cli.screens.heard_lines import hardening_lines, review_lines

if TYPE_CHECKING:
    from scafld.core.evidence.seals import Change
    from scafld.core.views.overview import Overview, PhaseView

LIFE = ("draft", "harden", "approved", "active", "review", "completed")
MOST_CHANGES = 6
TAIL_LINES = 4
SHORTEST_TITLE = 16


def task_screen(overview: Overview, console: Console) -> tuple[str, ...]:
    """Every line but `next:`."""
    return (
        *_head(overview, console),
        f"  {_life(overview, console)}",
        *_phases(overview, console),
        *_failing(overview, console),
        *hardening_lines(overview, console),
        *review_lines(overview, console),
        *_changes(overview, console),
        *receipt_lines(overview, console),
        *_waiting(overview, console),
        *_left(overview, console),
    )


def reason_lines(reason: str, tail: str, margin: int, console: Console) -> list[str]:
    """Why a criterion does not hold, and the telling end of what it printed."""
    lines = [line for line in tail.splitlines() if line.strip()][-TAIL_LINES:]
    told = [*console.wrap(reason, margin, 2), *(console.paint(console.fold(line, margin), DIM) for line in lines)]
    return [" " * margin + line for line in told]


def receipt_lines(overview: Overview, console: Console) -> list[str]:
    """Where the receipt of a completed task lies."""
    found = overview.receipt
    return [f"  receipt  {console.path(found.path)}"] if found else []


def seconds(duration_ms: int) -> str:
    """A duration as people read it."""
    return f"{duration_ms / 1000:.1f} s"


# Private.


def _head(overview: Overview, console: Console) -> list[str]:
    """Id, status and title on one line; a title that finds no room there has the next one."""
    status = str(overview.status)
    sealed = f"  {console.paint('(unsealed)', YELLOW)}" if overview.ledger == "unsealed" else ""
    head = f"{line_of(overview.task_id)}  {console.meant(status)}"
    used = len(overview.task_id) + len(status) + 4 + (12 if sealed else 0)
    if console.width - used < SHORTEST_TITLE:
        return [f"{head}{sealed}", f"  {console.fold(overview.title, 2)}"]
    return [f"{head}  {console.fold(overview.title, used)}{sealed}"]


def _life(overview: Overview, console: Console) -> str:
    status = str(overview.status)
    if status in ("failed", "cancelled"):
        return " -> ".join((LIFE[0], console.paint(f"[{status}]", BOLD)))
    here = "active" if status == "blocked" else status
    words = [f"[{status}]" if step == here else step for step in LIFE]
    return " -> ".join(console.paint(word, BOLD) if word.startswith("[") else word for word in words)


def _phases(overview: Overview, console: Console) -> list[str]:
    names = [each.id or "final" for each in overview.phases]
    titles = ["" if each.id is None else line_of(each.name) for each in overview.phases]
    wide = max((len(name) for name in names), default=0)
    room = max(SHORTEST_TITLE, console.width - wide - 34)
    width = min(room, max((cells(title) for title in titles), default=0))
    return [
        line
        for each, name, title in zip(overview.phases, names, titles, strict=True)
        for line in _phase(each, f"  {pad(name, wide)}  {pad(cut(title, room), width)}  ", console)
    ]


def _phase(each: PhaseView, head: str, console: Console) -> list[str]:
    count = f"{each.passed}/{each.total}".rjust(5)
    time = seconds(each.duration_ms).rjust(8) if each.duration_ms and each.status != "pending" else ""
    lines = [f"{head}{count}  {_phase_word(each, console)}{time}".rstrip()]
    return lines + [f"    {console.paint(console.fold(f'green: {each.unproven}', 4), DIM)}"] * bool(each.unproven)


def _phase_word(each: PhaseView, console: Console) -> str:
    if each.status == "blocked":
        return console.meant("blocked", "blocked".ljust(9))
    if each.passed == each.total:
        return console.meant(str(each.strength), str(each.strength).ljust(9))
    return "open".ljust(9) if each.status == "open" else console.paint("pending".ljust(9), DIM)


def _failing(overview: Overview, console: Console) -> list[str]:
    lines: list[str] = []
    for each in overview.criteria:
        if each.outcome == "fail":
            lines.append(f"    {console.fold(each.id, 12)}  {console.meant('fail')}")
            lines += reason_lines(each.reason, each.tail, 6, console)
    block = overview.block
    if block is not None:
        attempts = f" (attempt {block.attempts} of {block.most})" if block.attempts else ""
        first, *more = console.wrap(f"{block.reason}{attempts}", 11)
        lines += [f"  {console.meant('blocked')}: {first}", *(f"    {line}" for line in more)]
    return lines


def _changes(overview: Overview, console: Console) -> list[str]:
    material = overview.material
    if material is None or not (material.changes or material.drift):
        return []
    scope = "in the whole tree" if material.whole_tree else "in scope"
    drift = f", {len(material.drift)} outside the declared scope" if material.drift else ""
    lines = [f"  changed  {len(material.changes)} {scope}{drift}"]
    shown = [*material.changes[:MOST_CHANGES], *material.drift[: MOST_CHANGES - len(material.changes[:MOST_CHANGES])]]
    lines += [f"    {console.fold(_change(change, console), 4)}" for change in shown]
    more = len(material.changes) + len(material.drift) - len(shown)
    return [*lines, f"    and {more} more"] if more > 0 else lines


def _change(change: Change, console: Console) -> str:
    return f"{change.kind} {console.path(change.path)}" + (f" (was {console.path(change.was)})" if change.was else "")


def _waiting(overview: Overview, console: Console) -> list[str]:
    """An approval that waits for signatures, and whose are there."""
    request = overview.contract.request
    if request is None:
        return []
    there = f" (there: {', '.join(request.voices)})" if request.voices else ""
    return [f"  {console.paint(console.fold(f'{request.words}{there}', 2), YELLOW)}"]


def _left(overview: Overview, console: Console) -> list[str]:
    """What keeps a draft from being approved, and why a task was given up."""
    if str(overview.status) in ("failed", "cancelled"):
        return [f"  {line}" for line in console.wrap(overview.reason, 2)]
    if str(overview.status) == "draft":
        problems = (*overview.problems, *overview.demands)
        more = len(problems) - MOST_CHANGES
        lines = [f"  - {console.fold(problem.message, 4)}" for problem in problems[:MOST_CHANGES]]
        return [*lines, f"  and {more} more"] if more > 0 else lines
    if str(overview.contract.binding) == "changed":
        return [f"  {console.paint('the contract changed since it was approved', YELLOW)}"]
    return []

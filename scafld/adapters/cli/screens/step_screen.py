"""The page of one step: what was opened or judged, criterion by criterion."""

from __future__ import annotations

from scafld.adapters.cli.console import DIM, Console, plain
from scafld.adapters.cli.pages.task_page import TAIL_LINES, seconds
from scafld.app.workspace import Stepped
from scafld.core.task.decide.step import Ran


def step_page(stepped: Stepped, console: Console) -> tuple[str, ...]:
    """Every line but `next:`."""
    name = next((f"{each.id}  {plain(each.name)}" for each in stepped.overview.phases if each.id == stepped.phase), "")
    lines = [name if stepped.phase and name else _heading(stepped)]
    wide = max((len(ran.ask.criterion.id) for ran in stepped.ran), default=0)
    for ran in stepped.ran:
        lines += _ran(ran, stepped.kind, wide, console)
    return (*lines, *_outcome(stepped, console))


# Private.


def _heading(stepped: Stepped) -> str:
    return "complete  every criterion again" if stepped.kind == "completed" else "final"


def _ran(ran: Ran, kind: str, wide: int, console: Console) -> list[str]:
    criterion, seen = ran.ask.criterion, ran.observation
    words = criterion.command or criterion.title
    time = seconds(seen.duration_ms).rjust(8) if seen else ""
    word, shown = _word(ran, kind)
    room = wide + 26
    line = f"  {plain(criterion.id).ljust(wide)}  {console.fold(words, room).ljust(max(8, console.width - room))}"
    lines = [f"{line}  {console.meant(word, shown.ljust(13))}{time}".rstrip()]
    if kind != "opened" and word != "pass":
        lines.append(f"  {' ' * wide}  {console.fold(ran.judgement.reason, wide + 4)}")
        tail = [text for text in (seen.tail if seen else "").splitlines() if text.strip()][-TAIL_LINES:]
        lines += [f"  {' ' * wide}  {console.paint(console.fold(text, wide + 4), DIM)}" for text in tail]
    return lines


def _word(ran: Ran, kind: str) -> tuple[str, str]:
    """What a run is called: before the work a fail is what one hopes for."""
    outcome = str(ran.judgement.outcome)
    if kind != "opened":
        return outcome, outcome
    return {"fail": ("", "red"), "pass": ("pending", "green: guard")}.get(outcome, ("", "for a person"))


def _outcome(stepped: Stepped, console: Console) -> tuple[str, ...]:
    overview, block = stepped.overview, stepped.overview.block
    if stepped.blocked and block is not None:
        attempts = f" (recovery attempt {block.attempts} of {block.most})" if block.attempts else ""
        return (f"{console.meant('blocked')}: {plain(block.reason)}{attempts}",)
    if stepped.kind == "opened":
        return ("opened: now the work can begin",)
    status = str(overview.status)
    passed = {"review": "passed: every phase and every criterion", "completed": "completed"}
    return (console.paint(passed.get(status, f"passed: {stepped.phase or 'final'}"), "32"),)

"""The page of one step: what was opened or judged, criterion by criterion."""

from __future__ import annotations

from scafld.adapters.cli.console import GREEN, Console, cut, line_of, pad
from scafld.adapters.cli.screens.task_screen import reason_lines, receipt_lines, seconds
from scafld.app.given import Stepped
from scafld.core.evidence.criterion import is_red
from scafld.core.task.decide.step import Ran

WIDEST_ID = 16


def step_screen(stepped: Stepped, console: Console) -> tuple[str, ...]:
    """Every line but `next:`."""
    wide = min(WIDEST_ID, max((len(ran.ask.criterion.id) for ran in stepped.ran), default=0))
    lines = [_heading(stepped, console)]
    for ran in stepped.ran:
        lines += _ran(ran, stepped.kind, wide, console)
    return (*lines, *_outcome(stepped, console))


# Private.

_TAIL = 26
"""How wide the margin, the outcome and the time are together."""


def _heading(stepped: Stepped, console: Console) -> str:
    if stepped.kind == "completed":
        return "complete  every criterion again" if stepped.ran else "complete  as it was; nothing was run"
    name = next((each.name for each in stepped.overview.phases if each.id == stepped.phase), "")
    return f"{stepped.phase}  {console.fold(name, len(stepped.phase) + 2)}".rstrip() if stepped.phase else "final"


def _ran(ran: Ran, kind: str, wide: int, console: Console) -> list[str]:
    criterion, seen = ran.ask.criterion, ran.observation
    room = max(12, console.width - wide - _TAIL)
    words = pad(cut(line_of(criterion.command or criterion.title), room), room)
    word, shown = _word(ran, kind)
    time = seconds(seen.duration_ms) if seen else ""
    name = pad(cut(line_of(criterion.id), wide), wide)
    lines = [f"  {name}  {words}  {console.meant(word, shown.ljust(12))}{time.rjust(8)}".rstrip()]
    if kind != "opened" and word != "pass":
        lines += reason_lines(ran.judgement.reason, seen.tail if seen else "", wide + 4, console)
    return lines


def _word(ran: Ran, kind: str) -> tuple[str, str]:
    """What a run is called: before the work a fail is what one hopes for."""
    outcome = str(ran.judgement.outcome)
    if kind != "opened":
        return outcome, outcome
    if ran.observation is not None and outcome == "fail" and not is_red(ran.judgement, ran.observation):
        return "blocked", "no evidence"
    return {"fail": ("", "red"), "pass": ("pending", "green: guard")}.get(outcome, ("", "for a person"))


def _outcome(stepped: Stepped, console: Console) -> tuple[str, ...]:
    overview, block = stepped.overview, stepped.overview.block
    if stepped.blocked:
        reason = block.reason if block else "the criteria do not hold"
        attempts = f" (recovery attempt {block.attempts} of {block.most})" if block and block.attempts else ""
        first, *more = console.wrap(f"{reason}{attempts}", 9)
        return (f"{console.meant('blocked')}: {first}", *(f"         {line}" for line in more))
    if stepped.kind == "opened":
        return ("opened: now the work can begin",)
    passed = {"review": "passed: every phase and every criterion", "completed": "completed"}
    word = console.paint(passed.get(str(overview.status), f"passed: {stepped.phase or 'final'}"), GREEN)
    return (word, *receipt_lines(overview, console))

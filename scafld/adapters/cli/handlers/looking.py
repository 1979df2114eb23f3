"""The commands that only look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import Console
from scafld.adapters.cli.reply import Reply, Told
from scafld.core.names import task_id
from scafld.core.refusal import Exit, Misused, NoWorkspace

if TYPE_CHECKING:
    from scafld.app.task.validate import Validated
    from scafld.core.views.metrics import Report, Row
    from scafld.core.views.overview import Overview

WAY_ON = 'scafld plan add-cache --title "Add a cache" --command "pytest -q"'
"""What comes next in a workspace without a task."""


def status(call: Call) -> Reply:
    ws = call.open()
    overview = ws.status(call.text("task"))
    return Reply(
        result=overview,
        lines=() if call.flag("json") else _task_lines(overview, call.console_in(ws)),
        next=overview.next_action.command,
        then=overview.next_action.then,
        warnings=overview.warnings,
    )


def list_tasks(call: Call) -> Reply:
    from scafld.adapters.cli.screens.many_screen import list_screen

    rows = call.open().list(every=call.flag("all"))
    return Reply(result={"tasks": rows}, lines=list_screen(rows, call.console) or ("no task is at work",))


def report(call: Call) -> Reply:
    from scafld.adapters.cli.screens.many_screen import report_screen

    found = call.open().report()
    return Reply(result=_report(found), lines=report_screen(found, call.console))


def handoff(call: Call) -> Reply:
    told = call.open().handoff(call.text("task"), role=call.text("role"))
    page, action = told.handoff, told.handoff.overview.next_action
    told_already = action.command.startswith("scafld handoff ")
    return Reply(
        result={"role": page.role, "gate": page.gate, "path": told.path, "text": page.text, "overview": page.overview},
        text=page.text,
        next=action.then if told_already else action.command,
    )


def show(call: Call) -> Reply:
    document = call.open().show(call.text("task"))
    result = {"task_id": call.text("task"), "path": document.path, "text": document.text}
    return Reply(result=result, text=document.text)


def log(call: Call) -> Reply:
    from scafld.adapters.cli.screens.many_screen import log_screen

    entries = call.open().log(call.text("task"))
    if call.flag("json"):
        return Reply(result={"entries": list(entries)})
    return Reply(result={"entries": []}, lines=log_screen(entries, call.console))


def validate(call: Call) -> Reply:
    task, every = call.given.get("task"), call.flag("all") or "task" not in call.given
    if every and task is not None:
        raise Misused("validate takes one task, or --all", next="scafld validate --all")
    ws = call.open()
    found = ws.validate_all() if every else (ws.validate(call.text("task")),)
    lines = [line for each in found for line in _validated(each, call.console_in(ws), quiet=every)]
    if every:
        lines.append(f"{sum(each.valid for each in found)} of {len(found)} contracts are valid")
    reply = Reply(result={"specs": found}, lines=tuple(lines))
    invalid = sum(not each.valid for each in found)
    if not invalid:
        return reply
    message = f"{invalid} of {len(found)} contracts {'is' if invalid == 1 else 'are'} not valid"
    told = Told(code="validation_failed", message=message)
    return Reply(result={"specs": found}, lines=tuple(lines), exit=Exit.VALIDATION, told=told)


def overview(call: Call) -> Reply:
    """Bare `scafld`: what is in flight, or the quickest way in."""
    from scafld.adapters.cli.screens.many_screen import list_screen

    try:
        ws = call.open()
    except NoWorkspace:
        if "root" in call.given or call.environ.get("SCAFLD_ROOT"):
            raise
        return Reply(result={"workspace": None, "tasks": []}, lines=_WAY_IN, next="scafld init")
    rows = ws.list()
    if not rows:
        return Reply(result={"workspace": ws.root, "tasks": []}, lines=("Nothing is in flight.",), next=WAY_ON)
    first = next((row for word in _WANTED for row in rows if row.status == word), rows[0])
    return Reply(
        result={"workspace": ws.root, "tasks": rows},
        lines=list_screen(rows, call.console),
        next=f"scafld status {first.task_id}" if _can_be_asked(first) else "scafld doctor",
    )


# Private.


def _task_lines(overview: Overview, console: Console) -> tuple[str, ...]:
    from scafld.adapters.cli.screens.task_screen import task_screen

    return task_screen(overview, console)


_WAY_IN = (
    "No workspace here.",
    "  scafld init     lay one down in this folder",
    "  scafld demo     watch a whole governed change on an example, 10 seconds",
    "  scafld --help   the daily commands",
)
_WANTED = ("damaged", "blocked", "review", "active", "approved")
"""What wants attention first."""


def _can_be_asked(row: Row) -> bool:
    """Whether `status` can say more of it: not of what is damaged, nor of a file whose name is no id."""
    try:
        return bool(task_id(row.task_id)) and row.status != "damaged"
    except ValueError:
        return False


def _validated(each: Validated, console: Console, *, quiet: bool) -> Iterator[str]:
    """What is wrong with a contract; with nothing wrong, that it is valid, unless that is said by a count."""
    from scafld.adapters.cli.errors import problem_lines

    yield from problem_lines(each.path, each.problems, console)
    if quiet or each.problems:
        return
    yield f"valid: {console.path(each.path)}" + ("; before it can be approved:" if each.demands else "")
    yield from problem_lines(each.path, each.demands, console)


def _report(found: Report) -> dict[str, object]:
    """Pairs become objects; a rate says its percentage too."""
    names: tuple[str, ...] = vars(type(found))["__fields__"]
    told: dict[str, object] = {name: getattr(found, name) for name in names}
    for name in ("by_status", "modes", "blocked_by"):
        told[name] = dict(getattr(found, name))
    for name in _RATES:
        rate = getattr(found, name)
        told[name] = {"count": rate.count, "of": rate.of, "percent": rate.percent}
    told["damaged"] = [{"task_id": task, "problem": why} for task, why in found.damaged]
    return told


_RATES = (
    "first_attempt_passes",
    "recoveries",
    "challenge_overrides",
    "review_passes",
    "dossier_coverage",
    "baseline_coverage",
)

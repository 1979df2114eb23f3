"""The commands that only look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scafld.adapters.cli.answer import Answer
from scafld.adapters.cli.console import DIM, Console, plain
from scafld.adapters.cli.front import Call
from scafld.adapters.codec import encode
from scafld.core.refusal import Exit, Misused, NoWorkspace


def status(call: Call) -> Answer:
    from scafld.adapters.cli.pages.task_page import task_page

    overview = call.open().status(call.text("task"))
    action = overview.next_action
    way_on = f"{action.command}        then: {action.then}" if action.then and action.command else action.command
    lines = () if call.flag("json") else task_page(overview, call.console)
    return Answer(result=encode(overview), lines=lines, next=way_on, warnings=overview.warnings)


def list_tasks(call: Call) -> Answer:
    from scafld.adapters.cli.pages.many_page import list_page

    rows = call.open().list(every=call.flag("all"))
    lines = list_page(rows, call.console) or ("no task is at work",)
    result = [{**encode(row), "counts": dict(row.counts)} for row in rows] if call.flag("json") else []
    return Answer(result={"tasks": result}, lines=lines)


def report(call: Call) -> Answer:
    from scafld.adapters.cli.pages.many_page import report_page

    found = call.open().report()
    return Answer(result=_report(encode(found), found), lines=report_page(found, call.console))


def handoff(call: Call) -> Answer:
    told = call.open().handoff(call.text("task"), role=call.text("role"))
    page = told.handoff
    result = {"role": page.role, "gate": page.gate, "path": told.path, "text": page.text}
    if call.flag("json"):
        result["overview"] = encode(page.overview)
    return Answer(result=result, text=plain(page.text), next=page.overview.next)


def show(call: Call) -> Answer:
    document = call.open().show(call.text("task"))
    result = {"task_id": call.text("task"), "path": document.path, "text": document.text}
    return Answer(result=result, text=plain(document.text.replace("\r\n", "\n")))


def log(call: Call) -> Answer:
    entries = call.open().log(call.text("task"))
    if call.flag("json"):
        return Answer(result={"entries": [encode(entry) for entry in entries]})
    return Answer(result={"entries": []}, lines=tuple(_logged(entries, call.console)))


def validate(call: Call) -> Answer:
    from scafld.adapters.cli.errors import problem_data, problem_lines

    every = call.flag("all")
    if every == bool(call.text("task")):
        raise Misused("validate takes one task, or --all", next="scafld validate --all")
    ws = call.open()
    found = ws.validate_all() if every else (ws.validate(call.text("task")),)
    lines: list[str] = []
    for each in found:
        lines += problem_lines(each.path, each.problems, call.console)
        if not every and not each.problems and each.demands:
            lines.append(f"valid: {each.path}; before it can be approved:")
            lines += problem_lines(each.path, each.demands, call.console)
        elif not every and not each.problems:
            lines.append(f"valid: {each.path}")
    if every:
        lines.append(f"{sum(each.valid for each in found)} of {len(found)} contracts are valid")
    specs = [
        {
            "task_id": each.task_id,
            "path": each.path,
            "valid": each.valid,
            "problems": [problem_data(problem) for problem in each.problems],
            "demands": [problem_data(problem) for problem in each.demands],
        }
        for each in found
    ]
    invalid = sum(not each.valid for each in found)
    return Answer(
        result={"specs": specs},
        lines=tuple(lines),
        exit=Exit.VALIDATION if invalid else Exit.OK,
        code="validation_failed" if invalid else "",
        message=f"{invalid} of {len(found)} contracts are not valid" if invalid else "",
    )


def overview(call: Call) -> Answer:
    """Bare `scafld`: what is in flight, or the quickest way in."""
    from scafld.adapters.cli.pages.many_page import list_page

    try:
        ws = call.open()
    except NoWorkspace:
        way_in = (
            "No workspace here.",
            "  scafld init     lay one down in this folder",
            "  scafld demo     watch a whole governed change on an example, 10 seconds",
            "  scafld --help   the daily commands",
        )
        return Answer(result={"workspace": None, "tasks": []}, lines=way_in, next="scafld init")
    rows = ws.list()
    if not rows:
        way_on = 'scafld plan add-cache --title "Add a cache" --command "pytest -q"'
        return Answer(result={"workspace": ws.root, "tasks": []}, lines=("Nothing is in flight.",), next=way_on)
    first = next((row for row in rows if row.status in ("blocked", "review", "active")), rows[0])
    result = {"workspace": ws.root, "tasks": [{**encode(row), "counts": dict(row.counts)} for row in rows]}
    return Answer(result=result, lines=list_page(rows, call.console), next=f"scafld status {first.task_id}")


# Private.


def _report(told: dict[str, Any], found: Any) -> dict[str, Any]:
    """Pairs become objects; a rate says its percentage too."""
    for name in ("by_status", "modes", "blocked_by"):
        told[name] = dict(getattr(found, name))
    for name in (
        "first_attempt_passes",
        "recoveries",
        "challenge_overrides",
        "review_passes",
        "dossier_coverage",
        "baseline_coverage",
    ):
        told[name]["percent"] = getattr(found, name).percent
    told["damaged"] = [{"task_id": task, "problem": why} for task, why in found.damaged]
    return told


def _logged(entries: Iterator[Any], console: Console) -> Iterator[str]:
    for entry in entries:
        said = "  ".join(plain(" ".join(text.split())) for _, text in entry.said)
        head = f"{entry.seq:>4}  {entry.at[:10]} {entry.at[11:19]}  {plain(entry.actor.name)[:12].ljust(12)}  "
        line = f"{console.paint(head, DIM)}{plain(entry.kind)}  "
        yield line + console.fold(said, len(head) + len(entry.kind) + 2)

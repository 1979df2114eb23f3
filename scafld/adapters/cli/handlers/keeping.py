"""The commands on the workspace itself, and on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import GREEN, RED, Console, line_of
from scafld.adapters.cli.handlers.looking import WAY_ON
from scafld.adapters.cli.reply import Reply, Told
from scafld.app.premises.doctor import Symptom
from scafld.app.premises.lay import LaidDown
from scafld.core.refusal import Exit, Misused

if TYPE_CHECKING:
    from scafld.app.premises.accept import Accepted
    from scafld.core.task.events import LedgerAccepted


def init(call: Call) -> Reply:
    from scafld.adapters import local

    if call.given.get("root") == "":
        raise Misused("--root needs a folder; it is empty", next="scafld init --help")
    named = call.text("root") or call.environ.get("SCAFLD_ROOT") or call.cwd
    done = local.init(os.path.join(call.cwd, named), agent_docs=not call.flag("no_agent_docs"), ci=call.flag("ci"))
    head = "workspace laid down" if ".scafld/" in done.created else "workspace is here already"
    return Reply(result=done, lines=(head, *_files(done)), next=WAY_ON)


def update(call: Call) -> Reply:
    done = call.open().update()
    return Reply(result=done, lines=_files(done) or ("everything is up to date",))


def config(call: Call) -> Reply:
    found = call.open().config()
    return Reply(result=found, text=found.text, warnings=found.warnings)


def doctor(call: Call) -> Reply:
    ws = call.open()
    if "accept" in call.given:
        return _accepted(ws.accept_ledger(call.text("accept"), reason=call.text("reason")))
    if "reason" in call.given:
        raise Misused("--reason goes with --accept TASK", next="scafld doctor --help")
    health = ws.doctor(repair=call.flag("repair"))
    console = call.console_in(ws)
    lines = tuple(line for each in health.symptoms for line in _symptom(each, console))
    lines += tuple(
        f"{'        ' if at else 'note    '}{line}" for each in health.notices for at, line in _wrapped(each, console)
    )
    count = f"{health.tasks} task{'' if health.tasks == 1 else 's'}, {health.entries} entries"
    if health.well:
        return Reply(result=health, lines=(*lines, f"{count}: all of it holds together"))
    left = [each for each in health.symptoms if not each.mended]
    message = (
        f"{len(left)} thing{' is' if len(left) == 1 else 's are'} not as {'it' if len(left) == 1 else 'they'} should be"
    )
    return Reply(
        result=health,
        lines=(*lines, f"{count}: {message}"),
        next="scafld doctor --repair" if any(each.derived for each in left) else "",
        exit=Exit.WORKSPACE,
        told=Told(code="workspace_error", message=message),
    )


def demo(call: Call) -> Reply:
    from scafld.adapters import local

    stream = sys.stderr if call.flag("json") else sys.stdout

    def say(line: str) -> None:
        stream.write(line + "\n")
        stream.flush()

    told = local.play(keep=call.text("keep") or None, environ=call.environ, say=say, width=call.console.width)
    result = {"folder": told.folder, "problem": told.problem}
    if not told.problem:
        return Reply(result=result)
    return Reply(result=result, exit=Exit.RUNTIME, told=Told(code="runtime_error", message=told.problem))


def completion(call: Call) -> Reply:
    from scafld.adapters.cli.completion import SHELLS, script

    shell = call.text("shell")
    if shell not in SHELLS:
        raise Misused(f"completion knows {', '.join(SHELLS)}, not {shell!r}", next="scafld completion --help")
    text = script(shell)
    return Reply(result={"shell": shell, "script": text}, text=text)


def version(_call: Call) -> Reply:
    """`scafld --version --json`."""
    from scafld.core.version import VERSION

    return Reply(result={"version": VERSION})


# Private.


def _accepted(done: Accepted) -> Reply:
    lines = (f"{done.task_id}: its ledger is taken as it stands, and the receipt will say so", *_taken(done.accepted))
    return Reply(result=done, lines=lines, next=f"scafld status {done.task_id}")


def _taken(event: LedgerAccepted) -> tuple[str, ...]:
    before = (f"  remembered  {event.remembered_entries} entries",) if event.remembered else ()
    left = (f"  unsigned    {', '.join(f'entry-{seq}' for seq in event.unproven)}",) if event.unproven else ()
    return (*before, f"  found       {event.found_entries} entries", *left)


def _wrapped(text: str, console: Console) -> Iterator[tuple[int, str]]:
    return iter(enumerate(console.wrap(text, 8)))


def _symptom(each: Symptom, console: Console) -> tuple[str, ...]:
    word, colour = ("mended", GREEN) if each.mended else ("found", RED)
    first, *more = console.wrap(f"{each.subject}: {each.what}", 8)
    lines = (f"{console.paint(word.ljust(6), colour)}  {first}", *(f"        {line}" for line in more))
    if not each.next or each.mended or each.next.startswith("scafld doctor"):
        return lines
    return (*lines, *(f"        {line}" for line in console.wrap(each.next, 8)))


def _files(done: LaidDown) -> tuple[str, ...]:
    created = tuple(f"  created  {line_of(path)}" for path in done.created if not path.endswith("/"))
    updated = tuple(f"  updated  {line_of(path)}" for path in done.updated)
    return (*created, *updated, *(f"  left     {line_of(path)} (it was changed, so it is yours)" for path in done.left))

"""The commands on the workspace itself."""

from __future__ import annotations

import os

from scafld.adapters.cli.answer import Answer
from scafld.adapters.cli.console import plain
from scafld.adapters.cli.front import Call
from scafld.adapters.codec import encode
from scafld.app.premises.lay import LaidDown
from scafld.core.refusal import Exit, Misused


def init(call: Call) -> Answer:
    from scafld.adapters import local

    root = os.path.join(call.cwd, call.text("root")) if call.text("root") else call.cwd
    done = local.init(root, agent_docs=not call.flag("no_agent_docs"))
    fresh = ".scafld/" in done.created
    head = "workspace laid down" if fresh else "workspace is here already"
    way_on = 'scafld plan add-cache --title "Add a cache" --command "pytest -q"'
    return Answer(result=encode(done), lines=(head, *_files(done)), next=way_on)


def update(call: Call) -> Answer:
    done = call.open().update()
    return Answer(result=encode(done), lines=_files(done) or ("everything is up to date",))


def config(call: Call) -> Answer:
    found = call.open().config()
    result = encode(found)
    return Answer(result=result, text=found.text, warnings=found.warnings)


def doctor(call: Call) -> Answer:
    health = call.open().doctor(repair=call.flag("repair"))
    lines = []
    for each in health.symptoms:
        word = call.console.paint("mended", "32") if each.mended else call.console.paint("found", "31")
        lines.append(f"{word}  {plain(each.subject)}: {plain(each.what)}")
        if each.next and not each.mended:
            lines.append(f"       {plain(each.next)}")
    count = f"{health.tasks} task{'' if health.tasks == 1 else 's'}, {health.entries} entries"
    if health.well:
        return Answer(result=encode(health), lines=(*lines, f"{count}: all of it holds together"))
    derived = any(each.derived and not each.mended for each in health.symptoms)
    return Answer(
        result=encode(health),
        lines=(*lines, count),
        next="scafld doctor --repair" if derived else "",
        exit=Exit.WORKSPACE,
        code="workspace_error",
        message=f"{sum(not each.mended for each in health.symptoms)} thing(s) are not as they should be",
    )


def demo(call: Call) -> Answer:
    from scafld.adapters.demo.story import tell

    def say(line: str) -> None:
        stream = os.sys.stderr if call.flag("json") else os.sys.stdout  # type: ignore[attr-defined]
        stream.write(line + "\n")
        stream.flush()

    told = tell(keep=call.text("keep") or None, environ=call.environ, say=say, width=call.console.width)
    result = {"folder": told.folder, "problem": told.problem}
    if not told.problem:
        return Answer(result=result)
    return Answer(result=result, exit=Exit.RUNTIME, code="runtime_error", message=told.problem)


def completion(call: Call) -> Answer:
    from scafld.adapters.cli.completion import SHELLS, script

    shell = call.text("shell")
    if shell not in SHELLS:
        raise Misused(f"completion knows {', '.join(SHELLS)}, not {shell!r}", next="scafld completion bash")
    text = script(shell)
    return Answer(result={"shell": shell, "script": text}, text=text)


# Private.


def _files(done: LaidDown) -> tuple[str, ...]:
    created = tuple(f"  created  {plain(path)}" for path in done.created if not path.endswith("/"))
    return created + tuple(f"  updated  {plain(path)}" for path in done.updated)

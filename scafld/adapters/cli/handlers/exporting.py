"""The command that hands a task to other tools."""

from __future__ import annotations

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import line_of
from scafld.adapters.cli.outputs import target_of
from scafld.adapters.cli.reply import Reply
from scafld.core.refusal import Misused


def export(call: Call) -> Reply:
    wanted = call.text("format")
    if not wanted:
        raise Misused("export needs --format", next="scafld export --help")
    ws = call.open()
    target = target_of(call, ws.root, "export", "output")
    told = ws.export(call.text("task"), format=wanted)
    result = {"task_id": told.task_id, "format": told.format, "media_type": told.media_type, "text": told.text}
    if not target:
        return Reply(result={**result, "path": ""}, text=told.text)
    from scafld.adapters import local

    local.save(target, told.text)
    named = line_of(call.text("output"))
    return Reply(result={**result, "path": named}, lines=(f"{told.format} written to {named}",))

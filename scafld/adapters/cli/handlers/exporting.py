"""The command that hands a task to other tools."""

from __future__ import annotations

import os

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import line_of
from scafld.adapters.cli.reply import Reply
from scafld.core.refusal import Misused


def export(call: Call) -> Reply:
    wanted = call.text("format")
    if not wanted:
        raise Misused("export needs --format", next="scafld export --help")
    ws = call.open()
    target = _target(call, ws.root)
    told = ws.export(call.text("task"), format=wanted)
    result = {"task_id": told.task_id, "format": told.format, "media_type": told.media_type, "text": told.text}
    if not target:
        return Reply(result={**result, "path": ""}, text=told.text)
    from scafld.adapters import local

    local.save(target, told.text)
    named = line_of(call.text("output"))
    return Reply(result={**result, "path": named}, lines=(f"{told.format} written to {named}",))


# Private.


def _target(call: Call, root: str) -> str:
    """Where to write, absolute, "" for stdout. Misused for a folder, and for what scafld keeps itself."""
    if "output" not in call.given:
        return ""
    named = call.text("output")
    if not named:
        raise Misused("--output needs a file; it is empty", next="scafld export --help")
    target = os.path.join(os.path.realpath(call.cwd), named)
    if named.endswith(os.sep) or os.path.isdir(target):
        raise Misused(f"--output {named!r} is a folder; name a file in it")
    if _lies_in(os.path.realpath(os.path.dirname(target)), os.path.join(root, ".scafld")):
        raise Misused(f"--output {named!r} lies in .scafld/, which scafld keeps; name a file outside of it")
    return target


def _lies_in(folder: str, kept: str) -> bool:
    """Whether a folder is `kept` or lies below it, under whatever name the file system knows it by."""
    while not (os.path.exists(folder) and os.path.samefile(folder, kept)):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True

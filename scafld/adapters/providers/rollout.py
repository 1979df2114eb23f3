"""What Codex writes down of a session in its CODEX_HOME, and does not say on stdout: its version, the model, and what
its sandbox refused, for which it has no event."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

from scafld.adapters.providers.brand import is_inside
from scafld.adapters.providers.streams import Event, JsonLines, at, items_at, text_at
from scafld.adapters.providers.told import Told

READ_BYTES = 32 * 2**20


def read_rollout(home: str, root: str, told: Told) -> None:
    """Learn from the session that lies in this CODEX_HOME; nothing, when there is none. `root`: the workspace."""
    calls: dict[str, str] = {}
    for event in _events(home):
        match event.get("type"):
            case "session_meta":
                told.names(version=text_at(event, "payload", "cli_version"))
            case "turn_context":
                told.names(model=text_at(event, "payload", "model"))
            case "response_item":
                _item(at(event, "payload"), root, calls, told)


# Private.

_REFUSED = re.compile(
    r"Read-only file system|Operation not permitted|Permission denied|Network is unreachable|patch rejected|"
    r"rejected by user approval|approval policy is never"
)
_NOISE = "/etc/bash.bashrc: Permission denied"
"""What its shell says before every command: that file is refused like all of /etc."""
_UNSEEN = re.compile(r"(/[^\s:'\"]+)['\"]?: No such file or directory")
_CHANGED = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.M)


def _events(home: str) -> Iterator[Event]:
    for folder, _, names in os.walk(os.path.join(home, "sessions")):
        for name in names:
            if name.startswith("rollout-") and name.endswith(".jsonl"):
                yield from _read(os.path.join(folder, name))


def _read(path: str) -> Iterator[Event]:
    try:
        with open(path, "rb", opener=_plain) as file:
            content = file.read(READ_BYTES)
    except OSError:
        return
    yield from JsonLines().take(content)


def _plain(path: str, flags: int) -> int:
    """A link is not followed, and a pipe not waited for."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _item(item: object, root: str, calls: dict[str, str], told: Told) -> None:
    kind = text_at(item, "type")
    if kind in ("function_call", "custom_tool_call"):
        calls[text_at(item, "call_id")] = _call(item)
    elif kind in ("function_call_output", "custom_tool_call_output") and _was_refused(_output(item), root):
        told.denies(calls.get(text_at(item, "call_id"), "something that it did not name"))


def _call(item: object) -> str:
    """A call in a few words."""
    name, given = text_at(item, "name"), text_at(item, "input") or text_at(item, "arguments")
    changes = _CHANGED.findall(given)
    if changes:
        return f"change {' '.join(changes)}"
    try:
        command = at(json.loads(given), "cmd") or at(json.loads(given), "command")
    except (ValueError, RecursionError):
        command = None
    words = " ".join(map(str, command)) if isinstance(command, list) else command
    return f"run {words}" if words else f"{name} {given}"


def _output(item: object) -> str:
    parts = (text_at(part, "text") for part in items_at(item, "output"))
    return text_at(item, "output") or "\n".join(parts)


def _was_refused(output: str, root: str) -> bool:
    """Whether the sandbox said no, or hid something that is there."""
    said = output.replace(_NOISE, "")
    hidden = (path for path in _UNSEEN.findall(said) if os.path.lexists(path) and not is_inside(path, root))
    return _REFUSED.search(said) is not None or any(hidden)

"""What a machine reads: the one JSON line of a command, its keys always the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scafld.adapters.cli.reply import Reply, Told
from scafld.adapters.local import encode


def envelope(name: str, reply: Reply) -> str:
    """`{ok, command, warnings, result, error}` on one line, in ASCII."""
    told = {
        "ok": reply.told is None,
        "command": name,
        "warnings": list(reply.warnings),
        "result": data(reply.result),
        "error": _error(reply.told, reply) if reply.told else None,
    }
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


def data(item: object) -> Any:
    """The JSON of values, and of dicts and lists of values; a NaN has no place in it."""
    match item:
        case float():
            return item
        case Mapping():
            return {str(key): data(each) for key, each in item.items()}
        case list() | tuple():
            return [data(each) for each in item]
        case _:
            return encode(item)


# Private.


def _error(told: Told, reply: Reply) -> dict[str, Any]:
    return {
        "code": told.code,
        "message": told.message,
        "exit_code": int(reply.exit),
        "gate": data(told.gate),
        "problems": data(told.problems),
        "next": reply.next,
    }

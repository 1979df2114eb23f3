"""The submit server: MCP on stdin and stdout, one message a line, one tool, by which a model hands in its answer.

The rules:
- Every request gets one reply, in order; what is no request (a notification, an answer, an empty line) gets none.
- What cannot be understood is told with JSON-RPC's own codes and a null id, and the next line is read.
- Nothing but replies is written to stdout, nothing at all to stderr. The server ends when stdin does.
- Whoever starts it waits for it: what a call needs is loaded by the first call.

Left out: batches, which the newest revisions of MCP have no more, and whatever was not offered in `capabilities`.
"""

from __future__ import annotations

import json
import os

from scafld.core.version import VERSION

TYPE_CHECKING = False  # true for type checkers; importing `typing` for it takes longer than an answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from scafld.adapters.mcp.order import Order

REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""Of MCP, all that this understands. A client that wants another is offered the newest."""
LARGEST_LINE = 16 * 1024 * 1024
"""In bytes; an answer is at most a megabyte of text."""

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603


def main(order_path: str) -> None:
    """Serve until stdin ends or nobody reads stdout any more."""
    reads, writes = _own_streams()
    with reads:
        try:
            for line in lines_of(reads):
                reply = reply_to(line, order_path)
                if reply is not None:
                    _put(writes, json.dumps(reply).encode() + b"\n")
        except BrokenPipeError:
            return


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines, each without its end. Of one that is too long, so much as shows that it is; the rest is dropped."""
    while line := stream.readline(LARGEST_LINE + 2):
        part = line
        while not part.endswith(b"\n") and len(part) == LARGEST_LINE + 2:
            part = stream.readline(LARGEST_LINE + 2)
        yield line.rstrip(b"\r\n")


def reply_to(line: bytes, order_path: str) -> dict[str, object] | None:
    """What is said to one line; None for nothing."""
    if not line.strip():
        return None
    if len(line) > LARGEST_LINE:
        return _error(None, INVALID_REQUEST, f"a message has at most {LARGEST_LINE} bytes")
    try:
        message, double = _parsed(line)
    except (ValueError, RecursionError) as error:
        return _error(None, PARSE_ERROR, f"this is no JSON: {_why(error)}")
    if not isinstance(message, dict):
        return _error(None, INVALID_REQUEST, "a message is one JSON object; batches are not taken")
    if "method" not in message and ("result" in message or "error" in message):
        return None
    return _to_request(message, double, order_path)


# Private.

_LONGEST_NUMBER = 18


class _No(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _own_streams() -> tuple[BinaryIO, int]:
    """What was stdin and stdout, for nobody else: whatever writes to those names from now on writes to nothing."""
    reads, writes = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in (0, 1, 2):
        os.dup2(nothing, name)
    for handle in (reads.fileno(), writes):
        os.set_blocking(handle, True)
    return reads, writes


def _put(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _parsed(line: bytes) -> tuple[object, str]:
    """The message, and a key that stands twice in one of its objects, "" for none. ValueError for what is no JSON."""
    twice = [""]

    def joined(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice.append(next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at])))
        return found

    message = json.loads(line.decode(), object_pairs_hook=joined, parse_int=_number, parse_constant=_no_number)
    return message, twice[-1]


def _number(digits: str) -> int | float:
    """A number that is too long for its digits to matter is read as what it is about."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _to_request(message: dict[str, object], double: str, order_path: str) -> dict[str, object] | None:
    asked, method = message.get("id"), message.get("method")
    fit = isinstance(asked, str) or type(asked) is int
    if message.get("jsonrpc") != "2.0" or not isinstance(method, str) or ("id" in message and not fit):
        return _error(asked if fit else None, INVALID_REQUEST, "this is no JSON-RPC 2.0 request")
    if "id" not in message:
        return None
    try:
        return {"jsonrpc": "2.0", "id": asked, "result": _result(method, message.get("params"), double, order_path)}
    except _No as no:
        return _error(asked, no.code, str(no))


def _result(method: str, params: object, double: str, order_path: str) -> dict[str, object]:
    if method not in ("initialize", "ping", "tools/list", "tools/call"):
        raise _No(NO_METHOD, f"there is no method {method[:80]!r}")
    params = {} if params is None else params
    if not isinstance(params, dict):
        raise _No(INVALID_PARAMS, "params is an object")
    if method == "initialize":
        return _hello(params)
    if method == "ping":
        return {}
    return _tools(_order(order_path)) if method == "tools/list" else _call(params, double, _order(order_path))


def _hello(params: dict[str, object]) -> dict[str, object]:
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in REVISIONS else REVISIONS[-1],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "scafld", "title": "scafld", "version": VERSION},
        "instructions": "One tool, the way to hand in your answer: call it once, at the end, with the whole of it.",
    }


def _order(path: str) -> Order:
    from scafld.adapters.mcp.order import read_order

    try:
        return read_order(path)
    except (OSError, ValueError) as error:
        raise _No(INTERNAL, "this server has no order that can be read; scafld must start it anew") from error


def _tools(order: Order) -> dict[str, object]:
    from scafld.adapters.mcp.tool import offer

    return {"tools": [offer(order.terms)]}


def _call(params: dict[str, object], double: str, order: Order) -> dict[str, object]:
    from scafld.adapters.mcp.desk import Told, take

    name = params.get("name")
    if name != order.terms.tool:
        raise _No(INVALID_PARAMS, f"there is no tool {str(name)[:80]!r}; it is called {order.terms.tool}")
    if double:
        told = Told(
            text=f"Not taken: {double[:80]!r} stands twice in one object. Say it once and hand in the whole again."
        )
    else:
        told = take(params.get("arguments", {}), order)
    return {"content": [{"type": "text", "text": told.text}], "isError": told.no}


def _error(asked: object, code: int, message: str) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": asked, "error": {"code": code, "message": message}}

"""The submit server speaks MCP: every request has one reply, and nothing that comes in ends it before its stdin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scafld.adapters.codec.schema_files import answer_schema_path
from scafld.adapters.mcp.submit import LARGEST_LINE, REVISIONS
from scafld.adapters.mcp.tool import input_schema
from scafld.core.evidence.terms import Subject

if TYPE_CHECKING:
    from conftest import Server

PING = b'{"jsonrpc":"2.0","id":"still there","method":"ping"}'
STILL_THERE = {"jsonrpc": "2.0", "id": "still there", "result": {}}


def request(**members: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", **members}).encode()


WRONG: Mapping[str, tuple[bytes, int, object]] = {
    "prose": (b"hello?", -32700, None),
    "half an object": (b'{"jsonrpc":"2.0","id":1,', -32700, None),
    "two objects": (PING + PING, -32700, None),
    "NUL bytes": (b"\0\0\0\0", -32700, None),
    "a NUL byte in text": (b'{"jsonrpc":"2.0","id":"\0","method":"ping"}', -32700, None),
    "no UTF-8": (b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}', -32700, None),
    "UTF-16": (PING.decode().encode("utf-16-le"), -32700, None),
    "a byte order mark": (b"\xef\xbb\xbf" + PING, -32700, None),
    "no number": (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":NaN}}', -32700, None),
    "brackets without end": (b"[" * 200_000, -32700, None),
    "a batch": (b"[" + PING + b"]", -32600, None),
    "an empty batch": (b"[]", -32600, None),
    "a text": (b'"ping"', -32600, None),
    "a number": (b"7", -32600, None),
    "null": (b"null", -32600, None),
    "an empty object": (b"{}", -32600, None),
    "another JSON-RPC": (request(jsonrpc="1.0"), -32600, 1),
    "no JSON-RPC": (b'{"id":1,"method":"ping"}', -32600, 1),
    "a method that is a number": (request(method=7), -32600, 1),
    "an id that is null": (request(id=None), -32600, None),
    "an id that is true": (request(id=True), -32600, None),
    "an id that is a fraction": (request(id=1.5), -32600, None),
    "an id that is a list": (request(id=[1]), -32600, None),
    "an id without end": (b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"ping"}', -32600, None),
    "an unknown method": (request(method="server/discover"), -32601, 1),
    "a method that was not offered": (request(method="resources/list"), -32601, 1),
    "a method without a name": (request(method=""), -32601, 1),
    "a notification that asks": (request(method="notifications/initialized"), -32601, 1),
    "params that are a list": (request(params=[1]), -32602, 1),
    "params that are text": (request(method="tools/call", params="submit_review"), -32602, 1),
    "another tool": (request(method="tools/call", params={"name": "submit_plan", "arguments": {}}), -32602, 1),
    "a tool without a name": (request(method="tools/call", params={"arguments": {}}), -32602, 1),
    "a tool whose name is a list": (request(method="tools/call", params={"name": ["submit_review"]}), -32602, 1),
    "a line of 20 MB": (b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 20_000_000 + b'"}', -32600, None),
    "a line one byte too long": (PING + b" " * (LARGEST_LINE + 1 - len(PING)), -32600, None),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told(server: Server, kind: str) -> None:
    """With JSON-RPC's own code, the request's id where it has one, and the next request is answered."""
    line, code, asked = WRONG[kind]

    session = server.say(line, PING)

    (wrong, after) = session.replies
    assert (wrong["id"], wrong["error"]["code"]) == (asked, code)
    assert 0 < len(wrong["error"]["message"]) < 300
    assert after == STILL_THERE
    assert session.code == 0


UNANSWERED: Mapping[str, bytes] = {
    "an empty line": b"",
    "a blank line": b" \t\r",
    "initialized": b'{"jsonrpc":"2.0","method":"notifications/initialized"}',
    "cancelled": b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    "an unknown notification": b'{"jsonrpc":"2.0","method":"anything/at/all","params":[1]}',
    "a call that is a notification": (
        b'{"jsonrpc":"2.0","method":"tools/call","params":{"name":"submit_review","arguments":'
        b'{"summary":"s","mode":"discover","attacks":[{"target":"t","attack":"a","result":"clean"},'
        b'{"target":"t","attack":"a","result":"clean"}]}}}'
    ),
    "an answer": b'{"jsonrpc":"2.0","id":1,"result":{}}',
    "an answer that is an error": b'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}',
}


@pytest.mark.parametrize("kind", UNANSWERED)
def test_what_is_no_request_gets_no_reply(server: Server, kind: str) -> None:
    """And nothing is handed in by it."""
    session = server.say(UNANSWERED[kind], PING)

    assert session.replies == [STILL_THERE]
    assert server.left() == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_client_gets_the_revision_that_it_speaks(server: Server, revision: str) -> None:
    """Of MCP, all four that clients of today speak."""
    session = server.say(server.message(0, "initialize", protocolVersion=revision, capabilities={}, clientInfo={}))

    (hello,) = session.replies
    assert hello["result"]["protocolVersion"] == revision
    assert hello["result"]["capabilities"] == {"tools": {}}
    assert hello["result"]["serverInfo"]["name"] == "scafld"


@pytest.mark.parametrize("wanted", ["2026-07-28", "2024-10-07", "", None, 7, ["2025-06-18"]])
def test_another_revision_gets_the_newest(server: Server, wanted: object) -> None:
    """Whether it is to come, gone, or none at all: the client decides whether it goes on."""
    session = server.say(server.message("a", "initialize", protocolVersion=wanted))

    assert session.replies[0]["result"]["protocolVersion"] == "2025-11-25"


def test_the_tool_is_listed(server: Server) -> None:
    """Before and after the greeting; one tool, with what it is held to, its schema, and hints that it harms nothing."""
    asked = (
        server.message(1, "tools/list"),
        server.message(2, "initialize"),
        server.message(3, "tools/list", cursor="x"),
    )

    before, _, after = server.say(*asked).replies

    assert before["result"] == after["result"]
    (tool,) = after["result"]["tools"]
    assert (tool["name"], tool["inputSchema"]["type"]) == ("submit_review", "object")
    assert "at least 2 that you carried out" in tool["description"]
    assert "at most 3, the gravest" in tool["description"]
    assert "mode: discover" in tool["description"]
    assert (tool["annotations"]["readOnlyHint"], tool["annotations"]["openWorldHint"]) == (True, False)


@pytest.mark.parametrize("subject", Subject)
def test_the_schema_is_the_published_one_without_its_limits(subject: Subject) -> None:
    """Every field, type and description of it; what keeps within no limit is told by the server, all at once."""
    published = json.loads(Path(answer_schema_path(subject)).read_text(encoding="utf-8"))

    offered = input_schema(subject)

    assert list(bare(published)) == list(bare(offered))
    assert not any(f'"{name}":' in json.dumps(offered) for name in LIMITS)
    assert any(f'"{name}":' in json.dumps(published) for name in LIMITS)
    assert "$schema" not in offered


LIMITS = ("minLength", "minItems", "maxItems", "minimum", "maximum")


def bare(schema: Any, path: str = "") -> Iterator[tuple[str, object]]:
    """What a schema says but for its limits and its dialect, place by place."""
    for name, item in schema.items():
        if isinstance(item, dict):
            yield from bare(item, f"{path}/{name}")
        elif name not in (*LIMITS, "$schema"):
            yield f"{path}/{name}", item


def test_ends_of_lines_may_be_those_of_windows(server: Server) -> None:
    """And space around a message is no part of it; nor are params that are null."""
    session = server.say(b"  " + PING + b"\t\r", request(params=None) + b"\r", end=b"\r\n")

    assert session.replies == [STILL_THERE, {"jsonrpc": "2.0", "id": 1, "result": {}}]


def test_a_message_may_have_sixteen_megabytes(server: Server) -> None:
    """To the byte, whatever ends its line."""
    longest = PING + b" " * (LARGEST_LINE - len(PING))

    session = server.say(longest, longest + b"\r", PING)

    assert session.replies == [STILL_THERE] * 3


def test_a_line_that_stdin_cuts_off_is_no_message(server: Server) -> None:
    """Half a call hands nothing in, at whatever byte it was cut."""
    whole = server.call(2)
    said: list[Any] = []

    for size in (1, len(whole) // 2, len(whole) - 1):
        said += server.say(PING, whole[:size], end=b"").replies

    assert [reply["id"] for reply in said] == ["still there", None] * 3
    assert server.left() == []


def test_a_last_message_needs_no_end_of_line(server: Server) -> None:
    """An object that is closed is whole."""
    session = server.say(server.call(2), end=b"")

    assert session.told(2)[0] is False
    assert server.left() == ["answer.json"]


def test_the_server_ends_with_its_stdin(server: Server) -> None:
    """Also when nothing was ever said."""
    session = server.say(end=b"")

    assert (session.replies, session.code) == ([], 0)


def test_the_server_ends_when_nobody_listens(server: Server) -> None:
    """In silence: a client that is gone reads no complaint."""
    process = server.start()
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()

    process.stdin.write((PING + b"\n") * 3)
    process.stdin.flush()

    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()
    process.stdin.close()


def test_replies_do_not_wait_for_the_next_request(server: Server) -> None:
    """A client that talks and listens in turn gets each answer at once."""
    process = server.start()
    assert process.stdin and process.stdout and process.stderr

    for asked in range(3):
        process.stdin.write(server.message(asked, "ping") + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == asked

    process.communicate(timeout=60)


@pytest.mark.parametrize(
    "order",
    [
        b"",
        b"{}",
        b'{"out": "answer.json"}',
        b'{"out": "answer.json", "terms": {"subject": "review"}}',
        b'{"out": "/tmp/answer.json", "terms": {"subject": "song"}}',
        b"\xff",
    ],
)
def test_a_server_without_an_order_says_so(server: Server, order: bytes) -> None:
    """It greets, lists no tool and takes no call: with an error that a client shows, and without the order's path."""
    argv = server.argv
    (server.folder / "order.json").write_bytes(order)

    session = server.say(server.message(1, "initialize"), server.message(2, "tools/list"), server.call(3), argv=argv)

    hello, *rest = session.replies
    assert "result" in hello
    assert [reply["error"]["code"] for reply in rest] == [-32603, -32603]
    assert str(server.folder) not in json.dumps(session.replies)

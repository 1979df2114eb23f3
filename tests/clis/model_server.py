"""A model on loopback that says what a test has it say, in the words of one vendor's API.

    with ModelServer(ANTHROPIC, in_order(Call("Read", {"file_path": "a.py"}), Say("done"))) as model:
        ...  # point a CLI at model.url
        model.requests[0].prompt

A script is a function from the conversation so far to the next turn, so the server keeps no state between requests:
a CLI that asks again, after a fault or a repair, is answered by what it sends. Requests that offer no tools and ask for
a title or a route are no turns; they are answered in passing.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = Mapping[str, Any]
CUT_AFTER = 2
"""Events of a stream that is cut."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong before an answer comes: `delay_s` of silence, an HTTP `status`, or a stream that is `cut`.
    `times`: for so many requests of the conversation's turn, then it is over; 0 for ever."""

    status: int = 0
    message: str = "injected"
    delay_s: float = 0.0
    cut: bool = False
    times: int = 0
    kind: str = ""


NO_FAULT = Fault()


@dataclass(frozen=True)
class Say:
    """The model ends its turn with a text."""

    text: str
    fault: Fault = NO_FAULT


@dataclass(frozen=True)
class Call:
    """The model calls a tool: one of this name, or the one whose qualified name ends in it."""

    tool: str
    given: Any
    fault: Fault = NO_FAULT


Turn = Say | Call


@dataclass(frozen=True)
class Conversation:
    """One request, understood. `calls`: how many tools were called in it so far; `results`: what they gave, in order,
    as text; `tools`: qualified names on offer."""

    prompt: str
    system: str
    calls: int
    results: tuple[str, ...]
    tools: tuple[str, ...]
    model: str
    body: Body
    schema: Any = None

    def tool(self, name: str) -> str:
        """The qualified name of a tool that is on offer; the bare name when none is."""
        ends = tuple(f"{joint}{name}" for joint in ("__", "_", ".", "-"))
        return next((each for each in self.tools if each == name or each.endswith(ends)), name)

    @property
    def text(self) -> str:
        """Everything that was sent, to look for words in."""
        return json.dumps(self.body)


Script = Callable[[Conversation], Turn]


def in_order(*turns: Turn) -> Script:
    """The turns one after the other, within one conversation; the last one again when there are no more."""
    return lambda talk: turns[min(talk.calls, len(turns) - 1)]


def when(words: str, then: Script, otherwise: Script) -> Script:
    """One script for conversations whose prompt has these words in it, another for the rest."""
    return lambda talk: then(talk) if words in talk.prompt else otherwise(talk)


@dataclass(frozen=True)
class Answer:
    """What goes over the wire: events as (name, data) when the client streams, else one document."""

    whole: Body
    events: tuple[tuple[str, Body], ...]


@dataclass(frozen=True)
class Api:
    """One vendor's API. `understand`: None for a request that is no turn of the conversation; `aside` answers those.
    `error`: the body of an HTTP error."""

    name: str
    understand: Callable[[str, Body], Conversation | None]
    answer: Callable[[Conversation, Turn], Answer]
    aside: Callable[[str, Body], tuple[int, Body] | Answer]
    error: Callable[[Fault], Body]
    streams: Callable[[str, Body], bool]


@dataclass
class ModelServer:
    """Serves on a free port of 127.0.0.1 between `__enter__` and `__exit__`. `requests`: the turns that were asked for,
    in order; `headers`: of each of them. `reached` is set by the first."""

    api: Api
    script: Script
    requests: list[Conversation] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def __enter__(self) -> ModelServer:
        self._lock = threading.Lock()
        self._asked: dict[int, int] = {}
        self._closing = threading.Event()
        self.reached = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def last(self) -> Conversation:
        return self.requests[-1]

    @property
    def first(self) -> Conversation:
        return self.requests[0]

    def next(self, talk: Conversation, headers: Mapping[str, str]) -> Turn:
        """The turn for a request; a fault that is over is not in it."""
        turn = self.script(talk)
        with self._lock:
            self.requests.append(talk)
            self.headers.append(headers)
            asked = self._asked[talk.calls] = self._asked.get(talk.calls, 0) + 1
        self.reached.set()
        over = 0 < turn.fault.times < asked
        if over:
            return Say(turn.text) if isinstance(turn, Say) else Call(turn.tool, turn.given)
        return turn

    def wait(self, seconds: float) -> bool:
        """Let time pass; True when the server is being closed."""
        return self._closing.wait(seconds)


# Private.


def _handler(model: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self._read() or b"{}")
            path = self.path.partition("?")[0]
            talk = model.api.understand(path, body)
            try:
                if talk is None:
                    self._aside(path, body)
                else:
                    self._turn(path, body, talk, model.next(talk, dict(self.headers)))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def do_GET(self) -> None:
            self._send(200, {"data": [], "models": [], "has_more": False})

        def do_HEAD(self) -> None:
            self._send(200, {})

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

        def _aside(self, path: str, body: Body) -> None:
            found = model.api.aside(path, body)
            if isinstance(found, Answer):
                self._answer(found, streams=model.api.streams(path, body), cut=False)
            else:
                self._send(*found)

        def _turn(self, path: str, body: Body, talk: Conversation, turn: Turn) -> None:
            fault = turn.fault
            if fault.delay_s and model.wait(fault.delay_s):
                self.close_connection = True
                return
            if fault.status:
                self._send(fault.status, model.api.error(fault))
            else:
                self._answer(model.api.answer(talk, turn), streams=model.api.streams(path, body), cut=fault.cut)

        def _answer(self, answer: Answer, *, streams: bool, cut: bool) -> None:
            if not streams:
                self._send(200, answer.whole, cut=cut)
                return
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            if cut:
                self.send_header("Content-Length", "1000000")
            self.end_headers()
            for name, data in answer.events[: CUT_AFTER if cut else None]:
                head = f"event: {name}\n" if name else ""
                text = f"{head}data: {json.dumps(data)}\n\n".encode()
                self.wfile.write(text[: len(text) // 2] if cut and len(answer.events) == 1 else text)
                self.wfile.flush()

        def _send(self, status: int, data: Body, *, cut: bool = False) -> None:
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.close_connection = self.close_connection or cut
            if self.command != "HEAD":
                self.wfile.write(content[: len(content) // 2] if cut else content)

        def _read(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                raw = b"".join(iter(self._chunk, b""))
            else:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw

        def _chunk(self) -> bytes:
            size = int(self.rfile.readline().partition(b";")[0], 16)
            piece = self.rfile.read(size)
            self.rfile.readline()
            return piece

    return Handler

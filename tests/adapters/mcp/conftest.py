"""The submit server as a client starts it: a process of its own, in another folder, without an environment."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.mcp.launch import submit_command
from scafld.adapters.mcp.order import Order, order_text
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.terms import Subject, Terms

REVIEW = Terms(subject=Subject.REVIEW, mode=Mode.DISCOVER, budget=Budget(min_attack_angles=2, max_findings=3))
ATTACK: Mapping[str, object] = {"target": "a.py", "attack": "two tenants", "result": "clean"}
GOOD: Mapping[str, object] = {"summary": "It holds.", "mode": "discover", "findings": [], "attacks": [ATTACK, ATTACK]}


@dataclass(frozen=True)
class Session:
    """What a server said, reply by reply, and how it ended."""

    replies: list[dict[str, Any]]
    code: int

    def told(self, asked: object) -> tuple[bool, str]:
        """The result of a call: whether it was a no, and the words."""
        (result,) = [reply["result"] for reply in self.replies if reply["id"] == asked]
        ((content,), no) = result["content"], result["isError"]
        assert content["type"] == "text"
        return no, content["text"]


@dataclass(frozen=True)
class Server:
    """A server's order. `answer`: where what is handed in is laid down."""

    folder: Path
    terms: Terms = REVIEW
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def answer(self) -> Path:
        return self.folder / "private" / "answer.json"

    @property
    def argv(self) -> tuple[str, ...]:
        """The argv that starts it; its order is written on the way."""
        order = self.folder / "order.json"
        order.write_text(order_text(Order(out=str(self.answer), terms=self.terms)), encoding="ascii")
        return submit_command(str(order))

    def start(self, argv: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv or self.argv,
            cwd=self.folder / "elsewhere",
            env=dict(self.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @staticmethod
    def message(asked: object, method: str, **params: object) -> bytes:
        """One request, as a line without its end."""
        return json.dumps({"jsonrpc": "2.0", "id": asked, "method": method, "params": params}).encode()

    def call(self, asked: object, arguments: object = GOOD, tool: str = "submit_review") -> bytes:
        """A call of the tool."""
        return self.message(asked, "tools/call", name=tool, arguments=arguments)

    def say(self, *lines: bytes, end: bytes = b"\n", argv: tuple[str, ...] = ()) -> Session:
        """Say these lines and end stdin. Whatever comes back must be replies on stdout, and nothing on stderr."""
        process = self.start(argv)
        out, err = process.communicate(b"\n".join(lines) + end, timeout=60)
        assert err == b""
        return Session(replies_of(out), process.returncode)

    def left(self) -> list[str]:
        """What lies in the folder of the answer."""
        return sorted(each.name for each in self.answer.parent.iterdir())


def replies_of(out: bytes) -> list[dict[str, Any]]:
    replies: Iterable[dict[str, Any]] = map(json.loads, out.splitlines())
    found = list(replies)
    assert all(reply["jsonrpc"] == "2.0" for reply in found)
    return found


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server for a review: two attacks at least, three findings at most."""
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "elsewhere").mkdir()
    return Server(tmp_path)


@pytest.fixture
def server_for(server: Server) -> Callable[[Terms], Server]:
    """The same with other terms."""
    return lambda terms: Server(server.folder, terms)

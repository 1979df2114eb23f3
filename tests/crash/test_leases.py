"""Laws 17 and 18: a model works under a lease. It ends when scafld is stopped, by command, or by time; two are not at
work at once; and whatever ended it, one named command goes on, and nobody is paid twice."""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import scafld
from tests.crash.forking import apart

PATIENCE_S = 60
MODEL = """
import os, sys, time
from contextlib import suppress

shelf, answer, seconds = sys.argv[1:4]
sys.stdin.read()
with open(os.path.join(shelf, "paid"), "ab") as file:
    file.write(b"1")
gate, asked = os.path.join(shelf, "gate"), os.path.join(shelf, "asked")
if os.path.exists(asked):
    with open(asked, "wb") as file:
        file.write(b"1")
with suppress(FileNotFoundError), open(gate, "rb") as file:
    file.read()
time.sleep(float(seconds))
with open(os.path.join(shelf, answer)) as file:
    print(file.read())
"""
TRIED = [{"target": "the change", "attack": f"angle {number}", "result": "clean"} for number in range(6)]
DOSSIER = {"mode": "discover", "summary": "Read it.", "attacks": TRIED, "findings": []}
DIMENSIONS = ("design", "scope", "path", "command", "timing", "rollback")
QUESTIONED = {
    "summary": "It holds.",
    "shape": {"decision": "keep", "true_shape": "one", "minimal_plan": "two", "shared_owner": "none"},
    "observations": [{"dimension": each, "result": "clean", "anchor": "code:a.py:1"} for each in DIMENSIONS],
}
CONFIG = """review:
  external: {{provider: command, command: {review}}}
harden:
  external: {{provider: command, command: {harden}}}
"""


@dataclass(frozen=True)
class Gate:
    """A gate at which a model is asked, and how it reads when scafld was killed (`gone`) or `stopped` meanwhile."""

    verb: str
    task: str
    answer: str
    gone: str
    stopped: str
    waits: str
    refused: int

    def state(self, told: dict[str, Any]) -> str:
        """Where it stands."""
        if self.verb == "review":
            return str(told["review"]["standing"])
        return str(told["hardening"]["state"]) if told["hardening"] else "none"


REVIEW = Gate(
    verb="review",
    task="add-y",
    answer="review.json",
    gone="lapsed",
    stopped="attempt_spent",
    waits="wait_for_review",
    refused=4,
)
HARDEN = Gate(
    verb="harden",
    task="draft",
    answer="harden.json",
    gone="failed",
    stopped="failed",
    waits="wait_for_hardening",
    refused=3,
)
GATES = [REVIEW, HARDEN]


class Stall:
    """A workspace whose task stands at a gate, a model that counts how often it is paid, and somebody who types."""

    def __init__(self, shelf: Path, environment: dict[str, str]) -> None:
        self.shelf = shelf
        self.root = shelf / "repo"
        self.environment = environment

    @property
    def paid(self) -> int:
        """How often the model was run."""
        return os.path.getsize(self.shelf / "paid") if (self.shelf / "paid").exists() else 0

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command in a process of its own, in a session of its own."""
        return apart(self.root, self.environment, *words)

    def __call__(self, *words: str) -> tuple[int, str]:
        """A command, to its end: its code, and all that it said."""
        with self.start(*words) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out + err

    def status(self, task: str = "add-y") -> dict[str, Any]:
        code, said = self("status", task, "--json")
        assert code == 0, said
        told: dict[str, Any] = json.loads(said)["result"]
        return told

    def nobody_is_left(self) -> bool:
        """Whether every process of this shelf is gone; waits for those that are being ended."""
        until = time.monotonic() + PATIENCE_S
        while (there := self._running()) and time.monotonic() < until:
            pass
        return not there

    def _running(self) -> list[str]:
        lines = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    lines.append(file.read().decode("utf-8", "replace"))
            except OSError:
                continue
        return [line for line in lines if f"{self.shelf}/" in line]


class Gated(Stall):
    """One whose model says that it was asked, and waits at a gate."""

    def __init__(self, shelf: Path, environment: dict[str, str]) -> None:
        super().__init__(shelf, environment)
        os.mkfifo(shelf / "gate")
        os.mkfifo(shelf / "asked")
        self._asked = os.open(shelf / "asked", os.O_RDWR | os.O_NONBLOCK)

    def until_asked(self) -> None:
        """Wait until the model works, for the next time."""
        ready, _, _ = select.select([self._asked], [], [], PATIENCE_S)
        assert ready, "the model was not asked"
        assert os.read(self._asked, 1) == b"1"

    def open_gate(self) -> None:
        """Let all go on who wait at the gate, and all who come."""
        gate = os.open(self.shelf / "gate", os.O_RDWR)
        os.unlink(self.shelf / "gate")
        os.close(gate)

    def close(self) -> None:
        os.close(self._asked)


@pytest.fixture
def first(tmp_path: Path, repository: Path, environment: dict[str, str]) -> Path:
    """A shelf with two tasks: `add-y` waits for its review, `draft` to be hardened."""
    shelf = tmp_path / "first"
    shelf.mkdir()
    (shelf / "model.py").write_text(MODEL)
    (shelf / "review.json").write_text(json.dumps(DOSSIER))
    (shelf / "harden.json").write_text(json.dumps(QUESTIONED))
    (repository / "a.py").write_text("x = 1\n")
    ws = scafld.open(str(repository), environ=environment)
    ws.quick("add-y", title="Add y", command="grep -q y a.py", files=("a.py",))
    (repository / "a.py").write_text("y = 1\n")
    ws.build("add-y")
    ws.plan("draft", title="Draft", command="grep -q z a.py", files=("a.py",))
    repository.rename(shelf / "repo")
    return shelf


@pytest.fixture
def stall(first: Path, environment: dict[str, str]) -> Callable[..., Stall]:
    """Another copy of that shelf, with a model that takes so long."""
    made: list[Path] = []

    def make(seconds: float = 0.0) -> Stall:
        shelf = first.parent / f"stall-{len(made)}"
        shutil.copytree(first, shelf, symlinks=True)
        made.append(shelf)
        commands = {}
        for gate in GATES:
            words = [sys.executable, "-S", "-E", str(shelf / "model.py"), str(shelf), gate.answer, str(seconds)]
            commands[gate.verb] = json.dumps(f"exec {shlex.join(words)}")
        (shelf / "repo" / ".scafld" / "config.yaml").write_text(CONFIG.format(**commands))
        return Stall(shelf, environment)

    return make


@pytest.fixture
def gated(stall: Callable[..., Stall]) -> Iterator[Gated]:
    """A shelf whose model says that it is asked, and waits at a gate until somebody opens it."""
    made = stall()
    gated = Gated(made.shelf, made.environment)
    yield gated
    gated.close()


def goes_on(stall: Stall, gate: Gate) -> str:
    """After whatever happened: who asks the same plainly is not paid for twice, and the one command that stands in the
    answer brings the task forward. What state it was in."""
    task = gate.task
    told, paid = stall.status(task), stall.paid
    before, command = gate.state(told), told["next_action"]["command"]
    if before not in ("ready", "none"):
        stall(gate.verb, task)
        assert stall.paid == paid, "the same material was sent twice"

    code, said = stall(*shlex.split(command)[1:])

    assert command.startswith("scafld ")
    assert code == 0, (before, command, said)
    after = stall.status(task)
    assert after["entries"] > told["entries"]
    assert stall.paid == paid + (0 if before == "passed" or "approve" in command else 1)
    assert gate.state(after) == "passed" or "approve" in command
    return before


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.verb)
def test_stopped_while_the_model_works(gated: Gated, gate: Gate, number: signal.Signals) -> None:
    """Whoever can still speak says so and ends with 5; the model is gone, and one command goes on."""
    with gated.start(gate.verb, gate.task) as process:
        gated.until_asked()
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert gated.nobody_is_left()
    gated.open_gate()

    assert process.returncode == (-9 if number == signal.SIGKILL else 5), out + err
    assert ("was stopped" in err) == (number != signal.SIGKILL)
    assert gated.paid == 1
    assert goes_on(gated, gate) == (gate.gone if number == signal.SIGKILL else gate.stopped)
    assert gated.paid == 2


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.verb)
def test_two_at_once(gated: Gated, gate: Gate) -> None:
    """The second is refused with a name and a way out, and does not disturb the first."""
    with gated.start(gate.verb, gate.task) as process:
        gated.until_asked()

        code, said = gated(gate.verb, gate.task)
        seen = gated.status(gate.task)["next_action"]["action"]
        gated.open_gate()
        out, err = process.communicate(timeout=PATIENCE_S)

    assert code == gate.refused
    assert "its lease ends at" in said
    assert f"next: scafld {gate.verb} {gate.task} --abandon" in said
    assert seen == gate.waits
    assert process.returncode == 0, out + err
    assert gate.state(gated.status(gate.task)) == "passed"
    assert gated.paid == 1


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.verb)
def test_other_tasks_are_not_blocked(gated: Gated, gate: Gate) -> None:
    """They go on at once. That something was written below `.scafld/` meanwhile is on record of the first one."""
    with gated.start(gate.verb, gate.task) as process:
        gated.until_asked()

        others = [
            gated("quick", "other", "--title", "T", "--command", "grep -q never a.py"),
            gated("handoff", "other"),
            gated("plan", "third", "--title", "T", "--command", "grep -q never a.py"),
        ]
        gated.open_gate()
        out, err = process.communicate(timeout=PATIENCE_S)

    assert [code for code, _ in others] == [0, 0, 0]
    assert process.returncode == gate.refused
    assert ".scafld/runs/other/session.json" in " ".join((out + err).split())


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.verb)
def test_a_lease_that_is_given_up(gated: Gated, gate: Gate) -> None:
    """The model that still works is ended, its answer is void, and the next is not held up by it."""
    with gated.start(gate.verb, gate.task) as process:
        gated.until_asked()

        code, said = gated(gate.verb, gate.task, "--abandon", "--reason", "too slow")
        out, err = process.communicate(timeout=PATIENCE_S)

    gated.open_gate()
    assert code == 0, said
    assert process.returncode == gate.refused
    assert "its answer is void" in " ".join((out + err).split())
    assert gated.nobody_is_left()
    goes_on(gated, gate)
    assert gated.paid == 2


def test_the_next_reviewer_waits_for_one_whose_lease_was_given_up(gated: Gated) -> None:
    """Not for its answer: for its next sign of life, at which it is ended."""
    with ExitStack() as started:
        first = started.enter_context(gated.start("review", "add-y"))
        gated.until_asked()
        gated("review", "add-y", "--abandon")
        second = started.enter_context(gated.start("review", "add-y", "--force", "--reason", "again"))
        gated.until_asked()
        gated.open_gate()
        second.communicate(timeout=PATIENCE_S)
        first.communicate(timeout=PATIENCE_S)

    assert (first.returncode, second.returncode) == (4, 0)
    assert REVIEW.state(gated.status()) == "passed"


LATE = """
import os, sys, time
from scafld.adapters import local

root, paid = sys.argv[1:3]
real = lambda: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
now = lambda: real() if os.path.exists(paid) else "2020-01-01T00:00:00.000Z"
local.open(root, environ=dict(os.environ), now=now).review("add-y")
"""


def test_a_lease_ends_by_time(gated: Gated) -> None:
    """A process that was held up for longer than its lease (by a lid that was closed) stands in nobody's way, and its
    answer comes too late."""
    with subprocess.Popen(
        [sys.executable, "-c", LATE, str(gated.root), str(gated.shelf / "paid")],
        env=gated.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        gated.until_asked()

        told = gated.status()
        code, said = gated("review", "add-y", "--human-reviewed", "--reason", "read it")
        _, err = process.communicate(timeout=PATIENCE_S)

    assert told["review"]["standing"] == "lapsed"
    assert "--force" in told["next_action"]["command"]
    assert code == 0, said
    assert "its answer is void" in err
    assert gated.nobody_is_left()
    assert gated.status()["review"]["by"] == "human"

"""A workspace with a runner in it, and Python processes that use one."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import scafld
from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Order
from scafld.core.evidence.criterion import Observation
from scafld.core.names import task_id

PATH = "/usr/local/bin:/usr/bin:/bin"
PATIENCE_S = 20
HOST = """
import json, os, resource, signal, sys
from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Order
from scafld.core.names import task_id
from scafld.core.refusal import ScafldError

root = sys.argv[1]
runner = ShellRunner(root=root, runs=root + "/.scafld/runs", environment={"PATH": "PATH_HERE"})

def run(command):
    try:
        order = Order(task=task_id("add-cache"), label="ac1", command=command, limit_ms=20_000)
        seen = runner(order, lambda beat: None)
    except ScafldError as error:
        print(json.dumps({"error": type(error).__name__, "said": str(error), "next": error.next}))
    else:
        print(json.dumps({"ended": seen.ended, "signal": seen.signal, "exit_code": seen.exit_code}))

""".replace("PATH_HERE", PATH)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root of a workspace, as the file system names it."""
    folder = tmp_path.resolve() / "work space"
    folder.mkdir()
    return folder


@pytest.fixture
def evidence(root: Path) -> Path:
    """Where the output of task `add-cache` is kept."""
    return root / ".scafld" / "runs" / "add-cache" / "evidence"


@pytest.fixture
def runner(root: Path) -> ShellRunner:
    return ShellRunner(root=str(root), runs=str(root / ".scafld" / "runs"), environment={"PATH": PATH})


@pytest.fixture
def run(runner: ShellRunner) -> Callable[..., Observation]:
    """Run a command of task `add-cache`; further words are fields of the order."""

    def _run(command: str, **fields: object) -> Observation:
        given = {"task": task_id("add-cache"), "label": "ac1", "command": command, "limit_ms": 20_000} | fields
        return runner(Order(**given), lambda beat: None)

    return _run


@pytest.fixture
def host(root: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a Python process that uses a runner in the workspace: the body calls `run(command)`."""
    with ExitStack() as started:

        def _host(body: str) -> subprocess.Popen[str]:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", HOST + body, str(root)],
                    env={"PATH": PATH, "PYTHONPATH": str(Path(scafld.__file__).parents[1])},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            )
            started.callback(process.kill)
            return process

        yield _host


class Line:
    """A named pipe `line` in the workspace: commands write to it, and it ends when the last of them is over."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._holding: int | None = os.open(path, os.O_WRONLY)
        self._said = b""

    def wait_for(self, word: str) -> None:
        """Until somebody wrote the word."""
        while word.encode() not in self._said:
            assert self._read(), f"{word!r} was never written, only {self._said!r}"

    def wait_for_the_end(self) -> None:
        """Until nobody holds the pipe any more; that somebody did is seen by the word `ready`."""
        self.wait_for("ready")
        self._let_go()
        while self._read():
            pass

    def close(self) -> None:
        self._let_go()
        os.close(self._reading)

    def _let_go(self) -> None:
        if self._holding is not None:
            os.close(self._holding)
            self._holding = None

    def _read(self) -> bytes:
        ready, _, _ = select.select([self._reading], [], [], PATIENCE_S)
        assert ready, f"a process still holds the pipe after {PATIENCE_S} s; it said {self._said!r}"
        chunk = os.read(self._reading, 4096)
        self._said += chunk
        return chunk


@pytest.fixture
def line(root: Path) -> Iterator[Line]:
    pipe = Line(root / "line")
    yield pipe
    pipe.close()

"""A real repository whose task waits for its review, and the command line that asks a reviewer."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import scafld
from scafld.adapters import trace
from scafld.adapters.cli import front
from scafld.core.refusal import ScafldError

SOURCE = str(Path(scafld.__file__).parents[1])
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
TASK = "add-y"
PATIENCE_S = 10
HONEST = """
import json, sys
sys.stdin.read()
tried = [{"target": "the change", "attack": f"angle {n}", "result": "clean"} for n in range(6)]
print(json.dumps({"mode": "discover", "summary": "Read it.", "attacks": tried, "findings": []}))
"""
CONFIG = """review:
  external:
    provider: command
    command: {command}
    absolute_max_seconds: {limit}
    idle_timeout_seconds: {idle}
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The envelope; an error unless stdout is exactly one line of JSON."""
        (line,) = self.out.splitlines()
        return json.loads(line)


def program(path: Path) -> str:
    """The command that runs a program of ours, without a shell in between."""
    return f"exec {shlex.quote(sys.executable)} -IS {shlex.quote(str(path))}"


class Desk:
    """A workspace, and somebody who types commands in it."""

    def __init__(self, root: Path, shelf: Path, environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.shelf = shelf
        self.environ = environ
        self._capsys = capsys

    def __call__(self, *words: str) -> Ended:
        """Run a command in this process."""
        self._capsys.readouterr()
        code = front.main(list(words), self.environ)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)

    def apart(self, *words: str) -> Ended:
        """Run a command in a process of its own."""
        command = [sys.executable, "-m", "scafld", *words]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def limits(self, limit: int, idle: int) -> None:
        """How long a reviewer may take, and be silent."""
        command = json.dumps(program(self.shelf.parent / "honest.py"))
        text = CONFIG.format(command=command, limit=limit, idle=idle)
        (self.root / ".scafld" / "config.yaml").write_text(text, encoding="utf-8")

    def panel(self, programs: list[str], quorum: int) -> None:
        """Configure these programs as a panel."""
        seats = []
        for number, text in enumerate(programs):
            path = self.shelf / f"seat-{number}.py"
            path.write_text(text, encoding="utf-8")
            seats.append(f"command:{program(path)}")
        config = self.root / ".scafld" / "config.yaml"
        told = f"  panel: {{quorum: {quorum}, seats: {json.dumps(seats)}}}\n"
        config.write_text(config.read_text(encoding="utf-8") + told, encoding="utf-8")

    def script(self, text: str) -> str:
        """The command that runs this program."""
        path = self.shelf / "reviewer.py"
        path.write_text(text, encoding="utf-8")
        return program(path)

    def workspace(self) -> scafld.Workspace:
        return scafld.open(str(self.root), environ=self.environ)

    def kinds(self) -> list[str]:
        """What is on record, entry by entry; nothing where that cannot be read any more."""
        try:
            return [each.kind for each in self.workspace().log(TASK)]
        except ScafldError:
            return []

    def last_entry(self) -> str:
        """All that the last entry says."""
        lines = (self.root / ".scafld" / "runs" / TASK / "session.json").read_text(encoding="utf-8").splitlines()
        return lines[-2]

    def left_running(self) -> list[str]:
        """The command lines of all that runs from this shelf or in this repository; those that are being ended are
        waited for."""
        until = time.monotonic() + PATIENCE_S
        while (found := self._running()) and time.monotonic() < until:
            pass
        return found

    def _running(self) -> list[str]:
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    line = file.read().replace(b"\0", b" ").decode("utf-8", "replace")
                place = os.readlink(f"/proc/{name}/cwd")
            except OSError:
                continue
            if int(name) != os.getpid() and (str(self.shelf) in line or place.startswith(str(self.root))):
                found.append(line)
        return found


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What a command finds: nothing of the machine that the tests run on but its PATH, and an empty home."""
    path = os.environ.get("PATH", os.defpath)
    home = str(tmp_path_factory.mktemp("home"))
    return {"PATH": path, "COLUMNS": "100", "HOME": home, "PYTHONPATH": SOURCE, **GIT}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Path:
    """The repository, made once: the task is built, and an honest reviewer is configured."""
    shelf = tmp_path_factory.mktemp("hostile")
    (shelf / "honest.py").write_text(HONEST, encoding="utf-8")
    root = shelf / "template"
    root.mkdir()
    for name, text in (("a.py", "x = 1\n"), ("b.py", "y = 1\n"), (".gitignore", "*.log\n")):
        (root / name).write_text(text, encoding="utf-8")
    for words in (
        ("init", "-q", "-b", "main", "--template="),
        ("add", "-A"),
        ("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first"),
        ("branch", "other"),
    ):
        subprocess.run(["git", *words], cwd=root, env=dict(environ), check=True, capture_output=True, timeout=60)
    scafld.init(str(root), agent_docs=False)
    ws = scafld.open(str(root), environ=dict(environ))
    ws.quick(TASK, title="Add y", command="grep -q y a.py", files=("a.py",))
    (root / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    ws.build(TASK)
    return root


@pytest.fixture
def desk(
    template: Path,
    environ: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Iterator[Desk]:
    """A copy of the repository for one test, which stands in it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)}
    number = _Counter.next()
    shelf = template.parent / f"shelf-{number}"
    root = shelf / "repository"
    shutil.copytree(template, root, symlinks=True)
    monkeypatch.chdir(root)
    made = Desk(root, shelf, dict(environ), capsys)
    made.limits(60, 60)
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)
    trace._LISTENERS.clear()


class _Counter:
    number = 0

    @classmethod
    def next(cls) -> int:
        cls.number += 1
        return cls.number

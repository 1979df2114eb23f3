"""The command line, run in this process on a repository that is there for one test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters import trace
from scafld.adapters.cli import front

ROOT = Path(__file__).resolve().parents[2]
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Everything that was said, line by line: a page, wherever it went."""
        return (self.out + self.err).splitlines()

    @property
    def told(self) -> Any:
        """The envelope; an error unless stdout is exactly one line of JSON."""
        (line,) = self.out.splitlines()
        return json.loads(line)


Scafld = Callable[..., Ended]


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What a command finds: nothing of the machine that the tests run on but its PATH, and a host key of its own."""
    own = {"SCAFLD_CONFIG_HOME": str(tmp_path_factory.mktemp("host"))}
    return {"PATH": os.environ.get("PATH", os.defpath), "COLUMNS": "80", "USER": "somebody", **own, **GIT}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Path:
    """A git repository with one committed file and a workspace: made once, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", *words], cwd=folder, env=dict(environ), check=True, capture_output=True, timeout=60)
    assert front.main(["init", "--root", str(folder), "--no-agent-docs"], environ) == 0
    return folder


@pytest.fixture
def workspace(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace in a git repository; the test stands in it."""
    folder = tmp_path / "repository"
    shutil.copytree(template, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def scafld(capsys: pytest.CaptureFixture[str], environ: Mapping[str, str]) -> Iterator[Scafld]:
    """Run a command in this process: `scafld("status", "add-y", NO_COLOR="1")`."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)}

    def run(*words: str, **more: str) -> Ended:
        capsys.readouterr()
        code = front.main(list(words), {**environ, **more})
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    yield run
    for number, handler in before.items():
        signal.signal(number, handler)
    trace._LISTENERS.clear()


@pytest.fixture
def process(environ: Mapping[str, str]) -> Callable[..., subprocess.Popen[bytes]]:
    """Start a command in a process of its own."""

    def start(*words: str, cwd: Path, stdout: int = subprocess.PIPE, **more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "scafld", *words],
            cwd=cwd,
            env={**environ, "PYTHONPATH": str(ROOT), **more},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    return start


@pytest.fixture
def quick(workspace: Path, scafld: Scafld) -> Path:
    """A workspace in which the light task `add-y` is open: it asks for a `y` in a.py."""
    ended = scafld("quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    assert ended.code == 0, ended
    return workspace


@pytest.fixture
def built(quick: Path, scafld: Scafld) -> Path:
    """The same, built: the review is next."""
    (quick / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    assert scafld("build", "add-y").code == 0
    return quick


@pytest.fixture
def reviewed(built: Path, scafld: Scafld) -> Path:
    """The same, reviewed by a person: completion is next."""
    assert scafld("review", "add-y", "--human-reviewed", "--reason", "read it").code == 0
    return built


@pytest.fixture
def completed(reviewed: Path, scafld: Scafld) -> Path:
    """The same, completed."""
    assert scafld("complete", "add-y").code == 0
    return reviewed


@pytest.fixture
def spec_of(workspace: Path) -> Callable[[str], Path]:
    """Where the contract of a task lies now."""

    def find(task: str) -> Path:
        (path,) = (workspace / ".scafld" / "specs").rglob(f"{task}.md")
        return path

    return find


@pytest.fixture
def snapshot(workspace: Path) -> Callable[[], dict[str, bytes]]:
    """What the repository holds: every file but git's own, and what may be deleted at any time."""

    def take() -> dict[str, bytes]:
        found = {}
        for path in sorted(workspace.rglob("*")):
            name = path.relative_to(workspace).as_posix()
            if path.is_file() and not name.startswith((".git/", ".scafld/cache/", ".scafld/locks/")):
                found[name] = path.read_bytes()
        return found

    return take

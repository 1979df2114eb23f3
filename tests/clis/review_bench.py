"""One of the real CLIs, a throw-away repository whose task waits for its review, and what came of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents import Agent
from model_server import ModelServer, Script

import scafld

ROOT = Path(scafld.__file__).parents[1]
PROGRAMS = ROOT / ".clis" / "node_modules" / ".bin"
PATIENCE_S = 120
TASK = "add-y"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The envelope of `--json`."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err

    @property
    def words(self) -> str:
        """What was said, without the lines that the terminal's width made of it."""
        return " ".join(self.said.split())


@dataclass
class Bench:
    """A repository whose task waits for its review, a home, and one of the CLIs. `environment`: what scafld is started
    with; the CLI gets what scafld chooses of it."""

    agent: Agent
    root: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def scafld(self, *words: str) -> Ended:
        done = subprocess.run(
            self.argv(*words),
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "scafld", *words]

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout

    def point_at(self, model: ModelServer) -> None:
        self.environment |= self.agent.environment(model.url)

    def asking(self, model: str = "") -> tuple[str, ...]:
        return ("review", TASK, "--provider", self.agent.name, "--model", model or self.agent.model)

    def review(self, script: Script, *more: str, by: str = "") -> tuple[Ended, ModelServer]:
        """A review by a model of this script, to its end. `by`: the name of the model, "" for the agent's usual one."""
        with ModelServer(self.agent.api, script) as model:
            self.point_at(model)
            return self.scafld(*self.asking(by), *more), model

    def configure(self, text: str) -> None:
        """More configuration, for this machine."""
        (self.root / ".scafld" / "config.local.yaml").write_text(text, encoding="utf-8")

    def build(self) -> None:
        """Open the task, do its work, and build it."""
        opened = self.scafld("quick", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
        assert opened.code == 0, opened.said
        (self.root / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
        built = self.scafld("build", TASK)
        assert built.code == 0, built.said

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The ledger of the task."""
        path = self.root / ".scafld" / "runs" / TASK / "session.json"
        return list(json.loads(path.read_text(encoding="utf-8"))["entries"])

    @property
    def hearing(self) -> dict[str, Any]:
        """What the ledger holds of the last model that was asked: its dossier, or why there is none."""
        ended = self.entries[-1]
        return {**ended, **(ended.get("hearings") or [{}])[-1]}

    @property
    def status(self) -> Any:
        return self.scafld("status", TASK, "--json").told["result"]

    def tree(self) -> dict[str, bytes]:
        """Every file but git's own objects and what scafld writes while it reviews."""
        passed = re.compile(r"\.git/(objects|logs|index$)|\.scafld/(runs|cache|locks|specs)/")
        files = (path for path in sorted(self.root.rglob("*")) if path.is_file() and not path.is_symlink())
        names = {path.relative_to(self.root).as_posix(): path for path in files}
        return {name: path.read_bytes() for name, path in names.items() if not passed.match(name)}

    def at_work(self) -> list[int]:
        """The processes that were started with this home and are still there, scafld among them."""
        mark, found = f"HOME={self.home}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0") and _lives(folder):
                    found.append(int(folder.name))
        return found

    def put_an_end(self) -> None:
        for pid in self.at_work():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def commit(bench: Bench) -> None:
    """Everything that stands there, committed."""
    bench.git("init", "-q", "-b", "main")
    bench.git("add", "-A")
    bench.git("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first")


# Private.


def _lives(folder: Path) -> bool:
    return ") Z " not in (folder / "stat").read_text(encoding="ascii", errors="replace")

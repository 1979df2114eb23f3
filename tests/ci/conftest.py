"""The workflows that `init --ci` writes and the action, read as YAML; their scripts, run by bash as a runner does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scafld.adapters.files.laid.workflows import LANES, workflow

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / ".github/actions/scafld-verify"
AUTHOR = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **AUTHOR}


def parsed(text: bytes) -> Any:
    return YAML(typ="safe").load(text)


@pytest.fixture
def trusted() -> Any:
    """The workflow of the trusted lane."""
    return parsed(workflow(LANES[0]))


@pytest.fixture
def acceptance() -> Any:
    """The workflow that runs what a change asks for."""
    return parsed(workflow(LANES[1]))


@pytest.fixture
def action() -> Any:
    return parsed((ACTION / "action.yml").read_bytes())


def steps_of(found: Any) -> Iterator[Any]:
    """Every step of a workflow, or of an action."""
    for job in found.get("jobs", {"action": found.get("runs")}).values():
        yield from job["steps"]


def script(found: Any, name: str) -> str:
    """The script of the step of this name."""
    (step,) = (step for step in steps_of(found) if step.get("name") == name)
    text: str = step["run"]
    return text


class Runner:
    """A machine that runs scripts: on its PATH lie programs that only say what they were given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.temp = folder / "temp"
        self.bin.mkdir()
        self.temp.mkdir()

    def program(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, script: str, where: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join((str(self.bin), os.environ.get("PATH", os.defpath)))
        around = {"PATH": path, "HOME": str(self.folder), "RUNNER_TEMP": str(self.temp), **GIT, **environ}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=where,
            env=around,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    (tmp_path / "runner").mkdir()
    return Runner(tmp_path / "runner")


class Hub:
    """A bare remote with `main`, a pull request 1 that no branch names, and a checkout of main."""

    def __init__(self, folder: Path) -> None:
        self.remote, self.work, self.base = folder / "remote", folder / "work", folder / "base"
        self.work.mkdir(parents=True)
        self.git(folder, "init", "-q", "--bare", "-b", "main", str(self.remote))
        self.git(self.work, "init", "-q", "-b", "main")
        self.write(".github/workflows/scafld-acceptance.yml", "on: pull_request\n")
        self.commit("first")
        self.git(self.work, "push", "-q", str(self.remote), "main")
        self.git(folder, "clone", "-q", str(self.remote), str(self.base))

    def git(self, where: Path, *words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=where,
            env={"PATH": os.environ.get("PATH", os.defpath), **GIT},
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        target = self.work / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> str:
        self.git(self.work, "add", "-A")
        self.git(self.work, "commit", "-q", "-m", message)
        return self.git(self.work, "rev-parse", "HEAD")

    def propose(self) -> str:
        """Push what is committed as pull request 1."""
        self.git(self.work, "push", "-q", "-f", str(self.remote), "HEAD:refs/pull/1/head")
        return self.git(self.work, "rev-parse", "HEAD")


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub(tmp_path / "hub")


Script = Callable[[Any, str], str]


@pytest.fixture
def step_script() -> Script:
    return script


@pytest.fixture
def all_steps() -> Callable[[Any], list[Any]]:
    return lambda found: list(steps_of(found))

"""A workspace, a home and a PATH with emulated programs in it, and somebody who asks them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scafld.adapters.process.program import ProgramRunner
from scafld.adapters.providers.registry import PROGRAMS
from scafld.adapters.providers.seat import Means, Seat
from scafld.app.ask import Pulse, Reply
from scafld.core.evidence.terms import Subject
from tests.adapters.providers.emulated import install, question

CLERK = str(Path(__file__).with_name("clerk.py"))
SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "aws-secret-value",
    "GITHUB_TOKEN": "github-secret-value",
    "DATABASE_URL": "postgres://user:password@host/db",
    "SSH_AUTH_SOCK": "/run/agent.sock",
    "PYTHONPATH": "/planted",
    "LD_PRELOAD": "/planted.so",
    "NODE_OPTIONS": "--require /planted.js",
}
Ask = Callable[..., Reply]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a name that shells and globs would read."""
    folder = tmp_path.resolve() / "work [space]"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder on the PATH."""
    folder = tmp_path.resolve() / "tools"
    folder.mkdir()
    return folder


@pytest.fixture
def scratches(tmp_path: Path) -> Path:
    """Where scratch folders are made."""
    folder = tmp_path.resolve() / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(home: Path, tools: Path, scratches: Path) -> dict[str, str]:
    """What scafld itself was started with: much that is not for providers."""
    path = os.pathsep.join((str(tools), "/usr/bin", "/bin"))
    return {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "TMPDIR": str(scratches)} | SECRETS


@pytest.fixture
def means(root: Path, environ: dict[str, str], tmp_path: Path) -> Means:
    schemas = tmp_path.resolve() / "schemas"
    schemas.mkdir()
    for subject in Subject:
        (schemas / f"{subject}.json").write_text(json.dumps({"type": "object"}), encoding="utf-8")
    saved = tmp_path / "saved"
    saved.mkdir()

    def save(_task: str, content: bytes) -> str:
        (saved / "prompt").write_bytes(content)
        return str(saved / "prompt")

    return Means(
        root=str(root),
        environ=environ,
        run=ProgramRunner(root=str(root), runs=str(root / ".scafld" / "runs")),
        save=save,
        submit_command=lambda order: (sys.executable, "-IS", CLERK, order),
        schemas=str(schemas),
    )


@pytest.fixture
def pulses() -> list[Pulse]:
    """What a watcher was told by `ask`."""
    return []


@pytest.fixture
def ask(means: Means, tools: Path, pulses: list[Pulse]) -> Ask:
    """Ask an emulated program that plays these steps; `seat` and further words are fields of the seat and question."""

    def _ask(name: str, steps: Sequence[Sequence[object]], *, seat: dict[str, str] | None = None, **fields) -> Reply:
        path = install(tools, name, steps)
        provider = PROGRAMS[name](means, Seat(**{"provider": name, "binary": str(path)} | (seat or {})))
        return provider.ask(question(**fields), pulses.append)

    return _ask


@pytest.fixture
def given(tools: Path) -> Callable[[str], dict]:
    """What an emulated program was given: argv, env, stdin, cwd, and the files of its scratch folder."""
    return lambda name: json.loads((tools / f"{name}.seen").read_text(encoding="utf-8"))

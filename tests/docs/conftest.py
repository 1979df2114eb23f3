"""Pages as tests read them: the blocks of code in them, and the workspace they speak of."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import scafld

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


@pytest.fixture
def page() -> Callable[[str], str]:
    """The text of a page of docs/."""
    return lambda name: (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture
def blocks(page: Callable[[str], str]) -> Callable[[str, str], list[str]]:
    """The fenced blocks of a page in one language, in order."""
    return lambda name, language: [
        found["text"] for found in _BLOCK.finditer(page(name)) if found["language"] == language
    ]


@pytest.fixture
def bare_repository(tmp_path: Path) -> Path:
    """A git repository with one committed file."""
    root = tmp_path / "repository"
    root.mkdir()
    (root / "a.py").write_text("x = 1\n", encoding="utf-8")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, timeout=60)
    return root


@pytest.fixture
def repository(bare_repository: Path) -> Path:
    """The same with a workspace."""
    scafld.init(str(bare_repository))
    return bare_repository


@pytest.fixture
def ledger(repository: Path) -> Path:
    """The ledger of a task that went from plan to completed."""
    ws = scafld.open(str(repository))
    ws.quick("add-y", title="Add ÿ", command="grep -q y a.py", files=("a.py",))
    (repository / "a.py").write_text("y = 2\n", encoding="utf-8")
    ws.build("add-y")
    ws.review_by_human("add-y", reason="read it twice")
    ws.complete("add-y")
    return repository / ".scafld/runs/add-y/session.json"

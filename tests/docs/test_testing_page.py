"""docs/testing.md: its programs run, its properties hold, its tables name what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld import testing

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = "scafld.adapters.memory.reviewers"


@pytest.mark.parametrize("number", [0, 1])
def test_the_programs_run(blocks: Callable[[str, str], list[str]], tmp_path: Path, number: int) -> None:
    """Every assertion in them holds, and nothing is written."""
    program = blocks("testing.md", "python")[number]

    run = _python(tmp_path, "-c", program)

    assert "assert" in program
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_answer_of_the_table_is_there(
    page: Callable[[str], str], blocks: Callable[[str, str], list[str]]
) -> None:
    """All that a scripted model can do, and nothing else."""
    table = page("testing.md").partition("| answer |")[2].partition("\n\n")[0]
    named = {name for row in re.findall(r"^\| (`.+`) \| ", table, re.M) for name in re.findall(r"`(\w+)`", row)}
    defined = {name for name in testing.__all__ if getattr(getattr(testing, name), "__module__", "") == ANSWERS}

    assert named == defined - {"ScriptedReviewer"}


def test_the_properties_hold(blocks: Callable[[str, str], list[str]], tmp_path: Path) -> None:
    """Copied into a file, pytest runs two tests, and both pass."""
    (tmp_path / "test_page.py").write_text(blocks("testing.md", "python")[2], encoding="utf-8")

    run = _python(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py")

    assert "2 passed" in run.stdout, run.stdout


def test_every_strategy_of_the_table_is_there(page: Callable[[str], str]) -> None:
    """By its name in scafld.testing."""
    rows = re.findall(r"^\| (`.+`) \| ", page("testing.md").partition("| strategy |")[2], re.M)
    names = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert len(names) == 7
    assert all(callable(getattr(testing, name)) for name in names)


def _python(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=where,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

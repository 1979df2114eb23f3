"""docs/testing.md: its first program runs, its properties hold, its table names what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scafld import testing

ROOT = Path(__file__).resolve().parents[2]


def test_the_first_program_runs(blocks: Callable[[str, str], list[str]], tmp_path: Path) -> None:
    """Every assertion in it holds, and nothing is written."""
    program = blocks("testing.md", "python")[0]

    run = _python(tmp_path, "-c", program)

    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_properties_hold(blocks: Callable[[str, str], list[str]], tmp_path: Path) -> None:
    """Copied into a file, pytest runs two tests, and both pass."""
    (tmp_path / "test_page.py").write_text(blocks("testing.md", "python")[1], encoding="utf-8")

    run = _python(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py")

    assert "2 passed" in run.stdout, run.stdout


def test_every_strategy_of_the_table_is_there(page: Callable[[str], str]) -> None:
    """By its name in scafld.testing."""
    rows = re.findall(r"^\| (`.+`) \| ", page("testing.md"), re.M)
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

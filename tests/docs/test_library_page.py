"""docs/library.md: its programs run as they stand, one after the other, and print what their comments say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import scafld

ROOT = Path(__file__).resolve().parents[2]


def test_the_programs_run_in_order(
    blocks: Callable[[str, str], list[str]], bare_repository: Path, tmp_path: Path
) -> None:
    """Each in a process of its own, in one repository."""
    for program in blocks("library.md", "python"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=bare_repository,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path / "home")},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        promised = re.findall(r"print\(.*\)  # (.+)$", program, re.M)
        printed = run.stdout.splitlines()

        assert run.returncode == 0, run.stderr
        assert promised == [line for line in printed if line in promised], printed


def test_every_error_of_the_table_is_public(page: Callable[[str], str]) -> None:
    """The names in the table are names of the library, and errors."""
    table = page("library.md").partition("| error |")[2].partition("\n\n")[0]
    names = set(re.findall(r"`([A-Z]\w+)`", table))

    assert names == {name for name in scafld.__all__ if name in names}
    assert all(issubclass(getattr(scafld, name), scafld.ScafldError) for name in names)
    assert len(names) == 8

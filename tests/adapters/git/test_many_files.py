"""Ten thousand files that differ, seen without much memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Repository

MEASURE = """
import sys
sys.path.insert(0, sys.argv[2])
from scafld.adapters.git.worktree import open_worktree
look = open_worktree(sys.argv[1], "git", {"HOME": sys.argv[3], "PATH": sys.argv[4]}).look(None)
peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0]
print(len(look.files), len(look.hidden), peak.split()[1])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
@pytest.mark.parametrize("flag", ["", "--assume-unchanged"])
def test_ten_thousand_differences_fit_into_25_megabytes(unborn: Repository, flag: str) -> None:
    """The whole process, the interpreter included; flagged entries cost no more than differing ones."""
    oid = unborn.git("hash-object", "-w", "--stdin", feed=b"content\n")
    names = [f"package{at % 100:02d}/module_{at:05d}.py" for at in range(10_000)]
    feed = "".join(f"100644 {oid}\t{name}\n" for name in names).encode()
    unborn.git("update-index", "--index-info", feed=feed)
    unborn.git("commit", "-q", "-m", "many")
    if flag:
        unborn.git("update-index", flag, "--stdin", feed="\n".join(names).encode())

    places = [unborn.root, Path(__file__).parents[3], unborn.home]
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", MEASURE, *map(os.fspath, places), os.environ["PATH"]],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )

    files, hidden, peak = map(int, ran.stdout.split())
    assert (files, hidden) == (10_000, 0)
    assert peak < 25 * 1024

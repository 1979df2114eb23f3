"""The folder of a provider's own files: private, outside of the workspace, and gone afterwards, whatever happened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import scafld
from scafld.adapters.providers.scratch import PREFIX, scratch
from scafld.core.refusal import Unavailable


def test_it_is_private_and_is_gone(root: Path, environ: dict, scratches: Path) -> None:
    """Also after an error, with all that a program left in it; links are not followed."""
    kept = root / "a.py"
    with pytest.raises(ZeroDivisionError), scratch(environ, str(root)) as folder:
        mode = os.stat(folder).st_mode & 0o777
        (Path(folder) / "deep" / "er").mkdir(parents=True)
        (Path(folder) / "link").symlink_to(kept)
        (Path(folder) / "deep" / "er" / "file").write_text("x")
        os.chmod(Path(folder) / "deep" / "er", 0)
        os.chmod(Path(folder) / "deep", 0o500)
        raise ZeroDivisionError

    assert (Path(folder).parent, mode) == (scratches, 0o700)
    assert os.listdir(scratches) == []
    assert kept.exists()


@pytest.mark.parametrize("where", ["", "inside", "a.py", "gone"])
def test_it_is_never_in_the_workspace(root: Path, environ: dict, where: str) -> None:
    """Whatever TMPDIR says, by a link too."""
    (root / "inside").mkdir()
    link = root.parent / "link"
    link.symlink_to(root / where)

    for place in (str(root / where), str(link), "relative", ""):
        with scratch(environ | {"TMPDIR": place}, str(root)) as folder:
            assert not os.path.realpath(folder).startswith(str(root))


def test_no_place_at_all_is_told() -> None:
    """With what to do about it."""
    with pytest.raises(Unavailable) as told, scratch({"TMPDIR": "/tmp"}, "/"):
        pass

    assert "TMPDIR" in told.value.next


def test_what_a_killed_process_left_is_removed(root: Path, environ: dict, scratches: Path) -> None:
    """By the next one; a folder that somebody holds stays."""
    script = (
        "import os, sys\nfrom scafld.adapters.providers.scratch import scratch\n"
        f"with scratch({environ!r}, {str(root)!r}) as folder:\n"
        "    print(folder, flush=True)\n    sys.stdin.read()\n    os.kill(os.getpid(), 9)\n"
    )
    source = {"PYTHONPATH": str(Path(scafld.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=source, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        theirs = process.stdout.readline().strip()
        with scratch(environ, str(root)):
            held = os.path.isdir(theirs)
        process.communicate("")
    left = os.path.isdir(theirs)

    with scratch(environ, str(root)):
        gone = not os.path.exists(theirs)

    assert (held, left, gone) == (True, True, True)
    assert os.listdir(scratches) == []


def test_what_is_not_ours_stays(root: Path, environ: dict, scratches: Path) -> None:
    """A folder without a lock, or a file of that name, is none that a killed process left."""
    (scratches / f"{PREFIX}folder").mkdir()
    (scratches / f"{PREFIX}file").write_text("x")
    (scratches / f"{PREFIX}link").symlink_to(root)
    (root / ".held").write_text("x")
    root.chmod(0o750)

    with scratch(environ, str(root)):
        pass

    assert len(os.listdir(scratches)) == 3
    assert ((root / "a.py").exists(), root.stat().st_mode & 0o777) == (True, 0o750)

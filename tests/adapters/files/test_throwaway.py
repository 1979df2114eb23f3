"""What is put away for a moment is gone afterwards, whatever a program did to it, and whatever became of scafld."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import scafld
from scafld.adapters.files.throwaway import HELD, throwaway

SOURCE = {"PYTHONPATH": str(Path(scafld.__file__).parents[1]), "PATH": os.environ.get("PATH", os.defpath)}
HEAD = "import os, sys\nfrom scafld.adapters.files.throwaway import throwaway\n"
NOBODY = "if os.getuid() == 0:\n    os.setgroups([])\n    os.setuid(65534)\n"


def python(script: str) -> None:
    subprocess.run([sys.executable, "-c", HEAD + script], env=SOURCE, check=True, timeout=60)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(0o777)
    for each in tmp_path.parents:
        if each.owner() == tmp_path.owner() and each != Path("/"):
            each.chmod(each.stat().st_mode | 0o011)
    tmp_path.chmod(0o755)
    return place


def test_what_may_not_be_written_to_is_removed(place: Path, tmp_path: Path) -> None:
    """Folders of every mode, full ones and empty ones; what a link leads to stays as it is."""
    kept = tmp_path / "kept"
    kept.mkdir()
    kept.chmod(0o555)
    python(
        f"{NOBODY}"
        f"with throwaway('t-', {str(place)!r}) as folder:\n"
        "    for mode in (0o555, 0o500, 0o000, 0o100, 0o300):\n"
        "        deep = os.path.join(folder, f'{mode:o}', 'deep')\n"
        "        os.makedirs(os.path.join(deep, 'empty'))\n"
        "        open(os.path.join(deep, 'file'), 'x').close()\n"
        f"        os.symlink({str(kept)!r}, os.path.join(deep, 'link'))\n"
        "        for each in (os.path.join(deep, 'empty'), deep, os.path.dirname(deep)):\n"
        "            os.chmod(each, mode)\n"
        "    os.chmod(folder, 0o555)\n"
    )

    assert os.listdir(place) == []
    assert kept.stat().st_mode & 0o777 == 0o555


def test_a_deep_tree_is_removed(place: Path) -> None:
    """Deeper than any path is long, and than Python calls itself."""
    python(
        f"with throwaway('t-', {str(place)!r}) as folder:\n"
        "    os.chdir(folder)\n"
        "    for _ in range(5000):\n"
        "        os.mkdir('folder')\n"
        "        os.chdir('folder')\n"
        "        open('file', 'x').close()\n"
        "    os.chdir('/')\n"
    )

    assert os.listdir(place) == []


def test_what_a_killed_process_left_is_removed_by_the_next(place: Path) -> None:
    """Even if that one's own clean-up was cut short; folders of another kind are left to theirs."""
    script = (
        f"with throwaway('t-', {str(place)!r}) as folder:\n    os.mkdir(folder + '/x')\n    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", HEAD + script], env=SOURCE, check=False, timeout=60)
    (left,) = place.iterdir()
    with throwaway("u-", str(place)):
        other = left.exists()

    with throwaway("t-", str(place)) as folder:
        assert [ended.returncode, other, os.listdir(place)] == [-9, True, [os.path.basename(folder)]]


def test_what_cannot_be_removed_now_is_left_with_its_lock(place: Path) -> None:
    """So that the next one finds it again."""
    script = (
        f"def no(path):\n    raise PermissionError\n"
        f"with throwaway('t-', {str(place)!r}) as folder:\n"
        "    os.mkdir(folder + '/x')\n"
        "    os.rmdir = no\n"
    )
    python(script)
    (left,) = place.iterdir()
    assert HELD in os.listdir(left)

    with throwaway("t-", str(place)):
        assert not left.exists()


def test_a_place_that_cannot_be_listed_is_one(place: Path) -> None:
    """What others left there is then left to them."""
    place.chmod(0o333)
    python(f"{NOBODY}with throwaway('t-', {str(place)!r}):\n    pass\n")
    place.chmod(0o777)

    assert os.listdir(place) == []

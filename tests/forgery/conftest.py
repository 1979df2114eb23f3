"""A task that was done, at every stage of its life: each made once, and copied for each forger."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scafld.adapters.cli.table import COMMANDS
from tests.forgery.forger import COMMAND, OTHER, TASK, Hand, environment

KEYS_ARE_KEPT = any(each.name == "keys" for each in COMMANDS)
"""Whether entries are signed and heads remembered; without `scafld keys` nothing stops what the second table does."""

collect_ignore = [] if KEYS_ARE_KEPT else ["test_signed_ledgers.py"]

STAGES = ("built", "reviewed", "completed", "committed")
Take = Callable[[str], Hand]


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return environment(str(tmp_path_factory.mktemp("keys")))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Path:
    """A folder for each stage, and for each in a workspace below the top of its repository (`below-*`).

    The change edits a file, renames one to a name with a space and an accent, makes a program of one, adds a link, and
    takes a file away.
    """
    top = tmp_path_factory.mktemp("forgery")
    for below in ("", "below-"):
        live(top, below, environ)
    return top


@pytest.fixture
def take(stages: Path, tmp_path: Path, environ: Mapping[str, str]) -> Take:
    """The workspace at a stage of its life, in the hands of a forger."""

    def copied(stage: str) -> Hand:
        root = tmp_path / "repository"
        shutil.copytree(stages / stage, root, symlinks=True)
        return Hand(root / "part" if stage.startswith("below") else root, tmp_path, environ)

    return copied


def live(top: Path, below: str, environ: Mapping[str, str]) -> None:
    """The life of the task; a copy of the repository is left at each stage."""
    root = top / f"{below}work"
    hand = Hand(root / "part" if below else root, top, environ)
    hand.folder.mkdir(parents=True)
    for name, text in (("a.py", "x = 1\n"), ("b.py", "b = 1\n"), ("src/tool.sh", "true\n"), ("src/gone.py", "g = 1\n")):
        hand.write(name, text)
    hand.write("src/old name.py", "".join(f"line = {n}\n" for n in range(20)))
    hand.git("init", "-q", "-b", "main", "--template=", str(root))
    hand.done("init", "--no-agent-docs")
    hand.done("keys", "trust")
    hand.commit("first")
    hand.git("checkout", "-q", "-b", "feature")
    hand.done("quick", TASK, "--title", "Add y", "--command", COMMAND, "--file", "a.py", "--file", "src")
    work(hand)
    hand.done("build", TASK)
    shutil.copytree(root, top / f"{below}built", symlinks=True)
    assert hand.review().code == 0
    shutil.copytree(root, top / f"{below}reviewed", symlinks=True)
    hand.done("complete", TASK)
    shutil.copytree(root, top / f"{below}completed", symlinks=True)
    hand.commit("the change")
    shutil.copytree(root, top / f"{below}committed", symlinks=True)


def work(hand: Hand) -> None:
    hand.write("a.py", "x = 1\ny = 2\n")
    os.rename(hand.path("src/old name.py"), hand.path("src/néw name.py"))
    hand.path("src/tool.sh").chmod(0o755)
    hand.path("src/link").symlink_to("tool.sh")
    hand.path("src/gone.py").unlink()


def another(hand: Hand) -> None:
    """Do a second task after the first, by the same people."""
    hand.commit("the change")
    hand.done("quick", OTHER, "--title", "Add z", "--command", "grep -q z b.py", "--file", "b.py")
    hand.write("b.py", "b = 1\nz = 2\n")
    hand.done("build", OTHER)
    command = hand.reviewer("print(json.dumps(told))")
    hand.done("review", OTHER, "--provider", "command", "--provider-command", command)
    hand.done("complete", OTHER)

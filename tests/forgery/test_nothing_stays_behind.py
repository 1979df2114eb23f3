"""However `verify` ends, the checkout that it made and what it put away are gone."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import Hand

ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]


def slow_git(hand: Hand) -> str:
    """A PATH on which git never ends checking something out, and tells who it is through a pipe."""
    folder = hand.shelf / "bin"
    folder.mkdir()
    os.mkfifo(hand.shelf / "begun")
    program = folder / "git"
    program.write_text(
        f"#!/bin/sh\ncase \" $* \" in *' checkout-index '*) echo $$ > '{hand.shelf}/begun'; exec sleep 600;; esac\n"
        f"exec '{shutil.which('git')}' \"$@\"\n"
    )
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{hand.environ['PATH']}"


def verifying(hand: Hand, place: Path) -> subprocess.Popen[bytes]:
    """A `verify` that waits for git, and puts away what it needs in `place`."""
    return subprocess.Popen(
        [sys.executable, "-m", "scafld", "verify"],
        cwd=hand.folder,
        env={**hand.environ, "PATH": slow_git(hand), "TMPDIR": str(place)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: int) -> bool:
    """Whether a process that somebody else began is over, or will be in a moment."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    return place


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_signal_while_git_works(take: Take, place: Path, number: signal.Signals) -> None:
    """It is stopped as everything is, with exit code 5."""
    hand = take("committed")
    with verifying(hand, place) as process:
        git = int((hand.shelf / "begun").read_text())
        there = len(os.listdir(place))
        process.send_signal(number)
        out, err = process.communicate(timeout=60)

    assert (there > 0, process.returncode, out) == (True, 5, b""), err
    assert ended(git)
    assert os.listdir(place) == []


def test_what_a_kill_left_is_removed_by_the_next(take: Take, place: Path) -> None:
    """SIGKILL is heard by nobody."""
    hand = take("committed")
    with verifying(hand, place) as process:
        git = int((hand.shelf / "begun").read_text())
        process.kill()
        process.communicate(timeout=60)
    os.kill(git, signal.SIGKILL)
    left = os.listdir(place)

    again = hand.apart("verify", TMPDIR=str(place))

    assert again.holds, again
    assert {each.rpartition("-")[0] for each in left} == {"scafld-attic", "scafld-checkout"}
    assert os.listdir(place) == []

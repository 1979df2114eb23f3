"""`complete` is killed at any moment: afterwards one receipt verifies, or there is none and one command makes it."""

from __future__ import annotations

import json
import random
import shlex
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.crash.forking import Forker
from tests.crash.test_kill import nobody_is_left
from tests.forgery.conftest import live
from tests.forgery.forger import LEDGER, TASK, Hand, environment

SEED = 20261127
PATIENCE_S = 60.0
HOST = """
import os, sys
from scafld.adapters.cli import front

out = os.fdopen(os.dup(1), "w")
silent = os.open(os.devnull, os.O_RDWR)
os.dup2(silent, 1)
os.dup2(silent, 2)

def complete(folder):
    os.chdir(folder)
    return front.main(["complete", "add-y", "--json"], dict(os.environ))

print(complete(sys.argv[1]), file=out, flush=True)
os.chdir("/")
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os._exit(complete(line.strip()))
    print(child, file=out, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=out, flush=True)
"""


class Gate(Forker):
    """A process that has completed the task in `warm` and so knows all of scafld that is needed; it starts another one
    for each `complete`."""

    def __init__(self, warm: Path, environ: dict[str, str]) -> None:
        super().__init__(HOST, (str(warm),), environ, ready="0")

    def complete(self, folder: Path, killed_after_s: float | None = None) -> int:
        """Complete the task in this workspace."""
        return self.tell(str(folder), killed_after_s)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "keys").mkdir()
    return environment(str(tmp_path / "keys"))


@pytest.fixture
def gate(tmp_path: Path, environ: dict[str, str]) -> Iterator[Gate]:
    live(tmp_path, "", environ)
    started = Gate(copy(tmp_path, environ, "warm").folder, environ)
    yield started
    started.close()


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.crash)])
def test_there_is_one_receipt_or_one_command_makes_it(
    gate: Gate, tmp_path: Path, environ: dict[str, str], summary: dict[str, object], kills: int
) -> None:
    """After each kill; what one kill left behind is killed again, twice at most. Half of the moments are drawn from the
    last third, where receipts are made."""
    chance = random.Random(SEED + kills)
    span = longest(gate, tmp_path, environ)
    died: Counter[str] = Counter()
    workspaces = 0

    while died.total() < kills:
        hand = copy(tmp_path, environ, workspaces)
        workspaces += 1
        for _ in range(3):
            code = gate.complete(hand.folder, chance.uniform(chance.choice((0.0, 0.7)) * span, span))
            assert code in (0, -9), hand.scafld("complete", TASK)
            if code == 0:
                break
            died[where(hand)] += 1
            the_task_is_well(hand)
            if "complete" in kinds(hand):
                break
        one_command_later(hand)
        shutil.rmtree(hand.folder)

    summary |= {"kills": died.total(), "workspaces": workspaces, "died": dict(died), "span_s": round(span, 3)}
    assert len(died) > 1
    assert nobody_is_left(tmp_path)


def longest(gate: Gate, shelf: Path, environ: dict[str, str]) -> float:
    """How many seconds a completion takes here, measured on five that nobody kills."""
    took = []
    for number in range(5):
        hand = copy(shelf, environ, f"calibration-{number}")
        start = time.monotonic()
        assert gate.complete(hand.folder) == 0
        took.append(time.monotonic() - start)
        shutil.rmtree(hand.folder)
    return max(took)


def copy(shelf: Path, environ: dict[str, str], number: object) -> Hand:
    """The reviewed task once more."""
    folder = shelf / f"copy-{number}"
    shutil.copytree(shelf / "reviewed", folder, symlinks=True)
    return Hand(folder, shelf, environ)


def kinds(hand: Hand) -> list[str]:
    """What is on record, as far as the file can be read to its end."""
    lines = hand.path(LEDGER).read_bytes().splitlines()[1:]
    found = []
    for line in lines:
        with suppress(ValueError):
            told: Any = json.loads(line.rstrip(b","))
            found.append(told["type"])
    return found


def where(hand: Hand) -> str:
    """How far it had come when it was killed, by what it left."""
    done = kinds(hand)[kinds(hand).index("review") + 1 :]
    if "complete" in done:
        moved = "archive" in hand.spec
        return f"completed, {'a receipt' if receipts(hand) else 'no receipt yet'}, {'moved' if moved else 'not moved'}"
    if "criterion" in done:
        return "the criteria on record, no receipt"
    return "nothing on record yet"


def receipts(hand: Hand) -> list[str]:
    folder = hand.path(".scafld/receipts")
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith(".")) if folder.is_dir() else []


def the_task_is_well(hand: Hand) -> None:
    """Whatever lies there as a receipt verifies, before anybody has looked and repaired."""
    found = receipts(hand)
    assert found in ([], [f"{TASK}.dsse.json"])
    if found:
        assert hand.scafld("verify").holds
    else:
        assert not hand.scafld("verify").holds


def one_command_later(hand: Hand) -> None:
    """`status` names it, or the task is completed; then there is one receipt, which verifies, and one completion."""
    told = hand.done("status", TASK)["result"]
    if told["status"] != "completed":
        assert told["next_action"]["command"] == f"scafld complete {TASK}"
        ended = hand.scafld(*shlex.split(told["next_action"]["command"])[1:])
        assert ended.code == 0, ended
    assert receipts(hand) == [f"{TASK}.dsse.json"]
    assert hand.scafld("verify").holds
    assert (kinds(hand).count("receipt"), kinds(hand).count("complete")) == (1, 1)
    assert hand.done("doctor", "--repair")["ok"]

"""Whatever a reviewer does, it is on record or refused by name, and one command goes on from there.

Afterwards the ledger's chain holds (or what is wrong with it is said at every gate), `status` says what comes next and
that command works, nothing is completed, no process is left, and no page moves anybody's cursor.
"""

from __future__ import annotations

import shlex
import subprocess

import pytest

from tests.hostile.conftest import TASK, Desk, Ended
from tests.hostile.culprit import script
from tests.hostile.table import ROWS, Row

CODES = {"passed": 0, "killed": -9, "cancelled": 5}
"""What the command ends with; 4 where nothing stands here, any no where something was spoilt."""
SPOILT = ("ledger", "spec", "index", "locks")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_stops_there_and_one_command_goes_on(desk: Desk, row: Row) -> None:
    """Where the table says, in those words."""
    desk.limits(*row.seconds)
    contract = desk.workspace().show(TASK)

    ended = review(desk, row)

    assert desk.left_running() == []
    stopped(desk, row, ended)
    assert "complete" not in desk.kinds()
    if row.stops not in SPOILT and "SPEC" not in row.deed:
        after = desk.workspace().show(TASK)
        assert (after.spec.digest, headings(after.text)) == (contract.spec.digest, headings(contract.text))
    goes_on(desk, row)


def review(desk: Desk, row: Row) -> Ended:
    """Ask this reviewer; in a process of its own where it would end ours."""
    words = ("review", TASK, "--provider-command", desk.script(script(row.deed)))
    return desk.apart(*words) if "-m scafld" in row.deed else desk(*words)


def stopped(desk: Desk, row: Row, ended: Ended) -> None:
    """It ended as the table says."""
    told = " ".join(plain(ended.out + ended.err).split())
    if row.stops in SPOILT:
        assert ended.code in (1, 3, 4, 6), told
        assert row.words in told or row.words in str(desk.last_entry())
        return
    assert ended.code == CODES.get(row.stops, 5 if "stopped" in row.name else 4), told
    if row.stops in ("killed", "void"):
        assert row.words in told
        return
    found = desk("status", TASK, "--json").told["result"]["review"]
    if row.stops in ("passed", "failed"):
        assert found["standing"] == row.stops
        assert row.words in "".join(each["unverified"] for each in found["raised"])
        return
    assert (found["attempt"]["running"], found["attempt"]["failure"]) == (False, row.stops)
    assert row.words in found["attempt"]["problem"]
    assert found["verdict"] == "" or "seals" in row.name


def goes_on(desk: Desk, row: Row) -> None:
    """The next command is named, and does what it is for."""
    status = desk("status", TASK, "--json")
    plain(desk("status", TASK).out)
    if status.code:
        command = status.told["error"]["next"]
        assert row.stops in SPOILT
        assert command
    else:
        command = status.told["result"]["next_action"]["command"]
        assert command or status.told["result"]["status"] == "cancelled"
    if command.startswith("scafld "):
        done = desk(*shlex.split(command)[1:])
        plain(done.out + done.err)
        assert done.code == 0 or row.stops in SPOILT, done
    elif command:
        subprocess.run(shlex.split(command), cwd=desk.root, env=desk.environ, check=True, timeout=60)


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#") and line != "## Review"]


def plain(text: str) -> str:
    """The text, which moves no cursor and turns no reading direction."""
    assert all(char.isprintable() or char in "\n\t" for char in text), ascii(text)
    return text

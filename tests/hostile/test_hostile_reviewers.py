"""Whatever a reviewer does, it is on record or refused by name, and one command goes on from there.

Afterwards the ledger's chain holds or is said to be damaged, `status` says what comes next, nothing is completed, and
no process is left.
"""

from __future__ import annotations

import pytest

from tests.hostile.conftest import TASK, Desk, Ended
from tests.hostile.culprit import script
from tests.hostile.table import ROWS, Row

CODES = {"passed": 0, "void": 4, "damaged": 6, "refused": 6, "unavailable": 1, "killed": -9, "cancelled": 5}
"""How the review ends; 4 for every attempt that gave no verdict."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_stops_there(desk: Desk, row: Row) -> None:
    """Where the table says, in those words."""
    if row.seconds != (60, 60):
        desk.limits(*row.seconds)

    ended = review(desk, row)

    assert ended.code == CODES.get(row.stops, 4), ended
    if row.stops in ("damaged", "refused", "unavailable", "void"):
        assert row.words in ended.err, ended
    if row.stops in ("damaged", "refused", "unavailable"):
        return
    status = desk("status", TASK, "--json")
    told = status.told["result"]
    assert stopped(told["review"], row) == "", (told["review"]["attempt"], ended)
    assert told["status"] != "completed"
    assert told["next"].startswith("scafld ") or told["status"] == "cancelled"
    assert [entry.kind for entry in desk.workspace().log(TASK)][-1] != "complete"
    assert desk.left_running() == []


def stopped(review: dict[str, object], row: Row) -> str:
    """What is not as the table says, "" when all is."""
    attempt = review["attempt"] or {"problem": "", "failure": ""}
    assert isinstance(attempt, dict)
    match row.stops:
        case "passed" | "failed":
            verdict = "pass" if row.stops == "passed" else "fail"
            return "" if review["verdict"] == verdict and not attempt["problem"] else "another verdict"
        case "void":
            return "it has a verdict" if review["verdict"] else ""
        case "killed":
            return "it has a verdict" if review["verdict"] else ""
        case failure:
            return "" if (attempt["failure"], row.words in attempt["problem"]) == (failure, True) else "another failure"


def review(desk: Desk, row: Row) -> Ended:
    words = ("review", TASK, "--provider-command", desk.script(script(row.deed)))
    return desk.apart(*words) if "-m scafld" in row.deed else desk(*words)

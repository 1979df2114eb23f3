"""No forgery ends in a receipt that verifies: each stops at the command that the table names, in its words."""

from __future__ import annotations

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import RECEIPT, TASK, Ended, Hand
from tests.forgery.rows import Row
from tests.forgery.table import ROWS

CODES = {"verify": (1, 3, 6), "complete": (1, 3, 4, 6), "review": (4,)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_stops_there(take: Take, row: Row) -> None:
    """At that command, in those words; and no receipt verifies afterwards."""
    hand = take(row.stage)
    row.deed(hand)

    ended = attempt(hand, row)

    assert ended.code in CODES[row.stops], ended.words
    assert row.words in ended.words, ended.words
    assert not verified(hand, row).holds
    assert row.stops == "verify" or not hand.path(RECEIPT).exists() or "receipt" in row.name


@pytest.mark.parametrize("stage", ["completed", "committed", "below-completed", "below-committed"])
def test_what_nobody_forged_holds(take: Take, stage: str) -> None:
    """Else the table would show nothing."""
    ended = take(stage).scafld("verify")

    assert ended.holds, ended


def test_the_table_is_one() -> None:
    """Sixty at least, and none twice."""
    names = [row.name for row in ROWS]

    assert len(names) >= 60
    assert len(set(names)) == len(names)


def attempt(hand: Hand, row: Row) -> Ended:
    """Go for it, in a process of its own where the environment was prepared."""
    more = dict(row.more(hand))
    if row.stops == "review":
        asked = ("review", TASK, "--provider", "command", "--provider-command", hand.command)
        return hand.apart(*asked, **more) if more else hand.scafld(*asked)
    if row.stops == "complete":
        return hand.scafld("complete", TASK, **more)
    return verified(hand, row)


def verified(hand: Hand, row: Row) -> Ended:
    more, words = dict(row.more(hand)), ("verify", "--commit", row.at) if row.at else ("verify",)
    return hand.apart(*words, **more) if more else hand.scafld(*words)

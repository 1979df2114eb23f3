"""No ledger that was computed anew, cut back or written elsewhere ends in a receipt that verifies.

Collected where `scafld keys` is there: see `conftest.py`.
"""

from __future__ import annotations

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import RECEIPT, TASK
from tests.forgery.rows import Row
from tests.forgery.signed_table import SIGNED_LEDGERS


@pytest.mark.parametrize("row", SIGNED_LEDGERS, ids=lambda row: row.name)
def test_it_completes_nothing(take: Take, row: Row) -> None:
    """The gate says no, and names a command that explains it; no receipt is there."""
    hand = take(row.stage)
    row.deed(hand)

    ended = hand.scafld("complete", TASK)

    assert ended.code in (3, 4, 6), ended.words
    assert ended.told["error"]["next"].startswith("scafld ")
    assert row.words in ended.words
    assert not hand.path(RECEIPT).exists()
    assert not hand.scafld("verify").holds


@pytest.mark.parametrize("stage", ["reviewed"])
def test_what_this_host_wrote_completes(take: Take, stage: str) -> None:
    """Else the table would show nothing: the same folder, moved as the rows move it, and nothing else done."""
    hand = take(stage)

    hand.done("complete", TASK)

    assert hand.scafld("verify").holds

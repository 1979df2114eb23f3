"""The second table: ledgers that hold together and were not written by this host.

A chain of digests shows none of these: entries that bear a signature do, and a host that remembers how its ledgers
ended. So the table counts from the day on which `scafld keys` is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from tests.forgery.forger import LEDGER, TASK, Hand
from tests.forgery.rows import Row, ends

Entries = list[Any]
AT = "2020-01-01T00:00:00.000Z"
TRIED = [{"target": "the change", "attack": f"angle {n}", "result": "clean"} for n in range(6)]
NOBODY = "entry-3, entry-9 of the ledger carry authority, and nobody known signed it"
DOSSIER = {"mode": "discover", "summary": "Read it.", "attacks": TRIED, "findings": []}


def ledger(edit: Callable[[Entries], Entries]) -> Callable[[Hand], None]:
    return lambda hand: hand.reseal(edit)


def failed(hand: Hand) -> None:
    """A reviewer that finds a blocker."""
    ended = hand.review("print(json.dumps(told | {'findings': [found]}))")
    assert ended.code == 4, ended


def verdict(entries: Entries) -> Entries:
    """A review that nobody gave, in the place of one that failed."""
    begun = next(each for each in entries if each["type"] == "review_start")
    kept = [each for each in entries if each["type"] != "review"]
    about = {key: begun[key] for key in ("contract", "material", "attempt", "actor")}
    told = {"provider": "command", "verdict": "pass", "authorises": True, "dossier": DOSSIER}
    return [*kept, {"type": "review", "recorded_at": AT, "step_end": len(kept) + 1} | about | told]


def by_hand(hand: Hand) -> None:
    failed(hand)
    hand.reseal(verdict)


def cut_back(hand: Hand) -> None:
    """To before a review that failed; then a friend is asked."""
    before = hand.read(LEDGER)
    failed(hand)
    hand.write(LEDGER, before)
    hand.review()


def yesterdays(hand: Hand) -> None:
    """The ledger as it stood before the task was given up."""
    before = hand.read(LEDGER)
    hand.done("cancel", TASK, "--reason", "it is wrong")
    hand.write(LEDGER, before)


def another_hosts(hand: Hand) -> None:
    """The review was heard on another machine, by a friend; its ledger is put here."""
    there = Hand(hand.shelf / "there", hand.shelf, hand.environ)
    shutil.copytree(hand.folder, there.folder, symlinks=True)
    for name in ("CONFIG", "STATE"):
        there.environ[f"SCAFLD_{name}_HOME"] = str(hand.shelf / "their keys")
    assert there.review().code == 0
    shutil.rmtree(hand.path(LEDGER).parent)
    shutil.copytree(there.path(LEDGER).parent, hand.path(LEDGER).parent)


def renamed(entries: Entries) -> Entries:
    """Another person said it all."""
    return [each | {"actor": each["actor"] | {"name": "boss"}} for each in entries]


def later(entries: Entries) -> Entries:
    """All of it happened at another time."""
    return [each | {"recorded_at": AT} for each in entries]


def raised(entries: Entries) -> Entries:
    """The review was given by another vendor's model."""
    told = {"provider": "codex", "vendor": "openai", "model": "gpt-9"}
    return [each | told if each["type"] == "review" else each for each in entries]


def unsigned(entries: Entries) -> Entries:
    """The same ledger, every signature taken out."""
    return [{key: kept for key, kept in each.items() if "sig" not in key and key != "signed"} for each in entries]


SIGNED_LEDGERS: tuple[Row, ...] = (
    ends("a review by hand, the chain computed anew", by_hand, "it was computed anew", stage="built"),
    ends("cut back to before a failed review", cut_back, "it was cut back", stage="built"),
    ends("put back to before it was cancelled", yesterdays, "it was cut back", stage="reviewed"),
    ends(
        "heard on another host",
        another_hosts,
        "entry-9 of the ledger carries authority, and nobody known",
        stage="built",
    ),
    ends("the whole ledger in another's name", ledger(renamed), NOBODY),
    ends("the whole ledger at another time", ledger(later), NOBODY),
    ends(
        "the reviewer another one",
        ledger(raised),
        "entry-9 of the ledger carries authority, and nobody known signed it",
    ),
    ends("every signature taken out, one name changed", ledger(lambda all: unsigned(renamed(all))), NOBODY),
)

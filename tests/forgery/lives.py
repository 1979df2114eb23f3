"""Reviewers that cheat, ledgers that were written by hand, and completion of what was not reviewed."""

from __future__ import annotations

import json
import os

from tests.forgery.forger import CONFIG, LEDGER, RECEIPT, TASK, Hand
from tests.forgery.rows import CROSS, Deed, asks, committed, does, edit, ends

NEW = "src/néw name.py"
PASSES = "print(json.dumps(told))"


def claims(hand: Hand) -> None:
    """A reviewer who says to be another one."""
    hand.write(CONFIG, CROSS)
    said = "provider='codex', model='gpt-9', session_id='s', verdict='pass'"
    ended = hand.review(f"print(json.dumps(told | dict({said})))", CLAUDECODE="1")
    assert ended.code == 0, ended
    hand.done("complete", TASK)


def by_a_person(hand: Hand) -> None:
    """A person takes the reviewer's place, and signs nothing."""
    hand.done("review", TASK, "--human-reviewed", "--reason", "I have read it")
    hand.done("complete", TASK)


def stale(hand: Hand) -> None:
    """A person's review of what is not there any more."""
    hand.done("review", TASK, "--human-reviewed", "--reason", "I have read it")
    edit(hand)


def appended(text: str) -> Deed:
    """An entry by hand, without a chain."""
    return lambda hand: hand.replace(LEDGER, "\n]}", f",\n{text}\n]}}")


def turned(hand: Hand) -> None:
    """A verdict of fail is edited into a pass."""
    ended = hand.review("print(json.dumps(told | {'findings': [found]}))")
    assert ended.code == 4, ended
    hand.replace(LEDGER, '"verdict":"fail"', '"verdict":"pass"')


def dropped(hand: Hand) -> None:
    """An entry in the middle is taken out."""
    lines = hand.read(LEDGER).splitlines(keepends=True)
    hand.write(LEDGER, "".join(lines[:5] + lines[6:]))


def approved_again(hand: Hand) -> None:
    """The approval is entered once more by hand, and every digest computed anew."""
    entries = json.loads(hand.read(LEDGER))["entries"]
    approval = next(each for each in entries if each["type"] == "approval")
    hand.reseal(lambda every: [*every, approval | {"step_end": len(every) + 1}])


REVIEWERS = (
    asks("a reviewer that sets its own budget", f"told['attacks'] = tried[:1]; {PASSES}", "1 attack angle"),
    asks("a reviewer that skips all", f"[each.update(result='skipped') for each in tried]; {PASSES}", "0 attack"),
    asks("a reviewer that edits", f"open('a.py', 'a').write('z'); {PASSES}", "a.py"),
    asks("a reviewer that edits and fails", "open('a.py', 'a').write('z'); sys.exit(1)", "a.py"),
    asks("a reviewer that edits the contract", f"open(SPEC, 'a').write('x'); {PASSES}", "add-y.md"),
    asks("a reviewer that writes a receipt", f"write('receipts/add-y.dsse.json', '{{}}'); {PASSES}", "receipts/add-y"),
    asks("a reviewer that trusts a key", f"write('trusted-keys.json', '{{}}'); {PASSES}", "trusted-keys"),
    asks(
        "a reviewer that passes over its own blocker",
        "print(json.dumps(told | {'findings': [found], 'verdict': 'pass'}))",
        "broken",
    ),
    does("a reviewer that says to be another", claims, "its independence is", stage="built"),
    does("a person in the reviewer's place", by_a_person, "no trusted key signed for it", stage="built"),
)
GATES = (
    ends("an edit after a person's review", stale, "changed", stage="built"),
    ends("an edit after the review", edit, "changed"),
    ends("an edit after the review, committed", committed(edit), "changed"),
    ends("a file more in scope after the review", lambda hand: hand.write("src/evil.py", "evil = 1\n"), "changed"),
    ends("a rename after the review", lambda hand: os.rename(hand.path(NEW), hand.path("src/c d.py")), "changed"),
    ends("an edit below the top of a repository", edit, "changed", stage="below-reviewed"),
    ends("what was reviewed taken back", lambda hand: hand.write("a.py", "x = 1\n"), "changed"),
    ends("another contract after the review", lambda hand: hand.replace(hand.spec, "grep -q y", "test -f"), "contract"),
    ends("no review", lambda hand: None, "review", stage="built"),
    ends("a rehearsal for a review", lambda hand: hand.scafld("review", TASK, "--provider", "local"), "", "built"),
)
LEDGERS = (
    ends("an entry edited", lambda hand: hand.replace(LEDGER, '"verdict":"pass"', '"verdict":"PASS"'), "ledger"),
    ends("a verdict turned", turned, "ledger", stage="built"),
    ends("an entry behind the ledger", appended('{"type":"review","verdict":"pass"}'), "ledger", stage="built"),
    ends("an entry taken out", dropped, "ledger"),
    ends("an approval entered again", approved_again, "", stage="reviewed"),
    ends("the ledger emptied", lambda hand: hand.write(LEDGER, ""), "ledger"),
    ends(
        "the ledger of another task",
        lambda hand: hand.replace(LEDGER, '"task_id":"add-y"', '"task_id":"add-z"'),
        "ledger",
    ),
    does(
        "a receipt put there before completion",
        lambda hand: (hand.write(RECEIPT, "{}"), hand.scafld("complete", TASK), hand.write(RECEIPT, "{}")),
        "it is no receipt",
        stage="reviewed",
    ),
)
LIVES = (*REVIEWERS, *GATES, *LEDGERS)

"""What nobody committed is in git's store no more than before, whatever scafld looked at."""

from __future__ import annotations

from tests.forgery.conftest import Take
from tests.forgery.forger import TASK, Hand
from tests.forgery.lives import untracked


def test_no_command_leaves_an_object_in_the_store(take: Take) -> None:
    """A store is pushed, copied and backed up: what was only looked at must not travel with it."""
    hand = take("built")
    untracked(hand)
    before = objects(hand)

    assert hand.review().code == 0
    hand.done("complete", TASK)
    hand.done("verify")

    assert objects(hand) == before


def test_what_is_in_the_store_would_be_seen(take: Take) -> None:
    """Else the test above would show nothing."""
    hand = take("built")
    before = objects(hand)

    hand.git("hash-object", "-w", "--", "a.py")

    assert len(objects(hand) - before) == 1


def objects(hand: Hand) -> frozenset[str]:
    """Everything in the store, named by something or not."""
    return frozenset(hand.git("cat-file", "--batch-all-objects", "--batch-check").splitlines())

"""What nothing here stops, so that nobody takes a receipt for more than it is: docs/threat-model.md says the same."""

from __future__ import annotations

from typing import Any

from tests.forgery.conftest import Take
from tests.forgery.forger import Hand


def without(path: str, told: Any) -> None:
    """The same change without a file of it, in the predicate and in the subject."""
    material = told["predicate"]["material"]
    material["files"] = [each for each in material["files"] if each["path"] != path]
    told["subject"] = [each for each in told["subject"] if each["name"] != path]


def test_who_has_a_trusted_key_can_tell_another_story(take: Take) -> None:
    """One that holds together: another provider's review is none that `verify` can tell from a real one."""
    hand = take("committed")
    said = {"provider": "codex", "vendor": "openai", "independence": "cross-vendor"}

    hand.retold(lambda told: told["predicate"]["review"].update(said))

    assert hand.statement()["predicate"]["review"]["provider"] == "codex"
    assert hand.scafld("verify").holds


def test_who_has_a_trusted_key_can_leave_a_file_out(take: Take) -> None:
    """What stands in no receipt is held against nothing; that the tree is another one is a note."""
    hand = take("committed")
    hand.retold(lambda told: without("a.py", told))
    edited(hand)

    ended = hand.scafld("verify")

    assert ended.holds
    assert "the tree around the change is not the one that was reviewed" in ended.words


def test_who_may_write_the_list_of_keys_trusts_whom_they_like(take: Take) -> None:
    """So it is taken from a commit that the author of the change cannot write to."""
    from scafld.core.proof.signers.ed25519 import key_id_of
    from tests.forgery.forger import coded, own_key

    hand = take("committed")
    raw = own_key().public_key().public_bytes_raw()
    hand.keys(key_id=key_id_of(raw), public_key=coded(raw))

    hand.resigned()

    assert hand.scafld("verify").holds


def test_other_files_than_those_of_the_change_are_no_part_of_it(take: Take) -> None:
    """Somebody may have spoilt them after the review; it is a note."""
    hand = take("committed")
    hand.append("b.py", "evil = 1\n")

    ended = hand.scafld("verify")

    assert ended.holds
    assert "the tree around the change is not the one that was reviewed" in ended.words


def edited(hand: Hand) -> None:
    hand.append("a.py", "evil = 1\n")
    hand.commit("tampered")

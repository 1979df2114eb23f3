"""Whose signature counts is listed, given, and taken away; every no says what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, strategies

from scafld.adapters.memory.custodian import MemoryRing, MemoryTrust
from scafld.app.keys import Hosted, Key, Keys, State, Wish
from scafld.core.names import Moment
from scafld.core.proof.signers.trust import Role, read_trusted_keys, write_trusted_keys
from scafld.core.refusal import Misused, Refused, Unavailable

NOW = Moment("2026-01-31T12:00:00.000Z")
ANNA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs anna@laptop"
SIGNER = f'anna@example.org namespaces="scafld-approve",valid-before="20270101Z" {ANNA}'


@pytest.fixture
def keys() -> Keys:
    return Keys(trusted=MemoryTrust(), ring=MemoryRing(), now=lambda: NOW)


def by_id(keys: Keys) -> dict[str, Key]:
    return {each.key_id: each for each in keys.list().keys}


def test_this_hosts_key_is_trusted_once(keys: Keys) -> None:
    """To mint; asking again changes nothing and says so."""
    assert keys.show().state is State.UNTRUSTED

    first, second = keys.trust(), keys.trust()

    assert (first.added, second.added) == (True, False)
    assert (first.key.roles, first.key.hosted, first.key.state) == ((Role.MINT,), Hosted.CURRENT, State.COUNTS)
    assert keys.show() == first.key


def test_a_signer_for_something_else_is_not_taken_for_one(keys: Keys) -> None:
    """Whose line allows signatures for git alone gets no say here."""
    with pytest.raises(Misused, match="not allowed in the namespace scafld-approve"):
        keys.trust(Wish(key=f'anna@example.org namespaces="git" {ANNA}'))


def test_a_rotated_key_is_kept_and_stays_trusted(keys: Keys) -> None:
    """The new one is not trusted until somebody says so."""
    old = keys.trust().key.key_id
    new = keys.rotate()

    assert (new.hosted, new.state) == (Hosted.CURRENT, State.UNTRUSTED)
    assert (by_id(keys)[old].hosted, by_id(keys)[old].state) == (Hosted.RETIRED, State.COUNTS)


@pytest.mark.parametrize("text", [ANNA, SIGNER])
def test_a_persons_key_may_do_what_people_do(keys: Keys, text: str) -> None:
    """From a public key, or from a line of allowed signers with what that line says."""
    found = keys.trust(Wish(key=text, owner="anna")).key

    assert found.roles == (Role.APPROVE, Role.OVERRIDE, Role.ATTEST)
    assert (found.owner, found.hosted) == ("anna", Hosted.NO)
    assert found.expires_at == ("2027-01-01T00:00:00.000Z" if text is SIGNER else None)


def test_a_revoked_key_is_revoked_from_a_moment_on(keys: Keys) -> None:
    """With the reason beside it, in a file that is read again as it was written."""
    key_id = keys.trust(Wish(key=ANNA)).key.key_id
    done = keys.revoke(key_id, reason="the laptop\nwas stolen", at="2026-01-01")

    assert (done.key.state, done.key.revoked_at) == (State.REVOKED, "2026-01-01T00:00:00.000Z")
    assert done.key.comment == "revoked: the laptop was stolen"
    trusted = keys.trusted.read()
    assert read_trusted_keys(write_trusted_keys(trusted)) == trusted


NOT: dict[str, tuple[Callable[[Keys], object], type[Exception], str]] = {
    "a key twice": (lambda keys: [keys.trust(Wish(key=ANNA)) for _ in range(2)], Refused, "already"),
    "revoked twice": (
        lambda keys: [
            keys.revoke(keys.trust().key.key_id if not each else keys.show().key_id, reason="x") for each in (0, 1)
        ],
        Refused,
        "revoked already",
    ),
    "trusted again once revoked": (
        lambda keys: (keys.revoke(keys.trust().key.key_id, reason="x"), keys.trust()),
        Refused,
        "is revoked",
    ),
    "an unknown key revoked": (lambda keys: keys.revoke("SHA256:nobody", reason="x"), Refused, "no key SHA256:nobody"),
    "an unknown key shown": (lambda keys: keys.show("SHA256:nobody"), Refused, "no key SHA256:nobody"),
    "no reason": (lambda keys: keys.revoke(keys.trust().key.key_id, reason=" "), Misused, "with a reason"),
    "no moment": (lambda keys: keys.revoke(keys.trust().key.key_id, reason="x", at="soon"), Misused, "'soon'"),
    "no role": (lambda keys: keys.trust(Wish(key=ANNA, roles=("rule",))), Misused, "no role 'rule'"),
    "an SSH key that mints": (lambda keys: keys.trust(Wish(key=ANNA, roles=("mint",))), Misused, "cannot mint"),
    "a host that approves": (lambda keys: keys.trust(Wish(roles=("approve",))), Misused, "can only mint"),
    "no key at all": (lambda keys: keys.trust(Wish(key="hello there")), Misused, "no public key"),
    "two keys": (lambda keys: keys.trust(Wish(key=f"{ANNA}\n{ANNA}")), Misused, "there are 2"),
    "an end before the beginning": (
        lambda keys: keys.trust(Wish(not_before="2026-02-01", expires_at="2026-01-01")),
        Misused,
        "before it begins",
    ),
}


@pytest.mark.parametrize("what", NOT)
def test_what_cannot_be_is_refused(keys: Keys, what: str) -> None:
    """With the reason, and nothing changed by it."""
    act, error, words = NOT[what]

    with pytest.raises(error, match=words):
        act(keys)


def test_without_a_place_for_keys_the_trusted_ones_are_still_listed(keys: Keys) -> None:
    """And why this host has none."""
    keys.trust(Wish(key=ANNA))
    assert isinstance(keys.ring, MemoryRing)
    keys.ring.lost = "HOME is not set"

    assert (len(keys.list().keys), keys.list().problem) == (1, "HOME is not set")
    with pytest.raises(Unavailable):
        keys.trust()


@given(strategies.lists(strategies.sampled_from(["trust", "rotate", "revoke"]), max_size=8))
def test_whatever_is_done_the_file_can_be_read_and_nothing_is_lost(acts: list[str]) -> None:
    """No key ever leaves the file or the host."""
    keys = Keys(trusted=MemoryTrust(), ring=MemoryRing(), now=lambda: NOW)
    seen: set[str] = set()
    for act in acts:
        with contextlib.suppress(Refused):
            {"trust": keys.trust, "rotate": keys.rotate}.get(act, lambda: keys.revoke(keys.show().key_id, reason="x"))()
        assert seen <= set(by_id(keys))
        seen = set(by_id(keys))
        assert read_trusted_keys(write_trusted_keys(keys.trusted.read())) == keys.trusted.read()

"""Two that change the trusted keys at once: one waits for the other, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scafld.adapters.local.keyring import TrustedFile
from scafld.adapters.memory.custodian import MemoryRing
from scafld.app.keys import Keys, Wish
from scafld.core.names import Moment
from scafld.core.proof.signers.trust import TrustedKeys
from scafld.core.refusal import Misused, Unavailable
from scafld.core.value import changed

NOW = Moment("2026-01-31T12:00:00.000Z")
PERSON = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs"


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / ".scafld").mkdir()
    return str(tmp_path)


def keys_of(root: str, *, patience_s: float = 60.0) -> Keys:
    return Keys(trusted=TrustedFile(root, patience_s=patience_s), ring=MemoryRing(), now=lambda: NOW)


def test_who_has_waited_too_long_is_told_who_holds_them(root: str) -> None:
    """And nothing was written meanwhile."""
    told = pytest.raises(Unavailable, match=r"trusted-keys\.json is being changed by scafld keys revoke")
    with TrustedFile(root).changing("keys revoke"), told as no:
        keys_of(root, patience_s=0.05).trust()

    assert no.value.next == "scafld keys list"
    assert TrustedFile(root).read() == TrustedKeys(keys=())


Act = Callable[[Keys, str], object]


@pytest.mark.parametrize(
    "act",
    [lambda keys, key_id: keys.revoke(key_id, reason="lost"), lambda keys, _key_id: keys.trust(Wish(key=PERSON))],
    ids=["revoke", "trust"],
)
def test_what_was_read_before_is_read_again(root: str, act: Act) -> None:
    """Who waited does not write over the one that it waited for."""
    key_id = keys_of(root).trust().key.key_id
    waits = threading.Event()

    class Watched(TrustedFile):
        def changing(self, command: str) -> AbstractContextManager[None]:
            waits.set()
            return super().changing(command)

    other = Keys(trusted=Watched(root, patience_s=60.0), ring=MemoryRing(), now=lambda: NOW)
    trusted = TrustedFile(root)
    with trusted.changing("a test"):
        (before,) = trusted.read().keys
        thread = threading.Thread(target=lambda: act(other, key_id))
        thread.start()
        waits.wait()
        trusted.write(TrustedKeys(keys=(changed(before, owner="anna"),)))
    thread.join(timeout=60)

    first, *more = trusted.read().keys
    assert first.owner == "anna"
    assert first.revoked_at == NOW or len(more) == 1


def test_wrong_words_wait_for_nobody(root: str) -> None:
    """They are judged before the lock is asked for."""
    with TrustedFile(root).changing("keys revoke"):
        with pytest.raises(Misused):
            keys_of(root, patience_s=0.0).revoke("ed25519:x", reason="lost", at="yesterday")
        with pytest.raises(Misused):
            keys_of(root, patience_s=0.0).trust(Wish(key=PERSON, roles=("king",)))


def test_a_change_that_is_refused_lets_go(root: str) -> None:
    """The next one need not wait."""
    for _ in range(2):
        with pytest.raises(Exception, match="needs no revoking"):
            keys_of(root, patience_s=0.0).revoke("ed25519:nobody", reason="lost")

    assert keys_of(root, patience_s=0.0).trust().added

"""Two that change the trusted keys at once: one waits for the other, and nothing is lost."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from scafld.adapters.local.keyring import TrustedFile
from scafld.adapters.memory.custodian import MemoryRing
from scafld.app.keys import Keys
from scafld.core.names import Moment
from scafld.core.proof.trust import TrustedKeys
from scafld.core.refusal import Unavailable
from scafld.core.value import changed

NOW = Moment("2026-01-31T12:00:00.000Z")


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


def test_what_was_read_before_is_read_again(root: str) -> None:
    """Who waited does not write over the one that it waited for."""
    key_id = keys_of(root).trust().key.key_id
    other = threading.Thread(target=lambda: keys_of(root).revoke(key_id, reason="lost"))

    trusted = TrustedFile(root)
    with trusted.changing("a test"):
        (before,) = trusted.read().keys
        other.start()
        trusted.write(TrustedKeys(keys=(changed(before, owner="anna"),)))
    other.join(timeout=60)

    (after,) = trusted.read().keys
    assert (after.owner, after.revoked_at) == ("anna", NOW)


def test_a_change_that_is_refused_lets_go(root: str) -> None:
    """The next one need not wait."""
    for _ in range(2):
        with pytest.raises(Exception, match="needs no revoking"):
            keys_of(root, patience_s=0.0).revoke("ed25519:nobody", reason="lost")

    assert keys_of(root, patience_s=0.0).trust().added

"""People's signatures, in memory and by ssh-keygen: whose it is, over what, in which namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scafld.adapters.memory.key_ring import MemoryKeyRing, key_named
from scafld.adapters.signing.ssh_signature import sign, signer_of
from scafld.app.countersign import Sign
from scafld.core.proof.signers.ssh_key import SshKey, read_ssh_key
from scafld.core.proof.spoken.consent import NAMESPACE
from scafld.core.proof.witnessing import SshCheck
from scafld.core.refusal import Unavailable


@dataclass(frozen=True)
class Signing:
    """Two ports that belong together, and a key for them: its path and its public half."""

    sign: Sign
    check: SshCheck
    path: str
    key: SshKey


def in_memory(_folder: Path) -> Signing:
    ring = MemoryKeyRing()
    ring.trust("anna")
    return Signing(sign=ring.sign, check=ring.check, path="anna", key=key_named("anna"))


def by_ssh_keygen(folder: Path) -> Signing:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs ssh-keygen of the OpenSSH client")
    environ = {"PATH": os.environ["PATH"], "HOME": os.devnull, "LC_ALL": "C"}
    path = folder / "anna"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(words, env=environ, check=True, timeout=60, stdin=subprocess.DEVNULL)
    return Signing(
        sign=lambda key, message: sign(key, message, NAMESPACE, environ=environ),
        check=signer_of,
        path=str(path),
        key=read_ssh_key(Path(f"{path}.pub").read_text()),
    )


@pytest.fixture(params=[in_memory, by_ssh_keygen], ids=["memory", "ssh-keygen"])
def signing(request: pytest.FixtureRequest, tmp_path: Path) -> Signing:
    make: Callable[[Path], Signing] = request.param
    return make(tmp_path)


def test_a_signature_says_whose_it_is(signing: Signing) -> None:
    """The key that signed, as it is trusted."""
    armored = signing.sign(signing.path, b"one line\n")

    assert signing.check(armored, b"one line\n", NAMESPACE).fingerprint == signing.key.fingerprint


@pytest.mark.parametrize(
    ("message", "namespace", "word"),
    [
        (b"another line\n", NAMESPACE, "not one of this key over these bytes"),
        (b"one line", NAMESPACE, "not one of this key over these bytes"),
        (b"one line\n", "git", "was made for 'scafld-approve' and not for 'git'"),
    ],
)
def test_it_is_one_over_these_bytes_and_for_this_alone(
    signing: Signing, message: bytes, namespace: str, word: str
) -> None:
    """In the same words, whoever checks."""
    armored = signing.sign(signing.path, b"one line\n")

    with pytest.raises(ValueError, match=word):
        signing.check(armored, message, namespace)


@pytest.mark.parametrize("bend", [lambda text: text + "x\n", lambda text: text[:50], lambda _text: ""])
def test_what_is_more_or_less_than_a_signature_is_none(signing: Signing, bend: Callable[[str], str]) -> None:
    """A ValueError, whatever it is."""
    armored = bend(signing.sign(signing.path, b"one line\n"))

    with pytest.raises(ValueError, match="it "):
        signing.check(armored, b"one line\n", NAMESPACE)


def test_a_key_that_is_not_there_does_not_sign(signing: Signing) -> None:
    """Unavailable, and no signature."""
    with pytest.raises(Unavailable):
        signing.sign("/nowhere/mallory", b"one line\n")

"""A person's SSH signature: what ssh-keygen makes is verified here, and both say the same about every other one."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.signing.ssh_signature import sign, signer_of
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.proof.signers.allowed_signers import read_allowed_signers, trusted_from
from scafld.core.proof.signers.ssh_key import SK_ECDSA, SK_ED25519, SshKey, read_ssh_key
from scafld.core.proof.signers.sshsig import BEGIN, END, NotASignature, read_signature
from scafld.core.proof.signers.trust import Role, why_not
from scafld.core.proof.spoken.consent import NAMESPACE, to_approve
from scafld.core.refusal import Unavailable

Key = Callable[[str], Path]
MESSAGE = to_approve(TaskId("add-cache"), Digest("a" * 64), reason="fine").message
SOFT = ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa"]


def public_of(path: Path) -> SshKey:
    return read_ssh_key(Path(f"{path}.pub").read_text(encoding="ascii"))


def string(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def mpint(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def armor(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    return "\n".join([BEGIN, *lines, END, ""])


def assembled(key: SshKey, signature: bytes, namespace: str = NAMESPACE, hashing: bytes = b"sha512") -> str:
    parts = (key.blob, namespace.encode(), b"", hashing, signature)
    return armor(b"SSHSIG\0\0\0\1" + b"".join(string(part) for part in parts))


@pytest.fixture
def openssh_says(tmp_path: Path, environ: dict[str, str]) -> Callable[[str, bytes, str, SshKey], bool]:
    """What `ssh-keygen -Y verify` says of a signature, when this key is allowed to make it."""

    def said(armored: str, message: bytes, namespace: str, key: SshKey) -> bool:
        (tmp_path / "allowed").write_text(f'a@example.org namespaces="{namespace}" {key.line}\n', encoding="ascii")
        (tmp_path / "signature").write_text(armored, encoding="utf-8")
        words = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "a@example.org"]
        words += ["-n", namespace, "-s", str(tmp_path / "signature")]
        run = subprocess.run(words, input=message, env=environ, capture_output=True, timeout=60, check=False)
        return run.returncode == 0

    return said


Openssh = Callable[[str, bytes, str, SshKey], bool]


@pytest.mark.parametrize("kind", SOFT)
def test_what_ssh_keygen_signs_is_verified_here(
    kind: str, key_of: Key, environ: dict[str, str], openssh_says: Openssh
) -> None:
    """With every kind of key, and both say so."""
    path = key_of(kind)

    armored = sign(str(path), MESSAGE, NAMESPACE, environ=environ)

    assert signer_of(armored, MESSAGE, NAMESPACE) == public_of(path)
    assert openssh_says(armored, MESSAGE, NAMESPACE, public_of(path))


@pytest.mark.parametrize("kind", SOFT)
def test_the_fingerprint_is_that_of_ssh_keygen(kind: str, key_of: Key, environ: dict[str, str]) -> None:
    """So that people can compare what they read here with what they know."""
    words = ["ssh-keygen", "-l", "-f", f"{key_of(kind)}.pub"]
    said = subprocess.run(words, env=environ, capture_output=True, check=True, encoding="utf-8", timeout=60).stdout

    assert public_of(key_of(kind)).fingerprint == said.split()[1]


@pytest.mark.parametrize("kind", SOFT)
def test_a_signature_counts_for_its_bytes_and_namespace_alone(
    kind: str, key_of: Key, environ: dict[str, str], openssh_says: Openssh
) -> None:
    """Another message, or the signature of a commit: neither here nor there."""
    path = key_of(kind)
    armored = sign(str(path), MESSAGE, "git", environ=environ)

    for message, namespace in ((MESSAGE + b"\n", "git"), (MESSAGE, NAMESPACE), (b"", "git")):
        with pytest.raises(NotASignature):
            signer_of(armored, message, namespace)
        assert not openssh_says(armored, message, namespace, public_of(path))
    with pytest.raises(NotASignature, match="it was made for 'git' and not for 'scafld-approve'"):
        signer_of(armored, MESSAGE, NAMESPACE)


@pytest.mark.parametrize("kind", SOFT)
def test_one_bit_of_a_signature_is_enough(kind: str, key_of: Key, environ: dict[str, str]) -> None:
    """Every bit of what is signed, of whose it is, and of the signature; none may be another's or nobody's."""
    path = key_of(kind)
    armored = sign(str(path), MESSAGE, NAMESPACE, environ=environ)
    blob = base64.b64decode("".join(armored.strip().splitlines()[1:-1]))
    step = 1 if kind == "ed25519" else 7

    for bit in range(0, 8 * len(blob), step):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotASignature):
            signer_of(armor(bytes(flipped)), MESSAGE, NAMESPACE)


def in_hardware(kind: str, *, flags: int = 1, namespace: str = NAMESPACE) -> tuple[SshKey, str]:
    """A signature as a hardware key makes it, by a key that this test holds."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    counter = (7).to_bytes(4, "big")
    if kind == SK_ED25519:
        edwards = Ed25519PrivateKey.generate()
        parts = [edwards.public_key().public_bytes_raw(), b"ssh:"]
    else:
        curve = ec.generate_private_key(ec.SECP256R1())
        point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        parts = [b"nistp256", point, b"ssh:"]
    blob = string(kind.encode()) + b"".join(string(part) for part in parts)
    key = read_ssh_key(f"{kind} {base64.b64encode(blob).decode()}")
    empty = assembled(key, string(kind.encode()) + string(b"") + bytes((1,)) + counter, namespace)
    signed = bytearray(read_signature(empty).signed_bytes(MESSAGE))
    signed[32] = flags
    if kind == SK_ED25519:
        raw = edwards.sign(bytes(signed))
    else:
        r, s = decode_dss_signature(curve.sign(bytes(signed), ec.ECDSA(hashes.SHA256())))
        raw = string(mpint(r)) + string(mpint(s))
    return key, assembled(key, string(kind.encode()) + string(raw) + bytes((flags,)) + counter, namespace)


@pytest.mark.parametrize("kind", [SK_ED25519, SK_ECDSA])
def test_a_hardware_keys_signature_is_verified(kind: str, openssh_says: Openssh) -> None:
    """With its application, flags and counter, which it signs too; OpenSSH says the same."""
    key, armored = in_hardware(kind)

    assert signer_of(armored, MESSAGE, NAMESPACE) == key
    assert openssh_says(armored, MESSAGE, NAMESPACE, key)
    with pytest.raises(NotASignature):
        signer_of(armored, b"another message", NAMESPACE)
    assert not openssh_says(armored, b"another message", NAMESPACE, key)


@pytest.mark.parametrize("kind", [SK_ED25519, SK_ECDSA])
@pytest.mark.parametrize("flags", [0, 4])
def test_a_hardware_key_that_nobody_touched_does_not_count(kind: str, flags: int) -> None:
    """An approval is what a person does with a finger; a program alone could have asked for this one."""
    _, armored = in_hardware(kind, flags=flags)

    with pytest.raises(NotASignature, match="nobody touched the hardware key"):
        signer_of(armored, MESSAGE, NAMESPACE)


@pytest.mark.parametrize("kind", [SK_ED25519, SK_ECDSA])
def test_flags_and_counter_cannot_be_changed(kind: str) -> None:
    """They are signed."""
    _, armored = in_hardware(kind)
    blob = base64.b64decode("".join(armored.strip().splitlines()[1:-1]))

    for place, other in ((-5, 5), (-1, 8)):
        bent = bytearray(blob)
        bent[place] = other
        with pytest.raises(NotASignature, match="not one of this key"):
            signer_of(armor(bytes(bent)), MESSAGE, NAMESPACE)


def test_sha1_is_refused(key_of: Key) -> None:
    """An RSA key that signs as `ssh-rsa` signs with SHA-1."""
    key = public_of(key_of("rsa"))

    with pytest.raises(NotASignature, match="does not sign as 'ssh-rsa'"):
        signer_of(assembled(key, string(b"ssh-rsa") + string(bytes(256))), MESSAGE, NAMESPACE)


def test_both_hashes_are_read(key_of: Key, environ: dict[str, str], openssh_says: Openssh) -> None:
    """SHA-256 as well as SHA-512; a signature over one is none over the other."""
    path = key_of("ed25519")
    words = ["ssh-keygen", "-Y", "sign", "-q", "-O", "hashalg=sha256", "-f", str(path), "-n", NAMESPACE]
    run = subprocess.run(words, input=MESSAGE, env=environ, capture_output=True, check=True, timeout=60)
    armored = run.stdout.decode()

    assert signer_of(armored, MESSAGE, NAMESPACE) == public_of(path)
    assert openssh_says(armored, MESSAGE, NAMESPACE, public_of(path))
    swapped = base64.b64decode("".join(armored.strip().splitlines()[1:-1])).replace(b"sha256", b"sha512")
    with pytest.raises(NotASignature, match="not one of this key"):
        signer_of(armor(swapped), MESSAGE, NAMESPACE)


@settings(max_examples=15)
@given(strategies.binary(max_size=400))
def test_any_bytes_can_be_signed(key_of: Key, environ: dict[str, str], message: bytes) -> None:
    """NULs, no line's end, nothing at all."""
    path = key_of("ed25519")

    assert signer_of(sign(str(path), message, NAMESPACE, environ=environ), message, NAMESPACE) == public_of(path)


def test_a_running_agent_signs(key_of: Key, agent: dict[str, str], tmp_path: Path) -> None:
    """The private key is nowhere on the disk: only its public half, and the agent that holds it."""
    private = tmp_path / "key"
    shutil.copy(key_of("ed25519"), private)
    os.chmod(private, 0o600)
    shutil.copy(f"{key_of('ed25519')}.pub", tmp_path / "key.pub")
    subprocess.run(["ssh-add", "-q", str(private)], env=agent, check=True, timeout=60, stdin=subprocess.DEVNULL)
    private.unlink()

    armored = sign(str(tmp_path / "key.pub"), MESSAGE, NAMESPACE, environ=agent)

    assert signer_of(armored, MESSAGE, NAMESPACE) == public_of(key_of("ed25519"))


def test_without_key_and_agent_there_is_no_signature(key_of: Key, environ: dict[str, str], tmp_path: Path) -> None:
    """Whoever has only the public half gets ssh-keygen's own words and nothing else."""
    shutil.copy(f"{key_of('ed25519')}.pub", tmp_path / "key.pub")

    with pytest.raises(Unavailable, match="ssh-keygen did not sign: "):
        sign(str(tmp_path / "key.pub"), MESSAGE, NAMESPACE, environ=environ)


def test_an_agent_without_this_key_does_not_sign_with_another(
    key_of: Key, agent: dict[str, str], tmp_path: Path
) -> None:
    """The key that was named, or none."""
    other = key_of("another-ed25519")
    subprocess.run(["ssh-add", "-q", str(other)], env=agent, check=True, timeout=60, stdin=subprocess.DEVNULL)
    shutil.copy(f"{key_of('ed25519')}.pub", tmp_path / "key.pub")

    with pytest.raises(Unavailable, match="ssh-keygen did not sign: "):
        sign(str(tmp_path / "key.pub"), MESSAGE, NAMESPACE, environ=agent)


@pytest.mark.parametrize("name", ["missing", "a folder", "-leading", "with\nline"])
def test_a_key_that_is_not_there_is_told(name: str, environ: dict[str, str], tmp_path: Path) -> None:
    """Whatever its name looks like."""
    path = tmp_path / name
    if name == "a folder":
        path.mkdir()

    with pytest.raises(Unavailable, match="ssh-keygen did not sign: "):
        sign(str(path), MESSAGE, NAMESPACE, environ=environ)


def test_an_odd_name_of_a_key_is_a_name(key_of: Key, environ: dict[str, str], tmp_path: Path) -> None:
    """Blanks and quotes go to ssh-keygen as they are: no shell reads them."""
    path = tmp_path / "my 'key' $(touch x); é"
    shutil.copy(key_of("ed25519"), path)
    os.chmod(path, 0o600)

    assert signer_of(sign(str(path), MESSAGE, NAMESPACE, environ=environ), MESSAGE, NAMESPACE)


def test_a_machine_without_ssh_keygen_is_told(tmp_path: Path) -> None:
    """And what to install."""
    with pytest.raises(Unavailable, match="ssh-keygen was not found") as told:
        sign(str(tmp_path / "key"), MESSAGE, NAMESPACE, environ={"PATH": str(tmp_path)})

    assert told.value.next == "install the OpenSSH client"


def stand_in(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `ssh-keygen` is this shell script."""
    path = folder / "ssh-keygen"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_a_key_that_nobody_unlocks_is_not_waited_for(tmp_path: Path) -> None:
    """After its time the child is ended."""
    environ = stand_in(tmp_path, "exec sleep 60")

    with pytest.raises(Unavailable, match=r"gave no signature within 0\.2 s"):
        sign(str(tmp_path / "key"), MESSAGE, NAMESPACE, environ=environ, timeout_s=0.2)


@pytest.mark.parametrize("script", ["cat", "exit 0", f"echo '{BEGIN}'; echo AAAA; echo '{END}'"])
def test_what_does_not_verify_is_no_signature(tmp_path: Path, script: str) -> None:
    """Whoever stands in for ssh-keygen: its word is checked."""
    with pytest.raises(Unavailable, match="what it gave does not verify"):
        sign(str(tmp_path / "key"), MESSAGE, NAMESPACE, environ=stand_in(tmp_path, script))


def test_a_point_off_the_curve_verifies_nothing(key_of: Key) -> None:
    """A key that is none is no reason to raise anything else."""
    good = public_of(key_of("ecdsa-256"))
    blob = good.blob[:-1] + bytes((good.blob[-1] ^ 1,))
    key = read_ssh_key(f"{good.kind} {base64.b64encode(blob).decode()}")
    signature = string(good.kind.encode()) + string(string(b"\1") + string(b"\1"))

    with pytest.raises(NotASignature, match="not one of this key"):
        signer_of(assembled(key, signature), MESSAGE, NAMESPACE)


@pytest.mark.parametrize("numbers", [b"", string(b"\1"), string(b"\0\1") + string(b"\1"), string(b"") + string(b"\1")])
def test_odd_numbers_verify_nothing(key_of: Key, numbers: bytes) -> None:
    """One number, a padded one, none at all."""
    key = public_of(key_of("ecdsa-256"))

    with pytest.raises(NotASignature, match="not one of this key"):
        signer_of(assembled(key, string(key.kind.encode()) + string(numbers)), MESSAGE, NAMESPACE)


@pytest.mark.parametrize(
    "options",
    [
        "",
        'namespaces="scafld-approve"',
        'namespaces="git,scafld-*"',
        'namespaces="git"',
        'namespaces="!scafld-approve,*"',
        'namespaces="[s]cafld-approve"',
        'valid-after="20260131Z"',
        'valid-after="20260201Z"',
        'valid-before="20260131Z"',
        'valid-before="202601311201Z"',
        'valid-after="20260131115959Z",valid-before="20260131120001Z"',
    ],
)
def test_who_is_allowed_is_what_openssh_says(
    options: str, key_of: Key, environ: dict[str, str], tmp_path: Path
) -> None:
    """A file of allowed signers means the same to both, at noon of the last day of January 2026."""
    path = key_of("ed25519")
    line = " ".join(each for each in ("a@example.org", options, public_of(path).line) if each)
    (tmp_path / "allowed").write_text(f"{line}\n", encoding="ascii")
    (tmp_path / "signature").write_text(sign(str(path), MESSAGE, NAMESPACE, environ=environ), encoding="ascii")
    words = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "a@example.org", "-n", NAMESPACE]
    words += ["-s", str(tmp_path / "signature"), "-O", "verify-time=20260131120000Z"]

    theirs = subprocess.run(words, input=MESSAGE, env=environ, capture_output=True, timeout=60, check=False)
    ours = trusted_from(read_allowed_signers(f"{line}\n"), NAMESPACE, (Role.APPROVE,))

    counts = [key for key in ours if not why_not(key, Role.APPROVE, Moment("2026-01-31T12:00:00.000Z"))]
    assert bool(counts) == (theirs.returncode == 0), theirs.stderr

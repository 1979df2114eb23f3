"""Signatures of people: made by `ssh-keygen` with a key in a file, an agent or hardware, verified in this process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from shlex import quote
from typing import TYPE_CHECKING

from scafld.core.proof.signers.ssh_key import (
    CURVES,
    ED25519,
    RSA,
    SK_ECDSA,
    SK_ED25519,
    NotAnSshKey,
    SshKey,
    fields_of,
)
from scafld.core.proof.signers.sshsig import NotASignature, SshSignature, read_signature
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

TIMEOUT_S = 120.0
"""So long a person may take to type a passphrase or to touch a key."""


def signer_of(armored: str, message: bytes, namespace: str) -> SshKey:
    """The key that made this signature over this message in this namespace. NotASignature says why none did."""
    found = read_signature(armored)
    if found.namespace != namespace:
        raise NotASignature(f"it was made for {found.namespace[:40]!r} and not for {namespace!r}")
    if not _VERIFIERS[found.key.kind](found, found.signed_bytes(message)):
        raise NotASignature("it is not one of this key over these bytes")
    return found.key


def sign(
    key_path: str, message: bytes, namespace: str, *, environ: Mapping[str, str], timeout_s: float = TIMEOUT_S
) -> str:
    """An armored signature by the key at `key_path`: a private key, or the public half of one that a running ssh-agent
    or a hardware key holds. `environ` is all that ssh-keygen finds; SSH_AUTH_SOCK in it leads to the agent.

    Unavailable, in ssh-keygen's own words, when there is no signature at the end; one that does not verify is none.
    """
    armored = _run(["ssh-keygen", "-Y", "sign", "-q", "-f", key_path, "-n", namespace], message, environ, timeout_s)
    try:
        signer_of(armored, message, namespace)
    except NotASignature as error:
        raise Unavailable(f"ssh-keygen signed with {key_path}, and what it gave does not verify: {error}") from error
    return armored


# Private.


def _run(argv: list[str], message: bytes, environ: Mapping[str, str], timeout_s: float) -> str:
    try:
        run = subprocess.run(
            argv, input=message, env=dict(environ), capture_output=True, timeout=timeout_s, check=False
        )
    except FileNotFoundError as error:
        raise Unavailable("ssh-keygen was not found; it signs for you", next="install the OpenSSH client") from error
    except OSError as error:
        raise Unavailable(f"ssh-keygen cannot be run: {error.strerror or error}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"ssh-keygen gave no signature within {timeout_s:g} s") from error
    if run.returncode != 0:
        said = " ".join(run.stderr.decode("utf-8", "replace").split())[:300]
        key = argv[argv.index("-f") + 1]
        unlock = f"ssh-add {quote(key)}" if "passphrase" in said else ""
        raise Unavailable(f"ssh-keygen did not sign: {said or f'exit {run.returncode}'}", next=unlock)
    return run.stdout.decode("ascii", "replace")


def _by_ed25519(found: SshSignature, signed: bytes) -> bool:
    from scafld.adapters.signing.host_key import holds

    return holds(found.key.parts[0], signed, found.raw)


def _by_ecdsa(found: SshSignature, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curve, hashing = _curve_of(found.key.parts[0])
    try:
        r, s = (_positive(part) for part in _two(fields_of(found.raw)))
        public = ec.EllipticCurvePublicKey.from_encoded_point(curve, found.key.parts[1])
        public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashing))
    except (InvalidSignature, ValueError):
        return False
    return True


def _by_rsa(found: SshSignature, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    hashing = hashes.SHA512() if found.kind == "rsa-sha2-512" else hashes.SHA256()
    exponent, modulus = (int.from_bytes(part, "big") for part in found.key.parts)
    try:
        rsa.RSAPublicNumbers(exponent, modulus).public_key().verify(found.raw, signed, padding.PKCS1v15(), hashing)
    except (InvalidSignature, ValueError):
        return False
    return True


_VERIFIERS: dict[str, Callable[[SshSignature, bytes], bool]] = {
    ED25519: _by_ed25519,
    SK_ED25519: _by_ed25519,
    RSA: _by_rsa,
    **dict.fromkeys((*CURVES, SK_ECDSA), _by_ecdsa),
}


def _curve_of(name: bytes) -> tuple[EllipticCurve, HashAlgorithm]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    curves: dict[bytes, tuple[EllipticCurve, HashAlgorithm]] = {
        b"nistp256": (ec.SECP256R1(), hashes.SHA256()),
        b"nistp384": (ec.SECP384R1(), hashes.SHA384()),
        b"nistp521": (ec.SECP521R1(), hashes.SHA512()),
    }
    return curves[name]


def _two(fields: list[bytes]) -> list[bytes]:
    if len(fields) != 2:
        raise NotAnSshKey("an ECDSA signature has two numbers")
    return fields


def _positive(part: bytes) -> int:
    """A number above nothing, without a byte too many: what other libraries read, and only that."""
    number = int.from_bytes(part, "big", signed=True)
    if number <= 0 or len(part) != number.bit_length() // 8 + 1:
        raise NotAnSshKey("an ECDSA signature holds a number that is not written as it should be")
    return number

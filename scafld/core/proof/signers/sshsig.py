"""What an armored SSH signature holds: whose it says it is, for which namespace, and over what it was made.

Format: PROTOCOL.sshsig of OpenSSH. Nothing is verified here; `signed_bytes` says what has to be.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from scafld.core.proof.signers.ssh_key import (
    CURVES,
    ED25519,
    RSA,
    SK_ECDSA,
    SK_ED25519,
    NotAnSshKey,
    SshKey,
    fields_of,
    ssh_key_of,
)
from scafld.core.value import value

BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
LARGEST = 1 << 16

SIGNS_AS = {
    ED25519: ("ssh-ed25519",),
    SK_ED25519: (SK_ED25519,),
    SK_ECDSA: (SK_ECDSA,),
    RSA: ("rsa-sha2-512", "rsa-sha2-256"),
    **{kind: (kind,) for kind in CURVES},
}
"""The kinds of signature that each kind of key makes; SHA-1 is none of them."""

TOUCHED = 0x01
"""The bit by which a hardware key says that somebody touched it."""


class NotASignature(ValueError):
    """This is no SSH signature that is accepted; the message says why."""


@value
class SshSignature:
    """One signature. `raw`: the signature proper, in its kind's own encoding. `flags` and `counter`: what a hardware
    key adds, and signs too."""

    key: SshKey
    namespace: str
    hashing: str
    kind: str
    raw: bytes
    flags: int = 0
    counter: int = 0

    def signed_bytes(self, message: bytes) -> bytes:
        """What the key must have signed, if the signature is one over `message`."""
        digest = _HASHES[self.hashing](message).digest()
        whole = _MAGIC + b"".join(
            _string(part) for part in (self.namespace.encode("utf-8"), b"", self.hashing.encode("ascii"), digest)
        )
        if self.key.kind not in (SK_ED25519, SK_ECDSA):
            return whole
        application = hashlib.sha256(self.key.parts[-1]).digest()
        flags_and_counter = bytes((self.flags,)) + self.counter.to_bytes(4, "big")
        return application + flags_and_counter + hashlib.sha256(whole).digest()


def read_signature(armored: str) -> SshSignature:
    """The signature in this text. NotASignature when it is none, is incomplete, or holds anything beside."""
    blob = _dearmored(armored)
    if not blob.startswith(_MAGIC + _VERSION):
        raise NotASignature("it is no SSH signature of version 1")
    try:
        public, namespace, reserved, hashing, signature = _five(fields_of(blob[len(_MAGIC + _VERSION) :]))
        key = ssh_key_of(public)
        kind, raw, flags, counter = _signature(key, signature)
        return SshSignature(
            key=key,
            namespace=_namespace(namespace, reserved),
            hashing=_hashing(hashing),
            kind=kind,
            raw=raw,
            flags=flags,
            counter=counter,
        )
    except NotAnSshKey as error:
        raise NotASignature(str(error)) from error


# Private.

_MAGIC = b"SSHSIG"
_VERSION = b"\0\0\0\1"
_HASHES = {"sha512": hashlib.sha512, "sha256": hashlib.sha256}


def _dearmored(armored: str) -> bytes:
    if len(armored) > LARGEST:
        raise NotASignature(f"it has {len(armored)} characters; {LARGEST} are the most")
    lines = armored.strip().splitlines()
    if len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
        raise NotASignature(f"it does not stand between {BEGIN} and {END}")
    try:
        return base64.b64decode("".join(lines[1:-1]).encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise NotASignature("what stands between its first and its last line is no base64") from error


def _five(fields: list[bytes]) -> list[bytes]:
    if len(fields) != 5:
        raise NotASignature("it does not have the parts it should")
    return fields


def _namespace(found: bytes, reserved: bytes) -> str:
    if reserved:
        raise NotASignature("it holds something in a field that is kept empty")
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotASignature("its namespace is no text") from error


def _hashing(found: bytes) -> str:
    name = found.decode("ascii", "replace")
    if name not in _HASHES:
        raise NotASignature(f"it hashes with {name[:20]!r}; sha512 and sha256 are accepted")
    return name


def _signature(key: SshKey, blob: bytes) -> tuple[str, bytes, int, int]:
    """Kind, signature proper, and a hardware key's flags and counter."""
    hardware = key.kind in (SK_ED25519, SK_ECDSA)
    body, tail = (blob[:-_TAIL], blob[-_TAIL:]) if hardware else (blob, b"")
    fields = fields_of(body)
    kind = fields[0].decode("ascii", "replace") if fields else ""
    if kind not in SIGNS_AS[key.kind] or len(fields) != 2:
        raise NotASignature(f"a key of kind {key.kind} does not sign as {kind[:40]!r}")
    if not hardware:
        return kind, fields[1], 0, 0
    if len(tail) != _TAIL or not tail[0] & TOUCHED:
        raise NotASignature("nobody touched the hardware key when it signed")
    return kind, fields[1], tail[0], int.from_bytes(tail[1:], "big")


_TAIL = 5


def _string(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part

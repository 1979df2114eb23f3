"""What an OpenSSH public key is: its kind, its exact bytes, and the fingerprint that `ssh-keygen -l` prints."""

from __future__ import annotations

import base64
import binascii

from scafld.core.digest import digest_of
from scafld.core.proof.signers.ed25519 import flaw_of
from scafld.core.value import value

ED25519 = "ssh-ed25519"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
RSA = "ssh-rsa"
CURVES = {"ecdsa-sha2-nistp256": b"nistp256", "ecdsa-sha2-nistp384": b"nistp384", "ecdsa-sha2-nistp521": b"nistp521"}
KINDS = (ED25519, SK_ED25519, SK_ECDSA, *CURVES, RSA)
"""What is accepted; DSA and certificates are not."""

LEAST_RSA_BITS, MOST_RSA_BITS = 2048, 16384


class NotAnSshKey(ValueError):
    """This is no public key that is accepted; the message says why."""


@value
class SshKey:
    """One public key. `blob` is what OpenSSH puts in base64; `parts` are its fields after the kind. Two keys are the
    same when their blobs are."""

    kind: str
    blob: bytes
    parts: tuple[bytes, ...]

    @property
    def fingerprint(self) -> str:
        """`SHA256:...`, as `ssh-keygen -l` prints it."""
        raw = bytes.fromhex(digest_of(self.blob))
        return "SHA256:" + base64.b64encode(raw).decode("ascii").rstrip("=")

    @property
    def line(self) -> str:
        """The key as it stands in a file, without a comment."""
        return f"{self.kind} {base64.b64encode(self.blob).decode('ascii')}"


def read_ssh_key(line: str) -> SshKey:
    """The key of one line `KIND BASE64 [COMMENT]`. NotAnSshKey says why there is none."""
    words = line.split(None, 2)
    if len(words) < 2 or "\n" in line.strip() or "\r" in line.strip():
        raise NotAnSshKey("an OpenSSH public key is one line: its kind, then base64")
    try:
        blob = base64.b64decode(words[1].encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise NotAnSshKey("what follows the kind of the key is no base64") from error
    found = ssh_key_of(blob)
    if found.kind != words[0]:
        raise NotAnSshKey(f"the line says {words[0][:40]!r}, and the key in it is {found.kind!r}")
    return found


def ssh_key_of(blob: bytes) -> SshKey:
    """The key that these bytes are. NotAnSshKey for another kind, missing or left-over bytes, and a weak key."""
    fields = fields_of(blob)
    kind = fields[0].decode("ascii", "replace") if fields else ""
    if kind not in KINDS:
        raise NotAnSshKey(f"a key of kind {kind[:40]!r} is not accepted; {', '.join(KINDS)} are")
    flaw = _flaw(kind, fields[1:])
    if flaw:
        raise NotAnSshKey(f"a key of kind {kind} {flaw}")
    return SshKey(kind=kind, blob=blob, parts=tuple(fields[1:]))


def fields_of(content: bytes) -> list[bytes]:
    """The strings that SSH's wire format holds one after another, each behind its length. NotAnSshKey when they do not
    end where the bytes do."""
    fields: list[bytes] = []
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        end = at + 4 + size
        if at + 4 > len(content) or end > len(content):
            raise NotAnSshKey("its bytes break off")
        fields.append(content[at + 4 : end])
        at = end
    return fields


# Private.


def _flaw(kind: str, parts: list[bytes]) -> str:
    """Why these are not the parts of such a key, or ""."""
    if kind in (ED25519, SK_ED25519):
        wanted = 1 + (kind == SK_ED25519)
        return "does not have the parts it should" if len(parts) != wanted else flaw_of(parts[0])
    if kind == RSA:
        return _rsa_flaw(parts)
    curve, wanted = (b"nistp256", 3) if kind == SK_ECDSA else (CURVES[kind], 2)
    if len(parts) != wanted or parts[0] != curve:
        return "does not have the parts it should"
    size = {b"nistp256": 32, b"nistp384": 48, b"nistp521": 66}[curve]
    return "" if len(parts[1]) == 1 + 2 * size and parts[1][0] == 4 else "names no point of its curve"


def _rsa_flaw(parts: list[bytes]) -> str:
    if len(parts) != 2:
        return "does not have the parts it should"
    exponent, modulus = (int.from_bytes(part, "big") for part in parts)
    if any(part != _mpint(number) for part, number in zip(parts, (exponent, modulus), strict=True)):
        return "holds a number that is not written as it should be"
    if not LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS or not modulus & 1:
        return f"has {modulus.bit_length()} bits; {LEAST_RSA_BITS} to {MOST_RSA_BITS} are accepted"
    return "" if exponent >= 3 and exponent & 1 else "has an exponent that is none"


def _mpint(number: int) -> bytes:
    """A positive number in SSH's wire format: no byte too many, and the first bit clear."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b""

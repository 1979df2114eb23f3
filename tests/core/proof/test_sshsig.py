"""The text of an SSH signature is read to the last byte, before anything is verified."""

from __future__ import annotations

import base64
import hashlib

import pytest

from scafld.core.proof.signers.ssh_key import SK_ED25519
from scafld.core.proof.signers.sshsig import BEGIN, END, NotASignature, read_signature

RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def string(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def armor(blob: bytes) -> str:
    return f"{BEGIN}\n{base64.b64encode(blob).decode()}\n{END}\n"


KEY = string(b"ssh-ed25519") + string(RAW)
SIGNATURE = string(b"ssh-ed25519") + string(bytes(64))


def blob(*parts: bytes, magic: bytes = b"SSHSIG\0\0\0\1") -> bytes:
    return magic + b"".join(string(part) for part in parts)


SOUND = (KEY, b"scafld-approve", b"", b"sha512", SIGNATURE)

HOSTILE: dict[str, tuple[str, str]] = {
    "nothing": ("", "it does not stand between"),
    "only its frame": (f"{BEGIN}\n{END}\n", "it does not stand between"),
    "a frame without an end": (armor(blob(*SOUND)).replace(END, ""), "it does not stand between"),
    "words before it": ("trust me\n" + armor(blob(*SOUND)), "it does not stand between"),
    "words after it": (armor(blob(*SOUND)) + "trust me\n", "it does not stand between"),
    "two of them": (armor(blob(*SOUND)) * 2, "is no base64"),
    "a frame of PGP": (
        armor(blob(*SOUND)).replace("SSH", "PGP"),
        "it does not stand between",
    ),
    "no base64": (f"{BEGIN}\n$$$$\n{END}", "is no base64"),
    "letters that only look it": (f"{BEGIN}\n\u0420\u0420\u0420\u0420\n{END}", "is no base64"),
    "a hundred kilobytes": (armor(bytes(100_000)), "65536 are the most"),
    "another magic": (armor(blob(*SOUND, magic=b"SSHSIX\0\0\0\1")), "no SSH signature of version 1"),
    "another version": (armor(blob(*SOUND, magic=b"SSHSIG\0\0\0\2")), "no SSH signature of version 1"),
    "a part less": (armor(blob(*SOUND[:4])), "does not have the parts it should"),
    "a part more": (armor(blob(*SOUND, b"")), "does not have the parts it should"),
    "bytes behind it": (armor(blob(*SOUND) + b"\0"), "its bytes break off"),
    "a length that is too large": (armor(blob(*SOUND)[:-1]), "its bytes break off"),
    "something reserved": (armor(blob(KEY, b"n", b"x", b"sha512", SIGNATURE)), "a field that is kept empty"),
    "a namespace that is no text": (armor(blob(KEY, b"\xff", b"", b"sha512", SIGNATURE)), "its namespace is no text"),
    "MD5": (armor(blob(KEY, b"n", b"", b"md5", SIGNATURE)), "it hashes with 'md5'"),
    "no hash": (armor(blob(KEY, b"n", b"", b"", SIGNATURE)), "it hashes with ''"),
    "no key": (armor(blob(b"", b"n", b"", b"sha512", SIGNATURE)), "a key of kind '' is not accepted"),
    "a weak key": (
        armor(blob(string(b"ssh-ed25519") + string(bytes(32)), b"n", b"", b"sha512", SIGNATURE)),
        "small order",
    ),
    "no signature in it": (armor(blob(KEY, b"n", b"", b"sha512", b"")), "does not sign as ''"),
    "a signature of another kind": (
        armor(blob(KEY, b"n", b"", b"sha512", string(b"ssh-rsa") + string(b"x"))),
        "a key of kind ssh-ed25519 does not sign as 'ssh-rsa'",
    ),
    "bytes behind the signature in it": (
        armor(blob(KEY, b"n", b"", b"sha512", SIGNATURE + string(b""))),
        "does not sign as 'ssh-ed25519'",
    ),
    "a hardware signature without its tail": (
        armor(
            blob(string(SK_ED25519.encode()) + string(RAW) + string(b"ssh:"), b"n", b"", b"sha512", b"\0\0"),
        ),
        "does not sign as",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_signature_is_refused(name: str) -> None:
    """In words that say why."""
    text, words = HOSTILE[name]

    with pytest.raises(NotASignature) as told:
        read_signature(text)

    assert words in str(told.value)


def test_what_is_signed_names_all_of_it() -> None:
    """The namespace, the hash and its name, behind a word that no other protocol begins with."""
    found = read_signature(armor(blob(*SOUND)))

    assert found.signed_bytes(b"hello") == b"SSHSIG" + b"".join(
        string(part) for part in (b"scafld-approve", b"", b"sha512", hashlib.sha512(b"hello").digest())
    )


def test_how_its_lines_are_broken_does_not_matter() -> None:
    """Mailers and editors break them elsewhere, and end them otherwise."""
    text = base64.b64encode(blob(*SOUND)).decode()
    broken = "\r\n".join([BEGIN, *(text[at : at + 20] for at in range(0, len(text), 20)), END, "", ""])

    assert read_signature(broken) == read_signature(armor(blob(*SOUND)))

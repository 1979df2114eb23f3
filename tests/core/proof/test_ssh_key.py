"""An OpenSSH public key is read to the last byte, and named as ssh-keygen names it."""

from __future__ import annotations

import base64

import pytest

from scafld.core.proof.signers.ed25519 import flaw_of, key_id_of
from scafld.core.proof.signers.ssh_key import NotAnSshKey, fields_of, read_ssh_key, ssh_key_of

ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs a person"
EC = (
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHBleA1wz1d94fs3qKzPtTFs3G5fBxHj19A8lCs"
    "CqXpwWtKBFUbbahrRoO/rmOhFcyu+ZRMFhmh1/lkvYeCVoV0="
)
POINT = b"\x04" + bytes(range(64))
RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
"""The public key of RFC 8032's first example."""
PRIME = 2**255 - 19


def blob(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def mpint(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


ODD = (1 << 2047) | 1

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "a key of kind '' is not accepted"),
    "an unknown kind": (blob(b"ssh-new", RAW), "'ssh-new' is not accepted"),
    "DSA": (blob(b"ssh-dss", b"1", b"2", b"3", b"4"), "'ssh-dss' is not accepted"),
    "a certificate": (blob(b"ssh-ed25519-cert-v01@openssh.com", RAW), "is not accepted"),
    "a length that is too large": (blob(b"ssh-ed25519", RAW)[:-1], "its bytes break off"),
    "a length without its bytes": (blob(b"ssh-ed25519", RAW) + b"\0\0", "its bytes break off"),
    "bytes left over": (blob(b"ssh-ed25519", RAW, b"more"), "does not have the parts it should"),
    "31 bytes": (blob(b"ssh-ed25519", RAW[:31]), "has 31 bytes and not 32"),
    "33 bytes": (blob(b"ssh-ed25519", RAW + b"\0"), "has 33 bytes and not 32"),
    "a point of small order": (blob(b"ssh-ed25519", bytes(32)), "small order"),
    "a hardware key without application": (
        blob(b"sk-ssh-ed25519@openssh.com", RAW),
        "does not have the parts it should",
    ),
    "another curve": (blob(b"ecdsa-sha2-nistp256", b"nistp384", POINT), "does not have the parts it should"),
    "a compressed point": (blob(b"ecdsa-sha2-nistp256", b"nistp256", b"\x02" + bytes(32)), "names no point"),
    "a short point": (blob(b"ecdsa-sha2-nistp256", b"nistp256", POINT[:-1]), "names no point"),
    "three numbers for two": (blob(b"ssh-rsa", b"\3", b"\5", b"\7"), "does not have the parts it should"),
    "1024 bits": (blob(b"ssh-rsa", mpint(65537), mpint((1 << 1023) | 1)), "has 1024 bits; 2048 to 16384"),
    "a mountain of bits": (blob(b"ssh-rsa", mpint(65537), mpint((1 << 20000) | 1)), "has 20001 bits"),
    "an even modulus": (blob(b"ssh-rsa", mpint(65537), mpint(1 << 2047)), "has 2048 bits"),
    "an exponent of one": (blob(b"ssh-rsa", mpint(1), mpint(ODD)), "has an exponent that is none"),
    "an even exponent": (blob(b"ssh-rsa", mpint(4), mpint(ODD)), "has an exponent that is none"),
    "a padded modulus": (blob(b"ssh-rsa", mpint(65537), b"\0" + mpint(ODD)), "not written as it should be"),
    "a negative modulus": (blob(b"ssh-rsa", mpint(65537), mpint(ODD)[1:]), "not written as it should be"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_good_key_is_refused(name: str) -> None:
    """In words that say why."""
    content, words = HOSTILE[name]

    with pytest.raises(NotAnSshKey) as told:
        ssh_key_of(content)

    assert words in str(told.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "one line"),
        ("ssh-ed25519", "one line"),
        (ED.replace("a person", "a\nperson"), "one line"),
        ("ssh-ed25519 not-base64!", "is no base64"),
        (ED.replace("ssh-ed25519 ", "ssh-rsa "), "the line says 'ssh-rsa', and the key in it is 'ssh-ed25519'"),
        ("command=x " + ED, "is no base64"),
    ],
)
def test_what_is_no_line_of_a_key_is_refused(line: str, words: str) -> None:
    """Options, another kind than the key's, two lines."""
    with pytest.raises(NotAnSshKey) as told:
        read_ssh_key(line)

    assert words in str(told.value)


def test_a_fingerprint_is_openssh_s_own() -> None:
    """As `ssh-keygen -l` printed it for these keys."""
    assert read_ssh_key(ED).fingerprint == "SHA256:osDBYS9YmtUUF912m/AjGhK9hM0tTMNjdN/G8eP/7nI"
    assert read_ssh_key(EC).fingerprint == "SHA256:M4r051j8AVUu0Mx+zt3RSYjfEEO2HQxtRqdxkURxzMU"


def test_a_key_is_written_as_it_was() -> None:
    """Without the comment, which is nobody's word."""
    assert read_ssh_key(ED).line == ED.removesuffix(" a person")
    assert read_ssh_key(read_ssh_key(EC).line) == read_ssh_key(EC)


def test_hardware_keys_are_keys() -> None:
    """Of both kinds, with the application they were made for."""
    assert ssh_key_of(blob(b"sk-ssh-ed25519@openssh.com", RAW, b"ssh:")).parts == (RAW, b"ssh:")
    assert ssh_key_of(blob(b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", POINT, b"ssh:")).parts[2] == b"ssh:"


def test_fields_end_where_the_bytes_do() -> None:
    """An empty one counts."""
    assert fields_of(blob(b"", b"ab")) == [b"", b"ab"]


def test_an_ed25519_id_is_its_hash() -> None:
    """URL-safe base64 of SHA-256, without padding."""
    name = key_id_of(RAW).removeprefix("ed25519:")

    assert len(base64.urlsafe_b64decode(name + "=")) == 32
    assert flaw_of(RAW) == ""


def test_the_points_for_which_anybody_can_sign_are_known() -> None:
    """Their y solves the curve's own equations; each sign, and each second spelling, is refused with them."""
    curve = -121665 * pow(121666, -1, PRIME) % PRIME
    eighth = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
    assert (curve * pow(eighth, 4, PRIME) + 2 * eighth**2 - 1) % PRIME == 0

    for y in (0, 1, PRIME - 1, eighth, PRIME - eighth, PRIME, PRIME + 1):
        for sign in (0, 1 << 255):
            assert "small order" in flaw_of((y | sign).to_bytes(32, "little"))
    assert flaw_of((PRIME + 3).to_bytes(32, "little")) == "is not written in the one way there is"

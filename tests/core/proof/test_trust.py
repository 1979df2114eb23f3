"""Whose signature counts is read exactly; one thing that is wrong and the file is believed in nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies

from scafld.core.moments import later
from scafld.core.names import Moment
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.proof.signers.ssh_key import read_ssh_key
from scafld.core.proof.signers.trust import (
    NotTrustedKeys,
    Role,
    TrustedKeys,
    identity_of,
    raw_of,
    read_trusted_keys,
    trusted_ed25519,
    trusted_ssh,
    why_not,
    write_trusted_keys,
)
from scafld.core.value import changed

RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
OTHER = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SSH = read_ssh_key("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs a person")
NOW = Moment("2026-01-31T12:00:00.000Z")
MINTING = trusted_ed25519(RAW, (Role.MINT,), comment="the build machine")
APPROVING = trusted_ssh(SSH, (Role.APPROVE, Role.OVERRIDE), owner="a person")
TRUSTED = TrustedKeys(keys=(MINTING, APPROVING))
Bend = Callable[[dict[str, Any]], object]


def bent(bend: Bend) -> bytes:
    made = json.loads(write_trusted_keys(TRUSTED))
    bend(made)
    return json.dumps(made).encode()


def first(**fields: object) -> Bend:
    return lambda file: file["keys"][0].update(fields)


def second(**fields: object) -> Bend:
    return lambda file: file["keys"][1].update(fields)


def as_ssh(raw: bytes) -> dict[str, object]:
    body = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + raw
    key = read_ssh_key("ssh-ed25519 " + base64.b64encode(body).decode())
    return {"key_id": key.fingerprint, "alg": "ssh", "public_key": key.line, "roles": ["approve"]}


HOSTILE: dict[str, tuple[Bend, str]] = {
    "no version": (lambda f: f.pop("version"), "version: is missing"),
    "another version": (lambda f: f.update(version=2), "version: expected 1, found 2"),
    "a version that is text": (lambda f: f.update(version="1"), "version: expected a whole number, found text"),
    "no keys": (lambda f: f.pop("keys"), "keys: is missing"),
    "keys that are an object": (lambda f: f.update(keys={}), "keys: expected a list, found an object"),
    "an unknown field": (lambda f: f.update(signed=True), "signed: there is no such field"),
    "an unknown field of a key": (first(trusted=True), "keys[0].trusted: there is no such field"),
    "revoked as a truth": (first(revoked=True), "keys[0].revoked: there is no such field"),
    "a key that is text": (lambda f: f["keys"].append("x"), "keys[2]: expected an object, found text"),
    "no id": (lambda f: f["keys"][0].pop("key_id"), "keys[0].key_id: is missing"),
    "another's id": (first(key_id=APPROVING.key_id), "keys[0].key_id: it is not that of the key"),
    "an id of somebody's choice": (first(key_id="release"), "keys[0].key_id: it is not that of the key"),
    "another's key under this id": (
        first(public_key=base64.b64encode(OTHER).decode()),
        "keys[0].key_id: it is not that of the key",
    ),
    "an unknown sort": (first(alg="rsa"), "keys[0].alg: expected one of ed25519, ssh"),
    "an SSH line as raw bytes": (second(alg="ed25519"), "keys[1].public_key: it is no base64"),
    "raw bytes as an SSH line": (first(alg="ssh"), "keys[0].public_key: an OpenSSH public key is one line"),
    "no base64": (first(public_key="$$$"), "keys[0].public_key: it is no base64"),
    "letters that only look it": (first(public_key="\u0420" * 44), "keys[0].public_key: it is no base64"),
    "half a key": (first(public_key="AAAA"), "an ed25519 key has 3 bytes and not 32"),
    "a private key": (first(public_key=base64.b64encode(RAW + RAW).decode()), "has 64 bytes and not 32"),
    "a key for which anybody can sign": (
        first(public_key=base64.b64encode(bytes(32)).decode()),
        "is a point of small order",
    ),
    "the same, in SSH's dress": (
        second(public_key="ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()),
        "is a point of small order",
    ),
    "no roles": (lambda f: f["keys"][0].pop("roles"), "keys[0].roles: is missing"),
    "an empty list of roles": (first(roles=[]), "keys[0].roles: it is empty"),
    "a role nobody knows": (first(roles=["admin"]), "keys[0].roles[0]: expected one of mint"),
    "every role at once": (first(roles=["*"]), "keys[0].roles[0]: expected one of mint"),
    "a role twice": (first(roles=["mint", "mint"]), "keys[0].roles: one stands there twice"),
    "an SSH key that mints": (second(roles=["mint"]), "keys[1].roles: an SSH key cannot mint"),
    "a raw key that approves": (first(roles=["mint", "approve"]), "keys[0].roles: an ed25519 key can only mint"),
    "a time that is none": (first(expires_at="never"), "keys[0].expires_at: "),
    "a day": (first(expires_at="2026-01-31"), "keys[0].expires_at: a moment needs a time zone"),
    "a day without a zone": (first(revoked_at="2026-01-31T00:00:00"), "keys[0].revoked_at: a moment needs a time zone"),
    "a week": (first(not_before="2026-W05-6T12:00:00.000Z"), "keys[0].not_before: written as"),
    "seconds since 1970": (first(expires_at=1769860800), "keys[0].expires_at: expected text"),
    "a time before all time": (first(not_before="0001-01-01T00:00:00+23:59"), "keys[0].not_before: "),
    "an end before the beginning": (
        first(not_before="2026-02-01T00:00:00Z", expires_at="2026-01-01T00:00:00Z"),
        "the key ends before it begins",
    ),
    "a key twice": (lambda f: f["keys"].append(f["keys"][0]), "keys[2]: it is the same key as keys[0]"),
    "a key twice, once in SSH's dress": (
        lambda f: f["keys"].append(as_ssh(RAW)),
        "keys[2]: it is the same key as keys[0]",
    ),
    "a crowd": (lambda f: f.update(keys=f["keys"] * 251), "keys: there are 502; the most is 500"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_with_anything_wrong_is_not_believed(name: str) -> None:
    """With the place and the reason."""
    bend, words = HOSTILE[name]

    with pytest.raises(NotTrustedKeys) as told:
        read_trusted_keys(bent(bend))

    assert any(words in problem for problem in told.value.problems), told.value.problems


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"version":1,"version":1,"keys":[]}', b" " * 1_000_001])
def test_what_is_no_such_file_is_not_believed(content: bytes) -> None:
    """Whatever it is instead; a megabyte is the most."""
    with pytest.raises(NotTrustedKeys):
        read_trusted_keys(content)


def test_every_problem_of_every_key_is_named() -> None:
    """So that one edit mends the file."""

    def bend(file: dict[str, Any]) -> None:
        first(key_id="x", roles=[])(file)
        second(roles=["mint"])(file)

    with pytest.raises(NotTrustedKeys) as told:
        read_trusted_keys(bent(bend))

    assert [problem.partition(":")[0] for problem in told.value.problems] == [
        "keys[0].key_id",
        "keys[0].roles",
        "keys[1].roles",
    ]
    assert str(told.value).endswith("(and 2 more)")


def test_what_is_written_is_read() -> None:
    """The same keys, and the same bytes again."""
    content = write_trusted_keys(TRUSTED)

    assert read_trusted_keys(content) == TRUSTED
    assert write_trusted_keys(read_trusted_keys(content)) == content
    assert b"null" not in content


def test_a_file_of_nobody_is_a_file() -> None:
    """Then nobody's signature counts."""
    assert read_trusted_keys(b'{"version":1,"keys":[]}').keys == ()


@pytest.mark.parametrize(
    "text",
    ["2026-02-01T00:00:00Z", "2026-02-01T01:00:00+01:00", "2026-01-31t19:00:00.000-05:00", "2026-02-01T00:00:00.0Z"],
)
def test_people_write_moments_in_their_own_way(text: str) -> None:
    """RFC 3339 with or without milliseconds, in any zone."""
    (key, _) = read_trusted_keys(bent(first(expires_at=text))).keys

    assert key.expires_at == "2026-02-01T00:00:00.000Z"


def test_a_key_counts_for_its_roles_only() -> None:
    """A key that mints does not approve, and the other way round."""
    assert why_not(MINTING, Role.MINT, NOW) == ""
    assert why_not(MINTING, Role.APPROVE, NOW) == f"key {MINTING.key_id} may mint, and not approve"
    assert why_not(APPROVING, Role.MINT, NOW) == f"key {APPROVING.key_id} may approve, override, and not mint"


@given(strategies.integers(-3, 3), strategies.sampled_from(["not_before", "expires_at", "revoked_at"]))
def test_a_key_counts_in_its_time_only(seconds: int, bound: str) -> None:
    """From its first moment on, and up to the last one before its end."""
    key = changed(MINTING, **{bound: NOW})
    words = {"not_before": "counts from", "expires_at": "expired at", "revoked_at": "was revoked at"}[bound]

    reason = why_not(key, Role.MINT, later(NOW, seconds))

    counts = seconds >= 0 if bound == "not_before" else seconds < 0
    assert (reason == "") == counts
    assert counts or words in reason


def test_one_key_is_one_key_in_every_dress() -> None:
    """As `ed25519` and as `ssh`; others are others."""
    dressed = read_trusted_keys(json.dumps({"version": 1, "keys": [as_ssh(RAW)]}).encode()).keys[0]

    assert identity_of(dressed) == identity_of(MINTING) == RAW == raw_of(MINTING)
    assert identity_of(APPROVING) != RAW


def test_two_keys_of_one_owner_are_one_voice() -> None:
    """And a key of nobody speaks for itself; no owner passes for a key."""
    assert changed(MINTING, owner="a person").voice == APPROVING.voice
    assert MINTING.voice != APPROVING.voice
    assert changed(APPROVING, owner=MINTING.key_id).voice != MINTING.voice


def test_a_key_is_found_by_its_id() -> None:
    """Or not at all."""
    assert TRUSTED.find(key_id_of(RAW)) == MINTING
    assert TRUSTED.find(key_id_of(OTHER)) is None

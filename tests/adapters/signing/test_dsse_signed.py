"""Others verify what we sign, we verify what others sign, and nobody verifies what was changed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject
from securesystemslib import dsse
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from scafld.adapters.signing.host_key import HostKey, holds
from scafld.core.proof.dsse import (
    IN_TOTO,
    Envelope,
    NotAnEnvelope,
    Signature,
    pae,
    read_envelope,
    signed,
    write_envelope,
)
from scafld.core.proof.signers.trust import Role, TrustedKeys, trusted_ed25519
from scafld.core.proof.witnessing import signers
from scafld.core.value import changed

PAYLOADS = strategies.binary(max_size=300)


def by(host: HostKey, payload: bytes, kind: str = IN_TOTO) -> Envelope:
    bare = Envelope(payload=payload, payload_type=kind, signatures=())
    return signed(bare, host.key_id, host.sign(bare.message))


def trust(*publics: bytes) -> TrustedKeys:
    return TrustedKeys(keys=tuple(trusted_ed25519(each, (Role.MINT,)) for each in publics))


def theirs(content: bytes) -> dsse.Envelope:
    return dsse.Envelope.from_dict(json.loads(content))


def as_they_hold(host: HostKey) -> SSlibKey:
    return SSlibKey(host.key_id, "ed25519", "ed25519", {"public": host.public.hex()})


@given(PAYLOADS, strategies.sampled_from([IN_TOTO, "text/plain", "t\u00e9"]))
def test_an_independent_implementation_verifies_ours(host: HostKey, payload: bytes, kind: str) -> None:
    """securesystemslib reads the file, finds the key by its id, and agrees about what is signed."""
    ours = by(host, payload, kind)
    found = theirs(write_envelope(ours))

    assert found.pae() == ours.message == pae(kind, payload)
    assert list(found.verify([as_they_hold(host)], 1)) == [host.key_id]
    assert found.payload == payload


@given(PAYLOADS, strategies.integers(1, 3))
def test_ours_verifies_that_of_an_independent_implementation(payload: bytes, count: int) -> None:
    """Each of several signatures, in the file as they write it."""
    hands = [CryptoSigner.generate_ed25519() for _ in range(count)]
    envelope = dsse.Envelope(payload, IN_TOTO, {})
    for each in hands:
        envelope.sign(each)
    publics = [bytes.fromhex(each.public_key.keyval["public"]) for each in hands]

    found = read_envelope(json.dumps(envelope.to_dict()).encode())

    trusted = trust(*publics)
    assert signers(found, trusted, holds) == trusted.keys
    assert found.payload == payload


@given(PAYLOADS, strategies.data())
def test_one_bit_of_anything_signed_is_enough(host: HostKey, payload: bytes, data: DataObject) -> None:
    """Of the payload, of its type, or of the signature: nobody signed that, says either implementation."""
    envelope = by(host, payload)
    (signature,) = envelope.signatures
    which = data.draw(strategies.sampled_from(["payload", "type", "signature"] if payload else ["type", "signature"]))
    content = {"payload": payload, "type": IN_TOTO.encode(), "signature": signature.sig}[which]
    bit = data.draw(strategies.integers(0, 8 * len(content) - 1))
    flipped = bytearray(content)
    flipped[bit // 8] ^= 1 << bit % 8
    bent = {
        "payload": lambda: changed(envelope, payload=bytes(flipped)),
        "type": lambda: changed(envelope, payload_type=bytes(flipped).decode("latin-1")),
        "signature": lambda: changed(envelope, signatures=(changed(signature, sig=bytes(flipped)),)),
    }[which]()

    assert signers(bent, trust(host.public), holds) == ()
    with pytest.raises(VerificationError):
        theirs(write_envelope(bent)).verify([as_they_hold(host)], 1)


@given(PAYLOADS, strategies.data())
def test_one_bit_of_the_file_never_gives_another_payload(host: HostKey, payload: bytes, data: DataObject) -> None:
    """Whatever bit of the file is flipped: it is no envelope, or nobody signed it, or it says what it said."""
    content = bytearray(write_envelope(by(host, payload)))
    bit = data.draw(strategies.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8

    try:
        found = read_envelope(bytes(content))
    except NotAnEnvelope:
        return

    if signers(found, trust(host.public), holds):
        assert (found.payload, found.payload_type) == (payload, IN_TOTO)


@given(strategies.dictionaries(strategies.text("ab"), strategies.integers(0, 9), min_size=1, max_size=3))
def test_the_bytes_are_signed_and_not_their_meaning(host: HostKey, said: dict[str, int]) -> None:
    """The file may be spaced anew. The payload may not, even where it then says the same."""
    envelope = by(host, json.dumps(said).encode())
    respaced = json.dumps(json.loads(write_envelope(envelope)), indent=7).encode()
    rewritten = json.loads(write_envelope(envelope))
    rewritten["payload"] = base64.b64encode(json.dumps(said, indent=1).encode()).decode()

    trusted = trust(host.public)
    assert signers(read_envelope(respaced), trusted, holds) == trusted.keys
    assert signers(read_envelope(json.dumps(rewritten).encode()), trusted, holds) == ()


def test_a_signature_of_another_protocol_is_none(host: HostKey) -> None:
    """Over the bare payload, or the envelope's own text, instead of the encoding of both."""
    bare = Envelope(payload=b"{}", payload_type=IN_TOTO, signatures=())

    for message in (b"{}", IN_TOTO.encode() + b"{}", b"DSSEv1" + b"{}"):
        forged = changed(bare, signatures=(Signature(keyid=host.key_id, sig=host.sign(message)),))
        assert signers(forged, trust(host.public), holds) == ()


def test_a_signature_moved_to_another_envelope_is_none(host: HostKey) -> None:
    """Nor is one under another type."""
    one, other = by(host, b"one"), by(host, b"other")

    assert signers(changed(one, signatures=other.signatures), trust(host.public), holds) == ()
    assert signers(changed(one, payload_type="text/plain"), trust(host.public), holds) == ()


def test_one_key_that_signs_twice_is_one(host: HostKey) -> None:
    """Under whatever names."""
    envelope = by(host, b"{}")
    (first,) = envelope.signatures
    twice = changed(envelope, signatures=(first, changed(first, keyid=""), changed(first, keyid="second")))

    assert len(signers(twice, trust(host.public), holds)) == 1


def test_a_stranger_beside_a_trusted_key_takes_nothing_away(host: HostKey) -> None:
    """And adds nothing."""
    stranger = CryptoSigner.generate_ed25519()
    envelope = by(host, b"{}")
    both = signed(envelope, "stranger", bytes.fromhex(stranger.sign(envelope.message).signature))

    found: Any = signers(both, trust(host.public), holds)

    assert [key.key_id for key in found] == [host.key_id]

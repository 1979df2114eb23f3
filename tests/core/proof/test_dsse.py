"""An envelope is one thing, written one way; what is not exactly one is refused in exact words."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject

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

SOUND = Envelope(payload=b'{"a":1}', payload_type=IN_TOTO, signatures=(Signature(keyid="k", sig=b"\x00" * 64),))
Bend = Callable[[dict[str, Any]], object]


def bent(bend: Bend) -> bytes:
    made = json.loads(write_envelope(SOUND))
    bend(made)
    return json.dumps(made).encode()


def first(made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = made["signatures"][0]
    return found


HOSTILE: dict[str, tuple[Bend, str]] = {
    "no payload": (lambda e: e.pop("payload"), "the envelope lacks payload"),
    "no type": (lambda e: e.pop("payloadType"), "the envelope lacks payloadType"),
    "an empty type": (lambda e: e.update(payloadType=""), "payloadType is empty"),
    "no signatures": (lambda e: e.pop("signatures"), "the envelope lacks signatures"),
    "nobody signed": (lambda e: e.update(signatures=[]), "nobody signed it"),
    "signatures that are an object": (lambda e: e.update(signatures={}), "signatures is no list"),
    "a signature that is text": (lambda e: e.update(signatures=["x"]), "signatures[0] is no object"),
    "a signature without one": (lambda e: first(e).pop("sig"), "signatures[0] lacks sig"),
    "an empty signature": (lambda e: first(e).update(sig=""), "signatures[0].sig is empty"),
    "a signature that is null": (lambda e: first(e).update(sig=None), "signatures[0].sig is no text"),
    "a key that is a number": (lambda e: first(e).update(keyid=1), "signatures[0].keyid is no text"),
    "a key that is null": (lambda e: first(e).update(keyid=None), "signatures[0].keyid is no text"),
    "an unknown field": (lambda e: e.update(verified=True), "a field 'verified', which no envelope has"),
    "an unknown field of a signature": (lambda e: first(e).update(cert="x"), "a field 'cert'"),
    "fields in another case": (lambda e: e.update(Payload=e.pop("payload")), "a field 'Payload'"),
    "a payload that is an object": (lambda e: e.update(payload={}), "payload is no text"),
    "a payload in the clear": (lambda e: e.update(payload='{"a":1}'), "payload is no base64"),
    "a payload without its padding": (lambda e: e.update(payload="eyJhIjoxfQ"), "payload is no base64"),
    "a payload with slack bits": (lambda e: e.update(payload="eyJhIjoxfR=="), "no base64 that ends as it should"),
    "a payload in lines": (lambda e: e.update(payload="eyJh\nIjoxfQ=="), "payload is no base64"),
    "a payload with a blank": (lambda e: e.update(payload=" eyJhIjoxfQ=="), "payload is no base64"),
    "a payload with a tail": (lambda e: e.update(payload="eyJhIjoxfQ==eyJh"), "payload is no base64"),
    "both alphabets": (lambda e: e.update(payload="+_++"), "mixes the two alphabets"),
    "letters that only look it": (lambda e: e.update(payload="eyJhIjoxf\u0420=="), "payload is no base64"),
    "33 signatures": (lambda e: e.update(signatures=e["signatures"] * 33), "33 signatures; the most is 32"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_envelope_is_refused(name: str) -> None:
    """Before any signature is looked at, in words that name the place."""
    bend, words = HOSTILE[name]

    with pytest.raises(NotAnEnvelope) as told:
        read_envelope(bent(bend))

    assert words in str(told.value)


@pytest.mark.parametrize("content", [b"[]", b"null", b'"x"', b"", b"{}{}", b'{"payload":"","payload":""}', b"\xff"])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    """Lists, text, two documents, a key that occurs twice, bytes that are no text."""
    with pytest.raises(NotAnEnvelope):
        read_envelope(content)


def test_ten_megabytes_are_the_most() -> None:
    """One byte more is refused before it is parsed."""
    with pytest.raises(NotAnEnvelope, match="the most is 10000000"):
        read_envelope(b'{"payload":"' + b"A" * 10_000_000)


def test_the_encoding_is_the_specifications() -> None:
    """DSSE's own example, and the length in bytes where a type is not ASCII."""
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("t\u00e9", b"") == b"DSSEv1 3 t\xc3\xa9 0 "


@given(strategies.text("a 1\u00e9", min_size=1), strategies.data())
def test_no_two_things_are_signed_alike(words: str, data: DataObject) -> None:
    """The same bytes, cut elsewhere into type and body, are other bytes to sign."""
    one, other = (data.draw(strategies.integers(0, len(words))) for _ in range(2))

    signed_first = pae(words[:one], words[one:].encode())
    signed_second = pae(words[:other], words[other:].encode())

    assert (signed_first == signed_second) == (one == other)


SIGNATURES = strategies.builds(
    lambda keyid, sig: Signature(keyid=keyid, sig=sig),
    strategies.text('abc:\u00e9"\\\n'),
    strategies.binary(min_size=1, max_size=80),
)
ENVELOPES = strategies.builds(
    lambda payload, kind, signatures: Envelope(payload=payload, payload_type=kind, signatures=tuple(signatures)),
    strategies.binary(max_size=200),
    strategies.sampled_from([IN_TOTO, "x", "t\u00e9"]),
    strategies.lists(SIGNATURES, min_size=1, max_size=4),
)


@given(ENVELOPES)
def test_what_is_written_is_read(envelope: Envelope) -> None:
    """The same envelope comes back, and is written the same again."""
    content = write_envelope(envelope)

    assert read_envelope(content) == envelope
    assert write_envelope(read_envelope(content)) == content


@given(ENVELOPES, strategies.sampled_from([None, 1, 4]), strategies.booleans(), strategies.booleans())
def test_how_it_is_spaced_does_not_matter(
    envelope: Envelope, indent: int | None, in_order: bool, url_safe: bool
) -> None:
    """Other white space, another order, escapes, and base64 of the other alphabet say the same envelope."""
    made = json.loads(write_envelope(envelope))
    if url_safe:
        made["payload"] = base64.urlsafe_b64encode(envelope.payload).decode()
        for each, signature in zip(made["signatures"], envelope.signatures, strict=True):
            each["sig"] = base64.urlsafe_b64encode(signature.sig).decode()

    again = read_envelope(json.dumps(made, indent=indent, sort_keys=in_order).encode())

    assert again == envelope
    assert again.message == envelope.message


def test_a_key_without_a_name_may_leave_it_out() -> None:
    """DSSE lets `keyid` be absent; it means the same as empty."""
    found = read_envelope(bent(lambda e: first(e).pop("keyid")))

    assert found.signatures[0].keyid == ""


def test_another_signature_leaves_the_first_alone() -> None:
    """Who signs second changes nothing of what is signed."""
    twice = signed(SOUND, "other", b"\x01")

    assert twice.message == SOUND.message
    assert twice.signatures == (*SOUND.signatures, Signature(keyid="other", sig=b"\x01"))

"""A payload and who signed it, in one file: DSSE 1.0.2.

What is signed is not the file but `pae(type, payload)`, so the file may be written anew, spaced otherwise, or given
another signature, and what was signed still holds; not one bit of payload or type may change.

Two things are stricter here than in DSSE, on purpose: an unknown field is refused and not passed over, and a key's id
stands there even where it is empty or not at all. `keyid` is a hint: who signed is what a signature says.
"""

from __future__ import annotations

import base64
import binascii

from scafld.core.digest import canonical
from scafld.core.proof.strict_json import LARGEST, Strange, read_json
from scafld.core.value import changed, value

IN_TOTO = "application/vnd.in-toto+json"
"""The payload type of an in-toto statement."""

MOST_SIGNATURES = 32


class NotAnEnvelope(ValueError):
    """These bytes are no envelope; the message says why."""


@value
class Signature:
    """One signature over `pae`. `keyid` may be empty; nothing may be decided by it."""

    keyid: str
    sig: bytes


@value
class Envelope:
    """A payload, what sort of thing it is, and its signatures, in the order of the file."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: nobody can take the type for a part of the body, or the other way round."""
    name = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(body), body)


def signed(envelope: Envelope, keyid: str, sig: bytes) -> Envelope:
    """The same with one more signature."""
    return changed(envelope, signatures=(*envelope.signatures, Signature(keyid=keyid, sig=sig)))


def read_envelope(content: bytes) -> Envelope:
    """The envelope that a file holds. NotAnEnvelope for everything else, before any signature is looked at."""
    try:
        found = read_json(content, largest=LARGEST)
    except Strange as error:
        raise NotAnEnvelope(str(error)) from error
    fields = _fields(found, _ENVELOPE, "the envelope")
    kind = _text(fields["payloadType"], "payloadType")
    if not kind:
        raise NotAnEnvelope("payloadType is empty")
    payload = _bytes(fields["payload"], "payload")
    return Envelope(payload=payload, payload_type=kind, signatures=_signatures(fields["signatures"]))


def write_envelope(envelope: Envelope) -> bytes:
    """The file that holds it: canonical JSON and a line's end, always the same for the same envelope."""
    signatures = [{"keyid": each.keyid, "sig": _base64(each.sig)} for each in envelope.signatures]
    whole = {"payload": _base64(envelope.payload), "payloadType": envelope.payload_type, "signatures": signatures}
    return canonical(whole) + b"\n"


# Private.

_ENVELOPE = ({"payload", "payloadType", "signatures"}, frozenset[str]())
_SIGNATURE = ({"sig"}, frozenset({"keyid"}))


def _signatures(found: object) -> tuple[Signature, ...]:
    if not isinstance(found, list):
        raise NotAnEnvelope("signatures is no list")
    if not found:
        raise NotAnEnvelope("signatures is empty: nobody signed it")
    if len(found) > MOST_SIGNATURES:
        raise NotAnEnvelope(f"it bears {len(found)} signatures; the most is {MOST_SIGNATURES}")
    return tuple(_signature(each, f"signatures[{at}]") for at, each in enumerate(found))


def _signature(found: object, where: str) -> Signature:
    fields = _fields(found, _SIGNATURE, where)
    sig = _bytes(fields["sig"], f"{where}.sig")
    if not sig:
        raise NotAnEnvelope(f"{where}.sig is empty")
    return Signature(keyid=_text(fields.get("keyid", ""), f"{where}.keyid"), sig=sig)


def _fields(found: object, known: tuple[set[str], frozenset[str]], where: str) -> dict[str, object]:
    needed, optional = known
    if not isinstance(found, dict):
        raise NotAnEnvelope(f"{where} is no object")
    unknown = sorted(found.keys() - needed - optional)
    if unknown:
        raise NotAnEnvelope(f"{where} has a field {unknown[0][:40]!a}, which no envelope has")
    absent = sorted(needed - found.keys())
    if absent:
        raise NotAnEnvelope(f"{where} lacks {', '.join(absent)}")
    return found


def _text(found: object, where: str) -> str:
    if not isinstance(found, str):
        raise NotAnEnvelope(f"{where} is no text")
    return found


def _bytes(found: object, where: str) -> bytes:
    """What a text in base64 says, in the standard or the URL-safe alphabet, never in both, padded, without slack."""
    text = _text(found, where)
    if set("+/") & set(text) and set("-_") & set(text):
        raise NotAnEnvelope(f"{where} mixes the two alphabets of base64")
    standard = text.replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(standard.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise NotAnEnvelope(f"{where} is no base64") from error
    if _base64(content) != standard:
        raise NotAnEnvelope(f"{where} is no base64 that ends as it should")
    return content


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")

"""Who really signed: the receipt itself, and each word of a person that it claims a signature for.

`open_receipt` is the whole way in. `signers` looks at bytes alone; `witnessed` asks whether those keys counted at that
moment, and checks every signature that the receipt carries. A signature that is claimed and does not hold is a problem,
even where nobody asked for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.core.moments import seconds_between
from scafld.core.names import CriterionId, Moment
from scafld.core.proof.coherence import SKEW_SECONDS
from scafld.core.proof.dsse import IN_TOTO, Envelope, read_envelope
from scafld.core.proof.receipt import OverrideProof, Receipt, SignatureProof, Waived
from scafld.core.proof.signers.ssh_key import SshKey
from scafld.core.proof.signers.trust import Alg, Role, TrustedKey, TrustedKeys, raw_of, why_not
from scafld.core.proof.spoken.consent import NAMESPACE, Consent, to_approve, to_attest, to_waive
from scafld.core.proof.statement import NotAReceipt, read_receipt
from scafld.core.value import value

Ed25519Check = Callable[[bytes, bytes, bytes], bool]
"""Port: whether this 32-byte key signed this message so. Never raises for what the bytes are."""

SshCheck = Callable[[str, bytes, str], SshKey]
"""Port: the key that made this armored signature over this message in this namespace. ValueError says why none did."""


@value
class Claim:
    """A signature over a person's word: where, over what, in which role, given when."""

    place: str
    consent: Consent
    role: Role
    at: Moment
    proof: SignatureProof


@value
class Voice:
    """A trusted key that really signed the word at `place`, in its role, at a moment when it counted."""

    place: str
    key: TrustedKey


@value
class Witnessed:
    """What the signatures show. `minted_by`: trusted keys that signed the receipt and might. `problems`: why nobody
    minted it, and signatures that the receipt carries and that do not hold."""

    minted_by: tuple[TrustedKey, ...] = ()
    voices: tuple[Voice, ...] = ()
    problems: tuple[str, ...] = ()

    def at(self, place: str) -> tuple[TrustedKey, ...]:
        """The keys that signed the word at this place."""
        return tuple(voice.key for voice in self.voices if voice.place == place)


APPROVAL = "approval"


def open_receipt(
    content: bytes, trusted: TrustedKeys, check: Ed25519Check, check_ssh: SshCheck
) -> tuple[Receipt, Witnessed]:
    """The receipt in a file, and what its signatures show. NotAnEnvelope, NotAReceipt for what is none.

    It is read even when no trusted key signed it, so that all that is wrong can be told at once; nothing that it says
    counts then: `shortfalls` has that as its first.
    """
    envelope = read_envelope(content)
    if envelope.payload_type != IN_TOTO:
        raise NotAReceipt((f"the payload is {envelope.payload_type[:60]!a} and not {IN_TOTO}",))
    receipt = read_receipt(envelope.payload)
    return receipt, witnessed(receipt, signers(envelope, trusted, check), trusted, check_ssh)


def ahead_of(receipt: Receipt, now: Moment) -> str:
    """Why a receipt cannot be from before `now`, or "": a key that ends must not be outlived by setting a clock."""
    if seconds_between(now, receipt.minted_at) > SKEW_SECONDS:
        return f"it says that it was minted at {receipt.minted_at}, and it is {now} here"
    return ""


def signers(envelope: Envelope, trusted: TrustedKeys, check: Ed25519Check) -> tuple[TrustedKey, ...]:
    """The trusted keys that signed exactly these bytes, each once, whatever the signatures say of themselves."""
    candidates = [key for key in trusted.keys if key.alg is Alg.ED25519]
    message = envelope.message
    found: dict[str, TrustedKey] = {}
    for signature in envelope.signatures:
        for key in _hinted_first(candidates, signature.keyid):
            if check(raw_of(key), message, signature.sig):
                found[key.key_id] = key
                break
    return tuple(found.values())


def witnessed(receipt: Receipt, signed_by: tuple[TrustedKey, ...], trusted: TrustedKeys, check: SshCheck) -> Witnessed:
    """What the signatures of a receipt show, whose envelope these keys signed."""
    words = {key.key_id: why_not(key, Role.MINT, receipt.minted_at) for key in signed_by}
    minted_by = tuple(key for key in signed_by if not words[key.key_id])
    problems = [] if minted_by else [each for each in words.values() if each] or ["no trusted key signed this receipt"]
    voices: list[Voice] = []
    for claim in claims_of(receipt):
        try:
            voices.append(Voice(place=claim.place, key=voice_of(claim, trusted, check)))
        except ValueError as error:
            problems.append(f"{claim.place}: a signature does not hold: {error}")
    return Witnessed(minted_by=minted_by, voices=tuple(voices), problems=tuple(problems))


def claims_of(receipt: Receipt) -> tuple[Claim, ...]:
    """Every signature that the receipt carries over a person's word."""
    return tuple(_claims(receipt))


def voice_of(claim: Claim, trusted: TrustedKeys, check: SshCheck) -> TrustedKey:
    """The trusted key behind a claim. ValueError says why there is none."""
    found = check(claim.proof.signature, claim.consent.message, NAMESPACE)
    key = trusted.find(found.fingerprint)
    if key is None or key.alg is not Alg.SSH:
        raise ValueError(f"key {found.fingerprint} is not trusted here")
    reason = why_not(key, claim.role, claim.at)
    if reason:
        raise ValueError(reason)
    return key


def override_place(waived: Waived, entry: int) -> str:
    """What an override is called among places."""
    return f"override of {waived} in entry-{entry}"


def criterion_place(criterion: CriterionId) -> str:
    """What a manual criterion is called among places, whatever its author called it."""
    return f"criterion {criterion}"


# Private.


def _hinted_first(keys: list[TrustedKey], hint: str) -> list[TrustedKey]:
    """A hint saves time and decides nothing."""
    return sorted(keys, key=lambda each: each.key_id != hint)


def _claims(receipt: Receipt) -> Iterator[Claim]:
    task, contract, approval = receipt.task, receipt.contract, receipt.approval
    against = next((each.what for each in receipt.overrides if each.waived is Waived.APPROVAL), ())
    approve = to_approve(task, contract, reason=approval.reason, waived=against)
    yield from _each(APPROVAL, approve, Role.APPROVE, approval.at, approval.signatures)
    for override in receipt.overrides:
        place = override_place(override.waived, override.entry)
        yield from _each(place, _waiving(receipt, override), Role.OVERRIDE, override.at, override.signatures)
    for criterion in receipt.criteria:
        if criterion.word is not None:
            word = criterion.word
            attest = to_attest(
                task,
                contract,
                material=word.material,
                criterion=criterion.id,
                evidence=word.evidence,
                reason=criterion.reason,
            )
            yield from _each(criterion_place(criterion.id), attest, Role.ATTEST, word.at, word.signatures)


def _waiving(receipt: Receipt, override: OverrideProof) -> Consent:
    """What is signed for an override: of a demand at approval, the approval itself, which names it."""
    if override.waived is Waived.APPROVAL:
        return to_approve(receipt.task, receipt.contract, reason=override.reason, waived=override.what)
    what = (str(override.waived), *override.what)
    return to_waive(receipt.task, receipt.contract, receipt.material.digest, what, override.reason)


def _each(place: str, consent: Consent, role: Role, at: Moment, proofs: tuple[SignatureProof, ...]) -> Iterator[Claim]:
    return (Claim(place=place, consent=consent, role=role, at=at, proof=proof) for proof in proofs)

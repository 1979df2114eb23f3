"""What a project asks is asked whole: every shortfall is named, and a claimed signature is worth nothing by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.criterion import Outcome, Strength
from scafld.core.evidence.dossier import Verdict
from scafld.core.moments import later
from scafld.core.names import Moment
from scafld.core.policy import Approving, Proof, Word
from scafld.core.proof.demands import notices, shortfalls
from scafld.core.proof.dsse import IN_TOTO, Envelope, Signature
from scafld.core.proof.receipt import Guarded, GuardProof, Independence, Receipt, SignatureProof, Waived
from scafld.core.proof.signers.ssh_key import SshKey, read_ssh_key
from scafld.core.proof.signers.trust import Role, TrustedKeys, identity_of, raw_of, trusted_ed25519, trusted_ssh
from scafld.core.proof.statement import payload_of
from scafld.core.proof.witnessing import Witnessed, claims_of, signers, witnessed
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Proofs

RAW = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
STRANGER = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
ANNA = read_ssh_key("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+aalErMzrDvWi/ekYHufAZ9DdypDOCutu81/S/vScs anna")
BERT = read_ssh_key(
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHBleA1wz1d94fs3qKzPtTFs3G5fBxHj19A8lCs"
    "CqXpwWtKBFUbbahrRoO/rmOhFcyu+ZRMFhmh1/lkvYeCVoV0="
)
PEOPLE = (Role.APPROVE, Role.OVERRIDE, Role.ATTEST)
HOST = trusted_ed25519(RAW, (Role.MINT,))
TRUSTED = TrustedKeys(keys=(HOST, trusted_ssh(ANNA, PEOPLE, owner="anna"), trusted_ssh(BERT, PEOPLE)))
STRICT = Proof(approval=Approving.SIGNED)
LENIENT = Proof(human_review=Word.OPEN, waivers=Word.OPEN)


def by_host(raw: bytes, message: bytes) -> bytes:
    """A signature that only this test believes in."""
    return hashlib.sha256(raw + message).digest()


def holds(raw: bytes, message: bytes, sig: bytes) -> bool:
    return sig == by_host(raw, message)


def by_hand(key: SshKey, message: bytes) -> str:
    return f"{key.line}|{hashlib.sha256(message).hexdigest()}"


def hand_holds(armored: str, message: bytes, namespace: str) -> SshKey:
    assert namespace == "scafld-approve"
    line, _, digest = armored.partition("|")
    if digest != hashlib.sha256(message).hexdigest():
        raise ValueError("it is one over other bytes")
    return read_ssh_key(line)


def envelope_of(receipt: Receipt, *signatures: tuple[str, bytes]) -> Envelope:
    """The receipt, signed by these raw keys under these names."""
    bare = Envelope(payload=payload_of(receipt), payload_type=IN_TOTO, signatures=())
    return changed(
        bare, signatures=tuple(Signature(keyid=name, sig=by_host(raw, bare.message)) for name, raw in signatures)
    )


def seen(receipt: Receipt, trusted: TrustedKeys = TRUSTED) -> Witnessed:
    """What the signatures show of a receipt that the host minted."""
    envelope = envelope_of(receipt, (HOST.key_id, RAW))
    return witnessed(receipt, signers(envelope, trusted, holds), trusted, hand_holds)


def signed_by(p: Proofs, make: Callable[[tuple[SignatureProof, ...]], Receipt], *keys: SshKey) -> Receipt:
    """The receipt that `make` makes, its only word signed by these keys."""
    (claim,) = claims_of(make((p.signature(),)))
    proofs = tuple(
        SignatureProof(key_id=key.fingerprint, signature=by_hand(key, claim.consent.message)) for key in keys
    )
    return make(proofs)


def approved(p: Proofs, *keys: SshKey) -> Receipt:
    return signed_by(p, lambda proofs: p.receipt(approval=p.approval(*proofs)), *keys)


def test_a_sound_receipt_meets_what_is_asked_by_default(p: Proofs) -> None:
    """And it is said that nobody proved who approved."""
    receipt = p.receipt()

    assert shortfalls(receipt, Proof(), seen(receipt)) == ()
    assert notices(receipt) == ("nobody proved who approved",)


def test_a_receipt_whose_signature_nobody_saw_falls_short(p: Proofs) -> None:
    """Leaving the signatures out is no way in."""
    assert shortfalls(p.receipt(), Proof()) == ("no signature of a trusted key was seen on this receipt",)


SHORT: dict[str, tuple[Callable[[Proofs], Receipt], Proof, str]] = {
    "a criterion that fails": (
        lambda p: p.receipt(criteria=(p.criterion(outcome=Outcome.FAIL, reason="exit 1", run=p.run(1)),)),
        LENIENT,
        "ac1: its outcome is fail (exit 1)",
    ),
    "a criterion that waits": (
        lambda p: p.receipt(criteria=(p.criterion(), p.manual(outcome=Outcome.PENDING))),
        LENIENT,
        "looks: its outcome is pending",
    ),
    "green where red-green is asked": (
        lambda p: p.receipt(criteria=(p.criterion(strength=Strength.GREEN, red_seen=False),)),
        Proof(strength_of_each=Strength.RED_GREEN),
        "ac1: it proves green; red-green is asked of each criterion",
    ),
    "no best one": (
        lambda p: p.receipt(criteria=(p.criterion(strength=Strength.GREEN, red_seen=False),)),
        Proof(strength_of_best=Strength.RED_GREEN),
        "criteria: the best of them proves green; red-green is asked of one",
    ),
    "nothing but words": (
        lambda p: p.receipt(criteria=(p.manual(),)),
        LENIENT,
        "criteria: the best of them proves declared; green is asked of one",
    ),
    "a verdict of fail": (
        lambda p: p.receipt(review=p.review(verdict=Verdict.FAIL, blockers=1)),
        LENIENT,
        "review: the verdict is fail, with 1 open blockers",
    ),
    "a rehearsal": (
        lambda p: p.receipt(review=p.review(provider="local", authorises=False)),
        LENIENT,
        "review: local rehearses; its verdict opens nothing",
    ),
    "a reviewer too near": (
        lambda p: p.receipt(review=p.review(independence=Independence.SAME_VENDOR)),
        Proof(independence=Independence.CROSS_VENDOR),
        "review: its independence is same-vendor; cross-vendor is asked",
    ),
    "the author itself": (
        lambda p: p.receipt(review=p.review(independence=Independence.NONE)),
        LENIENT,
        "review: its independence is none; unknown is asked",
    ),
    "a reviewer that wrote": (
        lambda p: p.receipt(guard=GuardProof(reviewer=Guarded.CHANGED, completion=Guarded.CLEAN)),
        LENIENT,
        "guard: something changed while the reviewer worked",
    ),
    "a reviewer unwatched": (
        lambda p: p.receipt(guard=GuardProof(reviewer=Guarded.UNWATCHED, completion=Guarded.CLEAN)),
        LENIENT,
        "guard: nobody watched the tree while the reviewer worked",
    ),
    "a tree that moved": (
        lambda p: p.receipt(guard=GuardProof(reviewer=Guarded.CLEAN, completion=Guarded.CHANGED)),
        LENIENT,
        "guard: while the criteria ran for the last time the tree was changed",
    ),
    "a person for a reviewer, never": (
        lambda p: p.receipt(review=p.by_person(), overrides=(p.override(),)),
        Proof(human_review=Word.NEVER),
        "a person took the reviewer's place (read it twice), which is never accepted here",
    ),
    "a person for a reviewer, unsigned": (
        lambda p: p.receipt(review=p.by_person(), overrides=(p.override(),)),
        Proof(),
        "a person took the reviewer's place (read it twice), and no trusted key signed for it",
    ),
    "a waiver, unsigned": (
        lambda p: p.receipt(overrides=(p.override(waived=Waived.APPROVAL, entry=3, reason="late"),)),
        Proof(),
        "a person waived the approval (late), and no trusted key signed for it",
    ),
    "a word, unsigned": (
        lambda p: p.receipt(criteria=(p.criterion(), p.manual())),
        Proof(manual_evidence=Word.SIGNED),
        "looks rests on a person's word, and no trusted key signed for it",
    ),
    "an approval, unsigned": (lambda p: p.receipt(), STRICT, "approval: 0 of 1 signed approvals"),
}


@pytest.mark.parametrize("name", SHORT)
def test_what_falls_short_is_told(p: Proofs, name: str) -> None:
    """That, and nothing else."""
    make, policy, words = SHORT[name]
    receipt = make(p)

    told = shortfalls(receipt, policy, seen(receipt))

    assert len(told) == 1
    assert told[0].startswith(words)


def test_every_shortfall_is_told_and_not_the_first_alone(p: Proofs) -> None:
    """So that one round of mending is enough."""
    receipt = p.receipt(
        criteria=(p.criterion(strength=Strength.GREEN, red_seen=False), p.manual()),
        review=p.by_person(),
        overrides=(p.override(),),
        guard=GuardProof(reviewer=Guarded.UNWATCHED, completion=Guarded.CHANGED),
    )
    policy = Proof(
        strength_of_each=Strength.RED_GREEN,
        strength_of_best=Strength.RED_GREEN,
        human_review=Word.NEVER,
        manual_evidence=Word.NEVER,
        approval=Approving.SIGNED,
    )

    told = shortfalls(receipt, policy)

    assert [each.split()[0] for each in told] == [
        "no",
        "ac1:",
        "looks:",
        "criteria:",
        "guard:",
        "a",
        "looks",
        "approval:",
    ]


def test_a_signed_approval_counts(p: Proofs) -> None:
    """And nothing is left to be said."""
    receipt = approved(p, ANNA)

    assert shortfalls(receipt, STRICT, seen(receipt)) == ()
    assert notices(receipt) == ()


def test_a_claimed_signature_is_worth_nothing(p: Proofs) -> None:
    """Whoever did not check it does not have it."""
    receipt = approved(p, ANNA)
    unchecked = changed(seen(receipt), voices=())

    assert shortfalls(receipt, STRICT, unchecked) == ("approval: 0 of 1 signed approvals",)


def test_a_signature_that_does_not_hold_is_told_even_where_none_is_asked(p: Proofs) -> None:
    """No claim passes that cannot be shown."""
    receipt = p.receipt(approval=p.approval(SignatureProof(key_id=ANNA.fingerprint, signature=f"{ANNA.line}|other")))

    assert shortfalls(receipt, Proof(), seen(receipt)) == (
        "approval: a signature does not hold: it is one over other bytes",
    )


@pytest.mark.parametrize(
    ("trusted", "words"),
    [
        (TrustedKeys(keys=(HOST,)), f"key {ANNA.fingerprint} is not trusted here"),
        (TrustedKeys(keys=(HOST, trusted_ssh(ANNA, (Role.ATTEST,)))), "may attest, and not approve"),
        (TrustedKeys(keys=(HOST, trusted_ssh(ANNA, PEOPLE, revoked_at=Moment("2026-01-31T12:00:00.000Z")))), "revoked"),
        (TrustedKeys(keys=(HOST, trusted_ssh(ANNA, PEOPLE, expires_at=Moment("2026-01-31T12:00:00.000Z")))), "expired"),
        (TrustedKeys(keys=(HOST, trusted_ssh(ANNA, PEOPLE, not_before=Moment("2026-02-01T00:00:00.000Z")))), "counts"),
    ],
)
def test_a_key_that_may_not_approve_does_not(p: Proofs, trusted: TrustedKeys, words: str) -> None:
    """Unknown, of another role, out of its time."""
    receipt = approved(p, ANNA)

    told = shortfalls(receipt, STRICT, seen(receipt, trusted))

    assert words in told[0]
    assert told[1] == "approval: 0 of 1 signed approvals"


def test_two_of_three_means_two_voices(p: Proofs) -> None:
    """Two signatures of one key, or of two keys of one owner, are one."""
    two = changed(STRICT, approvals=2)
    both, once = approved(p, ANNA, BERT), approved(p, ANNA)
    shared = TrustedKeys(keys=(*TRUSTED.keys[:2], changed(TRUSTED.keys[2], owner="anna")))

    assert shortfalls(both, two, seen(both)) == ()
    assert shortfalls(once, two, seen(once)) == ("approval: 1 of 2 signed approvals",)
    assert shortfalls(both, two, seen(both, shared)) == ("approval: 1 of 2 signed approvals",)


def test_no_approval_is_never_enough(p: Proofs) -> None:
    """A policy that asks for none of them asks for one."""
    receipt = p.receipt()

    assert shortfalls(receipt, changed(STRICT, approvals=0), seen(receipt)) == ("approval: 0 of 1 signed approvals",)


def test_only_who_is_named_approves(p: Proofs) -> None:
    """By owner or by the id of a key; an empty owner is no name."""
    receipt = approved(p, ANNA)
    told = shortfalls(receipt, changed(STRICT, approvers=("bert",)), seen(receipt))
    nameless = approved(p, BERT)

    assert shortfalls(receipt, changed(STRICT, approvers=("anna",)), seen(receipt)) == ()
    assert shortfalls(receipt, changed(STRICT, approvers=(ANNA.fingerprint,)), seen(receipt)) == ()
    assert told == ("approval: 0 of 1 signed approvals (1 by keys that may not approve here)",)
    assert shortfalls(nameless, changed(STRICT, approvers=("",)), seen(nameless)) != ()


def test_who_mints_does_not_approve(p: Proofs) -> None:
    """One key in two dresses is one key; without separation it may."""
    same = changed(HOST, public_key=trusted_ed25519(ANNA.parts[0], (Role.MINT,)).public_key)
    receipt = approved(p, ANNA)
    found = changed(seen(receipt), minted_by=(same,))
    assert identity_of(same) == identity_of(TRUSTED.keys[1])

    told = shortfalls(receipt, STRICT, found)

    assert told == ("approval: 0 of 1 signed approvals (1 by a key that minted the receipt)",)
    assert shortfalls(receipt, changed(STRICT, separation=False), found) == ()


def test_a_person_who_signs_takes_the_reviewers_place(p: Proofs) -> None:
    """For this material alone: the same words over another one are no signature."""
    receipt = signed_by(p, lambda proofs: p.receipt(review=p.by_person(), overrides=(p.override(*proofs),)), ANNA)
    elsewhere = changed(
        receipt,
        material=changed(receipt.material, digest="1" * 64),
        review=changed(receipt.review, material="1" * 64),
    )

    assert shortfalls(receipt, Proof(), seen(receipt)) == ()
    assert "it is one over other bytes" in shortfalls(elsewhere, Proof(), seen(elsewhere))[0]


def test_a_person_has_no_vendor_to_be_apart_from(p: Proofs) -> None:
    """Where a person's word counts, how independent a model must be is no question."""
    receipt = p.receipt(review=p.by_person(), overrides=(p.override(),))
    policy = Proof(independence=Independence.CROSS_VENDOR, human_review=Word.OPEN)

    assert shortfalls(receipt, policy, seen(receipt)) == ()


def test_an_approval_is_no_override(p: Proofs) -> None:
    """A signature for one thing opens nothing else."""
    (approval,) = claims_of(p.receipt(approval=p.approval(p.signature())))
    stolen = SignatureProof(key_id=ANNA.fingerprint, signature=by_hand(ANNA, approval.consent.message))
    receipt = p.receipt(review=p.by_person(), overrides=(p.override(stolen),))

    told = shortfalls(receipt, Proof(), seen(receipt))

    assert "override of review in entry-8: a signature does not hold" in told[0]
    assert "no trusted key signed for it" in told[1]


def test_a_signed_word_counts(p: Proofs) -> None:
    """For its criterion, evidence, material and reason."""

    def make(proofs: tuple[SignatureProof, ...]) -> Receipt:
        return p.receipt(criteria=(p.criterion(), p.manual(word=p.word(*proofs))))

    receipt = signed_by(p, make, BERT)
    moved = p.receipt(criteria=(p.criterion(), p.manual("feels", word=receipt.criteria[1].word)))

    assert shortfalls(receipt, Proof(manual_evidence=Word.SIGNED), seen(receipt)) == ()
    assert "it is one over other bytes" in shortfalls(moved, Proof(), seen(moved))[0]


def test_a_hint_decides_nothing(p: Proofs) -> None:
    """A trusted key's name beside a stranger's signature is a stranger's signature; a wrong name takes nothing away."""
    receipt = p.receipt()
    borrowed = envelope_of(receipt, (HOST.key_id, STRANGER))
    misnamed = envelope_of(receipt, ("nobody", STRANGER), ("", RAW), (HOST.key_id, RAW))

    assert signers(borrowed, TRUSTED, holds) == ()
    assert signers(misnamed, TRUSTED, holds) == (HOST,)
    assert raw_of(HOST) == RAW


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (changed(HOST, roles=(Role.ATTEST,)), "may attest, and not mint"),
        (changed(HOST, revoked_at=Moment("2026-01-31T12:00:00.000Z")), "was revoked at"),
        (changed(HOST, expires_at=Moment("2026-01-31T12:00:00.000Z")), "expired at"),
        (changed(HOST, not_before=later(Moment("2026-01-31T12:00:00.000Z"), 1)), "counts from"),
    ],
)
def test_a_key_that_may_not_mint_mints_nothing(p: Proofs, host: object, words: str) -> None:
    """Its signature holds, and counts for nothing."""
    receipt = p.receipt()
    found = seen(receipt, TrustedKeys(keys=(host,)))

    assert words in shortfalls(receipt, Proof(), found)[0]


def test_a_receipt_that_no_trusted_key_signed_says_so(p: Proofs) -> None:
    """Whoever else signed it."""
    receipt = p.receipt()
    found = witnessed(receipt, signers(envelope_of(receipt, ("", STRANGER)), TRUSTED, holds), TRUSTED, hand_holds)

    assert shortfalls(receipt, Proof(), found) == ("no trusted key signed this receipt",)

"""What a project asks of a receipt before it believes it, and everything in which one falls short."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.core.evidence.criterion import STRENGTHS, Outcome, Strength
from scafld.core.evidence.dossier import Verdict
from scafld.core.policy import INDEPENDENCES, Approving, Proof, Word
from scafld.core.proof.receipt import HUMAN, Guarded, ProvenBy, Receipt, Waived
from scafld.core.proof.signers.trust import TrustedKey, identity_of
from scafld.core.proof.spoken.assent import count
from scafld.core.proof.witnessing import APPROVAL, Witnessed, criterion_place, override_place

UNSEEN = Witnessed()
"""No signature was looked at: nothing that rests on one counts."""


def shortfalls(receipt: Receipt, demands: Proof, seen: Witnessed = UNSEEN) -> tuple[str, ...]:
    """Every demand that a receipt does not meet, in words; empty when it meets all. `seen` is what its signatures
    showed; a signature that the receipt only claims is worth nothing here."""
    return (*unsigned(seen), *unmet(receipt, demands, seen))


def unsigned(seen: Witnessed) -> tuple[str, ...]:
    """Why nobody who may minted it, and every signature on it that does not hold."""
    return seen.problems or (() if seen.minted_by else ("no signature of a trusted key was seen on this receipt",))


def unmet(receipt: Receipt, demands: Proof, seen: Witnessed = UNSEEN) -> tuple[str, ...]:
    """Every other demand that a receipt does not meet."""
    return (
        *_of_evidence(receipt, demands),
        *_of_review(receipt, demands),
        *_of_guard(receipt),
        *_of_words(receipt, demands, seen),
        *_of_approval(receipt, demands, seen),
    )


def notices(receipt: Receipt) -> tuple[str, ...]:
    """What nobody proved although nobody asks for it: to be said wherever the receipt is shown."""
    plain = []
    if receipt.approval.proven_by is ProvenBy.NOBODY:
        plain.append("nobody proved who approved")
    plain += [f"nobody proved who waived the {each.waived}" for each in receipt.overrides if not each.signatures]
    words = [(each.id, each.word) for each in receipt.criteria if each.word]
    plain += [f"nobody proved who vouched for {name}" for name, word in words if not word.signatures]
    return tuple(plain)


# Private.


def _of_evidence(receipt: Receipt, demands: Proof) -> Iterator[str]:
    for each in receipt.criteria:
        if each.outcome is not Outcome.PASS:
            yield f"{each.id}: its outcome is {each.outcome} ({each.reason})"
        if _below(each.strength, demands.strength_of_each):
            yield f"{each.id}: it proves {each.strength}; {demands.strength_of_each} is asked of each criterion"
    best = max((each.strength for each in receipt.criteria), key=STRENGTHS.index)
    if _below(best, demands.strength_of_best):
        yield f"criteria: the best of them proves {best}; {demands.strength_of_best} is asked of one"


def _of_review(receipt: Receipt, demands: Proof) -> Iterator[str]:
    review = receipt.review
    if review.verdict is not Verdict.PASS:
        yield f"review: the verdict is {review.verdict}, with {review.blockers} open blockers"
    if not review.authorises:
        yield f"review: {review.provider} rehearses; its verdict opens nothing"
    if review.provider == HUMAN:
        return
    if INDEPENDENCES.index(review.independence) < INDEPENDENCES.index(demands.independence):
        yield f"review: its independence is {review.independence}; {demands.independence} is asked"


def _of_guard(receipt: Receipt) -> Iterator[str]:
    by_person = receipt.review.provider == HUMAN
    if receipt.guard.reviewer is Guarded.CHANGED:
        yield "guard: something changed while the reviewer worked"
    if receipt.guard.reviewer is Guarded.UNWATCHED and not by_person:
        yield "guard: nobody watched the tree while the reviewer worked"
    if receipt.guard.completion is not Guarded.CLEAN:
        yield f"guard: while the criteria ran for the last time the tree was {receipt.guard.completion}"


def _of_words(receipt: Receipt, demands: Proof, seen: Witnessed) -> Iterator[str]:
    for override in receipt.overrides:
        by_person = override.waived is Waived.REVIEW
        rule = demands.human_review if by_person else demands.waivers
        what = "a person took the reviewer's place" if by_person else f"a person waived the {override.waived}"
        yield from _of_word(
            rule, f"{what} ({override.reason})", seen.at(override_place(override.waived, override.entry))
        )
    for each in receipt.criteria:
        if each.word is not None:
            yield from _of_word(
                demands.manual_evidence, f"{each.id} rests on a person's word", seen.at(criterion_place(each.id))
            )


def _of_word(rule: Word, what: str, keys: tuple[TrustedKey, ...]) -> Iterator[str]:
    if rule is Word.NEVER:
        yield f"{what}, which is never accepted here"
    if rule is Word.SIGNED and not keys:
        yield f"{what}, and no trusted key signed for it"


def _of_approval(receipt: Receipt, demands: Proof, seen: Witnessed) -> Iterator[str]:
    if demands.approval is Approving.OPEN:
        return
    minting = frozenset(identity_of(key) for key in seen.minted_by)
    found = count(seen.at(APPROVAL), demands, minting)
    if not found.enough:
        yield f"approval: {found.words}"


def _below(found: Strength, wanted: Strength) -> bool:
    return STRENGTHS.index(found) < STRENGTHS.index(wanted)

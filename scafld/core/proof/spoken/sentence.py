"""Which sentence stands for which word of a person, and where a receipt shows the signatures over it."""

from __future__ import annotations

from collections.abc import Mapping

from scafld.core.names import Digest, TaskId
from scafld.core.proof.receipt import HUMAN, SignatureProof, Waived
from scafld.core.proof.signers.trust import Role
from scafld.core.proof.spoken.consent import Consent, to_approve, to_attest, to_waive
from scafld.core.proof.witnessing import APPROVAL, criterion_place, override_place
from scafld.core.task.events import ApprovalRequested, Approved, FindingDismissed, HumanReviewed, ManualAttested
from scafld.core.task.known import Approval, Given, Request, Task

Approves = ApprovalRequested | Approved | Request | Approval
"""An approval, or what asks for one: as it happens, or as it is known."""

Spoken = Approves | HumanReviewed | FindingDismissed | ManualAttested
"""Everything that is a person's word."""


def sentence_of(task_id: TaskId, contract: Digest, word: Spoken) -> Consent:
    """What is signed for this word, given on this contract."""
    match word:
        case ApprovalRequested() | Approved() | Request() | Approval():
            return to_approve(task_id, word.contract, reason=word.reason, waived=word.overrides)
        case HumanReviewed():
            return to_waive(task_id, word.contract, word.material, (str(Waived.REVIEW),), word.reason)
        case FindingDismissed():
            what = (str(Waived.FINDING), word.finding, word.fingerprint)
            return to_waive(task_id, contract, word.material, what, word.reason)
        case ManualAttested():
            return to_attest(
                task_id,
                word.contract,
                material=word.material,
                criterion=word.criterion,
                evidence=word.evidence,
                reason=word.reason,
            )


def roles_for(word: Spoken) -> tuple[Role, ...]:
    """In which roles a key may sign this word. An approval that sets something aside takes both, of one key or two."""
    match word:
        case ApprovalRequested() | Approved() | Request() | Approval():
            return (Role.APPROVE, Role.OVERRIDE) if word.overrides else (Role.APPROVE,)
        case HumanReviewed() | FindingDismissed():
            return (Role.OVERRIDE,)
        case ManualAttested():
            return (Role.ATTEST,)


def under_approval(task: Task) -> tuple[Given, ...]:
    """The signatures that the approval rests on, and those that were added to it since."""
    approval = task.approval
    if approval is None:
        return ()
    return tuple(each for each in task.consents if each.seq in approval.consents or each.entry == approval.seq)


def signatures_of(task: Task, material: Digest) -> Mapping[str, tuple[SignatureProof, ...]]:
    """Every signature that a receipt of this material shows, by its place. One that was given for a finding on another
    material says nothing of this one."""
    found: dict[str, tuple[Given, ...]] = {}
    approval, review = task.approval, task.review
    if approval is not None:
        given = under_approval(task)
        found[APPROVAL] = _as(Role.APPROVE, given)
        found[override_place(Waived.APPROVAL, approval.seq)] = _as(Role.OVERRIDE, given)
    if review is not None and review.by == HUMAN:
        found[override_place(Waived.REVIEW, review.seq)] = _over(task, review.seq)
    for each in task.dismissals.values():
        if each.material == material:
            found[override_place(Waived.FINDING, each.seq)] = _over(task, each.seq)
    for name, result in task.results.items():
        found[criterion_place(name)] = _over(task, result.seq)
    return {place: tuple(map(_proof, given)) for place, given in found.items() if given}


# Private.


def _over(task: Task, entry: int) -> tuple[Given, ...]:
    return tuple(each for each in task.consents if each.entry == entry)


def _as(role: Role, given: tuple[Given, ...]) -> tuple[Given, ...]:
    return tuple(each for each in given if role in each.roles)


def _proof(given: Given) -> SignatureProof:
    return SignatureProof(key_id=given.key, signature=given.signature)

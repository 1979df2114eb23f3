"""What a person signs: one sentence about one thing, so that no signature can be taken for another one.

The bytes are canonical JSON with a line's end: a person can read what they sign before they do.
"""

from __future__ import annotations

from enum import StrEnum

from scafld.core.digest import canonical
from scafld.core.names import CriterionId, Digest, TaskId
from scafld.core.proof.form import written
from scafld.core.value import value

NAMESPACE = "scafld-approve"
"""The namespace of `ssh-keygen -Y sign -n`: a signature made for mail, git or a package is none of these."""


class ConsentTo(StrEnum):
    """What is consented to: a contract, a rule set aside, or a manual criterion."""

    APPROVE = "approve"
    OVERRIDE = "override"
    ATTEST = "attest"


@value
class Consent:
    """One consent. `material` is None where no change exists yet (approval). `criterion`: of a manual one. `evidence`:
    SHA-256 of what was seen. `waived`: what is set aside, of an approval what stood against it."""

    purpose: ConsentTo
    task: TaskId
    contract: Digest
    material: Digest | None = None
    criterion: CriterionId | None = None
    evidence: Digest | None = None
    waived: tuple[str, ...] = ()
    reason: str = ""

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"scafld_consent": 1, **written(self)}) + b"\n"


def to_approve(task: TaskId, contract: Digest, *, reason: str, waived: tuple[str, ...] = ()) -> Consent:
    """Somebody approves exactly this contract, although `waived` stood against it: one sentence, so that nobody
    approves without knowing what they set aside."""
    return Consent(purpose=ConsentTo.APPROVE, task=task, contract=contract, waived=waived, reason=reason)


def to_waive(task: TaskId, contract: Digest, material: Digest | None, waived: tuple[str, ...], reason: str) -> Consent:
    """Somebody sets aside what `waived` names, on this contract and this material."""
    return Consent(
        purpose=ConsentTo.OVERRIDE, task=task, contract=contract, material=material, waived=waived, reason=reason
    )


def to_attest(
    task: TaskId, contract: Digest, *, material: Digest, criterion: CriterionId, evidence: Digest, reason: str
) -> Consent:
    """Somebody vouches for a manual criterion, on this contract and material, by this evidence."""
    return Consent(
        purpose=ConsentTo.ATTEST,
        task=task,
        contract=contract,
        material=material,
        criterion=criterion,
        evidence=evidence,
        reason=reason,
    )

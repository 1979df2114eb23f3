"""May a person vouch for a manual criterion?"""

from __future__ import annotations

from scafld.core.contract.spec import Expected, Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import CriterionId, Digest
from scafld.core.refusal import Gate
from scafld.core.task.decide.no import need_binding, need_status, refuse
from scafld.core.task.events import Event, ManualAttested
from scafld.core.task.known import Status, Task
from scafld.core.value import value


@value
class Attestation:
    """What a person says: pass or fail, why, and the SHA-256 of what they looked at."""

    criterion: CriterionId
    outcome: Outcome
    reason: str
    evidence: Digest


def attest(task: Task, spec: Spec, said: Attestation, material: Digest) -> tuple[Event, ...]:
    """Put it on record, bound to this wording, this contract and this material."""
    need_status(Gate.BUILD, task, (Status.ACTIVE, Status.BLOCKED, Status.REVIEW), spec.task_id)
    need_binding(Gate.BUILD, task, spec)
    found = next(((phase, each) for phase, each in spec.criteria() if each.id == said.criterion), None)
    if found is None:
        manual = tuple(each.id for _, each in spec.criteria() if each.expected is Expected.MANUAL)
        known = ", ".join(manual) or "none"
        refuse(Gate.BUILD, task, f"there is no criterion {said.criterion}", expected=f"a manual criterion: {known}")
    phase, criterion = found
    if criterion.expected is not Expected.MANUAL:
        refuse(
            Gate.BUILD,
            task,
            f"{criterion.id} is judged by running it, not by anybody's word",
            expected="a criterion of kind manual",
            actual=str(criterion.expected),
            next=f"scafld build {spec.task_id}",
        )
    if not said.reason.strip():
        refuse(Gate.BUILD, task, "evidence of a person needs a reason", expected="--reason")
    return (
        ManualAttested(
            criterion=criterion.id,
            phase=phase,
            fingerprint=criterion.fingerprint,
            outcome=said.outcome,
            reason=said.reason.strip(),
            evidence=said.evidence,
            contract=spec.digest,
            material=material,
        ),
    )

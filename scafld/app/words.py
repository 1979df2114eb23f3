"""The caller's own words, checked: Misused says what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from scafld.core.names import TaskId, criterion_id, digest, task_id
from scafld.core.refusal import Misused

if TYPE_CHECKING:
    from scafld.core.task.decide.attest import Attestation

T = TypeVar("T")


def task_named(text: str) -> TaskId:
    """A task's id."""
    return _checked(task_id, text)


def attestation(criterion: str, *, passed: bool, reason: str, evidence: str) -> Attestation:
    """What a person says of a manual criterion; `evidence` is the SHA-256 of what they looked at."""
    from scafld.core.evidence.criterion import Outcome
    from scafld.core.task.decide.attest import Attestation

    return Attestation(
        criterion=_checked(criterion_id, criterion),
        outcome=Outcome.PASS if passed else Outcome.FAIL,
        reason=reason,
        evidence=_checked(digest, evidence),
    )


# Private.


def _checked(make: Callable[[str], T], text: str) -> T:
    try:
        return make(text)
    except ValueError as error:
        raise Misused(str(error)) from error

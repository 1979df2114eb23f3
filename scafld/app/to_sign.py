"""The exact bytes that a person signs for a word of theirs, before they give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.app.words import attestation, task_named
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.app.ports import Ports


@value
class ToSign:
    """One method a word. Each writes nothing, and is refused where giving that word would be."""

    ports: Ports

    def approve(self, task: str, *, reason: str = "") -> bytes:
        """For the approval that stands, for the one that waits, else for one with this reason."""
        return self.ports.approve().consent(task_named(task), reason).message

    def review_by_human(self, task: str, *, reason: str) -> bytes:
        """For taking the reviewer's place on what stands there."""
        return self.ports.review().human_consent(task_named(task), reason).message

    def dismiss(self, task: str, finding: str, *, reason: str) -> bytes:
        """For dismissing a finding on the code as it stands."""
        return self.ports.review().dismiss_consent(task_named(task), finding, reason).message

    def attest(self, task: str, criterion: str, *, passed: bool, reason: str, evidence: str) -> bytes:
        """For vouching for a manual criterion; that it fails is not signed."""
        said = attestation(criterion, passed=passed, reason=reason, evidence=evidence)
        return self.ports.build().consent(task_named(task), said).message

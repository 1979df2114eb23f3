"""`build`: take one step of the work, open the next phase or judge the open one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scafld.app.check import Checker, project_criteria
from scafld.app.journal import Decision, Journal, Opened
from scafld.app.observe import Observer
from scafld.core.contract.spec import Profile
from scafld.core.names import TaskId
from scafld.core.policy import Approving, Policy
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.decide.attest import Attestation, attest
from scafld.core.task.decide.step import Judge, Open, Ran, judged, next_step, opened
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.app.countersign import Countersign
    from scafld.core.proof.spoken.consent import Consent
    from scafld.core.proof.spoken.hand import Hand


@value
class Built:
    """One step: what was opened or judged, and what each criterion gave."""

    opened: Opened
    step: Open | Judge
    ran: tuple[Ran, ...]


@value
class Build:
    journal: Journal
    observer: Observer
    checker: Checker
    policy: Policy
    countersign: Callable[[], Countersign]

    def __call__(self, task_id: TaskId) -> Built:
        """One step. A phase whose criteria fail blocks the task; that is an answer, not an error."""
        with self.journal.open(task_id, "build") as held:
            return self.step(held)

    def step(self, held: Opened) -> Built:
        """The same on a task that is held."""
        checks = project_criteria(self.policy.checks.phase if held.spec.profile is Profile.STRICT else ())
        most = self.policy.llm.recovery.max_attempts
        step = next_step(held.task, held.spec, held.document.problems, checks, most)
        if self.policy.proof.approval is Approving.SIGNED:
            self.countersign().need_voices(held, Gate.BUILD)
        material = self.observer.material(held.task, held.spec).digest
        ran = self.checker.run(held.task_id, held.task, step.asks, material)
        decide = (
            opened(held.task, held.spec, step, ran)
            if isinstance(step, Open)
            else judged(held.task, held.spec, step, ran)
        )
        _unchanged(held, self.journal.look(held.task_id))
        return Built(opened=self.journal.record(held, decide), step=step, ran=ran)

    def attest(self, task_id: TaskId, said: Attestation, by: Hand | None = None) -> Opened:
        """Put a person's word for a manual criterion on record, signed where `by` says how."""
        with self.journal.open(task_id, "build") as held:
            events = self._attested(held, said)
            return self.journal.record(
                held, self.countersign().with_consent(held, events, Gate.BUILD, by, self.journal.now())
            )

    def consent(self, task_id: TaskId, said: Attestation) -> Consent:
        """The sentence that would be signed for such a word now. Writes nothing."""
        from scafld.app.countersign import spoken

        seen = self.journal.look(task_id)
        return self.countersign().consent(seen, spoken(self._attested(seen, said)), Gate.BUILD)

    # Private.

    def _attested(self, held: Opened, said: Attestation) -> Decision:
        return attest(held.task, held.spec, said, self.observer.material(held.task, held.spec).digest)


# Private.


def _unchanged(before: Opened, after: Opened) -> None:
    """Refused when the contract or the ledger changed while the criteria ran: they ran for another contract."""
    same = before.memory is None or after.memory is None or before.memory.head == after.memory.head
    if before.spec.digest == after.spec.digest and same:
        return
    raise Refused(
        Refusal(
            gate=Gate.BUILD,
            status=str(before.task.status),
            reason="the contract or its ledger changed while the criteria ran; nothing of this step was recorded",
            expected=f"contract {before.spec.digest[:12]}",
            actual=f"contract {after.spec.digest[:12]}",
            next=f"scafld status {before.task_id}",
        )
    )

"""`complete`: run every criterion again on the very tree that was reviewed, and close the task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scafld.app.check import Checker, project_criteria
from scafld.app.journal import Journal, Opened
from scafld.app.notarise import Notary, Seen
from scafld.app.observe import Observer
from scafld.core.contract.spec import Criterion, Profile, Spec
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.seals import Material
from scafld.core.names import TaskId
from scafld.core.policy import Approving, Policy, Undeclared
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.decide.ending import completed, may_complete, run_again
from scafld.core.task.decide.no import shown
from scafld.core.task.decide.step import Ask, Ran
from scafld.core.task.known import Status
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.app.countersign import Countersign


@value
class Ended:
    """How it ended: the task, and what each criterion gave on the reviewed tree."""

    opened: Opened
    ran: tuple[Ran, ...]


@value
class Complete:
    journal: Journal
    observer: Observer
    checker: Checker
    policy: Policy
    notary: Notary
    countersign: Callable[[], Countersign]

    def __call__(self, task_id: TaskId) -> Ended:
        """Refused unless the review passed on what stands there. A criterion that fails sends the task back to work.

        Two steps are recorded: what was run, then the end with its receipt, which tells of all that went before. Killed
        between them, the task is still to be completed. On a completed task it runs nothing; what was still to be
        shown of it is shown, its receipt too.
        """
        with self.journal.open(task_id, "complete") as held:
            if held.task.status is Status.COMPLETED and held.task.receipt is not None:
                return Ended(opened=held, ran=())
            before = self.observer.material(held.task, held.spec)
            may_complete(held.task, held.spec, before.digest, self.journal.now())
            self._need_declared(held, before)
            self._need_proven(held)
            if self.policy.proof.approval is Approving.SIGNED:
                self.countersign().need_voices(held, Gate.COMPLETE)
            ground = self.notary.ready(held, tuple(change.path for change in before.changes))
            ran = self.checker.run(task_id, held.task, self._asks(held.spec), before.digest)
            again = self.journal.look(task_id)
            may_complete(again.task, again.spec, before.digest, self.journal.now())
            look = self.observer.look(again.task)
            after = self.observer.sealed(again.task, again.spec, look)
            events = run_again(again.task, again.spec, ran, before.digest, after.digest)
            done = self.journal.record(again, events)
            if all(each.judgement.outcome is Outcome.PASS for each in ran):
                self._need_proven(done)
                seen = Seen(look=look, material=after, ground=ground, checks=self._checks(done.spec))
                receipt = self.notary.mint(done, seen)
                done = self.journal.record(done, completed(done.spec, after.digest, receipt))
            return Ended(opened=done, ran=ran)

    def _asks(self, spec: Spec) -> tuple[Ask, ...]:
        own = tuple(Ask(criterion=criterion, phase=phase) for phase, criterion in spec.criteria())
        return own + tuple(Ask(criterion=check, phase=None) for check in self._checks(spec))

    def _checks(self, spec: Spec) -> tuple[Criterion, ...]:
        light = spec.profile is Profile.LIGHT
        return project_criteria(() if light else self.policy.checks.complete)

    def _need_proven(self, held: Opened) -> None:
        """Refused unless somebody known stands behind every entry that the receipt will lean on."""
        found = self.journal.authority.unproven(held.task_id)
        if found:
            from scafld.core.proof.vouching import nobody_behind

            raise Refused(nobody_behind(held.task_id, str(held.task.status), found))

    def _need_declared(self, held: Opened, material: Material) -> None:
        if self.policy.scope.undeclared is not Undeclared.REFUSE or not material.drift:
            return
        raise Refused(
            Refusal(
                gate=Gate.COMPLETE,
                status=str(held.task.status),
                reason=f"{len(material.drift)} change(s) lie outside the declared scope",
                expected="every change declared (scope.undeclared: refuse)",
                blockers=shown(tuple(f"{change.kind} {change.path}" for change in material.drift)),
                next=f"scafld show {held.task_id}",
            )
        )

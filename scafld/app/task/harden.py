"""`harden`: rounds of adversarial questions on a draft, answered in the draft itself.

Opening a round writes its skeleton into the spec: six dimensions and a shape, for a person or an agent to fill in while
they edit the draft. Marking it passed checks every answer and what it cites, and binds the draft as it reads then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scafld.app.journal import Document, Journal, Opened
from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import Round, problems_of_round
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Malformed
from scafld.core.task.decide.hardening import open_round, pass_round
from scafld.core.value import value


class Rounds(Protocol):
    """The rounds that stand in a spec."""

    def read(self, document: Document) -> tuple[Round, ...]:
        """Every round of the document, in its order."""
        ...

    def add(self, document: Document, round_id: str, contract: Digest, at: Moment) -> Document:
        """Write the skeleton of a new round."""
        ...


Cite = Callable[[str], str]
"""Port: why an anchor cites nothing (no such file, line or archived task), "" when it holds."""


@value
class Hardened:
    """A round, as opened or as passed. `created` is False when the round was open already."""

    opened: Opened
    round: str
    passed: bool
    created: bool


@value
class Harden:
    journal: Journal
    rounds: Rounds
    cite: Callable[[Opened], Cite]

    def __call__(self, task_id: TaskId) -> Hardened:
        """Open a round, or come back to the one that is open."""
        with self.journal.open(task_id, "harden") as opened:
            events = open_round(opened.task, opened.spec)
            current = opened.task.round
            if not events and current is not None:
                return Hardened(
                    opened=self._with_skeleton(opened, current.id), round=current.id, passed=False, created=False
                )
            recorded = self.journal.record(opened, events)
            assert recorded.task.round is not None
            name = recorded.task.round.id
            return Hardened(opened=self._with_skeleton(recorded, name), round=name, passed=False, created=True)

    def mark_passed(self, task_id: TaskId, reason: str) -> Hardened:
        """Malformed names every answer that is missing and every citation that does not hold."""
        with self.journal.open(task_id, "harden") as opened:
            found = self._round(opened)
            problems = (*problems_of_round(found), *self._citations(opened, found)) if found else ()
            if problems:
                raise Malformed(opened.document.path, problems, next=f"scafld harden {task_id} --mark-passed")
            anchors = tuple(row.anchor for row in found.observations if row.anchor) if found else ()
            events = pass_round(opened.task, opened.spec, found is not None, anchors, reason)
            recorded = self.journal.record(opened, events)
            assert recorded.task.round is not None
            return Hardened(opened=recorded, round=recorded.task.round.id, passed=True, created=False)

    def _round(self, opened: Opened) -> Round | None:
        current = opened.task.round
        rounds = self.rounds.read(opened.document)
        return next((each for each in rounds if current is not None and each.id == current.id), None)

    def _with_skeleton(self, opened: Opened, name: str) -> Opened:
        """The skeleton stands in the draft, also when a crash came before it."""
        from scafld.core.value import changed

        if any(each.id == name for each in self.rounds.read(opened.document)):
            return opened
        document = self.rounds.add(opened.document, name, opened.spec.digest, self.journal.now())
        return changed(opened, document=document, spec=document.spec or opened.spec)

    def _citations(self, opened: Opened, found: Round) -> tuple[Problem, ...]:
        cite = self.cite(opened)
        problems = []
        for row in found.observations:
            reason = cite(row.anchor) if row.anchor and not problems_of_row(row.result) else ""
            if reason:
                problems.append(
                    Problem(
                        code="harden_bad_anchor",
                        message=f"{row.dimension}: {row.anchor} {reason}",
                        line=row.line,
                        suggestion="cite what is there: code:PATH:LINE, spec_gap:FIELD or archive:TASK",
                    )
                )
        return tuple(problems)


def problems_of_row(result: str) -> bool:
    """Whether a row claims nothing, so that it has nothing to cite."""
    return result.strip().casefold() in ("", "n/a", "na")

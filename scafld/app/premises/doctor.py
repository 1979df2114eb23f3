"""`doctor`: look a workspace over, and mend what is only derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Protocol

from scafld.app.journal import Document, Journal, Memory, folder_of
from scafld.app.task.status import Issued
from scafld.core.names import Digest, TaskId, receipt_path, task_id
from scafld.core.proof.vouching import Unproven
from scafld.core.refusal import Malformed, Refused, ScafldError, Unavailable
from scafld.core.task.known import TERMINAL, Task
from scafld.core.value import value
from scafld.core.views.projection import Projection
from scafld.core.views.shown import projection_of


@value
class Symptom:
    """One thing that is not as it should be. `mended`: it was derived, and is right again. `next`: what to do."""

    subject: str
    what: str
    next: str = ""
    derived: bool = False
    mended: bool = False


@value
class Health:
    """What a look over the workspace found; `well` when there is nothing left to do. `notices` ask for nothing."""

    tasks: int
    entries: int
    symptoms: tuple[Symptom, ...]
    notices: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return all(symptom.mended for symptom in self.symptoms)


class Premises(Protocol):
    """What lies about in a workspace besides specs and ledgers."""

    def names(self) -> tuple[TaskId, ...]:
        """Every task that has a spec or a ledger, by name; a spec whose name is no id is among them."""
        ...

    def symptoms(self) -> Iterator[Symptom]:
        """Configuration that cannot be read, leftovers of interrupted writes, things that are not where they belong."""
        ...

    def sweep(self) -> None:
        """Take away what is derived: leftovers and caches."""
        ...


@value
class Doctor:
    """`shows`: whether a document already shows exactly this projection. `evidence`: the digests a ledger names whose
    evidence file is there and does not have that digest. `remembered`: every task that this host wrote a ledger of."""

    journal: Journal
    premises: Premises
    shows: Callable[[Document, Projection], bool]
    evidence: Callable[[TaskId], tuple[Digest, ...]]
    issued: Issued
    remembered: Callable[[], tuple[TaskId, ...]]

    def __call__(self, *, repair: bool) -> Health:
        """Reads everything, every byte of every chain. With `repair`, mends projections and leftovers, nothing else."""
        if repair:
            found = tuple(self.premises.symptoms())
            self.premises.sweep()
            left = {(each.subject, each.what) for each in self.premises.symptoms()}
            symptoms = [_mended(each, gone=(each.subject, each.what) not in left) for each in found]
        else:
            symptoms = list(self.premises.symptoms())
        names, entries = self.premises.names(), 0
        for name in names:
            seen, ill = self._task(name, repair=repair)
            entries += seen
            symptoms += ill
        notices = tuple(self._notices(frozenset(names)))
        return Health(tasks=len(names), entries=entries, symptoms=tuple(symptoms), notices=notices)

    def _notices(self, names: frozenset[TaskId]) -> Iterator[str]:
        flaw = self.journal.custody.flaw()
        if flaw:
            yield flaw
        for gone in self._remembered():
            if gone not in names:
                yield f"{gone}: the ledger that this host wrote of it is gone, and its spec; maybe on another branch"

    def _remembered(self) -> tuple[TaskId, ...]:
        with suppress(Unavailable):
            return self.remembered()
        return ()

    def _kept(self, name: TaskId, memory: Memory | None) -> Iterator[Symptom]:
        """Whether a ledger goes on from where this host left it, and somebody known stands behind it."""
        try:
            kept = self.journal.custody.recall(name, memory)
            behind = self._unproven(name, memory)
        except Unavailable as error:
            yield Symptom(subject=str(name), what=str(error), next=error.next)
            return
        if kept.problem:
            yield Symptom(subject=str(name), what=f"{kept.problem}; the next command on the task writes it anew")
        if not kept.broken and not behind:
            return
        accept = f'scafld doctor --accept {name} --reason "..."'
        if kept.broken:
            what = f"its ledger is not as this host left it: {kept.broken}"
            yield Symptom(subject=str(name), what=what, next=f"{WAYS}, or {accept}")
        for each in behind:
            what = f"entry-{each.seq} carries authority, and nobody known signed it: {each.why}"
            yield Symptom(subject=str(name), what=what, next=accept)

    def _is_broken(self, name: TaskId, memory: Memory | None) -> bool:
        with suppress(Unavailable):
            return bool(self.journal.custody.recall(name, memory).broken)
        return True

    def _unproven(self, name: TaskId, memory: Memory | None) -> tuple[Unproven, ...]:
        """What stands in the way of a completion; of a task that is over nobody asks any more."""
        over = memory is None or memory.task.status in TERMINAL
        return () if over else self.journal.authority.unproven(name)

    def _task(self, name: TaskId, *, repair: bool) -> tuple[int, list[Symptom]]:
        subject = str(name)
        try:
            opened = self.journal.look(task_id(name))
        except ValueError as error:
            return 0, [Symptom(subject=subject, what=str(error), next="rename the file and its task_id")]
        except Malformed as error:
            first = error.problems[0]
            return 0, [Symptom(subject=error.path, what=first.message, next=first.suggestion or error.next)]
        except Refused as error:
            return 0, [Symptom(subject=subject, what=error.refusal.reason, next=error.refusal.next)]
        except ScafldError as error:
            return 0, [Symptom(subject=subject, what=str(error))]
        found = [
            Symptom(subject=subject, what=f"evidence {digest[:12]} is not what was recorded", next=f"scafld log {name}")
            for digest in self.evidence(name)
        ]
        found += self._kept(name, opened.memory)
        repair = repair and not self._is_broken(name, opened.memory)
        if opened.memory is None:
            return 0, found
        if opened.memory.torn is not None:
            found.append(
                Symptom(
                    subject=subject,
                    what=f"a write of {opened.memory.torn.bytes} bytes was cut off by a crash",
                    next="the next command on the task takes it away and records it",
                )
            )
        if not opened.memory.sealed:
            found.append(Symptom(subject=subject, what="its ledger has no chain; the first write seals it"))
        elif not self._is_shown(opened.document, opened.task, projection_of(opened.spec, opened.task)):
            what = f"its spec does not show the ledger (it belongs in {folder_of(opened.task)}/)"
            found.append(Symptom(subject=subject, what=what, next="scafld doctor --repair", derived=True))
            if repair:
                with self.journal.open(name, "doctor"):
                    found[-1] = _mended(found[-1], gone=True)
        receipt = opened.task.receipt
        if receipt is not None and not self.issued(name, receipt.receipt):
            found.append(self._without_receipt(name, receipt.receipt, repair=repair))
        return opened.task.entries, found

    def _without_receipt(self, name: TaskId, receipt: Digest, *, repair: bool) -> Symptom:
        """A receipt that is gone is written again from what was kept; one that reads otherwise is left to people."""
        if repair:
            with self.journal.open(name, "doctor"):
                pass
        path = receipt_path(name)
        what = f"the receipt on record ({receipt[:12]}) is not what lies in {path}"
        symptom = Symptom(subject=str(name), what=what, next=f"git log -- {path}")
        return _mended(symptom, gone=repair and self.issued(name, receipt))

    def _is_shown(self, document: Document, task: Task, projection: Projection) -> bool:
        return document.folder == folder_of(task) and self.shows(document, projection)


# Private.


def _mended(symptom: Symptom, *, gone: bool) -> Symptom:
    return Symptom(subject=symptom.subject, what=symptom.what, next=symptom.next, derived=symptom.derived, mended=gone)


WAYS = "go back to the branch that it was written on, restore it from git or a backup"

"""The act of putting a packet to a reviewer: leased, guarded, and on record whatever happens."""

from __future__ import annotations

from collections.abc import Callable

from scafld.app.check import Watch
from scafld.app.journal import Journal, Opened
from scafld.app.observe import Observer
from scafld.core.evidence.dossier import Budget, Dossier, Mode, dossier_problems
from scafld.core.evidence.seals import Look
from scafld.core.names import Digest, TaskId
from scafld.core.refusal import Cancelled, Unavailable
from scafld.core.task.decide.verdict import Answer, conclude
from scafld.core.value import value


@value
class Question:
    """What a provider is sent. Times in milliseconds; `idle_ms` 0 sets no bound on silence."""

    task: TaskId
    attempt: str
    prompt: str
    mode: Mode
    budget: Budget
    limit_ms: int
    idle_ms: int


@value
class Reply:
    """What came back, as observed: a dossier, or the problem that kept it from coming. `output`: evidence digest."""

    dossier: Dossier | None
    problem: str = ""
    model: str = ""
    binary: Digest | None = None
    output: Digest | None = None


@value
class Provider:
    """Port: one reviewer. `authorises` is False where its verdict opens no gate. `ask` never raises for what the
    reviewer does; Cancelled when somebody stops it."""

    name: str
    authorises: bool
    ask: Callable[[Question, Watch], Reply]


@value
class Asker:
    journal: Journal
    observer: Observer
    watch: Watch

    def ask(self, started: Opened, provider: Provider, question: Question, look: Look) -> Opened:
        """Ask, compare what the reviewer was to leave alone, and record the verdict or the failure. `look`: the tree
        since the task's baseline, as it was when the material was sealed."""
        guard = self._guard(started.task_id, look)
        try:
            reply = provider.ask(question, self.watch)
        except (Cancelled, KeyboardInterrupt) as stopped:
            self._record(started.task_id, provider, question, Reply(dossier=None, problem="was cancelled"), ())
            raise Cancelled("the review was stopped; the attempt is on record") from stopped
        except Unavailable as error:
            reply = Reply(dossier=None, problem=str(error))
        touched = self._touched(guard, self._guard(started.task_id, self.observer.look(started.task)))
        return self._record(started.task_id, provider, question, reply, touched)

    def _record(
        self, task_id: TaskId, provider: Provider, question: Question, reply: Reply, touched: tuple[str, ...]
    ) -> Opened:
        problems = dossier_problems(reply.dossier, mode=question.mode, budget=question.budget) if reply.dossier else ()
        answer = Answer(
            provider=provider.name,
            dossier=reply.dossier,
            authorises=provider.authorises,
            problem=reply.problem,
            problems=problems,
            changed=touched,
            model=reply.model,
            binary=reply.binary,
            output=reply.output,
        )
        with self.journal.open(task_id, "review") as opened:
            return self.journal.record(opened, conclude(opened.task, question.attempt, answer))

    def _guard(self, task_id: TaskId, look: Look) -> Guard:
        seen = self.journal.look(task_id)
        return Guard(
            look=look,
            path=seen.document.path,
            spec=seen.document.text,
            ledger=seen.memory.head if seen.memory else None,
        )

    def _touched(self, before: Guard, after: Guard) -> tuple[str, ...]:
        found = [] if before.look.head == after.look.head else ["HEAD"]
        if (before.spec, before.path) != (after.spec, after.path):
            found.append(before.path)
        if before.ledger != after.ledger:
            found.append("the ledger")
        then, now = {seen.path: seen for seen in before.look.files}, {seen.path: seen for seen in after.look.files}
        return (*found, *sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path)))


@value
class Guard:
    """What a reviewer must leave as it was."""

    look: Look
    path: str
    spec: str
    ledger: Digest | None

"""The reviewer that any command can be: the packet on its stdin, one JSON dossier on its stdout."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable

from scafld.adapters.providers.answer import Unreadable, read_dossier
from scafld.app.ask import Provider, Question, Reply
from scafld.app.check import Order, Runner, Watch
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.names import Digest
from scafld.core.refusal import Cancelled
from scafld.core.value import value

Save = Callable[[str, bytes], str]
"""Port: keep bytes under a name in a task's evidence; gives the absolute path."""


@value
class CommandReviewer:
    """Runs `command` in the workspace `root`. A packet is kept as evidence under its digest before it is sent."""

    command: str
    root: str
    run: Runner
    save: Save

    def provider(self) -> Provider:
        return Provider(name="command", authorises=True, ask=self.ask)

    def ask(self, question: Question, watch: Watch) -> Reply:
        prompt = question.prompt.encode("utf-8", "backslashreplace")
        path = self.save(question.task, prompt)
        seen = self.run(self._order(question, path), watch)
        if seen.ended is Ended.CANCELLED:
            raise Cancelled("the reviewer was stopped")
        return self._reply(seen)

    def _order(self, question: Question, path: str) -> Order:
        return Order(
            task=question.task,
            label="review",
            command=f"{{ {self.command}\n}} < {shlex.quote(path)}",
            limit_ms=question.limit_ms,
            idle_ms=question.idle_ms,
            keep_stdout=True,
        )

    def _reply(self, seen: Observation) -> Reply:
        output, binary = seen.output_digest, self._binary()
        problem = _unfit(seen)
        if problem:
            return Reply(dossier=None, problem=problem, output=output, binary=binary)
        try:
            return Reply(dossier=read_dossier(seen.stdout), output=output, binary=binary)
        except Unreadable as error:
            return Reply(dossier=None, problem=str(error), output=output, binary=binary)

    def _binary(self) -> Digest | None:
        """The SHA-256 of the program that the command names by a path, None when it names none."""
        try:
            with open(os.path.join(self.root, shlex.split(self.command)[0]), "rb") as file:
                return digest_of(file.read())
        except (OSError, ValueError, IndexError):
            return None


# Private.


def _unfit(seen: Observation) -> str:
    match seen.ended:
        case Ended.EXITED if seen.exit_code == 0:
            return ""
        case Ended.EXITED:
            last = seen.tail.strip().splitlines()[-1:] or [""]
            return f"the reviewer ended with exit {seen.exit_code}: {last[0][:200]}"
        case Ended.NOT_STARTED:
            return f"the reviewer did not start: {seen.problem}"
        case _:
            return f"the reviewer was ended ({seen.ended}) after {seen.duration_ms / 1000:.1f} s"

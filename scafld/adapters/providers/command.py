"""The provider that any command can be: the packet on its stdin, one JSON answer on its stdout, exit code 0."""

from __future__ import annotations

import os
import shlex

from scafld.adapters.codec.answers import LARGEST_ANSWER
from scafld.adapters.process.environment import provider_environment
from scafld.adapters.process.program import Bounds, Program
from scafld.adapters.providers.binary import digest_at
from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.told import one_line
from scafld.app.ask import Provider, Pulse, Question, Reply, Watcher
from scafld.app.check import Beat
from scafld.core.evidence.criterion import NOT_FOUND, Ended, Observation
from scafld.core.evidence.hearing import Failure
from scafld.core.names import Digest
from scafld.core.refusal import Cancelled
from scafld.core.value import value

SHELL = "/bin/sh"


def command(means: Means, seat: Seat) -> Provider:
    """The provider that runs `seat.command` in the workspace. Nobody can tell whose model it asks."""
    return Provider(name="command", authorises=True, ask=_Command(means=means, seat=seat).ask, seat=seat.name)


# Private.


@value
class _Command:
    means: Means
    seat: Seat

    def ask(self, question: Question, watch: Watcher) -> Reply:
        prompt = question.prompt.encode("utf-8", "backslashreplace")
        self.means.save(question.task, prompt)
        said = bytearray()

        def listen(stream: int, chunk: bytes) -> None:
            if stream == 0:
                said.extend(chunk[: _MOST - len(said)])

        def beat(felt: Beat) -> None:
            watch(Pulse(provider="command", elapsed_ms=felt.elapsed_ms, output_bytes=felt.output_bytes))

        text = self.seat.command
        dashed = text[:1] in ("-", "+")  # else the shell takes it for its own option
        program = Program(
            argv=(SHELL, "-c", f" {text}" if dashed else text),
            environment=provider_environment(self.means.environ),
            stdin=prompt,
        )
        bounds = Bounds(task=question.task, limit_ms=question.limit_ms, idle_ms=question.idle_ms)
        seen = self.means.run(program, bounds, listen, beat)
        if seen.ended is Ended.CANCELLED:
            raise Cancelled("the reviewer was stopped")
        return self._reply(seen, said.decode("utf-8", "replace"))

    def _reply(self, seen: Observation, said: str) -> Reply:
        failure, problem = _unfit(seen, self.seat.command)
        if failure is None and not said.strip():
            failure, problem = Failure.NO_SUBMISSION, "the command ended well and printed no answer on its stdout"
        return Reply(
            answer="" if failure else said,
            problem=problem,
            failure=failure,
            output=seen.output_digest,
            binary=self._binary(),
        )

    def _binary(self) -> Digest | None:
        """The SHA-256 of the program that the command names by a path, None when it names none."""
        try:
            return digest_at(os.path.join(self.means.root, shlex.split(self.seat.command)[0]))
        except (ValueError, IndexError):
            return None


_MOST = 4 * LARGEST_ANSWER + 1
"""In bytes: what is longer is longer than any answer, and is told so."""


def _unfit(seen: Observation, command: str) -> tuple[Failure | None, str]:
    after = f"after {seen.duration_ms / 1000:.1f} s"
    match seen.ended:
        case Ended.EXITED if seen.exit_code == 0:
            return None, ""
        case Ended.EXITED if seen.exit_code in NOT_FOUND and _said_by_the_shell(seen, command):
            return Failure.NOT_INSTALLED, f"the command was not found or cannot be run: {_last(seen)}"
        case Ended.EXITED:
            return Failure.CRASHED, f"the command ended with exit {seen.exit_code}: {_last(seen)}"
        case Ended.NOT_STARTED:
            return Failure.CRASHED, f"the command did not start: {seen.problem}"
        case Ended.TIMEOUT:
            return Failure.OUT_OF_TIME, f"the command ran out of time {after}; raise absolute_max_seconds"
        case Ended.IDLE:
            return Failure.SILENT, f"the command was silent for too long, ended {after}; raise idle_timeout_seconds"
        case _:
            return Failure.CRASHED, f"the command was ended by signal {seen.signal} {after}"


def _said_by_the_shell(seen: Observation, command: str) -> bool:
    """Whether all that was said is the shell's one line about the command's own program: then nobody worked. A command
    may end with these codes for another reason, after work that was paid for."""
    words = command.removeprefix("exec ").split(maxsplit=1)
    lines = seen.tail.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith(f"{SHELL}:") and bool(words) and words[0].strip("'\"") in lines[0]


def _last(seen: Observation) -> str:
    lines = seen.tail.strip().splitlines()
    return one_line(lines[-1], 120) if lines else f"exit {seen.exit_code}, and no word"

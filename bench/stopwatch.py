"""How long whole processes take, and how much memory: run in turn, so that a busy machine is busy for all of them.

Nothing of scafld is loaded here. A child's peak memory is never less than that of the process it was started from, so
the process that measures must be smaller than what it measures.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A process to run. `before` makes everything ready; it is not measured. `expected`: its exit codes. `stdin`: the
    file that it reads."""

    argv: tuple[str, ...]
    cwd: str
    before: Callable[[], object] | None = None
    expected: tuple[int, ...] = (0,)
    stdin: str = os.devnull


@dataclass(frozen=True)
class Run:
    """One run: wall clock in milliseconds, peak memory in megabytes (the largest of the process and its children)."""

    ms: float
    mb: float


@dataclass(frozen=True)
class Measured:
    """Many runs of one command, in the order in which they were made."""

    runs: tuple[Run, ...]

    @property
    def ms(self) -> float:
        """The median of their times."""
        return median([run.ms for run in self.runs])

    @property
    def mb(self) -> float:
        """The highest of their peaks of memory."""
        return max(run.mb for run in self.runs)

    def against(self, other: Measured) -> float:
        """How many times longer than another command that ran in turn with this one: the median over the turns."""
        return median([mine.ms / its.ms for mine, its in zip(self.runs, other.runs, strict=True)])


def measure(commands: dict[str, Command], runs: int, environment: dict[str, str]) -> dict[str, Measured]:
    """Every command in turn, so often; a first round that warms what can be warmed does not count."""
    seen: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs + 1):
        for name, command in commands.items():
            seen[name].append(once(command, environment))
    return {name: Measured(runs=tuple(every[1:])) for name, every in seen.items()}


def once(command: Command, environment: dict[str, str]) -> Run:
    """Run it to its end; its output is dropped."""
    if command.before is not None:
        command.before()
    os.chdir(command.cwd)
    silent = [(os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in (1, 2)]
    silent.append((os.POSIX_SPAWN_OPEN, 0, command.stdin, os.O_RDONLY, 0))
    start = time.perf_counter()
    pid = os.posix_spawn(command.argv[0], command.argv, environment, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    ms = (time.perf_counter() - start) * 1000
    code = os.waitstatus_to_exitcode(status)
    if code not in command.expected:
        raise SystemExit(f"bench: exit {code} of {' '.join(command.argv)} in {command.cwd}")
    return Run(ms=ms, mb=usage.ru_maxrss / (1024 if sys.platform.startswith("linux") else 1024 * 1024))


def told(argv: tuple[str, ...], cwd: str, environment: dict[str, str]) -> list[str]:
    """What a process says on stdout, line by line."""
    reads, writes = os.pipe()
    os.chdir(cwd)
    actions = [(os.POSIX_SPAWN_DUP2, writes, 1), (os.POSIX_SPAWN_CLOSE, reads)]
    pid = os.posix_spawn(argv[0], argv, environment, file_actions=actions)
    os.close(writes)
    with os.fdopen(reads, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise SystemExit(f"bench: {' '.join(argv)} failed")
    return lines


def apart(act: Callable[[], object]) -> None:
    """Do something in a process of its own, so that what it loads does not stay here."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:  # the fork must never go on as if it were the bench
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("bench: a workspace could not be made")


def median(numbers: list[float]) -> float:
    """The middle one, or what lies between the middle two."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2

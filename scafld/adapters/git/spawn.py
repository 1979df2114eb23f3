"""How a program is asked one question: no shell, its answer and its complaints kept apart.

`subprocess` costs ten milliseconds to import; `posix_spawn` and two pipes do the same work for one question.
"""

from __future__ import annotations

import os
from select import POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, poll
from signal import SIG_BLOCK, SIG_SETMASK, SIGHUP, SIGINT, SIGQUIT, SIGTERM, pthread_sigmask
from time import monotonic
from typing import TYPE_CHECKING, Self

from scafld.core.refusal import Unavailable
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT_SECONDS = 300.0
_STOPS = (SIGHUP, SIGINT, SIGQUIT, SIGTERM)


@value
class Answer:
    """What a program said: `code` is its exit code, or minus the signal that ended it."""

    code: int
    out: bytes
    err: bytes

    def complaint(self) -> str:
        """The line of stderr that says most, as text: the first error, else the last line that says anything."""
        lines = [line.strip() for line in self.err.decode("utf-8", "backslashreplace").splitlines()]
        told = [line for line in lines if line]
        fatal = [line for line in told if line.startswith(("fatal:", "error:"))]
        return fatal[0] if fatal else (told or [f"exit {self.code}"])[-1]


class Asked:
    """A program that runs; `answer()` waits for its end. Leaving the `with` block ends it at once."""

    def __init__(self, argv: list[str | bytes], environment: Mapping[str, str], *, feed: bytes = b"") -> None:
        """Start it; `feed` is its stdin. Unavailable when it cannot be started."""
        self._ours: dict[int, bytearray] = {}
        self._in, self.pid, theirs = -1, 0, []
        self._name = os.fsdecode(argv[0])
        self._feed = memoryview(feed)
        try:
            actions = []
            for target in (1, 2):
                reads, writes = os.pipe()
                self._ours[reads] = bytearray()
                theirs.append(writes)
                actions.append((os.POSIX_SPAWN_DUP2, writes, target))
            if feed:
                reads, self._in = os.pipe()
                theirs.append(reads)
                os.set_blocking(self._in, False)
                actions.append((os.POSIX_SPAWN_DUP2, reads, 0))
            else:
                theirs.append(os.open(os.devnull, os.O_RDONLY))
                actions.append((os.POSIX_SPAWN_DUP2, theirs[-1], 0))
            self._out, self._err = tuple(self._ours)
            free = pthread_sigmask(SIG_BLOCK, _STOPS)  # a Ctrl-C waits until it is known what is to be ended
            try:
                self.pid = os.posix_spawnp(argv[0], argv, environment, file_actions=actions, setsigmask=free)
            finally:
                pthread_sigmask(SIG_SETMASK, free)
        except OSError as problem:
            self._close()
            raise Unavailable(f"{self._name} cannot be started: {problem.strerror}") from problem
        finally:
            for each in theirs:
                os.close(each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._end()

    def __del__(self) -> None:
        """For a Ctrl-C that comes before the `with` block has begun."""
        self._end()

    def answer(self, *, limit: float = LIMIT_SECONDS) -> Answer:
        """All it says until it ends. Unavailable, and it is killed, when that takes more than `limit` seconds."""
        out, err = self._ours[self._out], self._ours[self._err]
        try:
            self._listen(monotonic() + limit, limit)
            code = self._reap()
        finally:
            self._end()
        return Answer(code=code, out=bytes(out), err=bytes(err))

    # Private.

    def _listen(self, deadline: float, limit: float) -> None:
        waiting = poll()
        for each in self._ours:
            waiting.register(each, POLLIN)
        if self._in >= 0:
            waiting.register(self._in, POLLOUT)
        open_ends = len(self._ours)
        while open_ends:
            left = deadline - monotonic()
            ready = waiting.poll(max(left, 0) * 1000)
            if not ready and left <= 0:
                raise Unavailable(f"{self._name} gave no answer within {limit:g} seconds")
            for end, state in ready:
                if end == self._in:
                    self._say(waiting, state)
                elif state & (POLLIN | POLLHUP):
                    heard = os.read(end, 1 << 16)
                    self._ours[end] += heard
                    if not heard:
                        waiting.unregister(end)
                        open_ends -= 1

    def _say(self, waiting: poll, state: int) -> None:
        try:
            if not state & (POLLERR | POLLHUP | POLLNVAL):
                self._feed = self._feed[os.write(self._in, self._feed[: 1 << 16]) :]
        except (BlockingIOError, BrokenPipeError):
            if state & POLLOUT and not state & POLLERR:
                return
        if not self._feed or state & (POLLERR | POLLHUP | POLLNVAL):
            waiting.unregister(self._in)
            os.close(self._in)
            self._in = -1

    def _reap(self) -> int:
        pid, self.pid = self.pid, 0
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _end(self) -> None:
        self._close()
        if self.pid:
            os.kill(self.pid, 9)
            self._reap()

    def _close(self) -> None:
        for each in self._ours:
            os.close(each)
        self._ours = {}
        if self._in >= 0:
            os.close(self._in)
            self._in = -1

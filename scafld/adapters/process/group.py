"""One command and every process it starts, held from here: started, told to end, listened to, and over."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from marshal import dumps

from scafld.adapters.process.warden import (
    AT_ONCE,
    GRACE_S,
    KINDLY,
    LAST_S,
    ORDERS,
    REPORTS,
    SETTLE_S,
    descendants,
    in_session,
)
from scafld.core.refusal import Unavailable
from scafld.core.value import value

ENDING_S = SETTLE_S + GRACE_S + LAST_S + 0.5
"""A warden that has not ended everything by then has been stopped or killed itself."""


@value
class Launch:
    """What to start: the absolute path of a program, its argv, an absolute folder, an environment, whether stderr
    has a pipe of its own (2) or shares stdout's (1), and what stands on stdin."""

    program: bytes
    argv: tuple[bytes, ...]
    cwd: bytes
    environment: Mapping[bytes, bytes]
    pipes: int
    stdin: bytes = b""


def launch_of(
    argv: tuple[str, ...],
    cwd: str,
    environment: Mapping[str, str],
    *,
    program: str = "",
    pipes: int,
    stdin: bytes = b"",
) -> Launch | str:
    """What to start, or why it cannot be. `program`: the file, when it is not argv's first word."""
    try:
        words = tuple(_bytes(word) for word in argv)
        variables = {_bytes(name): _bytes(text) for name, text in environment.items()}
    except UnicodeEncodeError:
        return "the command or its environment holds text that is not Unicode"
    if b"\0" in b"".join((*words, *variables, *variables.values())):
        return "the command or its environment holds a NUL character"
    if any(not name or b"=" in name for name in variables):
        return "the environment holds a variable without a usable name"
    file = _bytes(program) or words[0]
    return Launch(program=file, argv=words, cwd=_bytes(cwd), environment=variables, pipes=pipes, stdin=stdin)


@value
class Report:
    """A line from the warden; see `warden.py` for the words and their numbers."""

    word: str
    numbers: tuple[int, ...] = ()


class Group:
    """`with Group(launch) as group`: at the end of the block no process of the command is left, whatever happened.

    `outputs`, `reports` and `orders` are descriptors to poll: read the first two, and call `feed` when `orders` takes
    more, as long as `hungry`. Unavailable when the system has no process or descriptor to give.
    """

    def __init__(self, launch: Launch) -> None:
        self._unsent = _payload(launch)
        self._warden = 0
        self._first = 0
        self._done = False
        self._gone = False
        self._heard = b""
        self._descriptors: list[int] = []
        try:
            self.outputs = self._spawn(launch)
        except OSError as error:
            self._close()
            raise Unavailable(
                f"no command can be started with {sys.executable or 'this Python'}: {error.strerror}",
                next="look at the limits on processes and open files (ulimit -a)",
            ) from error

    def __enter__(self) -> Group:
        return self

    def __exit__(self, *_error: object) -> None:
        try:
            self.end_at_once()
            self._over_within(ENDING_S)
            self.hear()
            if not self._done:
                self.kill()
        finally:
            self._close()

    @property
    def hungry(self) -> bool:
        """Whether the warden still waits for a part of what it has to start."""
        return bool(self._unsent)

    def feed(self) -> None:
        """Give the warden as much of its payload as the pipe takes."""
        if not self._unsent:
            return
        try:
            self._unsent = self._unsent[os.write(self.orders, self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""

    def end_kindly(self) -> None:
        """SIGTERM for all, and SIGKILL after a short grace."""
        self._tell(KINDLY)

    def end_at_once(self) -> None:
        """SIGKILL for all."""
        self._tell(AT_ONCE)

    def kill(self) -> None:
        """SIGKILL for all that can be found, and for the warden: for a warden that does not answer, or is gone."""
        if os.path.exists("/proc/self/stat"):
            for _ in range(3):
                self._kill_found()
        elif self._first:
            with suppress(OSError):
                os.killpg(self._first, signal.SIGKILL)
        if not self._over_within(0.0):
            os.kill(self._warden, signal.SIGKILL)
            self._over_within(1.0)

    def hear(self) -> tuple[Report, ...]:
        """What the warden said since the last time; `Report(word="lost")` when it is gone."""
        try:
            chunk = os.read(self.reports, 4096)
        except BlockingIOError:
            return ()
        *lines, self._heard = (self._heard + chunk).split(b"\n")
        said = tuple(_report(line) for line in lines)
        for report in said:
            if report.word == "started":
                self._first = report.numbers[0]
            self._done = self._done or report.word in ("done", "failed")
        return said if chunk else (*said, Report(word="lost"))

    # Private.

    def _spawn(self, launch: Launch) -> tuple[int, ...]:
        """Start the warden; the read ends of its output pipes."""
        stdin = self._own(_file_with(launch.stdin) if launch.stdin else os.open(os.devnull, os.O_RDWR))
        given, self.orders = self._pipe()
        self.reports, reporting = self._pipe()
        ends = [self._pipe() for _ in range(launch.pipes)]
        inside = {0: stdin, 1: ends[0][1], 2: ends[-1][1], ORDERS: given, REPORTS: reporting}
        self._warden = os.posix_spawn(
            sys.executable or "",
            [sys.executable, "-I", "-S", "-c", _BOOT, os.path.dirname(__file__)],
            {name: launch.environment[name] for name in _LIBRARIES if name in launch.environment},
            file_actions=[(os.POSIX_SPAWN_DUP2, outside, number) for number, outside in inside.items()],
            setsigmask=_NOT_FOR_THE_WARDEN,
        )
        for descriptor in (stdin, given, reporting, *(writing for _, writing in ends)):
            self._disown(descriptor)
        for descriptor in (self.orders, self.reports, *(reading for reading, _ in ends)):
            os.set_blocking(descriptor, False)
        return tuple(reading for reading, _ in ends)

    def _pipe(self) -> tuple[int, int]:
        reading, writing = os.pipe()
        try:
            return self._own(reading), self._own(writing)
        except OSError:
            os.close(writing)
            raise

    def _own(self, descriptor: int) -> int:
        """The same under a high number, out of the way of what a child finds at 0 to 4; closed with the group."""
        try:
            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
        finally:
            os.close(descriptor)
        self._descriptors.append(high)
        return high

    def _disown(self, descriptor: int) -> None:
        self._descriptors.remove(descriptor)
        os.close(descriptor)

    def _tell(self, order: bytes) -> None:
        """Send an order; a warden that does not have its whole payload yet starts nothing."""
        if self._unsent:
            self._unsent = b""
            self._disown(self.orders)
        elif self.orders in self._descriptors:
            with suppress(OSError):
                os.write(self.orders, order)

    def _over_within(self, seconds: float) -> bool:
        """Whether the warden, which goes last, goes in that time."""
        until = time.monotonic() + seconds
        while not self._gone:
            try:
                self._gone = os.waitpid(self._warden, os.WNOHANG)[0] != 0
            except ChildProcessError:
                self._gone = True
            left = until - time.monotonic()
            if self._gone or left <= 0:
                break
            time.sleep(min(0.002, left))
        return self._gone

    def _kill_found(self) -> None:
        """What descends from the warden, and what is in its session: orphans too, when the warden is gone."""
        for pid in {*descendants(self._warden), *in_session(self._warden)} - {self._warden}:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def _close(self) -> None:
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()


# Private.

_BOOT = "import sys; sys.path.append(sys.argv[1]); import warden; warden.main()"
_LIBRARIES = (b"LD_LIBRARY_PATH", b"DYLD_LIBRARY_PATH")
_NOT_FOR_THE_WARDEN = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP)
_AT_THEIR_DEFAULTS = (*_NOT_FOR_THE_WARDEN, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _file_with(content: bytes) -> int:
    """A descriptor at the start of a file without a name: unlike a pipe, nobody has to feed it."""
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return os.dup(file.fileno())


def _payload(launch: Launch) -> bytes:
    defaults = [int(number) for number in _AT_THEIR_DEFAULTS]
    content = (launch.program, list(launch.argv), launch.cwd, dict(launch.environment), defaults)
    body = dumps(content)
    return f"{len(body)}\n".encode("ascii") + body


def _report(line: bytes) -> Report:
    word, *numbers = line.decode("ascii", "replace").split()
    return Report(word=word, numbers=tuple(int(number) for number in numbers))

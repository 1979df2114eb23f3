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

from scafld.adapters.process.warden import AT_ONCE, GRACE_S, KINDLY, LAST_S, ORDERS, REPORTS, SETTLE_S
from scafld.core.refusal import Unavailable
from scafld.core.value import value

ENDING_S = SETTLE_S + GRACE_S + LAST_S + 1.0
"""A warden that has not ended everything by then has been stopped or killed itself."""


@value
class Launch:
    """What to start: a shell text, an absolute folder, an environment, and whether stderr has a pipe of its own (2) or
    shares stdout's (1)."""

    command: bytes
    cwd: bytes
    environment: Mapping[bytes, bytes]
    pipes: int


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
        self._shell = 0
        self._heard = b""
        self._descriptors: list[int] = []
        try:
            self.outputs = self._spawn(launch.pipes)
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
            self.tell(AT_ONCE)
            self._close_outputs()
            _ = self._is_over_within(ENDING_S) or self._kill()
        finally:
            self._close()

    @property
    def hungry(self) -> bool:
        """Whether the warden still waits for a part of what it has to start."""
        return bool(self._unsent)

    def feed(self) -> None:
        """Give the warden as much of its payload as the pipe takes."""
        try:
            self._unsent = self._unsent[os.write(self.orders, self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""

    def end_kindly(self) -> None:
        """SIGTERM for all, and SIGKILL after a short grace."""
        self.tell(KINDLY)

    def end_at_once(self) -> None:
        """SIGKILL for all."""
        self.tell(AT_ONCE)

    def tell(self, order: bytes) -> None:
        """Send an order of `warden.py`; a payload that was not sent whole is given up."""
        if self._unsent:
            os.close(self.orders)
            self._descriptors.remove(self.orders)
            self._unsent = b""
        elif self.orders in self._descriptors:
            with suppress(OSError):
                os.write(self.orders, order)

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
                self._shell = report.numbers[0]
        return said if chunk else (*said, Report(word="lost"))

    # Private.

    def _spawn(self, pipes: int) -> tuple[int, ...]:
        """Start the warden; the read ends of its output pipes. Descriptors are high, so that none is in the way of 0-4."""
        null = self._high(os.open(os.devnull, os.O_RDWR))
        given, self.orders = self._pipe()
        self.reports, reporting = self._pipe()
        ends = [self._pipe() for _ in range(pipes)]
        inside = {0: null, 1: ends[0][1], 2: ends[-1][1], ORDERS: given, REPORTS: reporting}
        self._warden = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", "-c", _BOOT, os.path.dirname(__file__)],
            {},
            file_actions=[(os.POSIX_SPAWN_DUP2, outside, number) for number, outside in inside.items()],
            setpgroup=0,
        )
        return tuple(end for end, _ in ends)

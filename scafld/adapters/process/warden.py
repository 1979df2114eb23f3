"""How all processes of a command come to their end, whoever dies first: a small process stands over them.

    scafld ── orders ──> warden ──> command ──> what the command starts
           <── reports ──

`group.py` starts this file in an interpreter of its own, one for each command; it leans on the standard library only.
On Linux the warden adopts every orphan of the command (PR_SET_CHILD_SUBREAPER), so a process that left its group or
its session is still its descendant, and "over" is what the kernel says: no child is left. Elsewhere it knows the
command's process group and no more.

Orders (pipe, descriptor 3): the length of a payload and a newline, the payload (marshal), then single bytes: KINDLY
asks all to end and kills those that do not, AT_ONCE kills. A closed pipe means that scafld is gone, and is KINDLY.

Reports (pipe, descriptor 4), one line each: `started PID` of the command, or `failed ERRNO`; `exited STATUS`, its wait
status, as soon as it is over; `done ENDED LEFT`: how many processes were ended after the command was over, and how many
could not be.
"""

from __future__ import annotations

import os
import select
import sys
import time
from marshal import loads

TYPE_CHECKING = False  # the interpreter of a warden starts in half the time without `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ORDERS, REPORTS = 3, 4
KINDLY, AT_ONCE = b"T", b"K"
SETTLE_S = 0.1
"""What is about to end by itself when the command is over (the last `tee` of a pipe) is given this long."""
GRACE_S = 0.4
"""From SIGTERM to SIGKILL."""
LAST_S = 2.0
"""How long SIGKILL is repeated before what is left is reported as left."""


def main() -> None:
    """Read the payload, start the command, stand over it. Never returns."""
    os.setsid()
    _close_all_but_the_first(5)
    os.set_inheritable(ORDERS, False)
    os.set_inheritable(REPORTS, False)
    adopting = _adopt_orphans()
    program, argv, cwd, environment, defaults = _payload()
    try:
        os.chdir(cwd)
        first = os.posix_spawn(program, argv, environment, setpgroup=0, setsigmask=(), setsigdef=tuple(defaults))
    except OSError as error:
        _report("failed", error.errno or 0)
        os._exit(1)
    os.dup2(0, 1)
    os.dup2(0, 2)
    _report("started", first)
    Warden(first, adopting).stand()
    os._exit(0)


class Warden:
    """Stands over the process `first` and its descendants; `adopting` says whether orphans become its children."""

    def __init__(self, first: int, adopting: bool) -> None:
        self._first = first
        self._adopting = adopting
        self._first_is_over = False
        self._childless = False
        self._order = b""
        self._ended: set[int] = set()
        self._poll = select.poll()
        self._poll.register(ORDERS, select.POLLIN)
        self._first_fd = _watchable(first)
        if self._first_fd >= 0:
            self._poll.register(self._first_fd, select.POLLIN)

    def stand(self) -> None:
        """Wait for the command or for an order, then end whatever lives, and report."""
        while not self._first_is_over and not self._order:
            self._wait(1000 if self._first_fd >= 0 else 20)
        if self._first_is_over:
            self._pass_time(SETTLE_S)
        if self._order != AT_ONCE:
            self._signal(15)
            self._pass_time(GRACE_S)
        until = time.monotonic() + LAST_S
        while not self._gone() and time.monotonic() < until:
            self._signal(9)
            self._wait(10)
        _report("done", len(self._ended), 0 if self._gone() else len(self._living()))

    # Private.

    def _pass_time(self, seconds: float) -> None:
        """Wait until all are gone, the time is up, or all are to be killed at once."""
        until = time.monotonic() + seconds
        while not self._gone() and self._order != AT_ONCE and time.monotonic() < until:
            self._wait(10)

    def _wait(self, milliseconds: int) -> None:
        for ready, _ in self._poll.poll(milliseconds):
            if ready == ORDERS:
                self._take_order()
        self._reap()

    def _take_order(self) -> None:
        order = os.read(ORDERS, 16)
        if not order:
            self._poll.unregister(ORDERS)
        if self._order != AT_ONCE:
            self._order = AT_ONCE if AT_ONCE in order else KINDLY

    def _reap(self) -> None:
        """Collect every child that is over, adopted ones too, and report the command's own."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                return
            if pid == 0:
                return
            if pid == self._first:
                self._first_is_over = True
                if self._first_fd >= 0:
                    self._poll.unregister(self._first_fd)
                _report("exited", status)

    def _gone(self) -> bool:
        return self._childless and (self._adopting or not self._living())

    def _signal(self, number: int) -> None:
        """Signal the living, group by group: a group cannot fork its way out of a signal, single processes can."""
        if self._gone():
            return
        living = self._living()
        if self._first_is_over:
            self._ended.update(living)
        own = os.getpgrp()
        for group in set(living.values()) - {own}:
            _quietly(os.killpg, group, number)
        for pid, group in living.items():
            if group == own:
                _quietly(os.kill, pid, number)

    def _living(self) -> dict[int, int]:
        """Process id -> process group, for each living descendant; where they cannot be told, the first one's group."""
        if self._adopting:
            return descendants(os.getpid())
        return {self._first: self._first} if _quietly(os.killpg, self._first, 0) else {}


def descendants(ancestor: int) -> dict[int, int]:
    """Process id -> process group, for every living descendant of `ancestor`, as /proc shows them now."""
    children: dict[int, list[tuple[int, int, bool]]] = {}
    for pid, (alive, parent, group, _) in _processes():
        children.setdefault(parent, []).append((pid, group, alive))
    found: dict[int, int] = {}
    ahead = [ancestor]
    while ahead:
        for pid, group, alive in children.pop(ahead.pop(), ()):
            ahead.append(pid)
            if alive:
                found[pid] = group
    return found


def in_session(session: int) -> tuple[int, ...]:
    """The living processes of a session, as /proc shows them now."""
    return tuple(pid for pid, (alive, _, _, theirs) in _processes() if alive and theirs == session)


# Private.


def _processes() -> Iterator[tuple[int, tuple[bool, int, int, int]]]:
    """Of every process: its id, whether it lives, its parent, group and session."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb", buffering=0) as file:
                    state, parent, group, session = file.read(4096).rpartition(b")")[2].split(None, 4)[:4]
                yield int(name), (state not in b"ZX", int(parent), int(group), int(session))
            except (OSError, ValueError):
                continue


def _payload() -> tuple[bytes, list[bytes], bytes, dict[bytes, bytes], list[int]]:
    """What to start, working directory, environment, and the signals that a command finds at their defaults."""
    head = b""
    while not head.endswith(b"\n"):
        head += _read(1)
    body = b""
    while len(body) < int(head):
        body += _read(int(head) - len(body))
    payload: tuple[bytes, list[bytes], bytes, dict[bytes, bytes], list[int]] = loads(body)
    return payload


def _read(most: int) -> bytes:
    chunk = os.read(ORDERS, most)
    if not chunk:
        os._exit(1)
    return chunk


def _report(word: str, *numbers: int) -> None:
    line = " ".join((word, *map(str, numbers))) + "\n"
    _quietly(os.write, REPORTS, line.encode("ascii"))


def _quietly(call: Callable[..., object], *arguments: object) -> bool:
    """Whether the system call went well."""
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def _watchable(pid: int) -> int:
    """A descriptor that becomes readable when the child `pid` is over; -1 where the system has none."""
    if sys.platform != "linux":
        return -1
    try:
        return os.pidfd_open(pid)
    except OSError:
        return -1


def _adopt_orphans() -> bool:
    """Make orphaned descendants children of this process; False where that, or /proc, cannot be had."""
    if sys.platform != "linux" or not os.path.exists("/proc/self/stat"):
        return False
    try:
        from ctypes import CDLL

        return bool(CDLL(None).prctl(36, 1, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def _close_all_but_the_first(count: int) -> None:
    """Descriptors that scafld itself was given are not for the command."""
    try:
        names = os.listdir("/dev/fd")
    except OSError:
        return os.closerange(count, 256)
    for name in names:
        if int(name) >= count:
            _quietly(os.close, int(name))
    return None

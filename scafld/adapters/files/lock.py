"""One command at a time on one task: an advisory lock that the kernel lets go of when its holder dies.

A lock belongs to the process that took it: programs it starts do not inherit it, and a child that it forks gives up its
copy at once, so that nobody holds a lock for the dead.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from scafld.adapters.files.atomic import told
from scafld.adapters.files.disk import Disk
from scafld.core.refusal import Unavailable


@contextmanager
def hold(path: str, command: str, patience_s: float, disk: Disk) -> Iterator[None]:
    """Hold the lock at `path`. Waits at most `patience_s` seconds, then Unavailable names the command that holds it.

    The file may be taken away at any time: who holds a lock that is not there any more takes the new one.
    """
    try:
        grip = grasp(path, patience_s, disk)
    except HeldError as held:
        name = os.path.basename(path).removesuffix(".lock")
        reason = f"{name} is held by {held.holder}; waited {patience_s:g} s"
        raise Unavailable(reason, next=f"scafld status {name}") from held
    try:
        grip.sign(f"scafld {command} (process {os.getpid()})")
        yield
        grip.sign("")
    finally:
        grip.let_go()


class HeldError(Exception):
    """Somebody else has the lock: `holder`, in words."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class Grip:
    """An open lock file. A child that this process forks has it no more."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        _GRIPS.add(self)

    def sign(self, holder: str) -> None:
        """Say who holds it; a disk that has no room for that is no reason not to work."""
        with suppress(OSError):
            os.ftruncate(self.handle, 0)
            os.pwrite(self.handle, holder.encode("utf-8", "replace"), 0)

    def signed(self) -> str:
        """Who says to hold it."""
        with suppress(OSError):
            return os.pread(self.handle, 200, 0).decode("utf-8", "replace") or _SOMEBODY
        return _SOMEBODY

    def let_go(self) -> None:
        """Close it, which frees the lock."""
        _GRIPS.discard(self)
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1


def grasp(path: str, patience_s: float, disk: Disk) -> Grip:
    """Take the lock at `path`, which everybody else then meets. HeldError after `patience_s` seconds."""
    deadline = time.monotonic() + patience_s
    while True:
        grip = _opened(path, disk)
        try:
            _wait(grip, path, deadline)
            if _is_met(grip, path):
                return grip
        except BaseException:
            grip.let_go()
            raise
        grip.let_go()


# Private.

_PAUSE_S = 0.02
_SOMEBODY = "another command"
_GRIPS: set[Grip] = set()


def _opened(path: str, disk: Disk) -> Grip:
    with told(path):
        disk.folder(os.path.dirname(path))
        return Grip(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644))


def _wait(grip: Grip, path: str, deadline: float) -> None:
    while True:
        try:
            with told(path):
                fcntl.flock(grip.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except Unavailable as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            if time.monotonic() >= deadline:
                raise HeldError(grip.signed()) from error
        time.sleep(_PAUSE_S)


def _is_met(grip: Grip, path: str) -> bool:
    """Whether who opens the lock now opens this very file."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(grip.handle), there)


def _give_up_copies() -> None:
    """In a child: close what the parent holds. Closing a copy frees nothing; asking to unlock it would."""
    for grip in tuple(_GRIPS):
        with suppress(OSError):
            grip.let_go()


os.register_at_fork(after_in_child=_give_up_copies)

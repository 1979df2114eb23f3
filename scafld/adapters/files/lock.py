"""One command at a time on one task: an advisory lock that the kernel lets go of when its holder dies."""

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
    deadline = time.monotonic() + patience_s
    handle = _taken(path, deadline, patience_s, disk)
    try:
        _write(handle, f"scafld {command} (process {os.getpid()})".encode("utf-8", "replace"))
        yield
        _write(handle, b"")
    finally:
        os.close(handle)


# Private.

_PAUSE_S = 0.02


def _taken(path: str, deadline: float, patience_s: float, disk: Disk) -> int:
    """The descriptor of a lock that is held, and that everybody else meets."""
    while True:
        handle = _open(path, disk)
        try:
            _wait(handle, path, deadline, patience_s)
            if _is_met(handle, path):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _open(path: str, disk: Disk) -> int:
    with told(path):
        disk.folder(os.path.dirname(path))
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o644)


def _wait(handle: int, path: str, deadline: float, patience_s: float) -> None:
    while True:
        try:
            with told(path):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except Unavailable as error:
            if not isinstance(error.__cause__, BlockingIOError):
                raise
            if time.monotonic() >= deadline:
                raise _held(handle, path, patience_s) from error
        time.sleep(_PAUSE_S)


def _held(handle: int, path: str, patience_s: float) -> Unavailable:
    holder = os.pread(handle, 200, 0).decode("utf-8", "replace") or "another command"
    name = os.path.basename(path).removesuffix(".lock")
    return Unavailable(f"{name} is held by {holder}; waited {patience_s:g} s", next=f"scafld status {name}")


def _is_met(handle: int, path: str) -> bool:
    """Whether who opens the lock now opens this very file."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _write(handle: int, holder: bytes) -> None:
    """Say who holds it; a disk that has no room for that is no reason not to work."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, holder, 0)

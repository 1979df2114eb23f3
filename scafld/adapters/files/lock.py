"""One command at a time on one task: an advisory lock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from scafld.core.refusal import Unavailable


@contextmanager
def hold(path: str, command: str, patience_s: float) -> Iterator[None]:
    """Hold the lock at `path`. Waits at most `patience_s` seconds, then Unavailable names the command that holds it."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise Unavailable(f"the lock {path} cannot be taken: {error.strerror}", next=f"ls -ld {path}") from error
    try:
        _wait(handle, path, patience_s)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"scafld {command} (process {os.getpid()})".encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


# Private.

_PAUSE_S = 0.02


def _wait(handle: int, path: str, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                holder = os.pread(handle, 200, 0).decode("utf-8", "replace") or "another command"
                raise Unavailable(
                    f"{os.path.basename(path).removesuffix('.lock')} is held by {holder}; waited {patience_s:g} s",
                    next="",
                ) from error
        time.sleep(_PAUSE_S)

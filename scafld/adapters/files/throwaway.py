"""A private folder that is gone afterwards, whatever was done in it.

with throwaway("scafld-checkout-", place) as folder:
    ...  # an absolute path, mode 0700

A scafld that was killed cannot remove its folder; the next one that makes one of its kind does, for nobody holds it any
more.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import gettempdir, mkdtemp

HELD = ".held"


@contextmanager
def throwaway(prefix: str, place: str = "") -> Iterator[str]:
    """A folder below `place`, else among the system's temporary files. OSError when it cannot be made."""
    place = os.path.realpath(place or gettempdir())
    with suppress(OSError):
        _sweep(place, prefix)
    folder, held = _new(place, prefix)
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(held)


# Private.


def _new(place: str, prefix: str) -> tuple[str, int]:
    """A new folder, and the lock that says that somebody needs it. One that was swept before it was locked is made
    again."""
    while True:
        folder = mkdtemp(prefix=prefix, dir=place)
        try:
            held = os.open(os.path.join(folder, HELD), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue
        fcntl.flock(held, fcntl.LOCK_EX)
        if os.fstat(held).st_nlink:
            return folder, held
        os.close(held)


def _sweep(place: str, prefix: str) -> None:
    """Remove what killed processes of this user left."""
    for name in os.listdir(place):
        if name.startswith(prefix):
            with suppress(OSError):
                _remove_unheld(os.path.join(place, name))


def _remove_unheld(folder: str) -> None:
    """A folder that is not locked by anybody; one without a lock is being made."""
    seen = os.lstat(folder)
    if seen.st_uid != os.getuid() or not stat.S_ISDIR(seen.st_mode):
        return
    held = os.open(os.path.join(folder, HELD), os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder)
    finally:
        os.close(held)


def _remove(folder: str) -> None:
    """All of it, also what a program made unwritable, and however deep. Links are removed, never followed. The lock
    goes last: what cannot be removed now, or is left by a kill, is there for the next sweep."""
    waiting = [folder]
    for here in waiting:
        with suppress(OSError):
            os.chmod(here, 0o700)
            waiting += _emptied(here, folder)
    for here in reversed(waiting[1:]):
        with suppress(OSError):
            os.rmdir(here)
    with suppress(OSError):
        if os.listdir(folder) == [HELD]:
            os.unlink(os.path.join(folder, HELD))
            os.rmdir(folder)


def _emptied(here: str, folder: str) -> list[str]:
    """Remove the files in a folder, and put the folders in it beside each other: no path gets long. Those folders."""
    moved = []
    with os.scandir(here) as found:
        entries = [(each.path, each.is_dir(follow_symlinks=False)) for each in found]
    for path, is_folder in entries:
        with suppress(OSError):
            if is_folder:
                os.chmod(path, 0o700)
                beside = os.path.join(folder, f".{os.urandom(8).hex()}")
                os.rename(path, beside)
                moved.append(beside)
            elif path != os.path.join(folder, HELD):
                os.unlink(path)
    return moved

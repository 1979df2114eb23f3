"""Where a provider's own files lie while it runs: a private folder outside of the workspace that is gone afterwards.

with scratch(environ, root) as folder:
    ...  # an absolute path, mode 0700

A scafld that was killed cannot remove its folder; the next one does, for nobody holds it any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from tempfile import mkdtemp

from scafld.core.refusal import Unavailable

PREFIX = "scafld-scratch-"
HELD = ".held"


@contextmanager
def scratch(environ: Mapping[str, str], root: str) -> Iterator[str]:
    """Unavailable when no folder outside of `root` can be had."""
    place = _place(environ, root)
    try:
        _sweep(place)
        folder, held = _new(place)
    except OSError as error:
        raise _unavailable(place, error.strerror or str(error)) from error
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(held)


# Private.


def _place(environ: Mapping[str, str], root: str) -> str:
    """The folder for temporary files: the user's, else the system's, but none in the workspace."""
    workspace = os.path.realpath(root)
    for offered in (environ.get("TMPDIR", ""), "/tmp", "/var/tmp"):
        place = os.path.realpath(offered)
        outside = place != workspace and not place.startswith(f"{workspace.rstrip('/')}/")
        if os.path.isabs(offered) and outside and os.access(place, os.W_OK | os.X_OK):
            return place
    raise _unavailable(os.path.realpath(environ.get("TMPDIR") or "/tmp"), "it is in the workspace, or is not there")


def _new(place: str) -> tuple[str, int]:
    """A new folder, and the lock that says that somebody needs it. One that was swept before it was locked is made
    again."""
    while True:
        folder = mkdtemp(prefix=PREFIX, dir=place)
        try:
            held = os.open(os.path.join(folder, HELD), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue
        fcntl.flock(held, fcntl.LOCK_EX)
        if os.fstat(held).st_nlink:
            return folder, held
        os.close(held)


def _sweep(place: str) -> None:
    """Remove what killed processes of this user left."""
    for name in os.listdir(place):
        folder = os.path.join(place, name)
        if name.startswith(PREFIX):
            with suppress(OSError):
                _remove_unheld(folder)


def _remove_unheld(folder: str) -> None:
    """A folder that is not locked by anybody; one without a lock is being made, or is being removed."""
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
    """All of it, also what a program made unwritable. Links are removed, never followed."""
    with suppress(RecursionError):  # of a tree that deep, some is left for the next time
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.lexists(folder):
            for inner, _, _ in os.walk(folder):
                with suppress(OSError):
                    os.chmod(inner, 0o700)
            shutil.rmtree(folder, ignore_errors=True)


def _unavailable(place: str, why: str) -> Unavailable:
    return Unavailable(
        f"a provider needs a folder outside of the workspace, and {place} gives none: {why}",
        next="set TMPDIR to a folder outside of the workspace that you can write to",
    )

"""What stands at a path right now, without following a link, waiting for a pipe, or holding a big file in memory."""

from __future__ import annotations

import errno
import os
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

from scafld.adapters.git.paths import to_text
from scafld.core.digest import digest_of, hasher
from scafld.core.evidence.seals import FileKind
from scafld.core.names import Digest
from scafld.core.refusal import Unavailable
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

MODES = {
    FileKind.FILE: "100644",
    FileKind.EXECUTABLE: "100755",
    FileKind.LINK: "120000",
    FileKind.SUBMODULE: "160000",
}
"""Git's name of each kind."""


@value
class Standing:
    """A file or a link. `digest`: SHA-256 of its bytes, or of a link's target. `oid`: git's name of them, if asked."""

    kind: FileKind
    digest: Digest
    oid: str = ""
    size: int


class Ground:
    """The files below one directory, as they are now. Make one a look: it remembers which directories are real.

    `root`: bytes, absolute. `algorithm`: how git names contents here, `sha1` or `sha256`.
    """

    def __init__(self, root: bytes, algorithm: str = "sha1", *, opener: Callable[[bytes, int], int] = os.open) -> None:
        self.root = root
        self._algorithm = algorithm
        self._opener = opener
        self._real: dict[bytes, bool] = {b"": True}

    def at(self, path: bytes, *, named: bool = False) -> Standing | None:
        """The file or link at `path`; None when there is none (nothing, a directory, a pipe, a device).

        `named` asks for the oid too. Unavailable when it cannot be read or does not hold still.
        """
        for _ in range(_TRIES):
            try:
                return self._once(path, named)
            except _MovedError:
                continue
            except OSError as problem:
                raise Unavailable(
                    f"{to_text(path)} cannot be read ({problem.strerror}), so nothing can be said about the tree; "
                    "make it readable, or let git ignore it"
                ) from problem
        raise Unavailable(f"{to_text(path)} changes while it is read; stop what writes it, then try again")

    def status(self, path: bytes) -> os.stat_result | None:
        """`lstat` of `path`, None when nothing is there or when one of its directories is not a real directory; nothing
        is there under a name that the file system cannot have."""
        return _lstat(self._full(path)) if self._reached(os.path.dirname(path)) else None

    def plain(self, path: bytes) -> bytes | None:
        """The bytes of a file; None where there is none, or one that is too large to be taken for a text."""
        from scafld.adapters.git.witness import content

        there = self.status(path)
        return content(self._full(path), _LARGEST_TEXT) if there is not None and S_ISREG(there.st_mode) else None

    def directory(self, path: bytes) -> bool:
        """Whether a real directory stands at `path`."""
        there = self.status(path)
        return there is not None and S_ISDIR(there.st_mode)

    # Private.

    def _full(self, path: bytes) -> bytes:
        return self.root + b"/" + path

    def _reached(self, folder: bytes) -> bool:
        """Whether `folder` and everything above it, up to the root, are real directories."""
        unknown = []
        here = folder
        while here not in self._real:
            unknown.append(here)
            here = os.path.dirname(here)
        real = self._real[here]
        for each in reversed(unknown):
            real = self._real[each] = real and _is_directory(self._full(each))
        return real

    def _once(self, path: bytes, named: bool) -> Standing | None:
        there = self.status(path)
        if there is None:
            return None
        if S_ISLNK(there.st_mode):
            return self._link(path)
        if not S_ISREG(there.st_mode):
            return None
        kind = FileKind.EXECUTABLE if there.st_mode & 0o100 else FileKind.FILE
        digest, oid = self._read(path, there, self._algorithm if named else "")
        return Standing(kind=kind, digest=digest, oid=oid, size=there.st_size)

    def _link(self, path: bytes) -> Standing:
        try:
            target = os.readlink(self._full(path))
        except OSError as problem:
            raise _MovedError from problem
        oid = _blob(self._algorithm, len(target))
        oid.update(target)
        return Standing(kind=FileKind.LINK, digest=digest_of(target), oid=oid.hexdigest(), size=len(target))

    def _read(self, path: bytes, there: os.stat_result, algorithm: str) -> tuple[Digest, str]:
        try:
            end = self._opener(self._full(path), _LOOK)
        except (FileNotFoundError, NotADirectoryError) as problem:
            raise _MovedError from problem
        except OSError as problem:
            if S_ISREG(os.lstat(self._full(path)).st_mode):
                raise
            raise _MovedError from problem
        try:
            if not _same(there, os.fstat(end)):
                raise _MovedError
            found = _digests(end, there.st_size, algorithm)
            if not _same(there, os.fstat(end)):
                raise _MovedError
            return found
        finally:
            os.close(end)


# Private.

_TRIES = 5
_CHUNK = 1 << 18
_LARGEST_TEXT = 64 << 20
_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class _MovedError(Exception):
    """What was there a moment ago is not there now."""


def _is_directory(path: bytes) -> bool:
    there = _lstat(path)
    return there is not None and S_ISDIR(there.st_mode)


def _lstat(path: bytes) -> os.stat_result | None:
    if b"\0" in path:
        return None
    try:
        return os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno == errno.ENAMETOOLONG:
            return None
        raise


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (
        before.st_ino == after.st_ino
        and before.st_size == after.st_size
        and before.st_mtime_ns == after.st_mtime_ns
        and before.st_mode == after.st_mode
    )


def _blob(algorithm: str, size: int) -> _Hash:
    named = hasher(algorithm, size)
    named.update(b"blob %d\0" % size)
    return named


def _digests(end: int, size: int, algorithm: str) -> tuple[Digest, str]:
    digest = hasher("sha256", size)
    oid = _blob(algorithm, size) if algorithm else None
    while chunk := os.read(end, _CHUNK):
        digest.update(chunk)
        if oid:
            oid.update(chunk)
    return Digest(digest.hexdigest()), oid.hexdigest() if oid else ""

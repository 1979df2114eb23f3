"""What stands at a path beside the working tree, in a few bytes that are others when it is something else.

Never an error, and nothing is waited for: what cannot be read is known by what the file system says of it.
"""

from __future__ import annotations

import hashlib
import os
from stat import S_IFMT, S_IMODE, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16 << 20
"""Of a larger file, size, times and inode are taken instead of its bytes."""


def witness(path: bytes) -> bytes | None:
    """A file by its bytes and its right to run, a link by its target and by the file it leads to. None for nothing."""
    try:
        there = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        return b"out of sight: %d" % (problem.errno or 0)
    if not S_ISLNK(there.st_mode):
        return _of(path, there)
    try:
        target = os.readlink(path)
        return b"link to %s: %s" % (target, _of(path, os.stat(path)))
    except OSError as problem:
        return b"link to nothing: %d %s" % (problem.errno or 0, _told(there))


def content(path: bytes, most: int) -> bytes | None:
    """The bytes of a plain file, links followed; None when there is none, or one that is larger than `most`."""
    try:
        end = os.open(path, _LOOK)
    except OSError:
        return None
    try:
        there = os.fstat(end)
        wanted = S_ISREG(there.st_mode) and there.st_size <= most
        return b"".join(_chunks(end, most)) if wanted else None
    except OSError:
        return None
    finally:
        os.close(end)


def below(folder: bytes) -> Iterator[bytes]:
    """The path, relative to `folder`, of everything below it but folders. No link is followed to a folder.

    A folder that cannot be listed stands for what is in it.
    """
    waiting = [b""]
    while waiting:
        shown = waiting.pop()
        found = listed(folder + b"/" + shown)
        if found is None and shown:
            yield shown
        for name, is_folder in found or ():
            path = os.path.join(shown, name)
            if is_folder:
                waiting.append(path)
            else:
                yield path


def listed(folder: bytes) -> list[tuple[bytes, bool]] | None:
    """The names in a folder, and whether each is a real folder itself; None when it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            return [(each.name, each.is_dir(follow_symlinks=False)) for each in found]
    except OSError:
        return None


# Private.

_LOOK = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_CHUNK = 1 << 20


def _of(path: bytes, there: os.stat_result) -> bytes:
    if not S_ISREG(there.st_mode):
        return b"kind %o" % S_IFMT(there.st_mode)
    if there.st_size > LARGEST:
        return b"large " + _told(there)
    runs = b"program" if there.st_mode & 0o111 else b"file"
    try:
        return b"%s %s" % (runs, _digest(path))
    except OSError:
        return b"unread " + _told(there)


def _digest(path: bytes) -> bytes:
    end = os.open(path, _LOOK)
    try:
        seen = hashlib.sha256()
        for chunk in _chunks(end, LARGEST):
            seen.update(chunk)
        return seen.digest()
    finally:
        os.close(end)


def _chunks(end: int, most: int) -> Iterator[bytes]:
    """What there is to read, `most` bytes of it: a file may grow meanwhile."""
    while most > 0 and (chunk := os.read(end, min(_CHUNK, most))):
        yield chunk
        most -= len(chunk)


def _told(there: os.stat_result) -> bytes:
    """What does not stay as it is when a file's bytes change: no ordinary process sets the time of a file's last change
    back."""
    numbers = (S_IMODE(there.st_mode), there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino)
    return repr(numbers).encode()

"""The few ways in which scafld touches a disk. Tests put a disk that fails, or dies, in its place.

A draft bears DRAFT_PREFIX and the number of the process that made it, so that one a crash left behind can be told from
a user's file and from one that is being written.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, FileIO

DRAFT_PREFIX = ".scafld-tmp-"
NEW_FILE = 0o644


def open_plain(path: str) -> BufferedReader:
    """A plain file, to be read from its beginning. OSError, at once, for a link, a pipe or whatever else is there."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP and os.path.islink(path):
            raise OSError(errno.ELOOP, "it is a symbolic link", path) from error
        raise
    try:
        _need_plain(handle, path)
        return BufferedReader(FileIO(handle), _AT_ONCE)
    except BaseException:
        os.close(handle)
        raise


def kind_of(mode: int) -> str:
    """What a file's mode says it is, in words, for one that is no plain file."""
    return _KINDS.get(stat.S_IFMT(mode), "something else")


def draft_of(path: str) -> str:
    """A name beside `path` that nobody bears yet."""
    return os.path.join(os.path.dirname(path), f"{DRAFT_PREFIX}{os.getpid()}-{os.urandom(6).hex()}")


def is_draft_left_behind(name: str) -> bool:
    """Whether a file's name is that of a draft whose maker is no more."""
    maker = name.removeprefix(DRAFT_PREFIX).partition("-")[0] if name.startswith(DRAFT_PREFIX) else ""
    if not (maker.isascii() and maker.isdigit() and len(maker) < _LONGEST_PROCESS):
        return name.startswith(DRAFT_PREFIX)
    try:
        os.kill(int(maker), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return int(maker) == os.getpid()


class Disk:
    """The disk of this machine. A method that raises OSError has changed nothing that readers see; only a rename whose
    folder could not be flushed stands all the same."""

    def folder(self, path: str) -> None:
        """Make a folder, and those above it, for good."""
        if os.path.isdir(path):
            return
        self.folder(os.path.dirname(path))
        with suppress(FileExistsError):
            os.mkdir(path)
        _flush_folder(os.path.dirname(path))

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        """Put `content` beside `path`, flushed to the disk; the draft's path."""
        draft = draft_of(path)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            with os.fdopen(handle, "wb") as file:
                _keep_mode(path, file.fileno())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self.remove(draft)
            raise
        return draft

    def replace(self, draft: str, path: str) -> None:
        """Let the draft take the place of `path`, for good."""
        os.replace(draft, path)
        _flush_folder(os.path.dirname(path))

    def jot(self, path: str, content: bytes, mode: int) -> None:
        """Let `content` take the place of `path`, for readers at once, and for good whenever the system gets to it."""
        draft = draft_of(path)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            try:
                self.put(handle, 0, content)
            finally:
                os.close(handle)
            os.replace(draft, path)
        except BaseException:
            self.remove(draft)
            raise

    def remove(self, path: str) -> None:
        """Take a file away; one that is not there is no error."""
        with suppress(FileNotFoundError):
            os.unlink(path)

    def move(self, source: str, target: str) -> None:
        """Give a file another name at once; its folder is made when it is not there."""
        self.folder(os.path.dirname(target))
        os.rename(source, target)

    def extend(self, path: str, size: int, content: bytes, closing: bytes) -> None:
        """Overwrite the closing that stands behind `size` with content and closing, in place, and flush them at once.

        ESTALE when anything else stands there: somebody wrote since it was read.
        """
        import fcntl

        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            _need_plain(handle, path)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle).st_size < size or not closing.startswith(os.pread(handle, len(closing) + 1, size)):
                raise OSError(errno.ESTALE, "it was changed by somebody else just now", path)
            try:
                self.put(handle, size, content + closing)
                _flush_content(handle)
            except OSError:
                os.ftruncate(handle, size)
                self.put(handle, size, closing)
                raise
        finally:
            os.close(handle)

    def put(self, handle: int, at: int, content: bytes) -> None:
        """Write all of it at this offset, however few bytes the system takes at a time."""
        view = memoryview(content)
        while view:
            written = os.pwrite(handle, view, at)
            view, at = view[written:], at + written


# Private.

_AT_ONCE = 1 << 18
_flush_content: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
_LONGEST_PROCESS = 10
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a broken link",
}


def _need_plain(handle: int, path: str) -> None:
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, f"it is {kind_of(mode)}", path)


def _keep_mode(path: str, handle: int) -> None:
    """The new file takes over permissions and, where that is allowed, the owner of the one it replaces."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    with suppress(OSError):
        os.fchown(handle, found.st_uid, found.st_gid)
    os.fchmod(handle, stat.S_IMODE(found.st_mode))


def _flush_folder(folder: str) -> None:
    """Make a rename last through a power cut; file systems that cannot flush a folder need none."""
    handle = os.open(folder or ".", os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)

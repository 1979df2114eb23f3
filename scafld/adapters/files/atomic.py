"""How files are written so that nobody ever sees half of one: a draft beside it, flushed, then renamed into place.

Symbolic links are followed inside `root` only; what would be written outside it is refused.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from scafld.adapters.files.disk import DRAFT_PREFIX, NEW_FILE, Disk, draft_of, kind_of
from scafld.core.refusal import Gate, Refusal, Refused, Unavailable
from scafld.core.value import value

__all__ = ["DRAFT_PREFIX", "Changes", "Disk", "Write", "Writes", "settle", "told", "write_whole"]


def write_whole(path: str, content: bytes, *, mode: int = NEW_FILE, root: str = "", disk: Writes | None = None) -> None:
    """Write all of `content` to `path`, or nothing. A new file gets `mode` (less the umask); an old one keeps its own.

    Without `root` a symbolic link at `path` is refused; with it, a link is followed if it stays inside. Unavailable
    says which file, why, and what to do.
    """
    target = settle(path, root)
    disk = Disk() if disk is None else disk
    with told(path):
        draft = disk.prepare(target, content, mode)
        try:
            disk.replace(draft, target)
        except BaseException:
            disk.remove(draft)
            raise


def settle(path: str, root: str = "") -> str:
    """Where writing to `path` really lands. Refused when that is outside `root`, or no plain file."""
    with told(path):
        target = _followed(path, root)
        found = _kind(target)
    if found is not None and not stat.S_ISREG(found):
        raise _refused(f"{path} is no file: {kind_of(found)} is in its place")
    return target


@contextmanager
def told(path: str) -> Iterator[None]:
    """OSErrors leave as Unavailable, with the file's name and what to do."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "")
        raise Unavailable(f"{path} cannot be written: {error.strerror or error}", next=advice) from error


class Writes(Protocol):
    """Port: the three things that are done to a disk to change a file. They raise OSError."""

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        """Put `content` beside `path`, flushed to the disk; the draft's path."""
        ...

    def replace(self, draft: str, path: str) -> None:
        """Let the draft take the place of `path`, for good."""
        ...

    def remove(self, path: str) -> None:
        """Take a file away; one that is not there is no error."""
        ...


@value
class Write:
    """One file to come. `before`: what must stand there now, None for nothing at all."""

    path: str
    content: bytes
    before: bytes | None
    mode: int = NEW_FILE


class Changes:
    """Several files and folders that come about together: all of them, or none.

    Everything that can go wrong is done first (folders, drafts, a second look at what is there); then drafts are
    renamed one by one, and if that fails half-way, taken back, old contents and permissions included.
    """

    def __init__(self, root: str, disk: Writes | None = None) -> None:
        self.root = root
        self.disk = Disk() if disk is None else disk
        self._made: list[str] = []
        self._drafts: list[tuple[str, Write]] = []
        self._placed: list[_Placed] = []

    def apply(self, folders: tuple[str, ...], writes: tuple[Write, ...]) -> None:
        """Make it so. Unavailable, with nothing changed, when the disk does not help or a file is not as it was."""
        try:
            for folder in folders:
                self._make(folder)
            for write in writes:
                self._prepare(write)
            for draft, write in self._drafts:
                self._place(draft, write)
        except BaseException:
            self._undo()
            raise
        for placed in (each for each in self._placed if each.kept):
            with suppress(OSError):
                self.disk.remove(placed.kept)

    # Private.

    def _make(self, folder: str) -> None:
        with told(folder):
            missing = folder
            new: list[str] = []
            while not os.path.isdir(missing):
                new.append(missing)
                missing = os.path.dirname(missing)
            _inside(missing, self.root, folder)
            for path in reversed(new):
                try:
                    os.mkdir(path)
                except FileExistsError:
                    if not os.path.isdir(path):
                        raise
                else:
                    self._made.append(path)

    def _prepare(self, write: Write) -> None:
        target = settle(write.path, self.root)
        with told(write.path):
            self._drafts.append((self.disk.prepare(target, write.content, write.mode), write))
            if _content(target) != write.before:
                raise Unavailable(f"{write.path} was changed by somebody else just now", next="run the command again")

    def _place(self, draft: str, write: Write) -> None:
        target = settle(write.path, self.root)
        with told(write.path):
            self._placed.append(_Placed(path=target, write=write, kept=self._copy(target, write)))
            self.disk.replace(draft, target)

    def _copy(self, target: str, write: Write) -> str:
        """The file as it is now under another name, "" when there is none; the very file where links are possible."""
        if write.before is None:
            return ""
        kept = draft_of(target)
        try:
            os.link(target, kept)
        except OSError:
            return self.disk.prepare(target, write.before, write.mode)
        return kept

    def _undo(self) -> None:
        """Back to what was. What cannot be taken back is said by name, with the file that holds the old content."""
        stuck = [placed for placed in reversed(self._placed) if not placed.taken_back()]
        for draft, _write in self._drafts:
            with suppress(OSError):
                os.unlink(draft)
        for folder in reversed(self._made):
            with suppress(OSError):
                os.rmdir(folder)
        if stuck:
            named = ", ".join(f"{each.path} (as it was: {each.kept or 'not there'})" for each in stuck)
            raise Unavailable(f"could not be put back: {named}", next="put these files back by hand")


# Private.


@value
class _Placed:
    """A file that was, or was about to be, put in place; `kept`: its old content, "" when there was none."""

    path: str
    write: Write
    kept: str

    def taken_back(self) -> bool:
        """Put back what was; False when somebody else has been there, or the disk does not help."""
        try:
            now = _content(self.path)
            if now == self.write.content and self.kept:
                os.replace(self.kept, self.path)
            elif now == self.write.content:
                os.unlink(self.path)
            elif now != self.write.before:
                return False
            if self.kept:
                with suppress(FileNotFoundError):
                    os.unlink(self.kept)
        except OSError:
            return False
        return True


_ADVICE = {
    errno.ENOSPC: "free space on the disk, then run the command again",
    errno.EDQUOT: "free space in your quota, then run the command again",
    errno.EACCES: "give yourself permission to write there, then run the command again",
    errno.EPERM: "give yourself permission to write there, then run the command again",
    errno.EROFS: "the file system is read-only: make it writable, or work in a copy",
    errno.ENOTDIR: "a file stands where a folder is needed: move it away",
    errno.EEXIST: "a file stands where a folder is needed: move it away",
    errno.ENAMETOOLONG: "use a shorter path",
    errno.ENOENT: "make its folder first",
    errno.ELOOP: "its links lead in a circle: repair them",
    errno.ESTALE: "run the command again",
    errno.EAGAIN: "run the command again",
}


def _refused(reason: str) -> Refused:
    return Refused(Refusal(gate=Gate.WORKSPACE, reason=reason, expected="a plain file inside the workspace"))


def _followed(path: str, root: str) -> str:
    if not root:
        if os.path.islink(path):
            raise _refused(f"{path} is a symbolic link, to {os.readlink(path)}")
        return path
    target = os.path.realpath(path)
    if os.path.islink(target):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    _inside(os.path.dirname(target), root, path)
    return target


def _inside(folder: str, root: str, path: str) -> None:
    home = os.path.realpath(root)
    real = os.path.realpath(folder)
    if real != home and not real.startswith(home.rstrip(os.sep) + os.sep):
        raise _refused(f"{path} leads outside the workspace, to {real}")


def _kind(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return None


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None

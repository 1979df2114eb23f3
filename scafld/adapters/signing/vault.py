"""A folder for its owner alone: what lies in it is read only while nobody else can have written it."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from shlex import quote

from scafld.adapters.files.atomic import told
from scafld.adapters.files.disk import DRAFT_PREFIX, Disk, is_draft_left_behind, open_plain
from scafld.core.refusal import Unavailable

FOLDER, FILE = 0o700, 0o600
LARGEST = 1 << 16


class Vault:
    """Files of one folder, which is made when something is first written. Unavailable, with what to do, when the folder
    or a file belongs to somebody else or is open to others."""

    def __init__(self, folder: str, *, patience_s: float = 10.0, disk: Disk | None = None) -> None:
        self.folder = folder
        self.patience_s = patience_s
        self.disk = Disk() if disk is None else disk

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def read(self, name: str) -> bytes | None:
        """The whole of a file, None when there is none."""
        path = self.path(name)
        try:
            _need_private(self.folder, os.stat(self.folder), FOLDER)
            with open_plain(path) as file:
                _need_private(path, os.fstat(file.fileno()), FILE)
                content = file.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise Unavailable(
                f"{path} cannot be read: {error.strerror or error}", next=f"ls -ld {quote(path)}"
            ) from error
        if len(content) > LARGEST:
            raise Unavailable(f"{path} is larger than {LARGEST} bytes; it is none of scafld's", next=_aside(path))
        return content

    def write(self, name: str, content: bytes) -> None:
        """All of it or nothing. Only under `held`."""
        path = self.path(name)
        with told(path):
            draft = self.disk.prepare(path, content, FILE)
            try:
                self.disk.replace(draft, path)
            except BaseException:
                self.disk.remove(draft)
                raise

    def jot(self, name: str, content: bytes) -> None:
        """All of it or nothing, for readers; nothing waits for the disk: a power cut may undo or spoil it."""
        path = self.path(name)
        self._make()
        with told(path):
            self.disk.jot(path, content, FILE)

    def remove(self, name: str) -> None:
        """Take a file away; one that is not there is no error. Only under `held`."""
        with told(self.path(name)):
            self.disk.remove(self.path(name))

    def names(self) -> tuple[str, ...]:
        """What lies there, drafts and locks apart."""
        with told(self.folder), suppress(FileNotFoundError):
            found = os.listdir(self.folder)
            return tuple(sorted(name for name in found if not name.startswith((DRAFT_PREFIX, _LOCK))))
        return ()

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Keep every other process off one file for a moment. Unavailable after `patience_s` seconds."""
        self._make()
        path = self.path(_LOCK + name)
        with told(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE)
        try:
            self._wait(handle, path)
            self._sweep()
            yield
        finally:
            os.close(handle)

    # Private.

    def _make(self) -> None:
        with told(self.folder):
            if not os.path.isdir(self.folder):
                self.disk.folder(os.path.dirname(self.folder))
                with suppress(FileExistsError):
                    os.mkdir(self.folder, FOLDER)
            _need_private(self.folder, os.stat(self.folder), FOLDER)

    def _wait(self, handle: int, path: str) -> None:
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    reason = f"another process has kept {path} for {self.patience_s:g} s"
                    raise Unavailable(reason, next="try again") from error
            except OSError as error:
                raise Unavailable(f"{path} cannot be locked: {error.strerror or error}") from error
            time.sleep(_PAUSE_S)

    def _sweep(self) -> None:
        """Take away drafts of long ago whose makers are no more: they may hold a key."""
        with suppress(OSError), os.scandir(self.folder) as found:
            old = [each.path for each in found if is_draft_left_behind(each.name) and _age_s(each) > _LONG_AGO_S]
            for path in old:
                self.disk.remove(path)


# Private.

_LOCK = ".lock-"
_PAUSE_S = 0.01
_LONG_AGO_S = 60.0


def _age_s(entry: os.DirEntry[str]) -> float:
    return time.time() - entry.stat(follow_symlinks=False).st_mtime


def _need_private(path: str, found: os.stat_result, mode: int) -> None:
    """Unavailable unless it is ours, and nobody else may read or write it."""
    if found.st_uid != os.geteuid():
        raise Unavailable(f"{path} belongs to another user (number {found.st_uid})", next=f"ls -ld {quote(path)}")
    if stat.S_IMODE(found.st_mode) & 0o077:
        loose = f"{stat.S_IMODE(found.st_mode):04o}"
        raise Unavailable(f"{path} is open to others (mode {loose})", next=f"chmod {mode:o} {quote(path)}")


def _aside(path: str) -> str:
    return f"mv {quote(path)} {quote(path + '.aside')}"

"""Where the output of a command is kept while it runs, and for later: a file of its own, named by its SHA-256.

`runs/<task>/evidence/<digest>.txt`, mode 0600. While the command runs the file is called `.part-...`, is locked, and
can be followed. An output that is longer than the file may be is kept as its beginning, one line that says how many
bytes are left out and what the SHA-256 of the whole was, and its end. The digest is always that of the file.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from hashlib import sha256

from scafld.adapters.process.capture import End
from scafld.core.names import Digest, TaskId
from scafld.core.refusal import Unavailable

KEPT_BYTES = 64 * 2**20
"""What is kept of an output's beginning."""
KEPT_END = 64 * 2**10
"""What is kept of the end of an output that is longer."""


class Transcript:
    """A file being written. `with` it: what was not `keep`-ed by the end of the block is gone.

    Every method raises Unavailable when the disk does not help.
    """

    def __init__(self, runs: str, task: TaskId, most: int = KEPT_BYTES) -> None:
        """`runs`: the absolute path of the folder of runs. `most`: bytes of the beginning that are kept."""
        self._where = os.path.join(runs, task, "evidence")
        self._most = most
        self._saved = sha256()
        self._whole = self._saved
        self._bytes = 0
        self._end = End(KEPT_END)
        self._folder = self._file = -1
        try:
            self._folder = _folder(runs, task)
            _sweep(self._folder)
            self._name, self._file = _new(self._folder)
        except OSError as error:
            self._close()
            raise self._unavailable(error) from error

    def __enter__(self) -> Transcript:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file >= 0:
            with suppress(OSError):
                os.unlink(self._name, dir_fd=self._folder)
        self._close()

    def write(self, chunk: bytes) -> None:
        """Add what came."""
        room = max(self._most - self._bytes, 0)
        self._bytes += len(chunk)
        if room:
            self._save(chunk[:room])
        if len(chunk) > room:
            if self._whole is self._saved:
                self._whole = self._saved.copy()
            self._whole.update(chunk[room:])
            self._end.add(chunk[room:])

    def keep(self) -> Digest:
        """Give the file its name, which is the answer. It replaces a file of that name: the content is the same."""
        left_out = self._bytes - self._most - len(self._end.content)
        if left_out > 0:
            self._save(_cut_line(left_out, self._whole.hexdigest()))
        if self._end.content:
            self._save(bytes(self._end.content))
        name = self._saved.hexdigest()
        try:
            os.rename(self._name, f"{name}.txt", src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError as error:
            raise self._unavailable(error) from error
        self._close()
        return Digest(name)

    # Private.

    def _save(self, chunk: bytes) -> None:
        self._saved.update(chunk)
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise self._unavailable(error) from error

    def _close(self) -> None:
        for descriptor in (self._file, self._folder):
            if descriptor >= 0:
                with suppress(OSError):
                    os.close(descriptor)
        self._folder = self._file = -1

    def _unavailable(self, error: OSError) -> Unavailable:
        return Unavailable(
            f"the output of a command cannot be kept in {self._where}: {error.strerror}",
            next="give that folder room and write permission, then run the same command again",
        )


# Private.


def _folder(runs: str, task: TaskId) -> int:
    """A descriptor of the evidence folder, made when it is missing; links inside `runs` are not followed."""
    os.makedirs(runs, exist_ok=True)
    here = os.open(runs, os.O_RDONLY | os.O_DIRECTORY)
    for name in (task, "evidence"):
        try:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
        here = inner
    return here


def _new(folder: int) -> tuple[str, int]:
    """Name and descriptor of a new locked file. A file that was swept before it was locked is made again."""
    while True:
        name = f".part-{os.getpid()}-{os.urandom(6).hex()}"
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
        with suppress(OSError):  # a file system without locks sweeps nothing either
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_nlink:
            return name, file
        os.close(file)


def _sweep(folder: int) -> None:
    """Remove what a killed process left: the parts that nobody holds."""
    for name in os.listdir(folder):
        if name.startswith(".part-"):
            with suppress(OSError):
                _remove_unheld(folder, name)


def _remove_unheld(folder: int, name: str) -> None:
    file = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(name, dir_fd=folder)
    finally:
        os.close(file)


def _cut_line(left_out: int, whole: str) -> bytes:
    return f"\n[scafld: {left_out} bytes are left out here; the whole output has SHA-256 {whole}]\n".encode("ascii")

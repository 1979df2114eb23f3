"""Whether somebody is at work on a task for long, told by a lock that ends with its holder and not by a time limit.

`.scafld/locks/<task>.<what>` is locked for as long as the work goes on. Who is killed is not at work from that moment
on, whatever children of theirs live on. As `locks/` may be deleted at any time, so may the sign that somebody works:
what rests on it must bear to be wrong then, as two reviewers of one task do, of whom the ledger hears one.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from scafld.adapters.files.disk import Disk
from scafld.adapters.files.lock import Grip, HeldError, grasp
from scafld.core.names import TaskId
from scafld.core.refusal import Unavailable
from scafld.core.value import value

PATIENCE_S = 5.0
"""Who looks whether somebody is at work takes the lock for an instant, and one whose lease was given up leaves at its
next sign of life: one who comes to work waits that long."""


@value
class Presence:
    """Below `scafld_dir` (an absolute `.scafld`). `what` is done there, in one word: `review`."""

    scafld_dir: str
    what: str = "review"
    disk: Disk = Disk()
    patience_s: float = PATIENCE_S

    @contextmanager
    def attend(self, task_id: TaskId) -> Iterator[None]:
        """Be at work on a task for as long as the block runs. Unavailable, with who is, when somebody else is."""
        try:
            grip = grasp(self._path(task_id), self.patience_s, self.disk)
        except HeldError as held:
            reason = f"somebody is at work on {task_id} already: {held.holder}"
            raise Unavailable(reason, next=f"scafld status {task_id}") from held
        try:
            grip.sign(f"scafld {self.what} (process {os.getpid()})")
            yield
            grip.sign("")
        finally:
            grip.let_go()

    def attended(self, task_id: TaskId) -> bool:
        """Whether somebody is at work on it now. Waits for nobody and writes nothing.

        Where a lock is there that may not be read, it cannot be ruled out: True.
        """
        try:
            grip = Grip(os.open(self._path(task_id), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK))
        except OSError as error:
            return error.errno in _NOT_FOR_US
        try:
            fcntl.flock(grip.handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        else:
            return False
        finally:
            grip.let_go()

    # Private.

    def _path(self, task_id: TaskId) -> str:
        return os.path.join(self.scafld_dir, "locks", f"{task_id}.{self.what}")


# Private.

_NOT_FOR_US = (errno.EACCES, errno.EPERM)

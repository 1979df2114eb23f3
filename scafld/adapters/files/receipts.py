"""Receipts on disk: kept as evidence before they count, then issued to `receipts/<task-id>.dsse.json`.

A file that lies there already is never written over: it may bear a signature more than the one that was kept.
"""

from __future__ import annotations

import os

from scafld.adapters.files.disk import Disk, open_plain
from scafld.core.digest import digest_of
from scafld.core.names import RECEIPT_END, Digest, TaskId, receipt_path
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.value import value


@value
class FileReceipts:
    """The port Receipts below `scafld_dir`, an absolute `.scafld`."""

    scafld_dir: str
    disk: Disk = Disk()

    def keep(self, task_id: TaskId, content: bytes) -> Digest:
        """See `Receipts.keep`."""
        from scafld.adapters.files.pages import Pages

        Pages(scafld_dir=self.scafld_dir, disk=self.disk).save(task_id, content)
        return digest_of(content)

    def issue(self, task_id: TaskId, receipt: Digest) -> None:
        """See `Receipts.issue`."""
        path = self.path(task_id)
        if os.path.lexists(path):
            return
        kept = _content(os.path.join(self.scafld_dir, "runs", task_id, "evidence", f"{receipt}.txt"))
        if kept is None or digest_of(kept) != receipt:
            return
        from scafld.adapters.files.atomic import told, write_whole

        with told(path):
            self.disk.folder(os.path.dirname(path))
        write_whole(path, kept, disk=self.disk)

    def issued(self, task_id: TaskId, receipt: Digest) -> bool:
        """See `Receipts.issued`."""
        content = _content(self.path(task_id))
        return content is not None and digest_of(content) == receipt

    def read(self, task_id: TaskId) -> bytes:
        """The receipt of a task. Refused when there is none."""
        content = _content(self.path(task_id))
        if content is None:
            reason = f"there is no receipt of {task_id}"
            next_ = f"scafld status {task_id}"
            raise Refused(Refusal(gate=Gate.WORKSPACE, reason=reason, expected=receipt_path(task_id), next=next_))
        return content

    def tasks(self) -> tuple[TaskId, ...]:
        """Every task that has a receipt, by id."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return ()
        return tuple(sorted(TaskId(name.removesuffix(RECEIPT_END)) for name in names if name.endswith(RECEIPT_END)))

    @property
    def folder(self) -> str:
        """Where receipts are read, absolute."""
        return os.path.join(self.scafld_dir, "receipts")

    def path(self, task_id: TaskId) -> str:
        """Where the receipt of a task is read, absolute."""
        return os.path.join(self.folder, f"{task_id}{RECEIPT_END}")


# Private.


def _content(path: str) -> bytes | None:
    """The bytes of a plain file that is no larger than a receipt may be."""
    from scafld.core.proof.strict_json import LARGEST

    try:
        with open_plain(path) as file:
            return file.read(LARGEST + 1)
    except OSError:
        return None

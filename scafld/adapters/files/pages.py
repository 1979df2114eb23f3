"""What is kept beside a ledger and never changed: handoffs as they were told, evidence under its digest."""

from __future__ import annotations

import json
import os
import re

from scafld.adapters.codec import encode
from scafld.adapters.files.atomic import told, write_whole
from scafld.adapters.files.disk import Disk, open_plain
from scafld.core.digest import digest_of
from scafld.core.names import Digest, TaskId
from scafld.core.value import value
from scafld.core.views.briefing import Handoff


@value
class Pages:
    """The folders of runs below `scafld_dir`, an absolute `.scafld`."""

    scafld_dir: str
    disk: Disk = Disk()

    def keep(self, task_id: TaskId, handoff: Handoff) -> str:
        """Keep a page and its data, once each; the page's path relative to the workspace."""
        text = handoff.text.encode("utf-8", "backslashreplace")
        name = f"{handoff.role}-{handoff.gate}-{digest_of(text)[:12]}"
        if not os.path.exists(self._place(task_id, "handoffs", f"{name}.md")):
            data = {"role": handoff.role, "gate": handoff.gate, "overview": encode(handoff.overview)}
            self._write(task_id, "handoffs", f"{name}.json", json.dumps(data, indent=2).encode() + b"\n", 0o644)
            self._write(task_id, "handoffs", f"{name}.md", text, 0o644)
        return f".scafld/runs/{task_id}/handoffs/{name}.md"

    def save(self, task_id: str, content: bytes) -> str:
        """Keep bytes as evidence under their digest; the absolute path. What stands there already is kept if it is
        what its name says."""
        name = f"{digest_of(content)}.txt"
        path = self._place(task_id, "evidence", name)
        if _spoiled(path, name) is not False:
            self._write(task_id, "evidence", name, content, 0o600)
        return path

    def spoiled(self, task_id: TaskId) -> tuple[Digest, ...]:
        """The digests in whose name evidence is there that is something else, or cannot be read."""
        try:
            names = sorted(os.listdir(self._place(task_id, "evidence", "")))
        except OSError:
            return ()
        digests = (name for name in names if re.fullmatch(r"[0-9a-f]{64}\.txt", name))
        return tuple(
            Digest(name.removesuffix(".txt"))
            for name in digests
            if _spoiled(self._place(task_id, "evidence", name), name)
        )

    # Private.

    def _place(self, task_id: str, folder: str, name: str) -> str:
        return os.path.join(self.scafld_dir, "runs", task_id, folder, name)

    def _write(self, task_id: str, folder: str, name: str, content: bytes, mode: int) -> None:
        path = self._place(task_id, folder, name)
        with told(path):
            self.disk.folder(os.path.dirname(path))
        write_whole(path, content, mode=mode, disk=self.disk)


# Private.


def _spoiled(path: str, name: str) -> bool | None:
    """Whether the file is not what its name says; None when it is not there."""
    from hashlib import file_digest

    try:
        with open_plain(path) as file:
            return file_digest(file, "sha256").hexdigest() != name.removesuffix(".txt")
    except FileNotFoundError:
        return None
    except OSError:
        return True

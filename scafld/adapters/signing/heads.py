"""This host's memory of the last entry of every ledger it wrote, outside of all workspaces.

One small file a task, for its user alone. It shows what a chain cannot: a tail cut off, a chain computed anew. Whoever
runs as the same user can take the memory away too; then it is as if this host had never written.
"""

from __future__ import annotations

import json
import os

from scafld.adapters.files.disk import Disk
from scafld.adapters.signing.vault import Vault
from scafld.core.digest import canonical, fingerprint
from scafld.core.names import Digest, TaskId, task_id
from scafld.core.proof.form import Unfit, read, written
from scafld.core.proof.remembered import Remembered
from scafld.core.value import value


@value
class Recall:
    """What is remembered of a ledger; None when nothing is. `problem` says why what is kept cannot be read."""

    last: Remembered | None
    problem: str = ""


class Heads:
    """The heads of one workspace. `folder`: where this user's state lies. `workspace`: its real path. `workspace_id`:
    what tells it from another one that once stood at the same place."""

    def __init__(self, folder: str, workspace: str, workspace_id: str, *, disk: Disk | None = None) -> None:
        self.workspace = workspace
        self.workspace_id = workspace_id
        name = fingerprint([_as_text(workspace), workspace_id])[:32]
        self.vault = Vault(os.path.join(folder, "heads", name), disk=disk)

    def remember(self, task: TaskId, head: Digest, entries: int) -> None:
        """Keep this end of the task's ledger in the place of the one before. Only under the task's lock.

        Nothing waits for the disk: after a power cut an earlier end may be remembered, which the ledger goes on from,
        or none that can be read, which is told.
        """
        note = _Note(
            version=_VERSION,
            workspace=_as_text(self.workspace),
            workspace_id=self.workspace_id,
            task=task,
            head=head,
            entries=entries,
        )
        self.vault.jot(_name(task), canonical(written(note)) + b"\n")

    def recall(self, task: TaskId) -> Recall:
        """The end of the task's ledger as this host last wrote it. A damaged memory is told and never raised: it is no
        fault of the ledger's. Unavailable when others can write to it."""
        content = self.vault.read(_name(task))
        if content is None:
            return Recall(last=None)
        try:
            note = read(_Note, json.loads(content.decode("utf-8")))
        except (Unfit, ValueError, RecursionError) as error:
            return Recall(last=None, problem=f"{self.vault.path(_name(task))} is damaged: {error}")
        if not self._is_ours(note, task):
            return Recall(last=None, problem=f"{self.vault.path(_name(task))} is that of another ledger")
        return Recall(last=Remembered(head=note.head, entries=note.entries))

    def forget(self, task: TaskId) -> None:
        """Remember nothing of this task any more; nothing of it being there is no error."""
        with self.vault.held(_name(task)):
            self.vault.remove(_name(task))

    def tasks(self) -> tuple[TaskId, ...]:
        """Every task of which something is remembered, by id."""
        names = (name.removesuffix(_END) for name in self.vault.names() if name.endswith(_END))
        return tuple(task for name in names for task in _task_of(name))

    # Private.

    def _is_ours(self, note: _Note, task: TaskId) -> bool:
        said = (note.version, note.workspace, note.workspace_id, note.task)
        return said == (_VERSION, _as_text(self.workspace), self.workspace_id, task) and note.entries > 0


# Private.

_VERSION = 1
_END = ".json"


@value
class _Note:
    version: int
    workspace: str
    workspace_id: str
    task: TaskId
    head: Digest
    entries: int


def _name(task: TaskId) -> str:
    return f"{task}{_END}"


def _task_of(name: str) -> tuple[TaskId, ...]:
    try:
        return (task_id(name),)
    except ValueError:
        return ()


def _as_text(path: str) -> str:
    """A path as text that JSON can hold, whatever bytes its name is made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

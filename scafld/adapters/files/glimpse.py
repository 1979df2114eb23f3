"""What a view may know without proving it again: a replay, remembered with what the file system said of its ledger.

Only ledgers long enough to be worth it are remembered. Any change of the file that the file system shows (its size,
its times, its inode) makes it read and proved anew. No gate looks here.
"""

from __future__ import annotations

import os
from contextlib import suppress

from scafld.adapters.codec import Mismatch, decode, encode
from scafld.adapters.files.cache import recalled, remember, stamp
from scafld.adapters.files.ledgers import FileLedgers
from scafld.app.journal import Memory
from scafld.core.names import TaskId
from scafld.core.value import value

WORTH = 64
"""Shorter ledgers are read sooner than remembered."""


@value
class Glimpses:
    ledgers: FileLedgers

    def recall(self, task_id: TaskId) -> Memory | None:
        """The memory of a task, as `FileLedgers.recall` gives it."""
        key = stamp(self.ledgers.path(task_id))
        kept = recalled(self._path(task_id), key) if key is not None else None
        if kept is not None:
            with suppress(Mismatch):
                return decode(Memory, kept)
        memory = self.ledgers.recall(task_id)
        self._keep(task_id, key, memory)
        return memory

    def keep(self, task_id: TaskId, memory: Memory | None) -> None:
        """Remember what a command ended with. Only under the task's lock: nobody else writes the ledger meanwhile."""
        self._keep(task_id, stamp(self.ledgers.path(task_id)), memory)

    def _keep(self, task_id: TaskId, key: list[int] | None, memory: Memory | None) -> None:
        """`key`: the stamp of the ledger from before it was read."""
        if memory is None or not memory.sealed or memory.torn or memory.task.entries < WORTH:
            return
        remember(self._path(task_id), key, encode(memory))

    def _path(self, task_id: TaskId) -> str:
        return os.path.join(self.ledgers.scafld_dir, "cache", "replays", f"{task_id}.json")

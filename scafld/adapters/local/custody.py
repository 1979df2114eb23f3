"""What this host knows of ledgers beside what stands in them: the end of each that it wrote, and who signed entries.

The memory lies in the state folder of this user, outside of all workspaces. Where there is none, nothing is remembered,
and a ledger is believed for its chain and its signatures alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from scafld.adapters.files.disk import Disk, open_plain
from scafld.adapters.trace import trace
from scafld.app.journal import Memory, Recalled, Stamp
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from scafld.adapters.files.glimpse import Glimpses
    from scafld.adapters.files.ledgers import FileLedgers
    from scafld.adapters.local.keyring import Keyring
    from scafld.adapters.signing.heads import Heads
    from scafld.core.names import Moment, TaskId
    from scafld.core.proof.vouching import Unproven
    from scafld.core.task.events import Event

IDENTITY = "core/workspace-id"
"""Below `.scafld/`, and not committed: what tells this copy of a workspace from one that once stood at its place."""


class HostCustody:
    """The port Custody. `root`: the workspace; `ledgers` gives the digests of those that others wrote on as well."""

    def __init__(self, root: str, environ: Mapping[str, str], ledgers: FileLedgers) -> None:
        self._root = os.path.realpath(root)
        self._environ = environ
        self._ledgers = ledgers
        self._identity = os.path.join(ledgers.scafld_dir, IDENTITY)

    def recall(self, task_id: TaskId, memory: Memory | None) -> Recalled:
        """See `Custody.recall`."""
        heads = self._heads()
        if heads is None:
            return Recalled()
        found = heads.recall(task_id)
        if found.last is None or _ends_so(memory, found.last.entries, found.last.head):
            return Recalled(last=found.last, problem=found.problem)
        from scafld.core.proof.remembered import break_in

        sealed = memory is not None and memory.sealed
        digests = [entry.digest for entry in self._ledgers.entries(task_id)] if sealed else []
        return Recalled(last=found.last, broken=break_in(found.last, digests))

    def remember(self, task_id: TaskId, memory: Memory) -> None:
        """See `Custody.remember`."""
        with suppress(Unavailable, OSError):
            if state_folder(self._environ):
                identify(self._identity, self._ledgers.disk)
            heads = self._heads()
            if heads is not None:
                trace("head.remember", task=task_id, entries=memory.task.entries, head=memory.head)
                heads.remember(task_id, memory.head, memory.task.entries)

    def flaw(self) -> str:
        """See `Custody.flaw`."""
        if not state_folder(self._environ):
            return "HOME is not set: this host remembers no ledger, and does not see one that was cut back"
        return ""

    def tasks(self) -> tuple[TaskId, ...]:
        """Every task of this workspace of which something is remembered."""
        heads = self._heads()
        return () if heads is None else heads.tasks()

    # Private.

    def _heads(self) -> Heads | None:
        """The memory of this workspace; None where nothing is, or can be, remembered."""
        folder, name = state_folder(self._environ), identity_in(self._identity)
        if not folder or not name:
            return None
        from scafld.adapters.signing.heads import Heads

        return Heads(folder, self._root, name, disk=self._ledgers.disk)


class HostAuthority:
    """The port Authority, and what signs entries: the host key, loaded when an entry that needs it is written."""

    def __init__(self, keyring: Callable[[], Keyring], ledgers: Callable[[], FileLedgers]) -> None:
        self._make = keyring
        self._ledgers = ledgers

    def ready(self) -> None:
        """See `Authority.ready`."""
        self._keyring.signer.key_id()

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """See `Sign`."""
        signer = self._keyring.signer
        return signer.key_id(), signer.sign(message)

    def unproven(self, task_id: TaskId) -> tuple[Unproven, ...]:
        """See `Authority.unproven`."""
        from scafld.core.proof.vouching import Written, unproven

        ledgers = self._ledgers()
        entries = (
            Written(seq=each.seq, at=each.at, digest=each.digest, event=each.event) for each in ledgers.entries(task_id)
        )
        return unproven(task_id, entries, ledgers.signatures(task_id), self._believes)

    # Private.

    @cached_property
    def _keyring(self) -> Keyring:
        return self._make()

    def _believes(self, key_id: str, message: bytes, sig: bytes, at: Moment) -> str:
        return self._keyring.believes(key_id, message, sig, at)


class GlimpsedLedgers:
    """Ledgers whose end is kept for the views when a command has written."""

    def __init__(self, ledgers: FileLedgers, glimpses: Glimpses) -> None:
        self.hold = ledgers.hold
        self.recall = ledgers.recall
        self._ledgers = ledgers
        self._glimpses = glimpses

    def append(self, task_id: TaskId, memory: Memory | None, stamp: Stamp, events: tuple[Event, ...]) -> Memory:
        after = self._ledgers.append(task_id, memory, stamp, events)
        trace("ledger.append", task=task_id, entries=after.task.entries, head=after.head)
        self._glimpses.keep(task_id, after)
        return after


def state_folder(environ: Mapping[str, str]) -> str:
    """Where this user's state lies, "" when the environment names no place."""
    own = environ.get("SCAFLD_STATE_HOME", "")
    if own:
        return os.path.abspath(own)
    general, home = environ.get("XDG_STATE_HOME", ""), environ.get("HOME", "")
    if os.path.isabs(general):
        return os.path.join(general, "scafld")
    return os.path.join(home, ".local", "state", "scafld") if os.path.isabs(home) else ""


def identity_in(path: str) -> str:
    """The identity in a file, "" when there is none that can be read."""
    try:
        with open_plain(path) as file:
            text = file.read(_SIZE + 1).decode("ascii", "replace")
    except OSError:
        return ""
    return text.strip() if _IDENTITY.fullmatch(text) else ""


def identify(path: str, disk: Disk) -> None:
    """Give a copy of a workspace its identity, once; of many commands at once all find the same."""
    if identity_in(path):
        return
    disk.folder(os.path.dirname(path))
    if os.path.lexists(path):
        disk.remove(path)
    draft = disk.prepare(path, os.urandom(16).hex().encode("ascii") + b"\n", 0o644)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        disk.remove(draft)


# Private.

_IDENTITY = re.compile(r"[0-9a-f]{32}\n")
_SIZE = 33


def _ends_so(memory: Memory | None, entries: int, head: str) -> bool:
    return memory is not None and memory.sealed and (memory.task.entries, memory.head) == (entries, head)

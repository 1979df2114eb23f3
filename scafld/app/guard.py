"""The act of watching what a model was to leave alone: the tree, what git keeps beside it, and everything of scafld's.

A model reads; whatever else it does is on record, also when its answer is worth nothing.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from scafld.app.observe import Observer
from scafld.core.evidence.seals import Look
from scafld.core.names import Digest, TaskId
from scafld.core.task.known import Task
from scafld.core.value import value

Inventory = tuple[tuple[str, Digest], ...]
"""Names, and the digest of what stands under each."""


class Estate(Protocol):
    """What lies beside the working tree: refs, index, configuration and hooks of git; specs, ledgers, settings."""

    def inventory(self, before: Inventory = ()) -> Inventory:
        """Everything of it as it is now, to be compared with `before`. Never raises for what is there."""
        ...

    def touched(self, before: Inventory, after: Inventory) -> tuple[str, ...]:
        """The names of what somebody else than scafld changed between the two."""
        ...


class Presence(Protocol):
    """Whether somebody is at work on a task for long, as this machine sees it."""

    def attend(self, task_id: TaskId) -> AbstractContextManager[None]:
        """Be seen at work for as long as the block runs, however the process ends. Unavailable when somebody is."""
        ...

    def attended(self, task_id: TaskId) -> bool:
        """Whether somebody is seen at work. Changes nothing, waits for nobody."""
        ...


@value
class Snapshot:
    look: Look
    inventory: Inventory


@value
class Guard:
    observer: Observer
    estate: Estate

    def before(self, look: Look) -> Snapshot:
        """What stands there before a model is asked; `look` is the tree as it was seen a moment ago."""
        return Snapshot(look=look, inventory=self.estate.inventory())

    def touched(self, before: Snapshot, task: Task) -> tuple[str, ...]:
        """What is not as it was: names of git's, then paths."""
        look = self.observer.look(task)
        named = self.estate.touched(before.inventory, self.estate.inventory(before.inventory))
        head = () if before.look.head == look.head or "HEAD" in named else ("HEAD",)
        then, now = ({seen.path: seen for seen in each.files} for each in (before.look, look))
        paths = sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))
        return tuple(dict.fromkeys((*head, *named, *paths)))

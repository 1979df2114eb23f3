"""The act of watching what a model was to leave alone: the tree, what git keeps beside it, and everything of scafld's.

A model reads; whatever else it does is on record, also when its answer is worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from scafld.app.ask import Question
from scafld.app.observe import Observer
from scafld.core.evidence.seals import Look
from scafld.core.names import TaskId
from scafld.core.refusal import Unavailable
from scafld.core.task.known import Task
from scafld.core.value import value

Since = Callable[[Look], tuple[str, ...]]
"""What somebody else than scafld changed since then, by name; told with the tree as it is seen now."""

Estate = Callable[[], Since]
"""Port: take note of all that lies beside the working tree, and of what could hide from a look at it: refs, index,
configuration and hooks of git; specs, ledgers, settings. Never raises for what is there."""


Keep = Callable[[TaskId, bytes], object]
"""Port: keep bytes as evidence of a task, under their digest. Unavailable when that cannot be done."""


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
    """The tree as it was seen, and what tells of everything beside it."""

    look: Look
    since: Since


@value
class Guard:
    observer: Observer
    estate: Estate
    keep: Keep

    def before(self, look: Look, sent: Question | None = None) -> Snapshot:
        """What stands there before a model is asked; `look` is the tree as it was seen a moment ago. What is `sent` is
        kept first, so that it is watched like the rest; who asks the model fails where it cannot be kept."""
        if sent is not None:
            with suppress(Unavailable):
                self.keep(sent.task, sent.prompt.encode("utf-8", "backslashreplace"))
        return Snapshot(look=look, since=self.estate())

    def touched(self, before: Snapshot, task: Task) -> tuple[str, ...]:
        """What is not as it was: names of git's, then paths."""
        look = self.observer.look(task)
        named = before.since(look)
        head = () if before.look.head == look.head or "HEAD" in named else ("HEAD",)
        then, now = ({seen.path: seen for seen in each.files} for each in (before.look, look))
        paths = sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))
        return tuple(dict.fromkeys((*head, *named, *paths)))

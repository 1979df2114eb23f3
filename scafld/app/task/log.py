"""`log`: the ledger of one task, entry by entry, each proved as it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.core.names import Actor, Digest, Moment, TaskId
from scafld.core.value import value


@value
class Logged:
    """One entry. `kind` is its type as written; `said` its telling fields; `digest` names it in the chain, None in a
    ledger without one."""

    seq: int
    at: Moment
    kind: str
    actor: Actor
    said: tuple[tuple[str, str], ...]
    digest: Digest | None


@value
class Log:
    entries: Callable[[TaskId], Iterator[Logged]]

    def __call__(self, task_id: TaskId) -> Iterator[Logged]:
        """Lazily, so that a long ledger needs little memory. Damaged at the entry that does not hold."""
        return self.entries(task_id)

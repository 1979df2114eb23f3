"""All tasks at once: one row each, remembered with what the file system said of what it was made from.

The index is derived and disposable, and no gate reads it. A row is used again while its specs lie where they lay and
its ledger has not changed; where the ledger had no title to give, while the spec has not changed either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from scafld.adapters.files.cache import recalled, remember, stamp
from scafld.adapters.files.folders import all_places
from scafld.core.names import TaskId
from scafld.core.value import value
from scafld.core.views.metrics import Row

if TYPE_CHECKING:
    from scafld.adapters.files.census import Census


@value
class Index:
    """`scafld_dir` is an absolute `.scafld`. `census` is asked for when a row has to be made."""

    scafld_dir: str
    census: Callable[[], Census]

    def rows(self) -> Iterator[Row]:
        """Every task, by id. A damaged one says so and hides no other."""
        path = f"{self.scafld_dir}/cache/index.json"
        kept = recalled(path, "rows")
        known: dict[str, Any] = kept if isinstance(kept, dict) else {}
        rows: dict[str, list[Any]] = {}
        news, census = False, cache(self.census)
        for name, (places, ledger) in sorted(self._tasks().items()):
            row: Any = known.get(name)
            if not _is_row(row) or row[0][:2] != [places, ledger] or not self._is_titled(row[0]):
                row, news = self._made(census(), TaskId(name), places, ledger), True
            rows[name] = row
            yield _row(name, row[1])
        if news or len(rows) != len(known):
            remember(path, "rows", rows)

    # Private.

    def _tasks(self) -> dict[str, tuple[list[str], list[int] | None]]:
        """Of every task, by name: where its specs lie, and the stamp of its ledger (empty behind a linked folder)."""
        found: dict[str, tuple[list[str], list[int] | None]] = {}
        for place in all_places(f"{self.scafld_dir}/specs"):
            found.setdefault(place.rpartition("/")[2][:-3], ([], None))[0].append(place)
        with suppress(OSError), os.scandir(f"{self.scafld_dir}/runs") as runs:
            for run in runs:
                ledger = stamp(f"{run.path}/session.json")
                if ledger is not None:
                    places = found[run.name][0] if run.name in found else []
                    found[run.name] = (places, [] if run.is_symlink() else ledger)
        return found

    def _made(self, census: Census, name: TaskId, places: list[str], ledger: list[int] | None) -> list[Any]:
        spec = self._spec(places)
        before = stamp(spec) or []
        plain, titled = census.plain(name, places, spec)
        return [[places, ledger, None if titled else before], plain]

    def _is_titled(self, key: list[Any]) -> bool:
        """Whether the title still stands where it was read: in the ledger, or in a spec that is as it was."""
        return key[2] is None or key[2] == (stamp(self._spec(key[0])) or [])

    def _spec(self, places: list[str]) -> str:
        """The spec that counts, absolute; "" when there is none."""
        return f"{self.scafld_dir}/specs/{places[-1]}" if places else ""


# Private.

_SHAPES = tuple([str, str, str, str, at, str, str, dict] for at in (str, type(None)))


def _is_row(row: Any) -> bool:
    """Whether what was remembered has the shape of a row: a key, and the eight columns of a task."""
    if not (isinstance(row, list) and len(row) == 2 and isinstance(row[0], list) and len(row[0]) == 3):
        return False
    key, plain = row
    if not isinstance(plain, list) or [type(each) for each in plain] not in _SHAPES:
        return False
    return isinstance(key[0], list) and set(map(type, plain[7].values())) <= {int}


def _row(name: str, plain: list[Any]) -> Row:
    title, status, path, ledger, last_at, profile, problem, counts = plain
    return Row(
        task_id=TaskId(name),
        title=title,
        status=status,
        path=path,
        ledger=ledger,
        last_at=last_at,
        profile=profile,
        problem=problem,
        counts=counts,
    )

"""All tasks at once: one row each, remembered with what the file system said of its spec and its ledger.

The index is derived and disposable; a row is used again only while neither file changed, and no gate reads it. Each
ledger is proved line by line when its row is made, and folded with the table of the replay itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from scafld.adapters.codec import EVENTS, encode
from scafld.adapters.files.cache import recalled, remember, stamp
from scafld.adapters.files.disk import open_plain
from scafld.adapters.files.ledgers import FILE, FileLedgers, is_chained
from scafld.adapters.files.specs import FileSpecs
from scafld.adapters.files.story import Story
from scafld.core.names import Moment, TaskId
from scafld.core.refusal import Malformed, Unavailable
from scafld.core.task.life import Impossible
from scafld.core.value import value
from scafld.core.views.metrics import COUNTED, Row, Tally

_Plain = list[Any]


@value
class Index:
    specs: FileSpecs
    ledgers: FileLedgers

    def rows(self) -> Iterator[Row]:
        """Every task, by id. A damaged one says so and hides no other."""
        path = os.path.join(self.specs.scafld_dir, "cache", "index.json")
        known = _known(recalled(path, "rows"))
        rows: dict[str, _Plain] = {}
        for name, places in sorted(self._tasks().items()):
            place = places[-1] if places else ""
            spec = os.path.join(self.specs.scafld_dir, "specs", place) if place else ""
            ledger = os.path.join(self.specs.scafld_dir, "runs", name, FILE)
            key = [places, stamp(spec) if spec else None, stamp(ledger)]
            kept = known.get(name)
            plain = kept[1] if kept is not None and kept[0] == key else self._plain(TaskId(name), place, spec)
            rows[name] = [key, plain]
            yield _row(name, plain)
        if rows != known:
            remember(path, "rows", rows)

    # Private.

    def _tasks(self) -> dict[str, list[str]]:
        """Every task's name, and where its spec lies; nowhere for a ledger without one."""
        found: dict[str, list[str]] = {}
        with suppress(OSError), os.scandir(os.path.join(self.specs.scafld_dir, "runs")) as runs:
            found.update({run.name: [] for run in runs if os.path.lexists(os.path.join(run.path, FILE))})
        for place in self.specs.all_places():
            found.setdefault(place.rsplit("/", 1)[-1].removesuffix(".md"), []).append(place)
        return found

    def _plain(self, task_id: TaskId, place: str, spec: str) -> _Plain:
        path = f".scafld/specs/{place}" if place else f".scafld/runs/{task_id}/session.json"
        title = _title(spec) if spec else ""
        try:
            tally, word = self._tally(task_id)
        except Malformed as error:
            return [title, "damaged", path, "damaged", None, "", error.problems[0].message, {}]
        except (Impossible, KeyError, ValueError, RecursionError, Unavailable) as error:
            return [title, "damaged", path, "damaged", None, "", str(error), {}]
        status = str(tally.status)
        if word == "none" and place.split("/", maxsplit=1)[0] != "drafts":
            status = "unrecorded"
        problem = self._problem(task_id) if place else "its spec is gone"
        return [tally.title or title, status, path, word, tally.last_at, tally.profile, problem, tally.counts]

    def _problem(self, task_id: TaskId) -> str:
        places = self.specs.places(task_id)
        return f"it has {len(places)} specs: {', '.join(places)}" if len(places) > 1 else ""

    def _tally(self, task_id: TaskId) -> tuple[Tally, str]:
        """What the ledger adds up to, and whether it is sealed, unsealed or none."""

        def add(file: BinaryIO) -> Tally | None:
            if not is_chained(file):
                return None
            tally = Tally()
            for _, text, _ in Story(file, task_id, self.ledgers.shown(task_id)).lines():
                _add(tally, text)
            return tally

        found = self.ledgers.read(task_id, lambda file: (add(file),))
        if found is None:
            return Tally(), "none"
        return (found[0], "sealed") if found[0] is not None else (self._unsealed(task_id), "unsealed")

    def _unsealed(self, task_id: TaskId) -> Tally:
        tally, memory = Tally(), self.ledgers.recall(task_id)
        if memory is not None and memory.task.legacy is not None:
            tally.add(type(memory.task.legacy), encode(memory.task.legacy), memory.task.last_at or Moment(""))
        return tally


# Private.

_TYPE = b'"type":"'
_SHAPES = tuple([str, str, str, str, at, str, str, dict] for at in (str, type(None)))


def _add(tally: Tally, text: bytes) -> None:
    """One more line. Of most entries only the type is read: the rest says nothing that is counted."""
    start = text.rfind(_TYPE) + len(_TYPE)
    event = EVENTS[text[start : text.index(b'"', start)].decode()]
    fields = json.loads(text) if event in COUNTED else {}
    tally.add(event, fields, _moment(text))


def _moment(text: bytes) -> Moment:
    start = text.find(b'"recorded_at":"') + 15
    return Moment(text[start : text.index(b'"', start)].decode())


def _title(path: str) -> str:
    """The first heading of a spec, read from its beginning; only shown, never believed."""
    try:
        with open_plain(path) as file:
            lines = file.read(8192).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def _known(kept: object) -> dict[str, list[Any]]:
    """The rows that were remembered, those that have the shape of one."""
    rows = kept if isinstance(kept, dict) else {}
    return {name: row for name, row in rows.items() if isinstance(row, list) and len(row) == 2 and _is_row(row[1])}


def _is_row(plain: object) -> bool:
    return isinstance(plain, list) and [type(each) for each in plain] in _SHAPES


def _row(name: str, plain: _Plain) -> Row:
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

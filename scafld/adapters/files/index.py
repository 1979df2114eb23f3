"""All tasks at once: one row each, remembered with what the file system said of its spec and its ledger.

The index is derived and disposable; a row is used again only while neither file changed, and no gate reads it. Each
ledger is proved line by line when its row is made, and folded with the table of the replay itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from scafld.adapters.codec import EVENTS, encode
from scafld.adapters.files.cache import recalled, remember, stamp
from scafld.adapters.files.ledgers import FileLedgers
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
        known = recalled(path, "rows") or {}
        rows: dict[str, _Plain] = {}
        for name, place in sorted(self._tasks().items()):
            spec = os.path.join(self.specs.scafld_dir, "specs", place) if place else ""
            ledger = os.path.join(self.specs.scafld_dir, "runs", name, "session.json")
            key = [place, stamp(spec) if spec else None, stamp(ledger)]
            kept = known.get(name)
            plain = kept[1] if kept is not None and kept[0] == key else self._plain(TaskId(name), place, spec, ledger)
            rows[name] = [key, plain]
            yield _row(name, plain)
        if rows != known:
            remember(path, "rows", rows)

    # Private.

    def _tasks(self) -> dict[str, str]:
        """Every task's name, and where its spec lies; "" for a ledger without a spec."""
        found: dict[str, str] = {}
        with suppress(OSError):
            for entry in os.scandir(os.path.join(self.specs.scafld_dir, "runs")):
                if os.path.exists(os.path.join(entry.path, "session.json")):
                    found[entry.name] = ""
        found.update({place.rsplit("/", 1)[-1].removesuffix(".md"): place for place in self.specs.all_places()})
        return found

    def _plain(self, task_id: TaskId, place: str, spec: str, ledger: str) -> _Plain:
        path = f".scafld/specs/{place}" if place else f".scafld/runs/{task_id}/session.json"
        title = _title(spec) if spec else ""
        try:
            tally, word = self._tally(task_id, ledger)
        except Malformed as error:
            return [title, "damaged", path, "damaged", None, "", error.problems[0].message, {}]
        except (Impossible, KeyError, ValueError, Unavailable) as error:
            return [title, "damaged", path, "damaged", None, "", str(error), {}]
        status = str(tally.status)
        if word == "none" and place.split("/", maxsplit=1)[0] != "drafts":
            status = "unrecorded"
        problem = "" if place else "its spec is gone"
        return [tally.title or title, status, path, word, tally.last_at, tally.profile, problem, tally.counts]

    def _tally(self, task_id: TaskId, ledger: str) -> tuple[Tally, str]:
        tally = Tally()
        try:
            file = open(ledger, "rb")
        except FileNotFoundError:
            return tally, "none"
        except OSError as error:
            raise Unavailable(f"its ledger cannot be read: {error.strerror}") from error
        with file:
            if not file.read(24).startswith(b'{"schema_version":2,'):
                return self._unsealed(task_id, tally)
            file.seek(0)
            for _, text, _ in Story(file, task_id, f".scafld/runs/{task_id}/session.json").lines():
                _add(tally, text)
        return tally, "sealed"

    def _unsealed(self, task_id: TaskId, tally: Tally) -> tuple[Tally, str]:
        memory = self.ledgers.recall(task_id)
        if memory is not None and memory.task.legacy is not None:
            tally.add(type(memory.task.legacy), encode(memory.task.legacy), memory.task.last_at or Moment(""))
        return tally, "unsealed"


# Private.

_TYPE = b'"type":"'


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
        with open(path, "rb") as file:
            lines = file.read(8192).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


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

"""What one task adds to the list: its ledger, proved line by line and folded with the table of the replay itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any, BinaryIO

from scafld.adapters.codec import encode
from scafld.adapters.codec.wire import EVENTS
from scafld.adapters.files.disk import open_plain
from scafld.adapters.files.ledgers import FileLedgers, is_chained
from scafld.adapters.files.specs import FileSpecs
from scafld.adapters.files.story import Story
from scafld.core.ledger import proved_lines
from scafld.core.names import Moment, TaskId
from scafld.core.refusal import Malformed, Unavailable
from scafld.core.task.life import ASIDE, Impossible
from scafld.core.value import value
from scafld.core.views.tally import READ, Tally


@value
class Census:
    specs: FileSpecs
    ledgers: FileLedgers

    def plain(self, task_id: TaskId, places: list[str], spec: str) -> tuple[list[Any], bool]:
        """The columns of a task whose specs lie at `places`, the last of them at `spec`, absolute; and whether the
        ledger gave the title."""
        path = f".scafld/specs/{places[-1]}" if places else f".scafld/runs/{task_id}/session.json"
        try:
            tally, word = self._tally(task_id)
        except Malformed as error:
            return [_title(spec), "damaged", path, "damaged", None, "", error.problems[0].message, {}], False
        except (Impossible, KeyError, ValueError, RecursionError, Unavailable) as error:
            return [_title(spec), "damaged", path, "damaged", None, "", str(error), {}], False
        status = str(tally.status)
        if word == "none" and places[-1].split("/", maxsplit=1)[0] != "drafts":
            status = "unrecorded"
        problem = self._problem(task_id, places)
        title = tally.title or _title(spec)
        return [title, status, path, word, tally.last_at, tally.profile, problem, tally.counts], bool(tally.title)

    # Private.

    def _problem(self, task_id: TaskId, places: list[str]) -> str:
        if not places:
            return "its spec is gone"
        there = self.specs.places(task_id) if len(places) > 1 else ()
        return f"it has {len(there)} specs: {', '.join(there)}" if len(there) > 1 else ""

    def _tally(self, task_id: TaskId) -> tuple[Tally, str]:
        """What the ledger adds up to, and whether it is sealed, unsealed or none."""

        def add(file: BinaryIO) -> Tally | None:
            lines = _at_once(file, task_id)
            if lines is not None:
                return _folded(lines)
            if not is_chained(file):
                return None
            story = Story(file, task_id, self.ledgers.shown(task_id))
            return _folded(text for _, text, _ in story.lines())

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
_TIME = b'"recorded_at":"'
_LARGE = 1 << 20
_EVENTS = {name.encode(): event for name, event in EVENTS.items()}
_UNREAD: dict[str, Any] = {}


def _at_once(file: BinaryIO, task_id: TaskId) -> list[bytes] | None:
    """The proved lines of a ledger of common size that holds. None, and the file stands at its beginning, for any
    other: its story tells what it is."""
    if os.fstat(file.fileno()).st_size > _LARGE:
        return None
    lines = proved_lines(file.read(), task_id)
    if lines is None:
        file.seek(0)
    return lines


def _folded(lines: Iterable[bytes]) -> Tally:
    """A ledger's tally. Of most lines only the type is read: the rest of them says nothing that is counted."""
    tally, last = Tally(), b""
    for text in lines:
        start = text.rfind(_TYPE) + len(_TYPE)
        event = _EVENTS[text[start : text.index(b'"', start)]]
        tally.fold(event, json.loads(text.decode()) if event in READ else _UNREAD)
        last = last if event in ASIDE else text
    if last:
        start = last.rfind(_TIME) + len(_TIME)
        tally.last_at = Moment(last[start : last.index(b'"', start)].decode())
    return tally


def _title(path: str) -> str:
    """The first heading of a spec, read from its beginning; only shown, never believed."""
    try:
        with open_plain(path) as file:
            lines = file.read(8192).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")

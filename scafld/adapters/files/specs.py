"""Specs on disk: one Markdown file a task, in the folder that is its state."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress

from scafld.adapters.codec import Mismatch, decode, encode
from scafld.adapters.files.cache import recalled, remember
from scafld.adapters.files.disk import Disk, open_plain
from scafld.adapters.files.folders import STATES, all_places, months
from scafld.app.journal import Document, several_specs, used_already
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Spec
from scafld.core.digest import digest_of
from scafld.core.names import TaskId
from scafld.core.refusal import Refused, Unavailable
from scafld.core.value import value
from scafld.core.views.projection import Projection

TRIES = 3
"""How often a spec is looked for that another command moves meanwhile."""


@value
class Reading:
    """What reading a text gave."""

    spec: Spec | None
    problems: tuple[Problem, ...]


Read = Callable[[str, str], Reading]
"""Port: read a spec's text; the second is what messages call it."""

Project = Callable[[str, Projection], str]
"""Port: the text with this projection shown in it, every other byte as it was."""


@value
class FileSpecs:
    """The specs under `scafld_dir` (an absolute `.scafld`)."""

    scafld_dir: str
    read: Read
    write: Project
    disk: Disk = Disk()

    def find(self, task_id: TaskId) -> Document | None:
        return self._found(task_id, self.read)

    def glimpse(self, task_id: TaskId) -> Document | None:
        """The same for a view: a text that was read before is not parsed again."""
        return self._found(task_id, self._remembered)

    def create(self, task_id: TaskId, text: str) -> Document:
        used = self.places(task_id)
        if used or _holds_a_life(os.path.join(self.scafld_dir, "runs", task_id)):
            raise Refused(used_already(task_id, _shown(used[0]) if used else f".scafld/runs/{task_id}/"))
        self._replace(f"{STATES[0]}/{task_id}.md", text)
        return self._document(f"{STATES[0]}/{task_id}.md", text, self.read)

    def project(self, document: Document, projection: Projection, folder: str) -> Document:
        text = self.write(document.text, projection)
        name = document.path.rsplit("/", 1)[-1]
        source, target = f"{document.folder}/{name}", f"{folder}/{name}"
        if source != target:
            self._move(source, target)
        if text != document.text:
            self._replace(target, text)
        if source == target and text == document.text:
            return document
        return Document(path=_shown(target), folder=folder, text=text, spec=document.spec, problems=document.problems)

    def rewrite(self, document: Document, text: str) -> Document:
        """The same spec with another text."""
        place = document.path.removeprefix(_shown(""))
        self._replace(place, text)
        return self._document(place, text, self.read)

    def every(self) -> Iterator[Document]:
        """All of them, by path. One that cannot be read at all is a document with that problem."""
        for place in sorted(self.all_places()):
            try:
                yield self._document(place, self._text(place), self.read)
            except Unavailable as error:
                yield _unreadable(place, str(error))

    def reading(self, text: str) -> Document:
        """What a text would be as a draft; nothing is written."""
        return self._document(f"{STATES[0]}/draft.md", text, self.read)

    def places(self, task_id: TaskId) -> tuple[str, ...]:
        """Where files of this name lie, relative to the folder of specs."""
        name = f"{task_id}.md"
        folders = (*STATES, *months(self._absolute("")))
        return tuple(f"{folder}/{name}" for folder in folders if os.path.lexists(self._absolute(f"{folder}/{name}")))

    def all_places(self) -> Iterator[str]:
        """Where every spec lies, relative to the folder of specs, in no order."""
        return all_places(self._absolute(""))

    # Private.

    def _absolute(self, place: str) -> str:
        return os.path.join(self.scafld_dir, "specs", place)

    def _found(self, task_id: TaskId, read: Read) -> Document | None:
        for left in reversed(range(TRIES)):
            places = self.places(task_id)
            try:
                if len(places) == 1:
                    return self._document(places[0], self._text(places[0]), read).meant_for(task_id)
            except Unavailable as error:
                if not left or not isinstance(error.__cause__, FileNotFoundError):
                    raise
        if places:
            raise Refused(several_specs(task_id, tuple(map(_shown, places))))
        return None

    def _document(self, place: str, text: str, read: Read) -> Document:
        reading = read(text, _shown(place))
        return Document(
            path=_shown(place),
            folder=place.rsplit("/", 1)[0],
            text=text,
            spec=reading.spec,
            problems=reading.problems,
        )

    def _text(self, place: str) -> str:
        try:
            with open_plain(self._absolute(place)) as file:
                return file.read().decode("utf-8")
        except OSError as error:
            raise Unavailable(
                f"{_shown(place)} cannot be read: {error.strerror}", next=f"ls -l {_shown(place)}"
            ) from error
        except UnicodeDecodeError as error:
            raise Unavailable(
                f"{_shown(place)} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}",
                next=f"file {_shown(place)}",
            ) from error

    def _replace(self, place: str, text: str) -> None:
        from scafld.adapters.files.atomic import told, write_whole

        with told(_shown(place)):
            self.disk.folder(os.path.dirname(self._absolute(place)))
        write_whole(self._absolute(place), text.encode("utf-8"), disk=self.disk)

    def _move(self, source: str, target: str) -> None:
        from scafld.adapters.files.atomic import told

        with told(_shown(source)):
            self.disk.move(self._absolute(source), self._absolute(target))

    def _remembered(self, text: str, name: str) -> Reading:
        path = os.path.join(self.scafld_dir, "cache", "contracts", name.rsplit("/", 1)[-1] + ".json")
        key = digest_of(text.encode("utf-8"))
        kept = recalled(path, key)
        if kept is not None:
            with suppress(Mismatch):
                return decode(Reading, kept)
        reading = self.read(text, name)
        remember(path, key, encode(reading))
        return reading


# Private.


def _shown(place: str) -> str:
    return f".scafld/specs/{place}"


def _holds_a_life(folder: str) -> bool:
    """Whether there is more in the folder of a task's runs than what a model said before there was a task."""
    try:
        return os.path.islink(folder) or not set(os.listdir(folder)) <= {"evidence"}
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _unreadable(place: str, reason: str) -> Document:
    problem = Problem(code="unreadable", message=reason)
    return Document(path=_shown(place), folder=place.rsplit("/", 1)[0], text="", spec=None, problems=(problem,))

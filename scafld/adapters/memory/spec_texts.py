"""Specs in memory: one text a task, under the path it would have, read and written by whoever reads Markdown here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.app.journal import Document, several_specs, used_already
from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import Round
from scafld.core.contract.spec import Spec
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Refused
from scafld.core.value import value
from scafld.core.views.projection import Projection

Read = Callable[[str, str], tuple[Spec | None, tuple[Problem, ...]]]
"""Port: read a spec's text; the second is what messages call it."""

Project = Callable[[str, Projection], str]
"""Port: the text with this projection shown in it, every other byte as it was."""


class MemorySpecs:
    """The port Specs on a dict: `texts` by path relative to `.scafld/specs/`, and may be written to.

    `used`: whether an id is spoken for though no spec bears it, because it has a ledger.
    """

    def __init__(self, read: Read, write: Project, used: Callable[[TaskId], bool]) -> None:
        self.texts: dict[str, str] = {}
        self._read = read
        self._write = write
        self._used = used

    # The port.

    def find(self, task_id: TaskId) -> Document | None:
        """See `Specs.find`."""
        places = self.places(task_id)
        if not places:
            return None
        if len(places) > 1:
            raise Refused(several_specs(task_id, tuple(_ROOM + place for place in places)))
        return self.document(places[0]).meant_for(task_id)

    def create(self, task_id: TaskId, text: str) -> Document:
        """See `Specs.create`."""
        if self.places(task_id) or self._used(task_id):
            raise Refused(used_already(task_id))
        self.texts[f"drafts/{task_id}.md"] = text
        return self.document(f"drafts/{task_id}.md")

    def project(self, document: Document, projection: Projection, folder: str) -> Document:
        """See `Specs.project`."""
        place = document.path.removeprefix(_ROOM)
        target = f"{folder}/{place.rsplit('/', 1)[-1]}"
        text = self._write(document.text, projection)
        self.texts.pop(place, None)
        self.texts[target] = text
        return Document(path=_ROOM + target, folder=folder, text=text, spec=document.spec, problems=document.problems)

    # For whoever looks on.

    def rewrite(self, document: Document, text: str) -> Document:
        """The same spec with another text."""
        place = document.path.removeprefix(_ROOM)
        self.texts[place] = text
        return self.document(place)

    def edit(self, task_id: TaskId, act: Callable[[str], str]) -> None:
        """Put another text under a task's spec, as somebody with an editor would; LookupError when there is none."""
        place = self.places(task_id)[0]
        self.texts[place] = act(self.texts[place])

    def shows(self, document: Document, projection: Projection) -> bool:
        """Whether a document already shows exactly this."""
        return self._write(document.text, projection) == document.text

    def reading(self, text: str) -> Document:
        """What a text would be as a draft; nothing is kept."""
        return self._document("drafts/draft.md", text)

    def every(self) -> Iterator[Document]:
        """All of them, by path."""
        for place in sorted(self.texts):
            yield self.document(place)

    def places(self, task_id: TaskId) -> tuple[str, ...]:
        """Where texts of this name lie."""
        return tuple(place for place in sorted(self.texts) if place.rsplit("/", 1)[-1] == f"{task_id}.md")

    def document(self, place: str) -> Document:
        """What lies there; KeyError when nothing does."""
        return self._document(place, self.texts[place])

    # Private.

    def _document(self, place: str, text: str) -> Document:
        spec, problems = self._read(text, _ROOM + place)
        return Document(
            path=_ROOM + place, folder=place.rsplit("/", 1)[0], text=text, spec=spec, problems=tuple(problems)
        )


@value
class MemoryRounds:
    """The port Rounds on specs in memory. `read_rounds` and `open_round` know how a round is written down."""

    specs: MemorySpecs
    read_rounds: Callable[[str], tuple[Round, ...]]
    open_round: Callable[[str, str, Digest, Moment], str]

    def read(self, document: Document) -> tuple[Round, ...]:
        """See `Rounds.read`."""
        return self.read_rounds(document.text)

    def add(self, document: Document, round_id: str, contract: Digest, at: Moment) -> Document:
        """See `Rounds.add`."""
        return self.specs.rewrite(document, self.open_round(document.text, round_id, contract, at))


# Private.

_ROOM = ".scafld/specs/"

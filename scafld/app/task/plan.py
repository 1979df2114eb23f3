"""`plan`: write a draft that knows its repository."""

from __future__ import annotations

from collections.abc import Callable

from scafld.app.journal import Document, Journal, Opened
from scafld.core.contract.commands import Detected
from scafld.core.contract.spec import Profile, Risk, Size, Spec
from scafld.core.contract.wishes import DraftRequest, Suggestion
from scafld.core.names import Moment, TaskId
from scafld.core.refusal import Malformed
from scafld.core.task.decide.approval import plan
from scafld.core.value import value

WriteDraft = Callable[[DraftRequest], str]
"""Port: the Markdown of a new draft."""


@value
class PlanAsked:
    """What a person says of a new task; what is left empty, the repository and the defaults answer."""

    task_id: TaskId
    title: str = ""
    summary: str = ""
    command: str = ""
    files: tuple[str, ...] = ()
    size: Size = Size.SMALL
    risk: Risk = Risk.LOW
    profile: Profile | None = None


@value
class Planned:
    """A draft, what the repository offered, and what a model that wrote it asks a person."""

    opened: Opened
    detected: Detected
    questions: tuple[str, ...] = ()


@value
class Plan:
    journal: Journal
    write: WriteDraft
    read: Callable[[str], Document]
    detect: Callable[[], Detected]

    def __call__(self, asked: PlanAsked) -> Planned:
        """Refused when the id was ever used here; Malformed when the words make no readable spec."""
        with self.journal.begin(asked.task_id, "plan"):
            detected = self.detect()
            document = self.journal.specs.create(asked.task_id, self._text(asked, detected))
            fresh = Opened(task_id=asked.task_id, document=document, spec=_spec(document), memory=None)
            return Planned(opened=self.journal.record(fresh, plan(fresh.task, fresh.spec)), detected=detected)

    def draft(self, asked: PlanAsked) -> Spec:
        """The contract that these words make; nothing is written."""
        return _spec(self.read(self._text(asked, self.detect())))

    def _text(self, asked: PlanAsked, detected: Detected) -> str:
        return self.write(_request(asked, detected, self.journal.now()))


# Private.


def _request(asked: PlanAsked, detected: Detected, now: Moment) -> DraftRequest:
    return DraftRequest(
        task_id=asked.task_id,
        title=asked.title or _title(asked.task_id),
        summary=asked.summary,
        command=asked.command,
        files=asked.files,
        size=asked.size,
        risk=asked.risk,
        profile=asked.profile,
        created=now,
        suggestions=tuple(
            Suggestion(title=found.title, command=found.command, cwd=found.cwd) for found in detected.commands
        ),
    )


def _title(task_id: TaskId) -> str:
    """An id read as words: `add-cache` is "Add cache"."""
    return " ".join(task_id.replace("_", " ").replace("-", " ").split()).capitalize()


def _spec(document: Document) -> Spec:
    if document.spec is None:
        raise Malformed(document.path, document.problems, next="scafld plan --help")
    return document.spec

"""What a phase says: its goal, what it depends on, what it changes, what must be true, and where its status stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.criteria import MODES, Acceptance, Mode, acceptance
from scafld.adapters.markdown.labels import absent, label, listed, normalise
from scafld.adapters.markdown.prose import entries
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Page, Words
    from scafld.adapters.markdown.sections import PhasePart


@value
class StatusLine:
    """Where the value of a phase's `Status:` stands."""

    line: int
    column: int


@value
class PhaseText:
    """A phase as read; `status` is None where it bears no such line, which is then written before line `before`
    (None: after the heading). `prose`: the lines of the lists that were read as words, whatever else they hold."""

    part: PhasePart
    goal: str
    dependencies: tuple[str, ...]
    changes: tuple[str, ...]
    acceptance: Acceptance
    status: StatusLine | None
    before: int | None
    prose: tuple[tuple[int, int], ...]


def phase_text(page: Page, part: PhasePart) -> PhaseText:
    """Read one phase. A value goes on until the next label or sub-heading; the status line is no part of any."""
    reading = _Reading(page)
    for block in part.blocks:
        reading.take(block)
    return PhaseText(
        part=part,
        goal="\n".join(reading.goal).strip(),
        dependencies=tuple(reading.dependencies),
        changes=tuple(reading.changes),
        acceptance=acceptance(page, part.blocks, Mode.OTHER),
        status=reading.status,
        before=reading.before,
        prose=tuple(reading.prose),
    )


# Private.

_LABELS = {
    "status": "status",
    "goal": "goal",
    "objective": "goal",
    "objectives": "goal",
    "dependencies": "dependencies",
    "depends on": "dependencies",
    "changes": "changes",
} | dict.fromkeys(MODES, "")


class _Reading:
    """One walk over a phase's blocks; `current` is the label that plain text belongs to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.current = ""
        self.open = True
        self.goal: list[str] = []
        self.dependencies: list[str] = []
        self.changes: list[str] = []
        self.status: StatusLine | None = None
        self.before: int | None = None
        self.prose: list[tuple[int, int]] = []

    def take(self, block: Block) -> None:
        match block.kind:
            case Kind.HEADING:
                self.current, self.open = _LABELS.get(normalise(block.text), ""), False
            case Kind.PARAGRAPH:
                if self.current == "goal" and self.goal:
                    self.goal.append("")
                for words in self.page.words(block):
                    self._line(words)
            case Kind.LIST:
                self._list(block)
            case _:
                pass

    def _line(self, words: Words) -> None:
        found = label(words.text)
        if found is None or found.key not in _LABELS:
            if words.text.endswith(":") and found is not None and self.current != "goal":
                self.current = ""
            self._more(words.text)
            return
        if found.key == "status":
            if self.open and self.status is None:
                self.status = StatusLine(line=words.line, column=words.column + found.start)
            return
        self.current = _LABELS[found.key]
        if not self.current:
            self.open = False
        else:
            if self.current == "dependencies" and self.open and self.before is None:
                self.before = words.line
            self._more(found.value)

    def _more(self, text: str) -> None:
        if absent(text):
            return
        match self.current:
            case "goal":
                self.goal.append(text)
            case "dependencies":
                self.dependencies.extend(listed(text))
            case "changes":
                self.changes.append(text)
            case _:
                pass

    def _list(self, block: Block) -> None:
        if not self.current:
            return
        texts = entries(self.page, (block,))
        self.prose.append((block.first, block.last))
        match self.current:
            case "goal":
                self.goal.extend(f"- {text}" for text in texts)
            case "dependencies":
                self.dependencies.extend(texts)
            case "changes":
                self.changes.extend(texts)
            case _:
                pass

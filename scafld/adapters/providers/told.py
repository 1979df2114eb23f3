"""What is learnt from a program's events while a model works in it: only what was seen, in words that fit a line."""

from __future__ import annotations

from scafld.adapters.process.capture import End
from scafld.adapters.process.printable import printable
from scafld.core.evidence.hearing import Usage

MOST_DENIED = 20
LONGEST_WORDS = 80
"""Of one thing that a model did or was not let do."""
LONGEST_NAME = 100
KEPT_MESSAGE = 4 * 2**20
"""In characters; no answer is longer."""
KEPT_TROUBLE = 2000


class Told:
    """Filled in by whoever understands a program's events; read when it is over, and at every beat before.

    `message`: the last whole message of the model. `trouble`: what last kept the program from its model, "" since it
    spoke to it again; `status`: the HTTP status of that, 0 when it was not told. `capped`: the program ended the work
    at a bound of its own. `errors`: the end of stderr.
    """

    def __init__(self) -> None:
        self.model = ""
        self.version = ""
        self.session = ""
        self.usage = Usage()
        self.tokens: int | None = None
        self.last = ""
        self.trouble = ""
        self.status = 0
        self.capped = ""
        self.errors = End(8192)
        self._denied: list[str] = []
        self._message: list[str] = []
        self._room = KEPT_MESSAGE

    @property
    def message(self) -> str:
        return "".join(self._message)

    @property
    def denied(self) -> tuple[str, ...]:
        return tuple(self._denied)

    def names(self, *, model: str = "", version: str = "", session: str = "") -> None:
        """Who works there, as the program tells; what it does not tell stays as it was."""
        self.model = one_line(model, LONGEST_NAME) or self.model
        self.version = one_line(version, LONGEST_NAME) or self.version
        self.session = one_line(session, LONGEST_NAME) or self.session

    def does(self, words: str) -> None:
        """The model is at work: what it does, and that the program reaches it."""
        self.last = one_line(words, LONGEST_WORDS)
        self.trouble, self.status = "", 0

    def says(self, message: str) -> None:
        """A whole message of the model."""
        self.begins_anew()
        self.adds(message)

    def begins_anew(self) -> None:
        """What the model says from here on is another message."""
        self._message, self._room = [], KEPT_MESSAGE

    def adds(self, piece: str) -> None:
        """A piece of the message that it writes."""
        self._message.append(piece[: self._room])
        self._room -= len(self._message[-1])
        self.does("writes")

    def fails(self, words: str, status: int | None = None) -> None:
        """The program does not reach its model, or is turned away."""
        self.trouble = words.strip()[:KEPT_TROUBLE] or f"HTTP {status}"
        self.status = status or 0
        self.last = "is turned away"

    def denies(self, words: str) -> None:
        """Something that the model tried and was not let; told once."""
        line = one_line(words, LONGEST_WORDS)
        if line and line not in self._denied and len(self._denied) < MOST_DENIED:
            self._denied.append(line)


def one_line(text: str, most: int) -> str:
    """The text as one line that is harmless in a terminal, its end cut off where it is too long."""
    words = printable(" ".join(text[: 4 * most].split()))
    line = "".join(each if each.isprintable() else "\ufffd" for each in words)  # half a surrogate fits no ledger
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def shown_path(path: str, root: str) -> str:
    """A path as a person in the workspace would say it."""
    return path.removeprefix(f"{root.rstrip('/')}/")

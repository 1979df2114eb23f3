"""What things are called: one NewType a name, and the one function that makes each."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

from scafld.core.value import value

TaskId = NewType("TaskId", str)
PhaseId = NewType("PhaseId", str)
CriterionId = NewType("CriterionId", str)
Digest = NewType("Digest", str)
RepoPath = NewType("RepoPath", str)
"""A path relative to the workspace root, with `/`. A name that is not UTF-8, or that begins with a double quote,
stands C-quoted as git prints it."""
Moment = NewType("Moment", str)
"""UTC with milliseconds, as `2026-01-31T12:00:00.000Z`; sorts as text."""

LONGEST_ID = 100
RECEIPTS, RECEIPT_END = ".scafld/receipts", ".dsse.json"
"""Where receipts are read, and how their names end."""


def task_id(text: str) -> TaskId:
    """A task's id: a lower-case letter, then letters, digits, `.`, `_`, `-`; never a path. ValueError says why not."""
    return TaskId(_identifier(text, "task id", first=_LOWER, rest=_LOWER + _DIGITS + "._-"))


def phase_id(text: str) -> PhaseId:
    """A phase's id, `phase1` and so on. ValueError says why not."""
    return PhaseId(_identifier(text, "phase id", first=_LOWER, rest=_LOWER + _DIGITS + "_-"))


def criterion_id(text: str) -> CriterionId:
    """A criterion's id: letters, digits, `.`, `_`, `-`. ValueError says why not."""
    every = _LOWER + _LOWER.upper() + _DIGITS
    return CriterionId(_identifier(text, "criterion id", first=every, rest=every + "._-"))


def digest(text: str) -> Digest:
    """A SHA-256 in 64 lower-case hexadecimal digits; a `sha256:` prefix is taken off. ValueError says why not."""
    bare = text.removeprefix("sha256:")
    if len(bare) != 64 or not set(bare) <= set(_DIGITS + "abcdef"):
        raise ValueError(f"not a SHA-256 digest (64 hexadecimal digits): {text!r}")
    return Digest(bare)


def receipt_path(task: TaskId) -> RepoPath:
    """Where the receipt of a task is read."""
    return RepoPath(f"{RECEIPTS}/{task}{RECEIPT_END}")


class ActorKind(StrEnum):
    """Who acts. `human` and `agent` are what the caller says of itself; nothing here proves it."""

    HUMAN = "human"
    AGENT = "agent"
    SCAFLD = "scafld"
    UNKNOWN = "unknown"


@value
class Actor:
    """Who did it, as seen: `terminal` says whether a terminal was attached when the act was made."""

    kind: ActorKind
    name: str
    terminal: bool = False


# Private.

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"


def _identifier(text: str, what: str, *, first: str, rest: str) -> str:
    if not text:
        raise ValueError(f"a {what} is needed; it is empty")
    if len(text) > LONGEST_ID:
        raise ValueError(f"{what} {text[:24]!r}... is longer than {LONGEST_ID} characters")
    wrong = next((char for at, char in enumerate(text) if char not in (rest if at else first)), None)
    if wrong is not None:
        raise ValueError(f"{what} {text!r} holds {wrong!r}; write it like {_suggest(text)!r}")
    if ".." in text or text.endswith((".", ".lock", ".md")):
        raise ValueError(f"{what} {text!r} could be taken for a path; write it like {_suggest(text)!r}")
    return text


def _suggest(text: str) -> str:
    words = "".join(char if char in _LOWER + _DIGITS else " " for char in text.lower()).split()
    named = "-".join(words).lstrip(_DIGITS + "-")
    return named[:LONGEST_ID] or "add-cache"

"""What a harden round must say before it may pass: six dimensions observed, each anchored, and a shape to keep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from scafld.core.contract.problems import Problem
from scafld.core.value import value


class Dimension(StrEnum):
    """Where a draft can be wrong."""

    DESIGN = "design"
    SCOPE = "scope"
    PATH = "path"
    COMMAND = "command"
    TIMING = "timing"
    ROLLBACK = "rollback"


ASKED: Mapping[Dimension, str] = MappingProxyType(
    {
        Dimension.DESIGN: "is this the right change in the right place, and does it fit what is there?",
        Dimension.SCOPE: "which files, callers or cases are missing, and which are too many?",
        Dimension.PATH: "do the paths, names and commands that it speaks of exist?",
        Dimension.COMMAND: "can each criterion fail, does it fail today, and could a wrong change still pass it?",
        Dimension.TIMING: "does the order of the phases hold; which race, migration or time limit is not spoken of?",
        Dimension.ROLLBACK: "can it be taken back, with data that was written meanwhile?",
    }
)
"""What is asked of a draft in each dimension, of people and models alike."""


class Result(StrEnum):
    """What an observation comes to."""

    CLEAN = "clean"
    ADVISORY = "advisory"
    BLOCKS = "blocks"
    NOT_APPLICABLE = "n/a"


class Decision(StrEnum):
    """What is to become of the task's shape; only `keep` may pass."""

    KEEP = "keep"
    SHRINK = "shrink"
    REFRAME = "reframe"
    REJECT = "reject"


SETTLED = ("fixed", "accepted_risk", "superseded")
"""Statuses of an observation that blocks no longer."""
OBSERVATION_STATUSES = ("open", *SETTLED)
ANCHORS = "code:PATH:LINE, spec_gap:FIELD or archive:TASK"
MOST_OBSERVATIONS = 60
"""Of a model; a draft of which there is more to say is another draft."""


@value
class Observation:
    """One row as written, words unchecked; `line` from 1."""

    dimension: str
    result: str = ""
    anchor: str = ""
    note: str = ""
    question: str = ""
    recommended: str = ""
    if_unanswered: str = ""
    default: str = ""
    status: str = ""
    line: int = 0


@value
class Shape:
    """Whether the task has the right shape, as written."""

    decision: str = ""
    true_shape: str = ""
    minimal_plan: str = ""
    shared_owner: str = ""
    adapter_boundaries: tuple[str, ...] = ()
    required_spec_edits: tuple[str, ...] = ()


@value
class Round:
    """One round as it stands in the document. `labels`: every label line of it, normalised key and value."""

    id: str
    status: str = ""
    contract_digest: str = ""
    summary: str = ""
    shape: Shape = Shape()
    observations: tuple[Observation, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    line: int = 0

    def label(self, key: str) -> str:
        """The value of a label by its normalised key (`started`, `provider`), "" when it is not there."""
        return next((text for name, text in self.labels if name == key), "")


def problems_of_round(round: Round) -> tuple[Problem, ...]:
    """Everything that is missing before the round may be marked passed; empty when nothing is."""
    return (*_of_shape(round), *_of_dimensions(round), *(each for row in round.observations for each in _of_row(row)))


def is_anchor(text: str) -> bool:
    """Whether a text has the form of an anchor; what it cites may still not be there."""
    return re.match(_ANCHOR, text.strip()) is not None


def result_word(text: str) -> str:
    """One spelling of a result: `N/A`, `na` and `not applicable` are `n/a`."""
    word = " ".join(text.casefold().replace("_", " ").split())
    return Result.NOT_APPLICABLE if word in ("na", "n/a", "not applicable") else word


# Private.

_ANCHOR = r"(?:spec_gap:\S.*|code:[^:\s][^:]*:[1-9][0-9]*(?:-[1-9][0-9]*)?|archive:[a-z][a-z0-9._-]*)\Z"
_BARE_PLACE = r"[^:\s][^:]*:[1-9][0-9]*(?:-[1-9][0-9]*)?\Z"
"""Compiled when they are first asked for: most commands ask no question."""
_WORDS_OF_SHAPE = ("true_shape", "minimal_plan", "shared_owner")


def _of_shape(round: Round) -> tuple[Problem, ...]:
    shape = round.shape
    decision = shape.decision.casefold()
    if not decision and not any(getattr(shape, name).strip() for name in _WORDS_OF_SHAPE):
        said, way_out = "the shape is not answered", f"Shape decision: one of {_words(Decision)}; and the words below"
        return (_problem("harden_shape_undecided", round.line, said, way_out),)
    found: list[Problem] = []
    if decision not in set(Decision):
        said = f"the shape decision {shape.decision!r} is unknown" if decision else "the shape is not decided"
        found.append(_problem("harden_shape_undecided", round.line, said, f"Shape decision: one of {_words(Decision)}"))
    elif decision != Decision.KEEP:
        said = f"the round says to {decision} the task"
        found.append(_problem("harden_shape_not_kept", round.line, said, "change the draft and open another round"))
    for name in _WORDS_OF_SHAPE:
        if not getattr(shape, name).strip():
            label = name.replace("_", " ").capitalize()
            found.append(
                _problem("harden_shape_incomplete", round.line, f"{label} is empty", f"say it: `{label}: ...`")
            )
    if shape.required_spec_edits:
        count, first = len(shape.required_spec_edits), shape.required_spec_edits[0]
        said = f"the round asks for {count} edit{'' if count == 1 else 's'} of the draft: {first}"
        found.append(_problem("harden_edits_required", round.line, said, "make them, then write `none`"))
    return tuple(found)


def _of_dimensions(round: Round) -> tuple[Problem, ...]:
    """Each dimension is observed; one that is clean, or not applicable, has nothing more to say of it."""
    names = [row.dimension.casefold() for row in round.observations]
    found: list[Problem] = []
    for row, name in zip(round.observations, names, strict=True):
        result = result_word(row.result)
        if name not in set(Dimension):
            said = f"{row.dimension!r} is no dimension"
            found.append(_problem("harden_unknown_dimension", row.line, said, f"one of {_words(Dimension)}"))
        elif names.count(name) > 1 and result in (Result.CLEAN, Result.NOT_APPLICABLE):
            said = f"{name} is observed {names.count(name)} times, and is {result} here"
            found.append(_problem("harden_duplicate_dimension", row.line, said, "keep this row, or the others"))
    for dimension in Dimension:
        if dimension not in names:
            said = f"{dimension} is not observed"
            found.append(_problem("harden_missing_dimension", round.line, said, f"add `- {dimension}` with a result"))
    return tuple(found)


def _of_row(row: Observation) -> tuple[Problem, ...]:
    found: list[Problem] = []
    result = result_word(row.result)
    if not any(text.strip() for text in (row.result, row.anchor, row.note, row.question, row.status)):
        said = f"{row.dimension} is not answered"
        return (_problem("harden_no_result", row.line, said, f"Result: one of {_words(Result)}"),)
    if result not in set(Result):
        said = f"{row.dimension}: the result {row.result!r} is unknown" if result else f"{row.dimension}: no result"
        found.append(_problem("harden_no_result", row.line, said, f"Result: one of {_words(Result)}"))
    elif result != Result.CLEAN and not (row.note.strip() or row.question.strip()):
        found.append(
            _problem("harden_no_note", row.line, f"{row.dimension}: {result} without a note", "add `Note: ...`")
        )
    if result != Result.NOT_APPLICABLE and not is_anchor(row.anchor):
        said = f"{row.dimension}: {row.anchor!r} is no anchor" if row.anchor else f"{row.dimension}: no anchor"
        meant = f"code:{row.anchor.strip()}" if re.match(_BARE_PLACE, row.anchor.strip()) else ANCHORS
        found.append(_problem("harden_no_anchor", row.line, said, f"Anchor: {meant}"))
    status = row.status.casefold().replace(" ", "_")
    if status and status not in OBSERVATION_STATUSES:
        said = f"{row.dimension}: the status {row.status!r} is unknown"
        found.append(_problem("harden_bad_status", row.line, said, f"one of {', '.join(OBSERVATION_STATUSES)}"))
    if result == Result.BLOCKS and status not in SETTLED:
        said = f"{row.dimension} blocks and is open"
        found.append(_problem("harden_open_block", row.line, said, "repair the draft, then `Status: fixed`"))
    return tuple(found)


def _problem(code: str, line: int, message: str, suggestion: str) -> Problem:
    return Problem(code=code, line=line, message=message, suggestion=suggestion)


def _words(kind: type[StrEnum]) -> str:
    return ", ".join(kind)

"""What a model hands in that questioned a draft: six dimensions observed, and whether the task keeps its shape.

The verdict is derived here. An answer that lacks something is no answer; one that asks for another draft is one.
"""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import (
    MOST_OBSERVATIONS,
    Decision,
    Dimension,
    Observation,
    Result,
    Round,
    Shape,
    problems_of_round,
)
from scafld.core.value import value


class HardenVerdict(StrEnum):
    PASS = "pass"
    NEEDS_REVISION = "needs_revision"


class BlockStatus(StrEnum):
    """What became of an observation that blocks."""

    OPEN = "open"
    FIXED = "fixed"
    ACCEPTED_RISK = "accepted_risk"
    SUPERSEDED = "superseded"


@value
class Probe:
    """What was observed in one dimension. `anchor`: what it leans on, `code:PATH:LINE`, `spec_gap:FIELD` or
    `archive:TASK`. `question` and what follows: what the author is asked, and what holds if nobody answers."""

    dimension: Dimension
    result: Result
    anchor: str = ""
    note: str = ""
    question: str = ""
    recommended: str = ""
    if_unanswered: str = ""
    status: BlockStatus = BlockStatus.OPEN


@value
class ShapeJudged:
    """Whether the task has the right shape, and the edits that the draft needs before it has."""

    decision: Decision
    true_shape: str
    minimal_plan: str
    shared_owner: str
    adapter_boundaries: tuple[str, ...] = ()
    required_spec_edits: tuple[str, ...] = ()


@value
class HardenDossier:
    summary: str
    shape: ShapeJudged
    observations: tuple[Probe, ...]

    @property
    def verdict(self) -> HardenVerdict:
        """Pass when the shape is kept, no edit is asked for and nothing that blocks is open."""
        wants = any(problem.code in _WANTS_ANOTHER_DRAFT for problem in problems_of_round(as_round(self, "round")))
        return HardenVerdict.NEEDS_REVISION if wants else HardenVerdict.PASS


def harden_problems(dossier: HardenDossier) -> tuple[Problem, ...]:
    """What keeps an answer from being accepted; the model can mend each of it."""
    empty = () if dossier.summary.strip() else (Problem(code="no_summary", message="summary is empty"),)
    found = problems_of_round(as_round(dossier, "round"))
    if len(dossier.observations) > MOST_OBSERVATIONS:
        empty = (*empty, Problem(code="too_long", message=f"observations has more than {MOST_OBSERVATIONS} items"))
    return (*empty, *(problem for problem in found if problem.code not in _WANTS_ANOTHER_DRAFT))


def wanted_by(dossier: HardenDossier | None) -> tuple[str, ...]:
    """What a model asks to be changed, a line each."""
    if dossier is None:
        return ()
    blocks = tuple(
        f"{probe.dimension}: {probe.note or probe.question}"
        for probe in dossier.observations
        if probe.result is Result.BLOCKS and probe.status is BlockStatus.OPEN
    )
    return (*shape_wanted(dossier), *blocks)


def shape_wanted(dossier: HardenDossier) -> tuple[str, ...]:
    """What it asks for of the whole: another shape, and edits of the draft."""
    shape = () if dossier.shape.decision is Decision.KEEP else (f"the shape: {dossier.shape.decision} the task",)
    return (*shape, *(f"edit: {edit}" for edit in _meant(dossier.shape.required_spec_edits)))


def as_round(dossier: HardenDossier, name: str) -> Round:
    """The dossier as a round in a document reads."""
    shape = dossier.shape
    return Round(
        id=name,
        summary=dossier.summary,
        shape=Shape(
            decision=str(shape.decision),
            true_shape=shape.true_shape,
            minimal_plan=shape.minimal_plan,
            shared_owner=shape.shared_owner,
            adapter_boundaries=_meant(shape.adapter_boundaries),
            required_spec_edits=_meant(shape.required_spec_edits),
        ),
        observations=tuple(_row(probe) for probe in dossier.observations),
    )


# Private.

_WANTS_ANOTHER_DRAFT = ("harden_shape_not_kept", "harden_edits_required", "harden_open_block")


def _row(probe: Probe) -> Observation:
    return Observation(
        dimension=str(probe.dimension),
        result=str(probe.result),
        anchor=probe.anchor,
        note=probe.note,
        question=probe.question,
        recommended=probe.recommended,
        if_unanswered=probe.if_unanswered,
        status=str(probe.status),
    )


def _meant(items: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that only say that there is none."""
    return tuple(item for item in items if item.strip().casefold().rstrip(".") not in ("", "none", "n/a"))

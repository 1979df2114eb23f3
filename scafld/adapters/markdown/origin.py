"""Which line of the document a line of its wording was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.core.value import changed

if TYPE_CHECKING:
    from scafld.core.contract.spec import Criterion, Done, Spec


def line_of(line: int, origin: tuple[int, ...]) -> int:
    """The document's line, from 1, of line `line` of the wording; 0 stays 0."""
    if not line or not origin:
        return line
    return origin[min(line, len(origin)) - 1] + 1


def placed(spec: Spec, origin: tuple[int, ...]) -> Spec:
    """A spec that was read from the wording, with the lines of the document."""
    phases = tuple(
        changed(
            phase,
            line=line_of(phase.line, origin),
            criteria=_criteria(phase.criteria, origin),
            definition_of_done=_done(phase.definition_of_done, origin),
        )
        for phase in spec.phases
    )
    return changed(
        spec,
        phases=phases,
        final_criteria=_criteria(spec.final_criteria, origin),
        definition_of_done=_done(spec.definition_of_done, origin),
    )


# Private.


def _criteria(criteria: tuple[Criterion, ...], origin: tuple[int, ...]) -> tuple[Criterion, ...]:
    return tuple(changed(each, line=line_of(each.line, origin)) for each in criteria)


def _done(lines: tuple[Done, ...], origin: tuple[int, ...]) -> tuple[Done, ...]:
    return tuple(changed(each, line=line_of(each.line, origin)) for each in lines)

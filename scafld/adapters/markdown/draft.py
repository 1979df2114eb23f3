"""The text of a new spec: short where the risk is low, with a visible gap for each thing a person must say."""

from __future__ import annotations

import re

from scafld.adapters.markdown.escape import as_data, flat
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.names import CriterionId, Moment, TaskId
from scafld.core.value import value

PLACEHOLDER = "TODO:"
"""What begins every gap: the core takes a text that begins so for nothing said (`is_placeholder`)."""


@value
class DraftCriterion:
    """A criterion to begin with; an empty command leaves a gap."""

    id: CriterionId
    title: str
    command: str


@value
class DraftRequest:
    """What `plan` knows. `command` makes the first criterion; `suggestions` follow it; `files` are declared changes."""

    task_id: TaskId
    title: str
    created: Moment
    summary: str = ""
    command: str = ""
    size: Size = Size.SMALL
    risk: Risk = Risk.LOW
    profile: Profile = Profile.LIGHT
    suggestions: tuple[DraftCriterion, ...] = ()
    files: tuple[str, ...] = ()


def draft(request: DraftRequest) -> str:
    """Markdown that reads back without a problem; LF, one final newline."""
    parts = [*front_lines(request), *summary_lines(request), *_context(request)]
    if request.profile is Profile.LIGHT:
        parts += [*_acceptance(request, _criteria(request))]
    else:
        parts += [*_said(request), *_acceptance(request, ()), *_phase(request), *_undone(request)]
    return "\n".join(parts) + "\n"


def code_span(text: str) -> str:
    """`text`, which holds no line break, in a code span that gives it back unchanged."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def front_lines(request: DraftRequest) -> list[str]:
    """Front matter, title, and where the state will be shown."""
    title = _CLOSING.sub("", flat(request.title, 200)) or str(request.task_id)
    return [
        "---",
        "spec_version: '2.0'",
        f"task_id: {request.task_id}",
        f"created: '{request.created}'",
        f"updated: '{request.created}'",
        "status: draft",
        "harden_status: not_run",
        f"size: {request.size}",
        f"risk_level: {request.risk}",
        "---",
        "",
        f"# {title}",
        "",
        "## Current State",
        "",
        "Status: draft",
        "",
    ]


def summary_lines(request: DraftRequest) -> list[str]:
    """The summary, or the gap that waits for it."""
    paragraphs = [as_data(each, _LONGEST) for each in re.split(r"\r?\n[ \t]*\r?\n", request.summary)]
    said = [each for each in paragraphs if each]
    if not said and request.profile is Profile.LIGHT:
        return []
    said = said or [f"{PLACEHOLDER} what changes, and for whom"]
    return ["## Summary", "", *(line for each in said for line in (each, ""))]


def command_lines(command: str) -> list[str]:
    """The command of a criterion, or the gap that waits for one; several lines stand in a fence."""
    if not command:
        return [f"  - Command: {PLACEHOLDER} a command that fails today and passes when this is done"]
    if len(command.splitlines()) == 1:
        return [f"  - Command: {code_span(command)}"]
    fence = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(command)), default=0))
    lines = re.split(r"\r\n|\r|\n", command)
    return ["  - Command:", f"    {fence}sh", *(f"    {line}" for line in lines), f"    {fence}"]


# Private.

_TICKS = re.compile(r"`+")
_CLOSING = re.compile(r"(?:\A|[ ]+)#+\Z")
_LONGEST = 4000


def _context(request: DraftRequest) -> list[str]:
    if not request.files or request.profile is not Profile.LIGHT:
        return []
    return [
        "## Context",
        "",
        "Files impacted:",
        *(f"- {code_span(flat(name, _LONGEST))}" for name in request.files),
        "",
    ]


def _said(request: DraftRequest) -> list[str]:
    lines = ["## Objectives", "", f"- {PLACEHOLDER} what is true when this is done", ""]
    lines += ["## Scope", "", f"- In: {PLACEHOLDER} what may change", f"- Out: {PLACEHOLDER} what must not", ""]
    if request.profile is Profile.STRICT:
        lines += [
            "## Risks",
            "",
            f"- {PLACEHOLDER} what can go wrong",
            f"  - Mitigation: {PLACEHOLDER} what keeps it from it",
            "",
        ]
    return lines


def _acceptance(request: DraftRequest, criteria: tuple[DraftCriterion, ...]) -> list[str]:
    lines = ["## Acceptance", "", f"Profile: {request.profile}", ""]
    if criteria:
        lines += ["Validation:", *(line for each in criteria for line in _criterion(each)), ""]
    return lines


def _phase(request: DraftRequest) -> list[str]:
    names = [f"- {code_span(flat(name, _LONGEST))}" for name in request.files]
    return [
        f"## Phase 1: {_CLOSING.sub('', flat(request.title, 200)) or request.task_id}",
        "",
        "Status: pending",
        "Dependencies: none",
        "",
        f"Goal: {PLACEHOLDER} what this step brings",
        "",
        "Changes:",
        *(names or [f"- {PLACEHOLDER} the files that change, each in backticks"]),
        "",
        "Acceptance:",
        *(line for each in _criteria(request) for line in _criterion(each)),
        "",
    ]


def _undone(request: DraftRequest) -> list[str]:
    if request.profile is not Profile.STRICT:
        return []
    return ["## Rollback", "", f"- {PLACEHOLDER} how to undo it", ""]


def _criteria(request: DraftRequest) -> tuple[DraftCriterion, ...]:
    if not request.command and request.suggestions:
        return request.suggestions
    taken = {each.id for each in request.suggestions}
    name = next(f"ac{number}" for number in range(1, len(taken) + 2) if f"ac{number}" not in taken)
    title = request.title if request.command else ""
    return (DraftCriterion(id=CriterionId(name), title=title, command=request.command), *request.suggestions)


def _criterion(each: DraftCriterion) -> list[str]:
    title = flat(each.title, 200) or f"{PLACEHOLDER} what this shows"
    lines = [f"- [ ] `{each.id}` command - {title}", *command_lines(each.command.strip())]
    return [*lines, "  - Expected kind: `exit_code_zero`"]

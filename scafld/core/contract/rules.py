"""What a contract must say: the rules for every contract, and what its profile demands before it can be approved."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.core.contract.hollow import cannot_fail, is_placeholder, is_unwritten, runs_scafld
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Criterion, Expected, Profile, Spec, Start


def rule_problems(spec: Spec) -> tuple[Problem, ...]:
    """Everything in a contract that can prove nothing, each with its line."""
    found: list[Problem] = []
    if is_placeholder(spec.title):
        found.append(_problem("no_title", "the title says nothing", 0, "say in one line what will be true"))
    if not spec.criteria():
        found.append(
            _problem(
                "no_criteria", "no criterion: nothing would be proven", 0, "add one under `## Acceptance`: a command"
            )
        )
    for _, criterion in spec.criteria():
        found += _criterion_problems(criterion)
    return tuple(found)


def profile_demands(spec: Spec) -> tuple[Problem, ...]:
    """What this contract still has to say under its profile: standard wants objectives, scope and declared changes,
    strict also risks and rollback. Placeholder prose counts as nothing said, and stands in the way wherever it is."""
    rank = tuple(Profile).index(spec.profile)
    found = []
    for least, code, said, words in _DEMANDS:
        texts = said(spec)
        if rank >= tuple(Profile).index(least) and not any(not is_placeholder(text) for text in texts):
            message = f"profile {spec.profile} asks for {words}, and there is none"
            found.append(_problem(code, message, 0, _WAY_OUT[code]))
    return (*found, *_unwritten(spec))


def demanded_of(profile: Profile) -> tuple[str, ...]:
    """What a contract of this profile has to say before it can be approved, in words."""
    rank = tuple(Profile).index(profile)
    more = (words for least, _, _, words in _DEMANDS if rank >= tuple(Profile).index(least))
    return ("a title", "one criterion that can fail", *more)


# Private.

_WAY_OUT = {
    "no_objectives": "list under `## Objectives` what will be true",
    "no_scope": "list under `## Scope` what is in, and what is out",
    "no_changes": "name the files to change under `Changes:` of a phase or under `## Touchpoints`",
    "no_risks": "list under `## Risks` what can go wrong, and what is done about it",
    "no_rollback": "say under `## Rollback` how to take the change back",
}


def _unwritten(spec: Spec) -> list[Problem]:
    """Prose that says of itself that it is still to be written."""
    return [
        _problem("unwritten", f"{place} is still to be written: {_start(text)}", line, "say it, or take it out")
        for place, line, text in _prose(spec)
        if is_unwritten(text)
    ]


def _prose(spec: Spec) -> Iterator[tuple[str, int, str]]:
    """Every text of a contract that a person has to write: where it stands, its line, the text."""
    yield "the title", 0, spec.title
    yield "the summary", 0, spec.summary
    lists = (
        ("an objective", spec.objectives),
        ("the scope", (*spec.scope_in, *spec.scope_out)),
        ("a touchpoint", spec.touchpoints),
        ("a risk", tuple(text for risk in spec.risks for text in (risk.description, risk.mitigation))),
        ("the rollback", spec.rollback),
    )
    yield from ((place, 0, text) for place, texts in lists for text in texts)
    for phase in spec.phases:
        yield from ((f"{phase.id}", phase.line, text) for text in (phase.name, phase.goal, *phase.changes))
    yield from ((f"criterion {criterion.id}", criterion.line, criterion.title) for _, criterion in spec.criteria())


def _start(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}..."


def _changes(spec: Spec) -> tuple[str, ...]:
    return (*spec.touchpoints, *spec.context.files, *(change for phase in spec.phases for change in phase.changes))


_DEMANDS = (
    (Profile.STANDARD, "no_objectives", lambda spec: spec.objectives, "objectives"),
    (Profile.STANDARD, "no_scope", lambda spec: (*spec.scope_in, *spec.scope_out), "a scope"),
    (Profile.STANDARD, "no_changes", _changes, "declared changes"),
    (Profile.STRICT, "no_risks", lambda spec: tuple(risk.description for risk in spec.risks), "risks"),
    (Profile.STRICT, "no_rollback", lambda spec: spec.rollback, "a rollback"),
)


def _problem(code: str, message: str, line: int, suggestion: str) -> Problem:
    return Problem(code=code, message=message, line=line, suggestion=suggestion)


def _criterion_problems(criterion: Criterion) -> list[Problem]:
    if criterion.expected is Expected.MANUAL:
        return _manual_problems(criterion)
    found: list[Problem] = []
    name, line = f"criterion {criterion.id}", criterion.line
    if not criterion.command.strip():
        way_out = "add `- Command: ...` under it, or `- Expected kind: manual`"
        return [_problem("no_command", f"{name} has no command", line, way_out)]
    if criterion.expected is not Expected.BROWSER_EVIDENCE or is_placeholder(criterion.command):
        read = criterion.expected is Expected.NO_MATCHES or bool(criterion.contains)
        hollow = cannot_fail(criterion.command)
        if hollow and not (read and hollow.startswith("ends in a pipe")):
            way_out = "give a command that fails while the work is not done"
            found.append(_problem("cannot_fail", f"{name}: its command {hollow}", line, way_out))
    if verb := runs_scafld(criterion.command):
        message = f"{name} runs `scafld {verb}`: a criterion cannot move its own task"
        found.append(_problem("runs_scafld", message, line, "give a command of the project"))
    if criterion.start is Start.GREEN and is_placeholder(criterion.start_reason):
        message = f"{name} is green from the start and does not say why"
        found.append(_problem("green_without_reason", message, line, "write `- Baseline: green - <the reason>`"))
    if criterion.cwd.startswith(("/", "~")) or ".." in criterion.cwd.split("/"):
        message = f"{name}: Cwd {criterion.cwd!r} leaves the workspace"
        found.append(_problem("bad_cwd", message, line, "give a folder below the workspace root"))
    if criterion.label.lower() == "browser" and criterion.expected is not Expected.BROWSER_EVIDENCE:
        message = f"{name} is of type browser and expects {criterion.expected}"
        found.append(_problem("kind_mismatch", message, line, "write `- Expected kind: browser_evidence`"))
    return found


def _manual_problems(criterion: Criterion) -> list[Problem]:
    found: list[Problem] = []
    if criterion.command.strip():
        message = f"criterion {criterion.id} is manual and has a command, which would never be run"
        found.append(_problem("manual_command", message, criterion.line, "drop the command, or the kind"))
    if is_placeholder(criterion.title):
        message = f"criterion {criterion.id} does not say what a person has to see"
        found.append(_problem("empty_manual", message, criterion.line, "say it in its title"))
    return found

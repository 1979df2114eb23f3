"""What a project could settle, from what stands in its repository: YAML to paste, each line with its evidence.

Nothing is written. The text, pasted at the end of the project's `config.yaml` as it stands, can be read; sections that
stand there already are proposed as comments, for a key may stand in a file only once.
"""

from __future__ import annotations

import json

from scafld.adapters.config.overlay import CONFIG, content_of
from scafld.adapters.config.yaml import read_tree
from scafld.core.contract.commands import Detected, FoundCommand, Landmark, Purpose
from scafld.core.value import value


@value
class Proposal:
    """`text`: YAML, ends in a newline. `present`: sections the project has already, proposed as comments.
    `questions`: what the repository does not answer."""

    text: str
    present: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def propose(root: str, detected: Detected) -> Proposal:
    """A proposal for the workspace at `root`. Unavailable when its configuration cannot be read at all."""
    before = read_tree(content_of(root, CONFIG) or b"").data
    taken = tuple(before) if isinstance(before, dict) else ()
    sections = {
        "invariants": _invariants(detected),
        "execution": _execution(detected),
        "checks": _checks(detected),
    }
    blocks = [_block(name, lines, name in taken) for name, lines in sections.items() if lines]
    questions = () if detected.test_command else ("Which command runs the tests? No file of this repository says it.",)
    return Proposal(
        text="\n".join([_HEAD, *blocks]) if blocks else f"{_HEAD}# Nothing was found to propose.\n",
        present=tuple(name for name, lines in sections.items() if lines and name in taken),
        questions=questions,
        warnings=detected.warnings,
    )


# Private.

_HEAD = "# Proposed by scafld from the files named on the right. Keep what is true, drop the rest.\n"
_RULES = {
    Landmark.CONTINUOUS_INTEGRATION: ("ci_stays_green", "What continuous integration runs keeps passing."),
    Landmark.PUBLIC_API: ("public_api_stable", "The published interface changes only where the task says so."),
    Landmark.MIGRATIONS: ("migrations_only_forward", "Migrations that have run are never edited; data survives."),
    Landmark.LOCKFILE: ("locked_dependencies", "Dependencies change together with their lock file, and on purpose."),
    Landmark.GUIDANCE: ("project_guidance", "The project's written guidance is followed."),
    Landmark.CONTAINER: ("container_builds", "The container keeps building and starting."),
}
_BEFORE_COMPLETE = (Purpose.TEST, Purpose.CHECK, Purpose.LINT, Purpose.TYPES)
_LISTS = ("make", "just", "task")
_EACH_PHASE = (Purpose.LINT, Purpose.TYPES)


def _block(name: str, lines: list[str], present: bool) -> str:
    if not present:
        return "\n".join([f"{name}:", *lines]) + "\n"
    told = [f"# `{name}` stands in config.yaml already; to be added there:", *(f"# {line}" for line in lines)]
    return "\n".join(told) + "\n"


def _invariants(detected: Detected) -> list[str]:
    lines = []
    for seen in detected.sightings:
        name, rule = _RULES[seen.landmark]
        lines.append(f"    {name}: {_quoted(rule)}  {_evidence(seen.source)}")
    return ["  canonical:", *lines] if lines else []


def _execution(detected: Detected) -> list[str]:
    paths = [setting for setting in detected.settings if setting.name == "PATH"]
    if not paths:
        return []
    return ["  path_prepend:", *(f"    - {_quoted(path.value)}  {_evidence(path.source)}" for path in paths)]


def _checks(detected: Detected) -> list[str]:
    lines: list[str] = []
    for moment, purposes in (("phase", _EACH_PHASE), ("complete", _BEFORE_COMPLETE)):
        chosen = [found for found in _leading(detected) if found.purpose in purposes]
        if chosen:
            lines += [f"  {moment}:", *(line for found in chosen for line in _check(found))]
    return lines


def _leading(detected: Detected) -> list[FoundCommand]:
    """Without what a folder's own command list offers for the same purpose: it calls the tools itself."""
    named = {(found.cwd, found.purpose) for found in detected.commands if found.toolchain in _LISTS}
    return [each for each in detected.commands if each.toolchain in _LISTS or (each.cwd, each.purpose) not in named]


def _check(found: FoundCommand) -> list[str]:
    lines = [f"    - id: {found.id}", f"      command: {_quoted(found.command)}  {_evidence(found.source)}"]
    return [*lines, f"      cwd: {_quoted(found.cwd)}"] if found.cwd else lines


def _quoted(text: str) -> str:
    """Text between double quotes, as YAML reads it: JSON, with what cannot be printed escaped."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in written)


def _evidence(source: str) -> str:
    return "# " + "".join(char if char.isprintable() else "?" for char in source)

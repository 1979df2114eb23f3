"""Whether what a hardening answer cites is there: a line of a file, an archived task, a gap in the spec."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from scafld.core.contract.spec import Spec

SECTIONS = frozenset(
    [
        "acceptance",
        "assumptions",
        "context",
        "currentstate",
        "dependencies",
        "deviations",
        "hardenrounds",
        "metadata",
        "objectives",
        "origin",
        "phases",
        "planninglog",
        "review",
        "risks",
        "rollback",
        "scope",
        "selfeval",
        "summary",
        "title",
        "touchpoints",
        "validation",
        "definitionofdone",
    ]
)


def cite(root: str, spec: Spec) -> Callable[[str], str]:
    """Why an anchor cites nothing, "" when it holds, for the workspace `root` and this draft."""
    return lambda anchor: _of_kind(root, spec, anchor.strip().strip("`"))


# Private.


def _of_kind(root: str, spec: Spec, anchor: str) -> str:
    kind, _, rest = anchor.partition(":")
    match kind:
        case "code":
            return _code(root, rest)
        case "archive":
            return _archive(root, rest.strip())
        case "spec_gap":
            return _gap(spec, rest)
        case _:
            return "is none of code:PATH:LINE, spec_gap:FIELD, archive:TASK"


def _code(root: str, rest: str) -> str:
    path, _, line = rest.rpartition(":")
    first, _, last = line.partition("-")
    if not path or not first.isdigit() or int(first) < 1 or (last and not last.isdigit()):
        return "names no line: code:PATH:LINE"
    whole = os.path.realpath(os.path.join(root, path))
    if os.path.commonpath((whole, os.path.realpath(root))) != os.path.realpath(root):
        return "lies outside the workspace"
    try:
        with open(whole, "rb") as file:
            lines = sum(1 for _ in file)
    except OSError:
        return "names no file that is there"
    wanted = int(last or first)
    return f"names line {wanted} of {lines}" if wanted > lines else ""


def _archive(root: str, task: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9._-]*", task):
        return "names no task"
    archive = os.path.join(root, ".scafld", "specs", "archive")
    months = sorted(os.listdir(archive)) if os.path.isdir(archive) else []
    there = any(os.path.isfile(os.path.join(archive, month, f"{task}.md")) for month in months)
    return "" if there else "names no archived task"


def _gap(spec: Spec, rest: str) -> str:
    wanted = _bare(rest)
    named = {_bare(phase.id) for phase in spec.phases} | {_bare(phase.name) for phase in spec.phases}
    for _, criterion in spec.criteria():
        named |= {_bare(criterion.id), _bare(criterion.title)}
    return "" if wanted and wanted in SECTIONS | named else "names no part of the spec"


def _bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())

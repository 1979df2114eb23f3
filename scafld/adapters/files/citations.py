"""Whether what an answer cites is there: a line of a file, a file, an archived task, a gap in the spec."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import BinaryIO

from scafld.adapters.files.disk import open_plain
from scafld.adapters.git.paths import to_bytes
from scafld.core.contract.spec import Spec
from scafld.core.names import RepoPath

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


def locate(root: str) -> Callable[[str, int | None], str]:
    """Why there is no such path in the workspace `root`, or no such line in it, "" when it is there: see `RepoPath`."""
    return lambda path, line: _missing(root, path, line)


# Private.

LARGEST = 64 << 20
"""The lines of a larger file are not counted."""


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
    lines = _lines(line)
    if not path or "\0" in path or lines is None:
        return "names no line: code:PATH:LINE"
    return _absent(root, path, lines[1])


def _missing(root: str, path: str, line: int | None) -> str:
    try:
        return _absent(root, os.fsdecode(to_bytes(RepoPath(path))), line)
    except ValueError:
        return "is no name that a file can have"


def _absent(root: str, path: str, line: int | None) -> str:
    try:
        whole, top = os.path.realpath(os.path.join(root, path)), os.path.realpath(root)
        if os.path.commonpath((whole, top)) != top:
            return "lies outside the workspace"
        if line is None:
            return "" if os.path.exists(whole) else "names no file that is there"
        with open_plain(whole) as file:
            there = line if os.fstat(file.fileno()).st_size > LARGEST else _lines_in(file)
    except (OSError, ValueError):
        return "names no file that is there"
    return f"names line {line} of {there}" if line > there else ""


def _lines_in(file: BinaryIO) -> int:
    there, last = 0, b"\n"
    while chunk := file.read(_CHUNK):
        there, last = there + chunk.count(b"\n"), chunk[-1:]
    return there + (last != b"\n")


_CHUNK = 1 << 18


def _lines(text: str) -> tuple[int, int] | None:
    """`7` or `7-9` as the first and the last line; None for anything else."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?", text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def _archive(root: str, task: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9._-]*", task):
        return "names no task"
    archive = os.path.join(root, ".scafld", "specs", "archive")
    try:
        months = os.listdir(archive)
    except OSError:
        months = []
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

"""What git calls things: an object's id, and a path that leads nowhere but into the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NewType

from scafld.core.names import Digest, RepoPath
from scafld.core.value import value

GitId = NewType("GitId", str)
"""The name of a commit or a tree: 40 or 64 lower-case hexadecimal digits, as the repository's hash has it."""

LINEAGE = 50
"""So many commits before the one where the work began stand in a receipt."""

LONGEST_PATH = 4096
"""In characters, or bytes of one that is quoted."""


@value
class Footing:
    """Where a workspace stands in git: its `folder` in the repository ("." for the root), the `tree` of that folder
    without `.scafld/`, None without git, and a `commit` in which it is exactly that tree. `lineage`: the commits before
    the one that was asked about, by first parents, the nearest first, at most LINEAGE. `converted`: of the files asked
    about, those of which git commits other bytes than lie there, with the SHA-256 of those bytes where line ends or
    `$Id$` are all that differs, else None."""

    folder: str = "."
    tree: GitId | None = None
    commit: GitId | None = None
    lineage: tuple[GitId, ...] = ()
    converted: Mapping[RepoPath, Digest | None] = MappingProxyType({})


def git_id(text: str) -> GitId:
    """A full object id. ValueError says why not."""
    if not re.fullmatch(r"(?:[0-9a-f]{40}|[0-9a-f]{64})", text):
        raise ValueError(f"not the full name of a git object (40 or 64 hexadecimal digits): {text[:80]!r}")
    return GitId(text)


def repo_path(text: str) -> RepoPath:
    """A path of a file in the workspace, quoted where it has to be. ValueError says why not."""
    name = _unquoted(text)
    parts = name.split("/")
    if not name or "" in parts or "." in parts or ".." in parts or "\0" in name:
        raise ValueError(f"not a path of a file in the workspace: {text[:80]!r}")
    if len(name) > LONGEST_PATH:
        raise ValueError(f"longer than any path of a file ({LONGEST_PATH} characters): {text[:80]!r}")
    if parts[0] == ".scafld" or any(part.lower() == ".git" for part in parts):
        raise ValueError(f"lies where scafld or git keeps its own: {text[:80]!r}")
    return RepoPath(text)


# Private.

_QUOTED = re.compile(r'"((?:[^"\\]|\\[abtnvfr"\\]|\\[0-3][0-7]{2})*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-3][0-7]{2})|(.))", re.DOTALL)


def _unquoted(text: str) -> str:
    """The name that a path spells, a character a byte; which control character it is makes no difference here."""
    if not text.startswith('"'):
        return text
    found = _QUOTED.fullmatch(text)
    if found is None:
        raise ValueError(f"not quoted as git quotes a path: {text[:80]!r}")
    return _ESCAPE.sub(_byte, found[1])


def _byte(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 8))
    return escape[2] if escape[2] in '"\\' else "\x01"

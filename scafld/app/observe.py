"""The act of seeing the working tree: what changed since the baseline, and the seal that names it."""

from __future__ import annotations

from typing import Protocol

from scafld.core.evidence.seals import Look
from scafld.core.names import RepoPath


class Worktree(Protocol):
    """The working tree, looked at and never written to: not its files, not its index, not its objects."""

    def look(self, since: str | None) -> Look:
        """Compare the tree with commit `since`, or with HEAD when it is None. Unavailable when the commit is gone."""
        ...

    def diff(self, since: str | None, paths: tuple[RepoPath, ...]) -> str:
        """A unified diff (git's format, renames found, new files whole, binaries named) of these paths since `since`.

        Text; bytes that are not UTF-8 are shown escaped. An empty tuple gives an empty text.
        """
        ...

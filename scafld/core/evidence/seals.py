"""What the change is: what differs from the baseline, what of it was declared, and a digest that names it exactly."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.names import Digest, RepoPath
from scafld.core.value import value


class FileKind(StrEnum):
    FILE = "file"
    EXECUTABLE = "executable"
    LINK = "link"
    SUBMODULE = "submodule"
    ABSENT = "absent"


@value
class Seen:
    """One path whose content now is not what it was in the base commit, as the working tree shows it.

    `digest`: SHA-256 of the content now (of a link: its target's text; of a submodule: its commit and dirty state),
    None when absent. `base`: an opaque name of the content in the base commit (git's object id, mode), "" when it was
    not there. `old`: SHA-256 of the content in the base commit when the adapter could tell, else None.
    """

    path: RepoPath
    kind: FileKind
    digest: Digest | None
    base: str = ""
    old: Digest | None = None


@value
class Look:
    """One look at the working tree. `base`: the commit it was compared with, None for none (unborn, or no git).

    `head`: the commit checked out now, None when unborn or without git. `vcs`: "git" or "none". `files`: sorted by
    path; every path, ignored ones and those under `.scafld/` apart, whose content differs from `base`; without a base,
    every path there is. `hidden`: paths that git was told not to look at (assume-unchanged, skip-worktree) and that
    are present.
    """

    vcs: str
    head: str | None
    base: str | None
    files: tuple[Seen, ...]
    hidden: tuple[RepoPath, ...] = ()


@value
class Dirty:
    """A path that was already changed when the task was approved, and its content then (None: it was deleted)."""

    path: RepoPath
    digest: Digest | None


@value
class Baseline:
    """The state of the tree at approval: everything since is the task's change, commits included."""

    vcs: str
    head: str | None
    dirty: tuple[Dirty, ...] = ()


class ChangeKind(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


@value
class Change:
    """One path that differs from the baseline. `was` is the old path of a rename."""

    path: RepoPath
    kind: ChangeKind
    digest: Digest | None
    was: RepoPath | None = None

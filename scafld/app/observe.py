"""The act of seeing the working tree: what changed since the baseline, and the seal that names it."""

from __future__ import annotations

from typing import Protocol

from scafld.core.contract.spec import Spec
from scafld.core.evidence.seals import Baseline, Look, Material, baseline_of, seal
from scafld.core.names import RepoPath
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.known import Task
from scafld.core.value import value


class Worktree(Protocol):
    """The working tree, looked at and never written to: not its files, not its index, not its objects."""

    def look(self, since: str | None) -> Look:
        """Compare the tree with commit `since`, or with HEAD when it is None. Unavailable when the commit is gone."""
        ...

    def diff(self, since: str | None, paths: tuple[RepoPath, ...], seen: Look | None = None) -> str:
        """A unified diff (git's format, renames found, new files whole, binaries named) of these paths since `since`.

        Text; bytes that are not UTF-8 are shown escaped. An empty tuple gives an empty text. `seen`: the look since
        then that was taken already, if one was.
        """
        ...


EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What a baseline without a commit is compared with: git knows the tree that holds nothing by this name."""


@value
class Observer:
    worktree: Worktree

    def baseline(self) -> Baseline:
        """The tree as it is now."""
        return baseline_of(self.worktree.look(None))

    def material(self, task: Task, spec: Spec) -> Material:
        """The change since the task's baseline, sealed. Refused when git hides files of it from every look."""
        baseline = task.baseline or self.baseline()
        return self.sealed(task, spec, self.worktree.look(since_of(baseline)))

    def look(self, task: Task) -> Look:
        """The tree compared with the task's baseline, with HEAD while there is none."""
        return self.worktree.look(since_of(task.baseline) if task.baseline else None)

    def sealed(self, task: Task, spec: Spec, look: Look) -> Material:
        """The same from a look that was taken already."""
        if look.hidden:
            raise Refused(_hidden(look.hidden, task))
        return seal(task.baseline or baseline_of(look), look, spec.declared_changes())

    def diff(self, task: Task, paths: tuple[RepoPath, ...], look: Look) -> str:
        """The change itself, as text. `look`: the tree as it was seen for this task."""
        return self.worktree.diff(since_of(task.baseline) if task.baseline else None, paths, look)


def since_of(baseline: Baseline) -> str | None:
    """What a look compares the tree with, so that everything since this baseline is seen."""
    if baseline.vcs == "none":
        return None
    return baseline.head or EMPTY_TREE


# Private.


def _hidden(paths: tuple[RepoPath, ...], task: Task) -> Refusal:
    from shlex import quote

    return Refusal(
        gate=Gate.WORKSPACE,
        status=str(task.status),
        reason=f"git is told not to look at {len(paths)} file(s), so nobody can say what changed in them",
        expected="no assume-unchanged or skip-worktree flag on a file that is there",
        blockers=paths[:4],
        next=f"git update-index --no-assume-unchanged --no-skip-worktree -- {quote(paths[0])}",
    )

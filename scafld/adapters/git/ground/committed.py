"""A commit, read as it is: the files below the workspace's folder in it, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property

from scafld.adapters.git.ground.footing import Attic
from scafld.adapters.git.repository import Git, empty_tree
from scafld.core.proof.git_names import GitId

MOST_COMMITS = 1000
"""So many commits of a range are asked for notes."""

_FILE = (b"100644", b"100755")
_OF_TASKS = (b".scafld/receipts/", b".scafld/specs/", b".scafld/runs/")


class Committed:
    """One commit of a repository, seen from the workspace's folder. `commit`: its full name."""

    def __init__(self, found: Attic, commit: GitId) -> None:
        self.commit = commit
        self._found = found

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none, or a folder or a link."""
        return self._read({path} & self._named.keys()).get(path)

    def below(self, folder: str) -> dict[str, bytes]:
        """Every file below a folder, by path, with its content."""
        return self._read(self._below(folder))

    def came_below(self, folder: str, base: Committed) -> dict[str, bytes]:
        """Those of them that `base` has not, or has with another content."""
        return self._read(path for path in self._below(folder) if base._named.get(path) != self._named[path])

    # Private.

    def _below(self, folder: str) -> Iterator[str]:
        return (path for path in self._named if path.startswith(folder + "/"))

    def _read(self, paths: Iterable[str]) -> dict[str, bytes]:
        names = {path: self._named[path] for path in paths}
        blobs = self._found.blobs(set(names.values()))
        return {path: blobs[oid] for path, oid in names.items()}

    @cached_property
    def _named(self) -> dict[str, bytes]:
        """The files below `.scafld/`, each with the name of its content."""
        prefix = os.fsdecode(self._found.place.prefix)
        told = self._found.tell("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", f"{prefix}.scafld")
        rows = (row.partition(b"\t") for row in told.split(b"\0") if row)
        return {
            os.fsdecode(path).removeprefix(prefix): words.split(b" ")[2]
            for words, _, path in rows
            if words.startswith(_FILE)
        }


def governing(found: Attic, commit: GitId, folder: str, config: str) -> str | None:
    """The nearest folder, at or above this one, in which a commit has this file of a workspace; None where none has it.
    Folders are those of the repository, `.` its top."""
    steps = [] if folder == "." else folder.split("/")
    folders = ["/".join(steps[:count]) for count in range(len(steps), -1, -1)]
    paths = {each or ".": f"{each}/{config}" if each else config for each in folders}
    rows = found.tell("ls-tree", "-z", "--full-tree", commit, "--", *paths.values()).split(b"\0")
    there = {os.fsdecode(row.partition(b"\t")[2]) for row in rows if row.startswith(_FILE)}
    return next((each for each, path in paths.items() if path in there), None)


def changed_between(found: Attic, old: GitId, new: GitId) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The paths that differ between where two commits parted and the newer one; every path of `new` where they have
    nothing in common. Those below the workspace's folder, relative to it and without what scafld itself keeps of tasks;
    and all others, from the top."""
    with found.git.ask("merge-base", "--all", old, new, besides=found.besides) as asked:
        answer = asked.answer()
    starts = answer.out.decode("ascii").split() if answer.code == 0 else [empty_tree(found.place.algorithm)]
    told = frozenset[bytes]().union(*(_differing(found, start, new) for start in starts))
    if len(starts) > 1:  # criss-cross: what one of them had not is no change where the older commit has it too
        told &= _differing(found, old, new)
    prefix = found.place.prefix
    paths = (path[len(prefix) :] for path in told if path.startswith(prefix))
    within = frozenset(path for path in paths if not path.startswith(_OF_TASKS))
    return within, frozenset(path for path in told if not path.startswith(prefix))


def changed_before(found: Attic, base: GitId, start: GitId) -> frozenset[bytes]:
    """The paths below the workspace's folder that had changed since `base` where `start` is, and are not as in it; none
    where `start` is no commit here."""
    if found.name(f"{start}^{{commit}}") is None:
        return frozenset()
    within, _ = changed_between(found, base, start)
    prefix = found.place.prefix
    return within & frozenset(path[len(prefix) :] for path in _differing(found, base, start) if path.startswith(prefix))


def _differing(found: Attic, old: str, new: str) -> frozenset[bytes]:
    """Submodules too, whatever configuration and `.gitmodules` say of them."""
    words = ("-r", "-z", "--no-renames", "--ignore-submodules=none", "--name-only", "--no-commit-id")
    return frozenset(path for path in found.tell("diff-tree", *words, old, new).split(b"\0") if path)


def commits_of(git: Git, words: str) -> tuple[str, ...]:
    """The commits of a range, or one commit, the newest first, at most MOST_COMMITS."""
    alone = () if ".." in words else ("--no-walk",)
    told = git.tell("rev-list", *alone, f"--max-count={MOST_COMMITS}", words, "--")
    return tuple(told.decode("ascii").split())

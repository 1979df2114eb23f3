"""A commit, read as it is: the files below the workspace's folder in it, without a checkout."""

from __future__ import annotations

import os
from functools import cached_property

from scafld.adapters.git.footing import Attic
from scafld.adapters.git.repository import Git, empty_tree
from scafld.core.proof.git_names import GitId

MOST_COMMITS = 1000
"""So many commits of a range are asked for notes."""

_OF_TASKS = (b".scafld/receipts/", b".scafld/specs/", b".scafld/runs/")


class Committed:
    """One commit of a repository, seen from the workspace's folder. `commit`: its full name."""

    def __init__(self, found: Attic, commit: GitId) -> None:
        self.commit = commit
        self._found = found

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none, or a folder or a link."""
        return self._contents(path).get(path)

    def below(self, folder: str) -> dict[str, bytes]:
        """Every file below a folder, by path, with its content."""
        return self._contents(folder + "/")

    # Private.

    def _contents(self, start: str) -> dict[str, bytes]:
        names = {path: oid for path, oid in self._named.items() if path == start or path.startswith(start)}
        blobs = self._found.blobs(set(names.values()))
        exact = not start.endswith("/")
        return {path: blobs[oid] for path, oid in names.items() if not exact or path == start}

    @cached_property
    def _named(self) -> dict[str, bytes]:
        """The files below `.scafld/`, each with the name of its content."""
        prefix = os.fsdecode(self._found.place.prefix)
        told = self._found.tell("ls-tree", "-r", "-z", "--full-tree", self.commit, "--", f"{prefix}.scafld")
        rows = (row.partition(b"\t") for row in told.split(b"\0") if row)
        return {
            os.fsdecode(path).removeprefix(prefix): words.split(b" ")[2]
            for words, _, path in rows
            if words.startswith((b"100644", b"100755"))
        }


def changed_between(found: Attic, old: GitId, new: GitId) -> frozenset[bytes]:
    """The paths below the workspace's folder that differ between where two commits parted and the newer one; relative
    to that folder, without what scafld itself keeps of tasks. Every path of `new` where they have nothing in common."""
    with found.git.ask("merge-base", "--all", old, new, besides=found.besides) as asked:
        answer = asked.answer()
    starts = answer.out.decode("ascii").split() if answer.code == 0 else [empty_tree(found.place.algorithm)]
    told = frozenset[bytes]().union(*(_differing(found, start, new) for start in starts))
    if len(starts) > 1:  # criss-cross: what one of them had not is no change where the older commit has it too
        told &= _differing(found, old, new)
    prefix = found.place.prefix
    paths = (path[len(prefix) :] for path in told if path.startswith(prefix))
    return frozenset(path for path in paths if not path.startswith(_OF_TASKS))


def _differing(found: Attic, old: str, new: str) -> frozenset[bytes]:
    """Submodules too, whatever configuration and `.gitmodules` say of them."""
    words = ("-r", "-z", "--no-renames", "--ignore-submodules=none", "--name-only", "--no-commit-id")
    return frozenset(path for path in found.tell("diff-tree", *words, old, new).split(b"\0") if path)


def commits_of(git: Git, words: str) -> tuple[str, ...]:
    """The commits of a range, or one commit, the newest first, at most MOST_COMMITS."""
    alone = () if ".." in words else ("--no-walk",)
    told = git.tell("rev-list", *alone, f"--max-count={MOST_COMMITS}", words, "--")
    return tuple(told.decode("ascii").split())


def once_below(found: Attic, commit: GitId, folder: str) -> tuple[bytes, ...]:
    """The content of every file that ever lay below a folder of the workspace, in the history of a commit."""
    prefix = os.fsdecode(found.place.prefix)
    words = ("--format=", "--raw", "--no-abbrev", "--no-renames", "-m", "-z", "--root", "--diff-filter=AM")
    rows = found.tell("log", *words, commit, "--", f"{prefix}{folder}").split(b"\0")
    names = {row.split(b" ")[3] for row in rows if row.startswith(b":") and row.split(b" ")[1].startswith(b"100")}
    return tuple(found.blobs(names).values())

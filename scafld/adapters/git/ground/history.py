"""What the history of a commit ever held, whether or not its tree still does: files of the workspace, and notes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from scafld.adapters.git.ground.footing import Attic
from scafld.adapters.git.ground.notes import LARGEST_NOTE, REF
from scafld.adapters.git.witness import content
from scafld.core.proof.git_names import GitId


def once_below(found: Attic, commits: Iterable[str], path: str) -> tuple[bytes, ...]:
    """The content of every file that ever lay at or below a path of the workspace, in the history of these commits;
    `^` before one leaves its history out. Git takes the path from where it stands, which is the workspace."""
    return tuple(found.blobs({blob for _, blob in _once(found, *commits, "--", path)}).values())


def once_noted(found: Attic) -> Mapping[str, frozenset[bytes]]:
    """The names of all texts that a commit's note ever had, by the commit. A text that is too large to be read as a
    note never was one."""
    pairs = tuple(_once(found, REF, "--")) if found.name(REF) else ()
    small = _small(found, {blob for _, blob in pairs})
    told: dict[str, frozenset[bytes]] = {}
    for path, blob in pairs:
        if blob in small:
            commit = os.fsdecode(path.replace(b"/", b""))
            told[commit] = told.get(commit, frozenset()) | {blob}
    return told


def history(found: Attic, commit: str, start: str | None = None) -> frozenset[str]:
    """A commit and all before it, without `start` and all before that; none for what names no commit."""
    if found.name(f"{commit}^{{commit}}") is None:
        return frozenset()
    without = () if start is None else (f"^{start}",)
    return frozenset(found.tell("rev-list", commit, *without, "--").decode("ascii").split())


def ends_of(found: Attic) -> frozenset[str]:
    """The commits where the history of a shallow clone ends; none in any other."""
    told = content(found.place.common_dir + b"/shallow", _LARGEST_LIST) or b""
    return frozenset(told.decode("ascii", "replace").split())


def present(found: Attic, commits: tuple[GitId, ...]) -> Iterator[GitId]:
    """Those of these commits that the repository holds, in their order."""
    if not commits:
        return
    told = found.tell("cat-file", "--batch-check", feed="".join(f"{each}\n" for each in commits).encode())
    for each, row in zip(commits, told.splitlines(), strict=True):
        if row.split(b" ")[1:2] == [b"commit"]:
            yield each


# Private.

_LARGEST_LIST = 1 << 26


def _once(found: Attic, *words: str) -> Iterator[tuple[bytes, bytes]]:
    """Every path that a history came to hold as a file, with the name of its content. No side of a merge is passed
    over."""
    how = ("--format=", "--raw", "--no-abbrev", "--no-renames", "-m", "-z", "--root", "--diff-filter=AMT")
    told = found.tell("log", *how, "--full-history", *words).split(b"\0")
    for row, path in zip(told[::2], told[1::2], strict=False):
        if row.startswith(b":") and row.split(b" ")[1].startswith(b"100"):
            yield path, row.split(b" ")[3]


def _small(found: Attic, blobs: set[bytes]) -> frozenset[bytes]:
    feed = b"".join(each + b"\n" for each in sorted(blobs))
    rows = (row.split(b" ") for row in found.tell("cat-file", "--batch-check", feed=feed).splitlines()) if blobs else ()
    return frozenset(row[0] for row in rows if row[1:2] == [b"blob"] and int(row[2]) <= LARGEST_NOTE)

"""What changed, as a patch: git's own diff over an index of the chosen paths that lives outside the repository.

That index names exactly what stands in the tree, so new files are shown whole, renames are found among old and new, and
neither a conflict, nor an entry dropped from the real index, nor one that git was told to trust, hides anything.
"""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

from scafld.adapters.git.content import MODES
from scafld.adapters.git.index_file import index_of
from scafld.adapters.git.paths import as_git_shows, chosen, to_bytes
from scafld.adapters.git.plain_tree import LARGEST_SHOWN, PlainTree
from scafld.adapters.git.repository import empty_tree
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scafld.adapters.git.dulwich_tree import DulwichTree
    from scafld.adapters.git.git_tree import GitTree


def patch(tree: GitTree, look: Look, wanted: tuple[RepoPath, ...]) -> str:
    """The diff of those files of `look` that are wanted, sorted by path; what changed inside submodules comes after."""
    from tempfile import TemporaryDirectory

    files = [seen for seen in look.files if chosen(seen.path, wanted)]
    if not files:
        return ""
    base = look.base or empty_tree(tree.place.algorithm)
    try:
        with TemporaryDirectory(prefix="scafld-") as folder:
            index = os.path.join(folder, "index")
            with open(index, "wb") as file:
                file.write(index_of(_standing(tree, files), tree.place.algorithm))
            shown = [_Told(tree, files, told).text() for told in _told(tree, base, files, index)]
    except OSError as problem:
        raise Unavailable(f"no temporary file for the diff can be written ({problem.strerror})") from problem
    return "".join([*shown, *inside(tree, files)])


def inside(tree: GitTree | DulwichTree, files: Sequence[Seen]) -> Iterator[str]:
    """What changed in repositories that stand inside this one."""
    for seen in files:
        if seen.kind is FileKind.SUBMODULE:
            yield _nested(tree, to_bytes(seen.path), submodule_base(seen))


def submodule_base(seen: Seen) -> str | None:
    """The commit a submodule was on in the base; None when no submodule was there."""
    mode, _, oid = seen.base.partition(":")
    return oid if mode == MODES[FileKind.SUBMODULE] else None


# Private.

_ROOM = 100_000
"""Bytes of paths in one command line; a longer list takes several, and a rename across two is not found."""


def _standing(tree: GitTree, files: Sequence[Seen]) -> Iterator[tuple[bytes, str, str]]:
    """An entry for each file that is there. The object id says nothing: git compares with the tree."""
    none = "0" * (64 if tree.place.algorithm == "sha256" else 40)
    for seen in files:
        path = to_bytes(seen.path)
        if seen.kind is FileKind.SUBMODULE:
            inner = tree.inner(path)
            head = inner.look(None).head if inner else submodule_base(seen)
            if head:
                yield tree.place.prefix + path, MODES[seen.kind], head
        elif seen.kind is not FileKind.ABSENT:
            yield tree.place.prefix + path, MODES[seen.kind], none


def _told(tree: GitTree, base: str, files: Sequence[Seen], index: str) -> Iterator[bytes]:
    before, after = b"a/" + tree.shown, b"b/" + tree.shown
    words: list[str | bytes] = [*_DIFF, b"--src-prefix=" + before, b"--dst-prefix=" + after, base, "--"]
    room = 0

    def part(path: bytes) -> int:
        nonlocal room
        room += len(path) + 1
        return room // _ROOM

    for _, paths in groupby((to_bytes(seen.path) for seen in files), key=part):
        yield tree.git.tell(*words, *paths, besides={"GIT_INDEX_FILE": index})


_DIFF = (
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--full-index",
    "--find-renames",
    "-l1000",
    "--diff-algorithm=histogram",
    "--unified=3",
    "--inter-hunk-context=0",
    "--indent-heuristic",
    "--ignore-submodules=dirty",
    "--submodule=short",
    "--relative",
    "-O/dev/null",
)


class _Told:
    """One answer of `git diff`, in which each binary file is named with its sizes."""

    def __init__(self, tree: GitTree, files: Sequence[Seen], output: bytes) -> None:
        self._tree = tree
        self._files = files
        self._lines = output.split(b"\n")

    def text(self) -> str:
        binaries: dict[int, bytes] = {}
        old = b""
        for at, line in enumerate(self._lines):
            if line.startswith(b"index "):
                old = line[len(b"index ") :].partition(b"..")[0]
            elif line.startswith(b"Binary files "):
                binaries[at] = old
        if binaries:
            self._name_sizes(binaries)
        return b"\n".join(self._lines).decode("utf-8", "backslashreplace")

    def _name_sizes(self, binaries: dict[int, bytes]) -> None:
        """Say how big each of these is: line numbers to the old object's name."""
        before = self._old_sizes(sorted(set(binaries.values())))
        names = {as_git_shows(b"b/" + self._tree.shown + to_bytes(seen.path)): seen for seen in self._files}
        for at, oid in binaries.items():
            seen = _named_last(self._lines[at], names)
            after, note = _now(self._tree, seen) if seen else ("gone", "")
            sizes = f"{before[oid]} -> {after}" if oid in before else after
            self._lines[at] += f" ({sizes}{note})".encode("ascii")

    def _old_sizes(self, oids: list[bytes]) -> dict[bytes, str]:
        known = [oid for oid in oids if oid.strip(b"0")]
        if not known:
            return {}
        told = self._tree.git.tell("cat-file", "--batch-check", feed=b"".join(oid + b"\n" for oid in known))
        words = (line.split(b" ") for line in told.splitlines())
        return {each[0]: f"{int(each[2])} bytes" for each in words if len(each) == 3}


def _named_last(line: bytes, names: dict[bytes, Seen]) -> Seen | None:
    """The file that `Binary files X and Y differ` calls Y; None when Y is gone."""
    told = line.removesuffix(b" differ")
    at = told.find(b" and ")
    while at >= 0:
        if told[at + 5 :] in names:
            return names[told[at + 5 :]]
        at = told.find(b" and ", at + 1)
    return None


def _now(tree: GitTree, seen: Seen) -> tuple[str, str]:
    """The size of a file now, and a warning when only git's attributes make it binary."""
    try:
        end = os.open(tree.place.root + b"/" + to_bytes(seen.path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return "gone", ""
    with os.fdopen(end, "rb", buffering=0) as file:
        size = os.fstat(end).st_size
        text = size <= LARGEST_SHOWN and b"\0" not in file.read(8000)
    return f"{size} bytes", "; text now, though an attribute or what it was makes it binary" if text else ""


def _nested(tree: GitTree | DulwichTree, path: bytes, base: str | None) -> str:
    inner = tree.inner(path)
    if inner is None:
        folder = os.fsdecode(tree.place.root + b"/" + path)
        return PlainTree(folder, own=b"", shown=tree.shown + path + b"/").diff(None, _ALL)
    try:
        return inner.diff(base, _ALL)
    except Unavailable:
        return inner.diff(None, _ALL)


_ALL = (RepoPath("."),)

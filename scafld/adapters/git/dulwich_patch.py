"""What changed, as a patch, when there is no git binary: dulwich finds renames and hunks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.content import MODES
from scafld.adapters.git.patch import inside, submodule_base
from scafld.adapters.git.paths import as_git_shows, chosen, to_bytes
from scafld.adapters.git.plain_tree import LARGEST_SHOWN
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dulwich.diff_tree import TreeChange
    from dulwich.object_store import MemoryObjectStore
    from dulwich.objects import ObjectID, TreeEntry

    from scafld.adapters.git.dulwich_tree import DulwichTree


def patch_without_git(tree: DulwichTree, look: Look, wanted: tuple[RepoPath, ...]) -> str:
    """The diff of those files of `look` that are wanted, sorted by path; what changed inside submodules comes after."""
    files = [seen for seen in look.files if chosen(seen.path, wanted)]
    shown = [_Section(tree.shown, sides, change).text() for sides, change in _changes(tree, files)]
    return b"".join(shown).decode("utf-8", "backslashreplace") + "".join(inside(tree, files))


# Private.

_TOO_BIG = b"\0"
_SUBMODULE = int(MODES[FileKind.SUBMODULE], 8)


class _Sides:
    """The contents before and after, in memory and nowhere else. `sizes` tells how big those are that were not kept."""

    def __init__(self) -> None:
        from dulwich.object_store import MemoryObjectStore

        self.store: MemoryObjectStore = MemoryObjectStore()
        self.sizes: dict[ObjectID, int] = {}

    def keep(self, content: bytes, size: int) -> ObjectID:
        """The name of a content of `size` bytes that is now kept; of a big one only that it is there."""
        from dulwich.objects import Blob

        blob = Blob.from_string(content if size <= LARGEST_SHOWN else b"%s%d" % (_TOO_BIG, size))
        self.store.add_object(blob)
        self.sizes[blob.id] = size
        return blob.id

    def content(self, side: _Side) -> bytes:
        """The bytes of one side of a change; of a submodule, a line that names its commit."""
        if side.sha is None:
            return b""
        if side.mode == _SUBMODULE:
            return b"Subproject commit %s\n" % side.sha
        return self.store[side.sha].as_raw_string()


@value
class _Side:
    """A path before or after the change; `sha` is None where there is none."""

    path: bytes = b""
    mode: int = 0
    sha: ObjectID | None = None

    @staticmethod
    def of(entry: TreeEntry | None) -> _Side:
        if entry is None or entry.path is None or entry.mode is None:
            return _Side()
        return _Side(path=entry.path, mode=entry.mode, sha=entry.sha)


def _changes(tree: DulwichTree, files: Sequence[Seen]) -> Iterator[tuple[_Sides, TreeChange]]:
    from dulwich.diff_tree import RenameDetector
    from dulwich.index import commit_tree

    sides = _Sides()
    before = commit_tree(sides.store, list(_before(tree, sides, files)))
    after = commit_tree(sides.store, list(_after(tree, sides, files)))
    for change in RenameDetector(sides.store).changes_with_renames(before, after):
        yield sides, change


def _before(tree: DulwichTree, sides: _Sides, files: Sequence[Seen]) -> Iterator[tuple[bytes, ObjectID, int]]:
    from dulwich.objects import ObjectID

    with tree.repo() as repo:
        for seen in files:
            mode, _, oid = seen.base.partition(":")
            name = ObjectID(oid.encode("ascii"))
            if seen.base and int(mode, 8) == _SUBMODULE:
                yield to_bytes(seen.path), name, _SUBMODULE
            elif seen.base:
                try:
                    content = repo.object_store[name].as_raw_string()
                except KeyError as problem:
                    raise Unavailable(f"the content of {seen.path} in the base is not in this repository") from problem
                yield to_bytes(seen.path), sides.keep(content, len(content)), int(mode, 8)


def _after(tree: DulwichTree, sides: _Sides, files: Sequence[Seen]) -> Iterator[tuple[bytes, ObjectID, int]]:
    from dulwich.objects import ObjectID

    for seen in files:
        path = to_bytes(seen.path)
        if seen.kind is FileKind.SUBMODULE:
            inner = tree.inner(path)
            head = inner.look(None).head if inner else submodule_base(seen)
            if head:
                yield path, ObjectID(head.encode("ascii")), _SUBMODULE
        elif seen.kind is not FileKind.ABSENT:
            yield path, sides.keep(*_content(tree.place.root + b"/" + path, seen)), int(MODES[seen.kind], 8)


def _content(path: bytes, seen: Seen) -> tuple[bytes, int]:
    """The bytes of a file or link and their number; of a file too big to show, only the number."""
    try:
        if seen.kind is FileKind.LINK:
            target = os.readlink(path)
            return target, len(target)
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            content = file.read(LARGEST_SHOWN + 1)
            return content, max(len(content), os.fstat(file.fileno()).st_size)
    except OSError as problem:
        raise Unavailable(f"{seen.path} cannot be read ({problem.strerror})") from problem


class _Section:
    """One file of the patch."""

    def __init__(self, shown: bytes, sides: _Sides, change: TreeChange) -> None:
        self._sides = sides
        self._old, self._new = _Side.of(change.old), _Side.of(change.new)
        self._before = as_git_shows(b"a/" + shown + (self._old.path or self._new.path))
        self._after = as_git_shows(b"b/" + shown + (self._new.path or self._old.path))

    def text(self) -> bytes:
        return b"".join(self._head()) + b"".join(self._body())

    def _head(self) -> Iterator[bytes]:
        old, new = self._old, self._new
        yield b"diff --git %s %s\n" % (self._before, self._after)
        if old.sha is None:
            yield b"new file mode %06o\n" % new.mode
        elif new.sha is None:
            yield b"deleted file mode %06o\n" % old.mode
        elif old.mode != new.mode:
            yield b"old mode %06o\nnew mode %06o\n" % (old.mode, new.mode)
        if old.path and new.path and old.path != new.path:
            yield b"rename from %s\nrename to %s\n" % (as_git_shows(old.path), as_git_shows(new.path))

    def _body(self) -> Iterator[bytes]:
        from dulwich.patch import unified_diff

        before, after = self._sides.content(self._old), self._sides.content(self._new)
        if before == after:
            return
        yield b"index %s..%s\n" % (self._old.sha or b"0" * 40, self._new.sha or b"0" * 40)
        old = self._before if self._old.path else b"/dev/null"
        new = self._after if self._new.path else b"/dev/null"
        if b"\0" in before[:8000] or b"\0" in after[:8000]:
            yield b"Binary files %s and %s differ (%s)\n" % (old, new, self._sizes().encode("ascii"))
        else:
            raw = "latin-1"
            yield from unified_diff(_lines(before), _lines(after), old, new, tree_encoding=raw, output_encoding=raw)

    def _sizes(self) -> str:
        sides = (self._old, self._new)
        told = [f"{self._sides.sizes[side.sha]} bytes" for side in sides if side.sha in self._sides.sizes]
        return " -> ".join(told if self._new.path else [*told, "gone"])


def _lines(content: bytes) -> list[bytes]:
    """Lines with their ends; only a line feed ends one."""
    lines = [line + b"\n" for line in content.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]

"""The working tree when there is no git binary: slower, the same answers, and no renames beyond what dulwich finds."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from scafld.adapters.git.content import Ground
from scafld.adapters.git.difference import OURS, Comparison, Named
from scafld.adapters.git.git_tree import base_of, gone, look_inside, unseen
from scafld.adapters.git.index_file import GITLINK, Entry, UnknownIndexError, notable, oid_size
from scafld.adapters.git.paths import to_text
from scafld.adapters.git.repository import Place, empty_tree, repository_at
from scafld.core.evidence.seals import Look
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dulwich.ignore import IgnoreFilterManager
    from dulwich.index import Index
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

    from scafld.core.names import RepoPath


class DulwichTree:
    """Worktree over dulwich. `own`: the folder left out. `shown`: what stands before each path in a diff."""

    def __init__(
        self,
        place: Place,
        *,
        own: bytes = OURS,
        shown: bytes = b"",
        opener: Callable[[bytes, int], int] = os.open,
    ) -> None:
        if place.algorithm != "sha1":
            raise Unavailable(f"a {place.algorithm} repository needs the git binary, and none was found; install git")
        self.place = place
        self.shown = shown
        self._own = own
        self._opener = opener

    def look(self, since: str | None) -> Look:
        """See `Worktree.look`."""
        since = base_of(since, self.place)
        with self.repo() as repo:
            entries = self._entries()
            head = _head(repo)
            base = since or head
            named = dict(self.below(repo, base)) if base else {}
            index = repo.open_index() if os.path.exists(self.place.git_dir + b"/index") else None
            ground = Ground(self.place.root, opener=self._opener)
            paths, nested = self._standing(repo, index, entries)
            candidates: dict[bytes, Named | None] = dict.fromkeys(paths) | named
            for path in self._settled(index, named, entries, ground):
                candidates.pop(path, None)
        comparison = Comparison(ground, own=self._own, modes=self.place.modes)
        flagged = {entry.path for entry in entries if entry.assumed or entry.skipped}
        hidden = [to_text(path) for path in flagged if not comparison.left_out(path) and ground.status(path)]
        return Look(
            vcs="git",
            head=head,
            base=base,
            files=comparison.seen(
                candidates, {path: partial(look_inside, self, path, oid) for path, oid in nested.items()}
            ),
            hidden=tuple(sorted(hidden)),
        )

    def diff(self, since: str | None, paths: tuple[RepoPath, ...], seen: Look | None = None) -> str:
        """See `Worktree.diff`. `.` stands for every path, a directory for what lies in it."""
        from scafld.adapters.git.dulwich_patch import patch_without_git

        return patch_without_git(self, seen or self.look(since), paths) if paths else ""

    def repo(self) -> Repo:
        """The repository, to be closed; its `path` is the top of this working tree, whatever its configuration says."""
        from dulwich.errors import NotGitRepository
        from dulwich.repo import Repo

        top = os.fsdecode(self.place.top)
        try:
            repo = Repo(top)
        except (NotGitRepository, OSError, ValueError) as problem:
            raise Unavailable(f"the repository at {top} cannot be read without the git binary: {problem}") from problem
        repo.path = top
        return repo

    def inner(self, path: bytes) -> DulwichTree | None:
        """The repository that stands at `path` below root, None when none does."""
        place = repository_at(self.place.root + b"/" + path)
        if place is None:
            return None
        return DulwichTree(place, own=b"", shown=self.shown + path + b"/", opener=self._opener)

    def below(self, repo: Repo, base: str) -> Iterator[tuple[bytes, Named | None]]:
        """Everything below root in a commit, with its name there."""
        from dulwich.object_store import iter_tree_contents
        from dulwich.objects import Commit, ObjectID

        if base == empty_tree(self.place.algorithm):
            return
        try:
            commit = repo.object_store[ObjectID(base.encode("ascii"))]
        except KeyError:
            raise gone(base, self.place) from None
        if not isinstance(commit, Commit):
            raise Unavailable(f"the base {base[:12]} is no commit; approve the task again")
        if commit.tree.decode("ascii") == empty_tree(self.place.algorithm):
            return
        try:
            for entry in iter_tree_contents(repo.object_store, commit.tree):
                if entry.path and self._below(entry.path) and entry.mode is not None and entry.sha is not None:
                    yield self._below(entry.path), (f"{entry.mode:06o}", entry.sha.decode("ascii"))
        except KeyError as problem:
            raise Unavailable(f"the base {base[:12]} is not complete in this repository; fetch it") from problem

    # Private. Paths are relative to root from here on.

    def _below(self, path: bytes) -> bytes:
        return path[len(self.place.prefix) :] if path.startswith(self.place.prefix) else b""

    def _entries(self) -> tuple[Entry, ...]:
        try:
            with open(self.place.git_dir + b"/index", "rb") as file:
                found = tuple(notable(file.read(), oid_size(self.place.algorithm)))
        except FileNotFoundError:
            return ()
        except UnknownIndexError as problem:
            raise Unavailable(f"this repository's index needs the git binary ({problem}); install git") from problem
        return tuple(
            Entry(
                path=self._below(each.path),
                mode=each.mode,
                oid=each.oid,
                stage=each.stage,
                assumed=each.assumed,
                skipped=each.skipped,
            )
            for each in found
            if self._below(each.path)
        )

    def _standing(
        self, repo: Repo, index: Index | None, entries: tuple[Entry, ...]
    ) -> tuple[set[bytes], dict[bytes, str]]:
        """Every path in the index or untracked, and the repositories among them with their commit in the index."""
        from dulwich.ignore import IgnoreFilterManager

        paths = {self._below(path) for path in index or ()} - {b""}
        nested = {entry.path: entry.oid for entry in entries if entry.mode == GITLINK}
        ignored = IgnoreFilterManager.from_repo(repo)
        if not paths and self.place.prefix and ignored.is_ignored(os.fsdecode(self.place.prefix)):
            raise unseen()
        for path in self._untracked(ignored, paths - nested.keys(), set(nested)):
            bare = path.removesuffix(b"/")
            paths.add(bare)
            if path != bare:
                nested.setdefault(bare, "")
        return paths, nested

    def _untracked(self, ignored: IgnoreFilterManager, tracked: set[bytes], nested: set[bytes]) -> Iterator[bytes]:
        """Files and links that nothing ignores; repositories with a slash at the end."""
        top = self.place.prefix
        waiting = [b""]
        while waiting:
            folder = waiting.pop()
            for name, is_folder in _entries_of(self.place.root + b"/" + folder, folder):
                path = folder + name
                end = b"/" if is_folder else b""
                if name == b".git" or path == self._own or path in (nested if is_folder else tracked):
                    continue
                if ignored.is_ignored(os.fsdecode(top + path + end)):
                    continue
                if is_folder and repository_at(self.place.root + b"/" + path) is None:
                    waiting.append(path + b"/")
                else:
                    yield path + end

    def _settled(
        self, index: Index | None, named: dict[bytes, Named | None], entries: tuple[Entry, ...], ground: Ground
    ) -> Iterator[bytes]:
        """Paths that are as in the base for sure: their stat says so, or git keeps them out of a sparse tree."""
        if index is None:
            return
        flagged = {entry.path for entry in entries}
        for entry in entries:
            if entry.skipped and named.get(entry.path) == (entry.mode, entry.oid) and not ground.status(entry.path):
                yield entry.path
        written = os.stat(self.place.git_dir + b"/index").st_mtime_ns
        for path, item in index.items():
            below = self._below(path)
            base = named.get(below)
            if base and below not in flagged and base == _plain(item):
                there = ground.status(below)
                if there and _unmoved(item, there, written):
                    yield below


# Private.


def _head(repo: Repo) -> str | None:
    try:
        oid: ObjectID = repo.head()
    except KeyError:
        return None
    return oid.decode("ascii")


def _entries_of(full: bytes, folder: bytes) -> list[tuple[bytes, bool]]:
    try:
        with os.scandir(full) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise Unavailable(
            f"{to_text(folder) or '.'} cannot be read ({problem.strerror}); make it readable"
        ) from problem


def _plain(item: object) -> Named | None:
    from dulwich.index import IndexEntry

    return (f"{item.mode:06o}", item.sha.decode("ascii")) if isinstance(item, IndexEntry) else None


def _unmoved(item: object, there: os.stat_result, written: int) -> bool:
    """Whether the index's memory of a file fits it, and is older than the index."""
    from dulwich.index import IndexEntry

    assert isinstance(item, IndexEntry)
    moment = _nanoseconds(item.mtime)
    return (
        moment < written
        and moment == there.st_mtime_ns
        and _nanoseconds(item.ctime) == there.st_ctime_ns
        and item.size == there.st_size & 0xFFFFFFFF
        and item.ino == there.st_ino & 0xFFFFFFFF
        and bool(item.mode & 0o100) == bool(there.st_mode & 0o100)
        and item.mode >> 12 == there.st_mode >> 12
    )


def _nanoseconds(moment: object) -> int:
    match moment:
        case (int(seconds), int(rest)):
            return seconds * 1_000_000_000 + rest
        case int() | float():
            return int(moment * 1_000_000_000)
        case _:
            return -1

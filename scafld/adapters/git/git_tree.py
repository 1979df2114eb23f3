"""The working tree as the git binary sees it: one `git status`, and one `git diff-tree` when the base is not HEAD."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from scafld.adapters.git.content import Ground
from scafld.adapters.git.difference import OURS, Comparison, Inner, Named
from scafld.adapters.git.index_file import GITLINK, Entry, UnknownIndexError, listed, notable, oid_size
from scafld.adapters.git.paths import to_text
from scafld.adapters.git.repository import Git, Place, empty_tree, likely_head, repository_at
from scafld.app.observe import EMPTY_TREE
from scafld.core.evidence.seals import Look
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scafld.adapters.git.dulwich_tree import DulwichTree
    from scafld.adapters.git.spawn import Answer, Asked
    from scafld.core.names import RepoPath


class GitTree:
    """Worktree over the git binary.

    `own`: the folder left out. `shown`: what stands before each path in a diff, for a repository inside another.
    """

    def __init__(
        self,
        binary: str,
        place: Place,
        environment: Mapping[str, str],
        *,
        own: bytes = OURS,
        shown: bytes = b"",
        opener: Callable[[bytes, int], int] = os.open,
    ) -> None:
        self.place = place
        self.git = Git(binary, place, environment)
        self.shown = shown
        self._environment = environment
        self._own = own
        self._opener = opener

    def look(self, since: str | None) -> Look:
        """See `Worktree.look`."""
        since = base_of(since, self.place)
        ground = Ground(self.place.root, self.place.algorithm, opener=self._opener)
        with ExitStack() as running:
            asked = running.enter_context(self.git.ask(*_STATUS))
            guess = likely_head(self.place) if since else None
            early = running.enter_context(self._compare(since, guess)) if since and guess not in (None, since) else None
            entries = self._entries()
            head, status = _read_status(self.git.checked(asked.answer(), "status"))
            candidates = self._from_head(head, status, entries, ground)
            if since is not None and since != head:
                late = early if early and guess == head else running.enter_context(self._compare(since, head))
                candidates |= self._between(since, late.answer())
        here = {path[len(self.place.prefix) :]: base for path, base in candidates.items() if self._inside(path)}
        self._see_that_it_shows(here)
        comparison = Comparison(ground, own=self._own, modes=self.place.modes)
        return Look(
            vcs="git",
            head=head,
            base=since or head,
            files=comparison.seen(here, self._inner(status.nested, entries)),
            hidden=self._hidden(entries, ground, comparison),
        )

    def diff(self, since: str | None, paths: tuple[RepoPath, ...], seen: Look | None = None) -> str:
        """See `Worktree.diff`. `.` stands for every path, a directory for what lies in it."""
        from scafld.adapters.git.patch import patch

        return patch(self, seen or self.look(since), paths) if paths else ""

    def inner(self, path: bytes) -> GitTree | None:
        """The repository that stands at `path` below root, None when none does."""
        place = repository_at(self.place.root + b"/" + path)
        if place is None:
            return None
        shown = self.shown + path + b"/"
        return GitTree(self.git.binary, place, self._environment, own=b"", shown=shown, opener=self._opener)

    # Private.

    def _inside(self, path: bytes) -> bool:
        return path.startswith(self.place.prefix)

    def _entries(self) -> tuple[Entry, ...]:
        """What the index says of entries at or below root that `git status` keeps quiet about."""
        try:
            data = _whole(self.place.git_dir + b"/index")
            found = tuple(notable(data, oid_size(self.place.algorithm))) if data else ()
        except UnknownIndexError:
            found = tuple(listed(self.git.tell("ls-files", "-v", "-s", "-z", "--full-name")))
        return tuple(entry for entry in found if self._inside(entry.path))

    def _from_head(
        self, head: str | None, status: _Status, entries: tuple[Entry, ...], ground: Ground
    ) -> dict[bytes, Named | None]:
        """Every path that may differ from HEAD, with its name there."""
        found = status.paths
        if status.unmerged:
            found |= dict.fromkeys(status.unmerged)
            found |= self._in_commit(head, status.unmerged) if head else {}
        for entry in entries:
            if entry.stage == 0 and (not entry.skipped or ground.status(entry.path[len(self.place.prefix) :])):
                found.setdefault(entry.path, (entry.mode, entry.oid))
        return found

    def _compare(self, since: str, head: str | None) -> Asked:
        """Ask what differs between two commits, or what the first holds when there is no second."""
        if head is None:
            return self.git.ask("diff-tree", *_RAW, empty_tree(self.place.algorithm), since, "--", ".")
        return self.git.ask("diff-tree", *_RAW, head, since, "--", ".")

    def _between(self, since: str, answer: Answer) -> dict[bytes, Named | None]:
        """Every path that differs between two commits, with its name in `since`, from that answer."""
        if answer.code and any(word in answer.err for word in (b"bad object", b"not a tree", b"unable to read")):
            raise gone(since, self.place)
        return dict(_read_raw(self.git.checked(answer, "diff-tree")))

    def _see_that_it_shows(self, found: dict[bytes, Named | None]) -> None:
        """Unavailable for a workspace in a folder that git ignores as a whole: no change in it would ever be seen."""
        if found or not self.place.prefix or self.git.tell("ls-files", "-z", "--", "."):
            return
        with self.git.ask("check-ignore", "-q", ".", besides={"GIT_LITERAL_PATHSPECS": "0"}) as asked:
            if asked.answer().code == 0:
                raise unseen()

    def _in_commit(self, head: str, paths: list[bytes]) -> dict[bytes, Named | None]:
        found: dict[bytes, Named | None] = {}
        for at in range(0, len(paths), _MANY):
            some = paths[at : at + _MANY]
            found |= _read_tree(self.git.tell("ls-tree", "-z", "--full-tree", head, "--", *some))
        return found

    def _inner(self, nested: list[bytes], entries: tuple[Entry, ...]) -> dict[bytes, Callable[[], Inner]]:
        """Where a repository counts as one thing, and how to look at it."""
        oids = dict.fromkeys(nested, "") | {each.path: each.oid for each in entries if each.mode == GITLINK}
        start = len(self.place.prefix)
        return {
            path[start:]: partial(look_inside, self, path[start:], oid)
            for path, oid in oids.items()
            if self._inside(path)
        }

    def _hidden(self, entries: tuple[Entry, ...], ground: Ground, comparison: Comparison) -> tuple[RepoPath, ...]:
        flagged = {entry.path[len(self.place.prefix) :] for entry in entries if entry.assumed or entry.skipped}
        there = (path for path in flagged if not comparison.left_out(path) and ground.status(path))
        return tuple(sorted(to_text(path) for path in there))


def look_inside(tree: GitTree | DulwichTree, path: bytes, oid: str) -> Inner:
    """What stands in a folder that holds a repository, or should: `oid` is what the index says of it."""
    inner = tree.inner(path)
    if inner is not None:
        seen = inner.look(None)
        return seen.head, seen
    from scafld.adapters.git.plain_tree import PlainTree

    return oid, PlainTree(os.fsdecode(tree.place.root + b"/" + path), own=b"").look(None)


def base_of(since: str | None, place: Place) -> str | None:
    """The object that a look compares with, under the name that this repository gives it: a task that began before the
    first commit names the empty tree as every caller knows it, whatever the repository's hash."""
    if since is None:
        return None
    if since == EMPTY_TREE:
        return empty_tree(place.algorithm)
    check_commit(since, place)
    return since


def check_commit(since: str, place: Place) -> None:
    """Unavailable unless `since` is the full name of an object: nothing else is ever put to git."""
    if len(since) not in (40, 64) or not set(since) <= set("0123456789abcdef"):
        raise Unavailable(f"the base {since!r} is not the full name of a commit; approve the task again")
    if len(since) != 2 * oid_size(place.algorithm):
        raise gone(since, place)


def gone(since: str, place: Place) -> Unavailable:
    """What to say when the repository does not hold the base commit."""
    if os.path.exists(place.common_dir + b"/shallow"):
        return Unavailable(
            f"the base commit {since[:12]} is not here: this clone is shallow", next="git fetch --unshallow"
        )
    return Unavailable(
        f"the base commit {since[:12]} is not in this repository: history was rewritten, or it was never fetched; "
        "fetch it, or approve the task again",
        next="git fetch --all",
    )


def unseen() -> Unavailable:
    """What to say of a workspace in which git would overlook everything."""
    return Unavailable("git ignores the folder of this workspace, so no change in it can be seen", next="git init")


# Private.

_MANY = 200
_RAW = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none")
_STATUS = (
    "status",
    "--porcelain=v2",
    "-z",
    "--branch",
    "--untracked-files=all",
    "--no-renames",
    "--no-ahead-behind",
    "--ignore-submodules=dirty",
    "--",
    ".",
)
_NOWHERE = "000000"


class _Status:
    """What `git status` said. Paths begin at the top of the repository."""

    def __init__(self) -> None:
        self.paths: dict[bytes, Named | None] = {}
        self.unmerged: list[bytes] = []
        self.nested: list[bytes] = []


def _read_status(output: bytes) -> tuple[str | None, _Status]:
    head, status = None, _Status()
    for record in output.split(b"\0"):
        match record[:2]:
            case b"# " if record.startswith(b"# branch.oid "):
                commit = record.rpartition(b" ")[2].decode("ascii")
                head = None if commit == "(initial)" else commit
            case b"1 ":
                _, _, _, mode, _, now, oid, _, path = record.split(b" ", 8)
                status.paths[path] = _named(mode, oid)
                if now == b"160000":
                    status.nested.append(path)
            case b"u ":
                status.unmerged.append(record.split(b" ", 10)[10])
            case b"? " if record.endswith(b"/"):
                status.nested.append(record[2:-1])
                status.paths.setdefault(record[2:-1], None)
            case b"? ":
                status.paths.setdefault(record[2:], None)
    return head, status


def _read_raw(output: bytes) -> list[tuple[bytes, Named | None]]:
    """Paths and their names on the second side of a raw diff."""
    fields = output.split(b"\0")
    told = ((info.split(b" "), path) for info, path in zip(fields[::2], fields[1::2], strict=False))
    return [(path, _named(words[1], words[3])) for words, path in told]


def _read_tree(output: bytes) -> list[tuple[bytes, Named | None]]:
    told = (record.partition(b"\t") for record in output.split(b"\0") if record)
    return [(path, _named(info.split(b" ")[0], info.split(b" ")[2])) for info, _, path in told]


def _named(mode: bytes, oid: bytes) -> Named | None:
    text = mode.decode("ascii")
    return None if text == _NOWHERE else (text, oid.decode("ascii"))


def _whole(path: bytes) -> bytes:
    try:
        end = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return b""
    with os.fdopen(end, "rb", buffering=0) as file:
        return file.read()

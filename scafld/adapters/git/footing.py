"""What git calls the tree of a workspace, as a commit of it would hold it, without writing to the repository.

New objects go to a folder that is gone afterwards, the index is a copy. So what is told is what `git commit` would make
of the folder, ignored files, line ends and file modes included. An index that takes a file for unchanged is not
believed where it was told to, and where the file is doubted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from shutil import copy2

from scafld.adapters.files.throwaway import throwaway
from scafld.adapters.git.content import Ground
from scafld.adapters.git.conversions import conversions
from scafld.adapters.git.difference import OURS
from scafld.adapters.git.index_file import Entry, UnknownIndexError, listed, notable, oid_size
from scafld.adapters.git.naming import full_name
from scafld.adapters.git.paths import in_list, to_bytes, to_text
from scafld.adapters.git.repository import Git, Place, find
from scafld.core.digest import digest_of, hasher
from scafld.core.evidence.seals import FileKind
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.git_names import LINEAGE, Footing, GitId, git_id
from scafld.core.refusal import Unavailable
from scafld.core.value import value


@value
class Attic:
    """A repository seen through an index and a store of objects of our own: `besides` says so to git."""

    git: Git
    place: Place
    folder: str
    besides: Mapping[str, str]

    def tell(self, *words: str | bytes, feed: bytes = b"") -> bytes:
        return self.git.tell(*words, feed=feed, besides=self.besides)

    def standing(self, doubted: Iterable[bytes] = ()) -> GitId:
        """The tree of the whole repository, as a commit of all that lies below the workspace would make it. Files that
        are doubted (below the workspace) are read, whatever the index remembers of them."""
        self._forget(tuple(doubted))
        with self.git.ask(*_IN_ONE_PACK, "add", "--all", "--", ".", besides=self.besides) as asked:
            self.git.checked(asked.answer(), "add")
        return _id(self.tell("write-tree", "--missing-ok"))

    def own(self, treeish: str) -> GitId:
        """The tree of the workspace's folder in a tree or commit, without what is scafld's own."""
        prefix = os.fsdecode(self.place.prefix).rstrip("/")
        folder = self.name(f"{treeish}:{prefix}")
        rows = self.tell("ls-tree", "-z", "--full-tree", folder).split(b"\0") if folder else []
        kept = [row for row in rows if row and row.partition(b"\t")[2] != OURS]
        return _id(self.tell("mktree", "-z", "--missing", feed=b"".join(row + b"\0" for row in kept)))

    def blobs(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of these blobs, each by its name. Unavailable for one that is not here, or not what its name
        says: git itself does not look."""
        wanted = sorted(names)
        told = self.tell("cat-file", "--batch", feed=b"".join(name + b"\n" for name in wanted)) if wanted else b""
        found, at = {}, 0
        for name in wanted:
            head, _, _ = told[at : at + _HEAD].partition(b"\n")
            size = int(head.rpartition(b" ")[2]) if head.startswith(name + b" blob ") else -1
            content = told[at + len(head) + 1 : at + len(head) + 1 + size] if size >= 0 else b""
            if _name_of(content, self.place.algorithm) != name:
                reason = f"git's object {os.fsdecode(name)} is not here, or not what its name says"
                raise Unavailable(reason, next="git fsck")
            found[name] = content
            at += len(head) + size + 2
        return found

    def listed(self, treeish: str) -> dict[bytes, list[bytes]]:
        """Everything below a tree or commit but folders, by its path there: git's mode, kind and name of it."""
        rows = self.tell("ls-tree", "-r", "-z", "--full-tree", treeish).split(b"\0")
        return {path: words.split(b" ") for words, _, path in (row.partition(b"\t") for row in rows if row)}

    def converted(self, tree: str, paths: tuple[bytes, ...]) -> dict[RepoPath, Digest | None]:
        """Those of these files of the workspace of which a tree of its folder has other bytes; see `Footing`."""
        ground = Ground(self.place.root, self.place.algorithm)
        there = self.listed(tree) if paths else {}
        found: dict[RepoPath, Digest | None] = {}
        for path in paths:
            lies = ground.at(path, named=True)
            name = there[path][2] if path in there else b""
            if name and lies and lies.kind is not FileKind.LINK and lies.oid.encode() != name:
                made = conversions(ground.plain(path) or b"")
                same = (each for each in made if _name_of(each, self.place.algorithm) == name)
                found[to_text(path)] = next(map(digest_of, same), None)
        return found

    def name(self, words: str) -> GitId | None:
        """The full name of what git finds under these words, None when nothing."""
        return full_name(self.git, words, self.besides)

    # Private.

    def _forget(self, doubted: tuple[bytes, ...]) -> None:
        """Take from our index what it remembers of files that it was told to trust, or that are doubted."""
        told = [b"%b %b 0\t%b" % (each.mode.encode(), each.oid.encode(), each.path) for each in self._trusted()]
        there = [path for path in doubted if os.path.lexists(os.path.join(self.place.root, path))]
        for at in range(0, len(there), _MANY):
            some = there[at : at + _MANY]
            told += self.tell("ls-files", "-s", "-z", "--full-name", "--", *some).split(b"\0")[:-1]
        if told:
            self.tell("update-index", "-z", "--index-info", feed=b"".join(row + b"\0" for row in told))

    def _trusted(self) -> Iterator[Entry]:
        """Entries that git would not look at; what a sparse checkout left out is not there to be looked at."""
        for each in self._notable():
            absent = each.skipped and not os.path.lexists(os.path.join(self.place.top, each.path))
            if each.stage == 0 and (each.assumed or each.skipped) and not absent:
                yield each

    def _notable(self) -> tuple[Entry, ...]:
        try:
            with open(self.besides["GIT_INDEX_FILE"], "rb") as file:
                return tuple(notable(file.read(), oid_size(self.place.algorithm)))
        except FileNotFoundError:
            return ()
        except UnknownIndexError:
            return tuple(listed(self.tell("ls-files", "-v", "-s", "-z", "--full-name", b":/")))


def footing(root: str, git: str | None, environ: Mapping[str, str], paths: Iterable[RepoPath] = ()) -> Footing:
    """Where the workspace stands now, and what git commits of these files. Without a git binary dulwich tells; it
    converts nothing."""
    place = find(os.fsencode(root))
    if place is None:
        return Footing()
    if git is None:
        from scafld.adapters.git.dulwich_footing import footing_by_dulwich

        return footing_by_dulwich(place)
    with attic(place, git, environ) as found:
        return footing_in(found, map(to_bytes, paths))


def footing_in(found: Attic, doubted: Iterable[bytes] = ()) -> Footing:
    """Where the workspace stands now; see `Attic.standing`."""
    doubted = tuple(doubted)
    folder = os.fsdecode(found.place.prefix).rstrip("/") or "."
    tree, head = found.own(found.standing(doubted)), found.name("HEAD^{commit}")
    commit = head if head is not None and found.own(head) == tree else None
    return Footing(folder=folder, tree=tree, commit=commit, converted=found.converted(tree, doubted))


def lineage(root: str, git: str | None, environ: Mapping[str, str], head: str | None) -> tuple[GitId, ...]:
    """The commits before `head`, by first parents, the nearest first, at most as many as a receipt tells of."""
    place = find(os.fsencode(root))
    if place is None or head is None:
        return ()
    if git is None:
        from scafld.adapters.git.dulwich_footing import lineage_by_dulwich

        return lineage_by_dulwich(place, head)
    told = Git(git, place, environ).tell("rev-list", "--first-parent", f"--max-count={1 + LINEAGE}", head, "--")
    return tuple(_id(row) for row in told.splitlines()[1:])


@contextmanager
def attic(place: Place, git: str, environ: Mapping[str, str]) -> Iterator[Attic]:
    """A repository, to be asked without being written to."""
    with throwaway("scafld-attic-") as folder:
        yield _attic(git, place, folder, environ)


# Private.

_MANY = 200
"""So many paths, however long, go into one list of arguments."""
_HEAD = 128
_IN_ONE_PACK = ("-c", "core.bigFileThreshold=1", "-c", "core.compression=0")
"""A thousand objects in a thousand files of two hundred folders take longer to be taken away than to be made."""


def _attic(git: str, place: Place, folder: str, environ: Mapping[str, str]) -> Attic:
    objects, index = os.path.join(folder, "objects"), os.path.join(folder, "index")
    os.mkdir(objects)
    with suppress(FileNotFoundError):
        copy2(os.fsdecode(place.git_dir + b"/index"), index)  # with its time: by it git knows which entries to doubt
    store = os.fsdecode(place.common_dir + b"/objects")
    besides = {
        "GIT_INDEX_FILE": index,
        "GIT_OBJECT_DIRECTORY": objects,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": in_list(store),
        "GIT_GRAFT_FILE": os.devnull,
    }
    return Attic(git=Git(git, place, environ), place=place, folder=folder, besides=besides)


def _id(told: bytes) -> GitId:
    return git_id(told.decode("ascii").strip())


def _name_of(content: bytes, algorithm: str) -> bytes:
    """What git calls a blob of this content."""
    told = b"blob %d\0" % len(content) + content
    made = hasher(algorithm, len(told))
    made.update(told)
    return made.hexdigest().encode()

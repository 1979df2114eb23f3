"""What git calls the tree of a workspace, as a commit of it would hold it, without writing to the repository.

New objects go to a folder that is gone afterwards, the index is a copy. So what is told is what `git commit` would make
of the folder, ignored files, line ends and file modes included. An index that takes a file for unchanged is not
believed where it was told to, and where the file is doubted, nor in what it remembers of whole folders. Names of trees
are counted here, entry by entry: git would write each first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from shutil import SpecialFileError, copy2
from typing import TypeVar

from scafld.adapters.files.throwaway import throwaway
from scafld.adapters.git.content import Ground
from scafld.adapters.git.difference import OURS
from scafld.adapters.git.ground.conversions import conversions
from scafld.adapters.git.ground.naming import full_name
from scafld.adapters.git.index_file import Entry, UnknownIndexError, listed, notable, oid_size
from scafld.adapters.git.objects import Object, Row, blob, name_of, read_objects, rows, tree, tree_of
from scafld.adapters.git.paths import in_list, to_bytes, to_text
from scafld.adapters.git.repository import Git, Place, find
from scafld.adapters.git.staged import committable, listed_rows
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.git_names import LINEAGE, Footing, GitId, git_id
from scafld.core.refusal import Unavailable
from scafld.core.value import value

T = TypeVar("T")


@value
class Attic:
    """A repository seen through an index and a store of objects of our own: `besides` says so to git."""

    git: Git
    place: Place
    folder: str
    besides: Mapping[str, str]

    def tell(self, *words: str | bytes, feed: bytes = b"") -> bytes:
        return self.git.tell(*words, feed=feed, besides=self.besides)

    def take_in(self, doubted: Iterable[bytes] = ()) -> None:
        """Take all that lies below the workspace into our index, a copy of the repository's: with its time, by which
        git knows which entries to doubt. Files that are doubted (below the workspace) are read, whatever it remembers
        of them."""
        index = os.fsdecode(self.place.git_dir + b"/index")
        try:
            copy2(index, self.besides["GIT_INDEX_FILE"])
        except FileNotFoundError:
            pass
        except SpecialFileError as error:
            raise Unavailable(f"{index} is no plain file, so nothing can be said about the tree") from error
        self._forget(tuple(doubted))
        with self.git.ask(*_QUICKLY, *_EVERYWHERE, "add", "--all", "--", ".", besides=self.besides) as asked:
            self.git.checked(asked.answer(), "add")

    def standing(self) -> GitId:
        """The tree of the whole repository, as a commit of our index would make it."""
        entries = self.git.tell(*_LISTED, "--", ":/", besides={**self.besides, "GIT_LITERAL_PATHSPECS": "0"})
        anew = {**self.besides, "GIT_INDEX_FILE": os.path.join(self.folder, "anew")}
        self.git.tell("update-index", "-z", "--index-info", feed=entries, besides=anew)
        return _id(self.git.tell("write-tree", "--missing-ok", besides=anew))

    def own(self) -> GitId:
        """The tree of the workspace's folder, as a commit of our index would make it, without what is scafld's own."""
        return self._bare(self._counted(partial(tree_of, algorithm=self.place.algorithm)))

    def own_of(self, top: Object | None) -> GitId:
        """The same of a repository's tree; of one that has no such folder, the tree that holds nothing."""
        for part in self.place.prefix.split(b"/")[:-1]:
            inner = (oid.hex().encode() for _, oid, name in self._rows(top) if name == part)
            top = next(iter(self.objects(*inner)), None)
        return self._bare(top)

    def objects(self, *words: bytes) -> list[Object | None]:
        """What git finds under each of these words, which have no newline in them; see `read_objects`."""
        if not words:
            return []
        told = self.tell("cat-file", "--batch", feed=b"".join(each + b"\n" for each in words))
        return read_objects(told, words, self.place.algorithm)

    def blobs(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """The contents of these blobs, each by its name. Unavailable for one that is not here, or not what its name
        says."""
        wanted = sorted(names)
        return {name: blob(name, each) for name, each in zip(wanted, self.objects(*wanted), strict=True)}

    def listed(self, treeish: str) -> dict[bytes, list[bytes]]:
        """Everything below a tree or commit but folders, by its path there: git's mode, kind and name of it."""
        rows = self.tell("ls-tree", "-r", "-z", "--full-tree", treeish).split(b"\0")
        return {path: words.split(b" ") for words, _, path in (row.partition(b"\t") for row in rows if row)}

    def converted(self, paths: tuple[bytes, ...]) -> dict[RepoPath, Digest | None]:
        """Those of these files of the workspace of which our index has other bytes, or nothing; see `Footing`."""
        ground = Ground(self.place.root, self.place.algorithm)
        entries = self.entries(paths)
        found: dict[RepoPath, Digest | None] = {}
        for path in paths:
            lies, (_, name) = ground.at(path, named=True), entries.get(path, (b"", ""))
            if lies and (not name or (lies.kind is not FileKind.LINK and lies.oid != name)):
                made = conversions(ground.plain(path) or b"") if name else ()
                same = (each for each in made if name_of(b"blob", each, self.place.algorithm) == name)
                found[to_text(path)] = next(map(digest_of, same), None)
        return found

    def entries(self, paths: tuple[bytes, ...]) -> dict[bytes, tuple[bytes, str]]:
        """Git's mode and name of those of these files of the workspace that our index has."""
        return self._counted(partial(_entries, frozenset(paths))) if paths else {}

    def name(self, words: str) -> GitId | None:
        """The full name of what git finds under these words, None when nothing."""
        return full_name(self.git, words, self.besides)

    # Private.

    def _counted(self, use: Callable[[Iterator[Row]], T]) -> T:
        """What comes of all that a commit of our index would have below the workspace."""
        try:
            return use(committable(self._index(), oid_size(self.place.algorithm), self.place.prefix))
        except UnknownIndexError:
            return use(listed_rows(self.tell(*_LISTED), self.place.prefix))

    def _rows(self, folder: Object | None) -> Iterator[Row]:
        return rows(folder, oid_size(self.place.algorithm))

    def _bare(self, folder: Object | None) -> GitId:
        return tree((each for each in self._rows(folder) if each[2] != OURS), self.place.algorithm).name

    def _forget(self, doubted: tuple[bytes, ...]) -> None:
        """Take from our index what it remembers of files that it was told to trust, or that are doubted."""
        told = [b"%b %b 0\t%b" % (each.mode.encode(), each.oid.encode(), each.path) for each in self._trusted()]
        there = [path for path in doubted if os.path.lexists(os.path.join(self.place.root, path))]
        for at in range(0, len(there), _MANY):
            some = there[at : at + _MANY]
            told += self.tell(*_LISTED, "--", *some).split(b"\0")[:-1]
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
            data = self._index()
            return tuple(notable(data, oid_size(self.place.algorithm))) if data else ()
        except UnknownIndexError:
            return tuple(listed(self.tell("ls-files", "-v", "-s", "-z", "--full-name")))

    def _index(self) -> bytes:
        with suppress(FileNotFoundError), open(self.besides["GIT_INDEX_FILE"], "rb") as file:
            return file.read()
        return b""


def footing(
    root: str,
    git: str | None,
    environ: Mapping[str, str],
    paths: Iterable[RepoPath] = (),
    began: str | None = None,
) -> Footing:
    """Where the workspace stands now, what git commits of these files, and what came before the commit where it
    `began`. Without a git binary dulwich tells; it converts nothing."""
    place = find(os.fsencode(root))
    if place is None:
        return Footing()
    if git is None:
        from scafld.adapters.git.ground.dulwich_footing import footing_by_dulwich

        return footing_by_dulwich(place, began)
    with attic(place, git, environ) as found:
        found.take_in()
        return footing_in(found, map(to_bytes, paths), began)


def footing_in(found: Attic, paths: Iterable[bytes] = (), began: str | None = None) -> Footing:
    """Where the workspace stands, as it was taken in."""
    behind = [b"%b~%d" % (began.encode(), at) for at in range(1, LINEAGE + 1)] if began else []
    head, top, *before = found.objects(b"HEAD^{commit}", b"HEAD^{tree}", *behind)
    tree = found.own()
    return Footing(
        folder=os.fsdecode(found.place.prefix).rstrip("/") or ".",
        tree=tree,
        commit=head.name if head and found.own_of(top) == tree else None,
        lineage=tuple(each.name for each in before if each),
        converted=found.converted(tuple(paths)),
    )


@contextmanager
def attic(place: Place, git: str, environ: Mapping[str, str]) -> Iterator[Attic]:
    """A repository, to be asked without being written to."""
    with throwaway("scafld-attic-") as folder:
        yield _attic(git, place, folder, environ)


# Private.

_MANY = 200
"""So many paths, however long, go into one list of arguments."""
_LISTED = ("ls-files", "-s", "-z", "--full-name")
_QUICKLY = ("-c", "core.bigFileThreshold=1", "-c", "core.compression=0", "-c", "core.fsync=none")
"""A thousand objects in a thousand files of two hundred folders take longer to be taken away than to be made: they go
into one pack, which need not outlive the power."""
_EVERYWHERE = ("-c", "core.sparseCheckout=false")
"""What lies where a sparse checkout has nothing is taken in all the same."""


def _attic(git: str, place: Place, folder: str, environ: Mapping[str, str]) -> Attic:
    objects, index = os.path.join(folder, "objects"), os.path.join(folder, "index")
    os.mkdir(objects)
    store = os.fsdecode(place.common_dir + b"/objects")
    besides = {
        "GIT_INDEX_FILE": index,
        "GIT_OBJECT_DIRECTORY": objects,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": in_list(store),
        "GIT_GRAFT_FILE": os.devnull,
    }
    return Attic(git=Git(git, place, environ), place=place, folder=folder, besides=besides)


def _entries(wanted: frozenset[bytes], rows_there: Iterable[Row]) -> dict[bytes, tuple[bytes, str]]:
    return {path: (mode, oid.hex()) for mode, oid, path in rows_there if path in wanted}


def _id(told: bytes) -> GitId:
    return git_id(told.decode("ascii").strip())

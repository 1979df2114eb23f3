"""What git calls the tree of a workspace, as a commit of it would hold it, without writing to the repository.

New objects go to a folder that is gone afterwards, the index is a copy. So what is told is what `git commit` would make
of the folder, ignored files, line ends and file modes included. An index that takes a file for unchanged is not
believed where it was told to, and where the file is doubted, nor in what it remembers of whole folders. Names of trees
are counted here, entry by entry: git would write each first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from shutil import copy2, rmtree
from tempfile import mkdtemp

from scafld.adapters.git.difference import OURS
from scafld.adapters.git.index_file import Entry, UnknownIndexError, listed, notable, oid_size
from scafld.adapters.git.objects import Object, Row, blob, read_objects, rows, tree, tree_of
from scafld.adapters.git.repository import Git, Place, find
from scafld.adapters.git.staged import committable, listed_rows
from scafld.core.proof.git_names import LINEAGE, Footing, GitId, git_id
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

    def take_in(self, doubted: Iterable[bytes] = ()) -> None:
        """Take all that lies below the workspace into our index, a copy of the repository's: with its time, by which
        git knows which entries to doubt. Files that are doubted (below the workspace) are read, whatever it remembers
        of them."""
        with suppress(FileNotFoundError):
            copy2(os.fsdecode(self.place.git_dir + b"/index"), self.besides["GIT_INDEX_FILE"])
        self._forget(tuple(doubted))
        with self.git.ask(*_QUICKLY, "add", "--all", "--", ".", besides=self.besides) as asked:
            self.git.checked(asked.answer(), "add")

    def standing(self) -> GitId:
        """The tree of the whole repository, as a commit of our index would make it."""
        entries = self.git.tell(*_LISTED, "--", ":/", besides={**self.besides, "GIT_LITERAL_PATHSPECS": "0"})
        anew = {**self.besides, "GIT_INDEX_FILE": os.path.join(self.folder, "anew")}
        self.git.tell("update-index", "-z", "--index-info", feed=entries, besides=anew)
        return _id(self.git.tell("write-tree", "--missing-ok", besides=anew))

    def own(self) -> GitId:
        """The tree of the workspace's folder, as a commit of our index would make it, without what is scafld's own."""
        algorithm, prefix = self.place.algorithm, self.place.prefix
        try:
            return self._bare(tree_of(committable(self._index(), oid_size(algorithm), prefix), algorithm))
        except UnknownIndexError:
            return self._bare(tree_of(listed_rows(self.tell(*_LISTED), prefix), algorithm))

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

    def name(self, words: str) -> GitId | None:
        """The full name of what git finds under these words, None when nothing."""
        with self.git.ask("rev-parse", "--verify", "--quiet", words, besides=self.besides) as asked:
            answer = asked.answer()
        return _id(answer.out) if answer.code == 0 else None

    # Private.

    def _rows(self, folder: Object | None) -> Iterator[Row]:
        return rows(folder, oid_size(self.place.algorithm))

    def _bare(self, folder: Object | None) -> GitId:
        return tree((each for each in self._rows(folder) if each[2] != OURS), self.place.algorithm).name

    def _forget(self, doubted: tuple[bytes, ...]) -> None:
        """Take from our index what it remembers of files that it was told to trust, or that are doubted."""
        told = [b"%b %b 0\t%b" % (each.mode.encode(), each.oid.encode(), each.path) for each in self._trusted()]
        for at in range(0, len(doubted), _MANY):
            some = doubted[at : at + _MANY]
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


def footing(root: str, git: str | None, environ: Mapping[str, str], began: str | None = None) -> Footing:
    """Where the workspace stands now, and what came before the commit where it `began`. Without a git binary dulwich
    tells."""
    place = find(os.fsencode(root))
    if place is None:
        return Footing()
    if git is None:
        from scafld.adapters.git.dulwich_footing import footing_by_dulwich

        return footing_by_dulwich(place, began)
    with attic(place, git, environ) as found:
        found.take_in()
        return footing_in(found, began)


def footing_in(found: Attic, began: str | None = None) -> Footing:
    """Where the workspace stands, as it was taken in."""
    behind = [b"%b~%d" % (began.encode(), at) for at in range(1, LINEAGE + 1)] if began else []
    head, top, *before = found.objects(b"HEAD^{commit}", b"HEAD^{tree}", *behind)
    tree = found.own()
    return Footing(
        folder=os.fsdecode(found.place.prefix).rstrip("/") or ".",
        tree=tree,
        commit=head.name if head and found.own_of(top) == tree else None,
        lineage=tuple(each.name for each in before if each),
    )


@contextmanager
def attic(place: Place, git: str, environ: Mapping[str, str]) -> Iterator[Attic]:
    """A repository, to be asked without being written to."""
    folder = mkdtemp(prefix="scafld-attic-")
    try:
        yield _attic(git, place, folder, environ)
    finally:
        rmtree(folder, ignore_errors=True)


# Private.

_MANY = 500
_LISTED = ("ls-files", "-s", "-z", "--full-name")
_QUICKLY = ("-c", "core.bigFileThreshold=1", "-c", "core.compression=0", "-c", "core.fsync=none")
"""A thousand objects in a thousand files of two hundred folders take longer to be taken away than to be made: they go
into one pack, which need not outlive the power."""


def _attic(git: str, place: Place, folder: str, environ: Mapping[str, str]) -> Attic:
    objects, index = os.path.join(folder, "objects"), os.path.join(folder, "index")
    os.mkdir(objects)
    store = os.fsdecode(place.common_dir + b"/objects")
    besides = {
        "GIT_INDEX_FILE": index,
        "GIT_OBJECT_DIRECTORY": objects,
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(store),
        "GIT_GRAFT_FILE": os.devnull,
    }
    return Attic(git=Git(git, place, environ), place=place, folder=folder, besides=besides)


def _quoted(path: str) -> str:
    """A path as git reads it in a list: one with a colon or a quote stands in quotes."""
    plain = not any(char in path for char in ':"\\\n')
    return path if plain else '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _id(told: bytes) -> GitId:
    return git_id(told.decode("ascii").strip())

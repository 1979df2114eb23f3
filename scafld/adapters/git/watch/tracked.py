"""Which tracked files were written to between two looks, whatever the index has been made to say of them.

Git, and so a look, does not read a file whose times and size are those that the index remembers; whoever writes both
the file and the index can make them agree. Nobody can set the time of a file's last change back: it tells on the file.

    before = marks(root)
    ...                                     # a reviewer is at work
    slipped(root, before)
"""

from __future__ import annotations

import os
from struct import Struct
from typing import TYPE_CHECKING

from scafld.adapters.git.content import Ground
from scafld.adapters.git.index_file import UnknownIndexError, oid_size
from scafld.adapters.git.paths import to_text
from scafld.adapters.git.repository import find
from scafld.adapters.git.staged import records
from scafld.adapters.git.watch.holdings import LARGEST_INDEX
from scafld.adapters.git.witness import content
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scafld.adapters.git.repository import Place
    from scafld.core.names import RepoPath

Mark = bytes
"""Mode, size, times of modification and of change, inode: in few bytes, because every file has one."""


def marks(root: str) -> dict[bytes, Mark]:
    """The mark of every tracked file and link at or below `root` that is there, by its path from the repository's top.

    Empty without a repository, or with an index that only git can read.
    """
    place = find(os.fsencode(root))
    found = ((path, _mark(place, path)) for path, _ in _entries(place)) if place else ()
    return {path: mark for path, mark in found if mark is not None}


def slipped(root: str, before: dict[bytes, Mark]) -> tuple[RepoPath, ...]:
    """The tracked files, by their path from `root`, whose mark is another than before and whose content is not the one
    that is staged; sorted.

    Those among them that a look shows are as that look says: they may have been put back. The others were changed and
    hidden from it. (Where a filter makes a file's bytes others than git's, the file counts once it is written to.)
    """
    place = find(os.fsencode(root))
    if place is None:
        return ()
    ground = Ground(place.top, place.algorithm)
    written = ((path, oid) for path, oid in _entries(place) if before.get(path) not in (None, _mark(place, path)))
    return tuple(sorted(to_text(path[len(place.prefix) :]) for path, oid in written if _oid(ground, path) != oid.hex()))


# Private.

_pack = Struct("=LQqqQ").pack


def _entries(place: Place) -> Iterator[tuple[bytes, bytes]]:
    """Path and object of every file and link that is staged below root, conflicts apart, and not scafld's own."""
    data = content(place.git_dir + b"/index", LARGEST_INDEX) or b""
    size = oid_size(place.algorithm)
    own = place.prefix + b".scafld/"
    try:
        for mode, head, path in records(data, size):
            is_file = mode[2] & 0x40 == 0 and not head[size] & 0x30
            if is_file and path.startswith(place.prefix) and not path.startswith(own):
                yield path, head[:size]
    except UnknownIndexError:
        return


def _mark(place: Place, path: bytes) -> Mark | None:
    try:
        there = os.lstat(place.top + b"/" + path)
    except (OSError, ValueError):
        return None
    return _pack(there.st_mode, there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino)


def _oid(ground: Ground, path: bytes) -> str | None:
    """Git's name of the content, None when it cannot be read."""
    try:
        found = ground.at(path, named=True)
    except Unavailable:
        return None
    return found.oid if found else None

"""What one git directory holds beside objects and refs: where its working tree stands, what is staged, what governs it.

Left out, because it changes without anybody's doing or says nothing: objects (their names are their contents), reflogs
other than the stash's, `FETCH_HEAD`, messages that are being edited, lock files, and what other tools keep there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.git.index_file import GITLINK, UnknownIndexError, notable, oid_size
from scafld.adapters.git.staged import NOTHING_STAGED, staged
from scafld.adapters.git.watch.refs import ref_at, refs_of
from scafld.adapters.git.witness import below, content, listed, witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scafld.adapters.git.repository import Place

LARGEST_INDEX = 256 << 20
"""A larger one is known by its times."""
Held = tuple[bytes, bytes]
"""A name within the git directory, and bytes that are others when the thing is another."""


def standing(git_dir: bytes, common_dir: bytes, refs: Mapping[bytes, bytes]) -> Iterator[Held]:
    """Where a working tree stands: HEAD with the commit it means, its own refs, what it is in the middle of.

    `refs`: those of `common_dir`.
    """
    yield b"HEAD", _head(git_dir, refs)
    if git_dir != common_dir:
        for name, seen in refs_of(git_dir).items():
            yield (name if name.startswith(b"refs/") else b"own-" + name), seen
    state = [name for name, is_folder in listed(git_dir) or () if not is_folder and _STATE.fullmatch(name)]
    yield from _witnessed(git_dir, (*_OF_A_TREE, *state), _FOLDERS_OF_A_TREE)


def governing(common_dir: bytes) -> Iterator[Held]:
    """What governs all working trees of a repository."""
    yield from _witnessed(common_dir, _OF_ALL, _FOLDERS_OF_ALL)


def entries(place: Place) -> bytes:
    """What is staged. An index that cannot be read entry by entry (split, or damaged) is known by all its bytes."""
    path = place.git_dir + b"/index"
    data = content(path, LARGEST_INDEX)
    if data is None:
        return witness(path) or NOTHING_STAGED.encode()
    try:
        return staged(data, oid_size(place.algorithm)).encode()
    except UnknownIndexError:
        parts = (name for name, _ in listed(place.git_dir) or () if name.startswith(b"sharedindex."))
        return b"".join(
            (witness(path) or b"", *(witness(place.git_dir + b"/" + name) or b"" for name in sorted(parts)))
        )


def gitlinks(place: Place) -> tuple[bytes, ...]:
    """Where submodules stand in the working tree, as far as the index can be read."""
    data = content(place.git_dir + b"/index", LARGEST_INDEX) or b""
    try:
        found = tuple(notable(data, oid_size(place.algorithm)))
    except UnknownIndexError:
        return ()
    return tuple({entry.path: None for entry in found if entry.mode == GITLINK})


# Private.

_OF_A_TREE = (b"commondir", b"config.worktree", b"gitdir", b"info/sparse-checkout", b"locked")
_FOLDERS_OF_A_TREE = (b"rebase-apply", b"rebase-merge", b"sequencer")
_STATE = re.compile(rb"(?!HEAD$|FETCH_HEAD$|EDIT_DESCRIPTION$|.*EDITMSG$)[A-Z][A-Z_]*")
"""The files in which git keeps what it is in the middle of, and where HEAD was before."""
_OF_ALL = (
    b"config",
    b"info/attributes",
    b"info/exclude",
    b"info/grafts",
    b"logs/refs/stash",
    b"objects/info/alternates",
    b"shallow",
)
_FOLDERS_OF_ALL = (b"branches", b"remotes")


def _head(git_dir: bytes, refs: Mapping[bytes, bytes]) -> bytes:
    said = ref_at(git_dir + b"/HEAD") or b"nothing"
    return said + b" " + refs.get(said.removeprefix(b"ref:").strip(), b"")


def _witnessed(git_dir: bytes, names: tuple[bytes, ...], folders: tuple[bytes, ...]) -> Iterator[Held]:
    for name in (*names, *(folder + b"/" + inner for folder in folders for inner in below(git_dir + b"/" + folder))):
        seen = witness(git_dir + b"/" + name)
        if seen is not None:
            yield name, seen

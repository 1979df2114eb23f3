"""What git's index says that `git status` does not: which entries it trusts unseen, and which are submodules.

Versions 2, 3 and 4 are read, and only what is asked for is kept: a walk over a hundred thousand entries makes no list
of them. Split and sparse indexes, and versions to come, are left to `git ls-files`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.core.digest import hasher
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

GITLINK = "160000"


@value
class Entry:
    """An entry git would not look at (`assumed`: assume-unchanged, `skipped`: skip-worktree), or a submodule.

    `path` is relative to the top of the repository, `mode` and `oid` are as git prints them, `stage` is 0 unless a
    merge is in progress.
    """

    path: bytes
    mode: str
    oid: str
    stage: int = 0
    assumed: bool = False
    skipped: bool = False


class UnknownIndexError(Exception):
    """An index that this parser does not read; git itself can."""


def notable(data: bytes, oid_size: int) -> Iterator[Entry]:
    """The entries worth a note in an index's bytes. UnknownIndexError, maybe after some of them, for another kind."""
    if len(data) < 12 + oid_size or data[:4] != b"DIRC":
        raise UnknownIndexError("no index")
    version = int.from_bytes(data[4:8], "big")
    if version not in (2, 3, 4):
        raise UnknownIndexError(f"version {version}")
    try:
        end = yield from (_walk_packed if version == 4 else _walk)(data, oid_size)
        _check_extensions(data, end, len(data) - oid_size)
    except IndexError as problem:
        raise UnknownIndexError("it ends too early") from problem


def listed(output: bytes) -> Iterator[Entry]:
    """The same from the output of `git ls-files -v -s -z`."""
    for record in output.split(b"\0"):
        told, _, path = record.partition(b"\t")
        words = told.decode("ascii", "replace").split()
        if len(words) != 4:
            continue
        tag, mode, oid, stage = words
        assumed, skipped = tag.islower(), tag in "Ss"
        if assumed or skipped or mode == GITLINK:
            yield Entry(path=path, mode=mode, oid=oid, stage=int(stage), assumed=assumed, skipped=skipped)


def index_of(entries: Iterable[tuple[bytes, str, str]], algorithm: str) -> bytes:
    """The bytes of a version 2 index with these (path, mode, oid), none of which git takes for unchanged."""
    body = bytearray()
    count = 0
    for path, mode, oid in sorted(entries):
        head = bytes(24) + int(mode, 8).to_bytes(4, "big") + bytes(12) + bytes.fromhex(oid)
        record = head + min(len(path), _NAME).to_bytes(2, "big") + path
        body += record + bytes(8 - len(record) % 8)
        count += 1
    data = b"DIRC" + (2).to_bytes(4, "big") + count.to_bytes(4, "big") + bytes(body)
    named = hasher(algorithm, len(data))
    named.update(data)
    return data + named.digest()


def oid_size(algorithm: str) -> int:
    """How many bytes an object's name has."""
    return 32 if algorithm == "sha256" else 20


def name_end(data: bytes, start: int) -> int:
    """Where the name that begins at `start` ends. UnknownIndexError when it never does."""
    end = data.find(b"\0", start)
    if end < 0:
        raise UnknownIndexError("a name has no end")
    return end


def packed_name(data: bytes, start: int, before: bytes) -> tuple[bytes, int]:
    """A name of version 4 and where it ends: how many bytes of the name `before` it to drop, and what to add."""
    dropped, start = _varint(data, start)
    if dropped > len(before):
        raise UnknownIndexError("a name drops more than there is")
    end = name_end(data, start)
    return before[: len(before) - dropped] + data[start:end], end


# Private.

_NAME = 0xFFF
_ASSUMED, _EXTENDED, _STAGE = 0x8000, 0x4000, 0x3000
_SKIPPED = 0x4000
_MODE = 24
_KIND = _MODE + 2
"""Where a mode's byte is that has 0x40 set for submodules and folders only."""
_OID = 40
_FOLDER = 0o040000
_LINKED = 0o160000


def _walk(data: bytes, oid_size: int) -> Generator[Entry, None, int]:
    """Versions 2 and 3: whole names, padded to eight bytes. The loop is bare because it sees every file there is."""
    at = 12
    flags_at = _OID + oid_size
    name_at = flags_at + 2
    for _ in range(int.from_bytes(data[8:12], "big")):
        high = data[at + flags_at]
        if not high and not data[at + _KIND] & 0x40:
            at += name_at + data[at + flags_at + 1] + 8 & ~7
            continue
        size = (high & 0x0F) << 8 | data[at + flags_at + 1]
        start = at + name_at + (2 if high & 0x40 else 0)
        if size == _NAME:
            size = name_end(data, start) - start
        if high & 0xC0 or data[at + _KIND] & 0x40:
            found = _entry(data, at, flags_at, data[start : start + size])
            if found:
                yield found
        at += (start - at + size + 8) & ~7
    return at


def _walk_packed(data: bytes, oid_size: int) -> Generator[Entry, None, int]:
    """Version 4: each name builds on the one before it."""
    at = 12
    flags_at = _OID + oid_size
    name = b""
    for _ in range(int.from_bytes(data[8:12], "big")):
        high = data[at + flags_at]
        start = at + flags_at + (4 if high & 0x40 else 2)
        name, end = packed_name(data, start, name)
        if high & 0xC0 or data[at + _KIND] & 0x40:
            found = _entry(data, at, flags_at, name)
            if found:
                yield found
        at = end + 1
    return at


def _entry(data: bytes, at: int, flags_at: int, path: bytes) -> Entry | None:
    mode = int.from_bytes(data[at + _MODE : at + _MODE + 4], "big")
    if mode == _FOLDER:
        raise UnknownIndexError("sparse")
    flags = int.from_bytes(data[at + flags_at : at + flags_at + 2], "big")
    more = int.from_bytes(data[at + flags_at + 2 : at + flags_at + 4], "big") if flags & _EXTENDED else 0
    assumed, skipped = bool(flags & _ASSUMED), bool(more & _SKIPPED)
    if not (assumed or skipped or mode == _LINKED):
        return None
    return Entry(
        path=path,
        mode=f"{mode:06o}",
        oid=data[at + _OID : at + flags_at].hex(),
        stage=(flags & _STAGE) >> 12,
        assumed=assumed,
        skipped=skipped,
    )


def _varint(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    number = byte & 0x7F
    while byte & 0x80:
        at += 1
        byte = data[at]
        number = (number + 1) << 7 | byte & 0x7F
    return number, at + 1


def _check_extensions(data: bytes, at: int, end: int) -> None:
    """An extension in lower case changes what entries mean: a split index keeps them elsewhere, a sparse one folds."""
    while at < end:
        if data[at] >= 0x61:
            raise UnknownIndexError(f"extension {data[at : at + 4]!r}")
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    if at != end:
        raise UnknownIndexError("the entries do not end where they should")

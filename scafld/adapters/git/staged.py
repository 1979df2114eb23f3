"""What git's index holds, entry by entry, without what it remembers of its files' times, sizes and owners.

Two indexes with the same entries have the same digest, whatever their version, their order of writing, and however
often `git status` has refreshed them.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from scafld.adapters.git.index_file import UnknownIndexError, name_end, packed_name
from scafld.core.digest import digest_of, hasher
from scafld.core.names import Digest
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from scafld.adapters.git.objects import Row

Record = tuple[bytes, bytes, bytes]
"""Of an entry: its mode in four bytes, its object and flags (two bytes, two more when they are extended), its path."""


@lru_cache(maxsize=1)
def staged(data: bytes, oid_size: int) -> Digest:
    """The digest of an index's entries: mode, object, flags, stage, path. UnknownIndexError for one in two files. The
    same bytes always give the same, so those that are read again need not be."""
    seen, found = hasher("sha256", len(data)), records(data, oid_size)
    while some := b"".join(b"%b%b%b\0" % record for record in islice(found, _SOME)):
        seen.update(some)
    return Digest(seen.hexdigest())


def records(data: bytes, oid_size: int) -> Iterator[Record]:
    """Every entry. UnknownIndexError, maybe after some of them, for an index that is damaged or in two files."""
    if len(data) < _HEADER + oid_size or data[:4] != b"DIRC":
        raise UnknownIndexError("no index")
    version = int.from_bytes(data[4:8], "big")
    if version not in (2, 3, 4):
        raise UnknownIndexError(f"version {version}")
    try:
        end = yield from (_packed if version == 4 else _padded)(data, oid_size)
        _see_that_it_is_whole(data, end, len(data) - oid_size)
    except IndexError as problem:
        raise UnknownIndexError("it ends too early") from problem


def committable(data: bytes, oid_size: int, prefix: bytes) -> Iterator[Row]:
    """What a commit of these entries would hold below `prefix` ("" or ending in `/`), by paths from there.
    UnknownIndexError, maybe after some of them, where only git can tell: a merge under way, a sparse index."""
    start = len(prefix)
    for mode, head, path in records(data, oid_size):
        if not path.startswith(prefix):
            continue
        flags = head[oid_size]
        if flags & _STAGE or mode not in _MODES:
            raise UnknownIndexError("an entry that is no file")
        if not (flags & _EXTENDED and head[oid_size + 2] & _INTENDED):
            yield _MODES[mode], head[:oid_size], path[start:]


def listed_rows(output: bytes, prefix: bytes) -> Iterator[Row]:
    """The same from the output of `git ls-files -s -z`, where git told. Unavailable while a merge is under way."""
    for record in output.split(b"\0")[:-1]:
        told, _, path = record.partition(b"\t")
        mode, oid, stage = told.split(b" ")
        if stage != b"0":
            raise Unavailable("a merge is under way, and not all of its conflicts are resolved", next="git status")
        yield mode, bytes.fromhex(oid.decode("ascii")), path[len(prefix) :]


NOTHING_STAGED = digest_of(b"")
"""The digest of an index without entries, and of one that is not there."""


# Private.

_HEADER = 12
_MODE = 24
_OID = 40
_LONG = 0xFFF
_SOME = 1000
_EXTENDED, _STAGE, _INTENDED = 0x40, 0x30, 0x20
_MODES = {int(mode, 8).to_bytes(4, "big"): mode for mode in (b"100644", b"100755", b"120000", b"160000")}


def _padded(data: bytes, oid_size: int) -> Generator[Record, None, int]:
    """Versions 2 and 3. An entry's flags hold its name's length, so that what is kept of it can be cut in one way."""
    at = _HEADER
    flags_at = _OID + oid_size
    for _ in range(int.from_bytes(data[8:12], "big")):
        high = data[at + flags_at]
        size = (high & 0x0F) << 8 | data[at + flags_at + 1]
        start = at + flags_at + (4 if high & 0x40 else 2)
        end = name_end(data, start) if size == _LONG else start + size
        yield data[at + _MODE : at + _MODE + 4], data[at + _OID : start], data[start:end]
        at += end - at + 8 & ~7
    return at


def _packed(data: bytes, oid_size: int) -> Generator[Record, None, int]:
    """Version 4, whose names are made whole."""
    at = _HEADER
    flags_at = _OID + oid_size
    name = b""
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = at + flags_at + (4 if data[at + flags_at] & 0x40 else 2)
        head = data[at + _OID : start]
        name, end = packed_name(data, start, name)
        yield data[at + _MODE : at + _MODE + 4], head, name
        at = end + 1
    return at


def _see_that_it_is_whole(data: bytes, at: int, end: int) -> None:
    """A sparse index is read as it stands. A split one keeps entries in a second file and is not read here."""
    while at < end:
        if data[at] >= 0x61 and data[at : at + 4] != b"sdir":
            raise UnknownIndexError(f"extension {data[at : at + 4]!r}")
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    if at != end:
        raise UnknownIndexError("the entries do not end where they should")

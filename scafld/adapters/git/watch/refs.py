"""What every ref of a git directory names: loose and packed ones read as one, so that packing them changes nothing."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from scafld.adapters.git.witness import below, content, witness

if TYPE_CHECKING:
    from collections.abc import Iterator


def refs_of(git_dir: bytes) -> dict[bytes, bytes]:
    """Every ref below `git_dir` by its full name: a commit's name, or `ref: ` and another ref's.

    What is damaged stands as what it is: a loose ref by its bytes, lines that are no packed ref under `packed-refs`.
    A directory whose refs are kept in tables (reftable) has one entry, `reftable`, for all of them.
    """
    tables = git_dir + b"/reftable"
    if os.path.isdir(tables):
        return {b"reftable": _tables(tables)}
    return dict(_packed(git_dir + b"/packed-refs")) | dict(_loose(git_dir + b"/refs"))


def ref_at(path: bytes) -> bytes | None:
    """What the ref in this file names; None when nothing is there."""
    seen = b"" if os.path.islink(path) else content(path, _LONGEST)
    return seen.strip() if seen and _PLAIN.fullmatch(seen) else witness(path)


# Private.

_LONGEST = 4096
_MOST = 256 << 20
_PLAIN = re.compile(rb"\s*(?:ref:\s*[^\s\0]+|[0-9a-f]{40}|[0-9a-f]{64})\s*")
_LINE = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) ([^\0]+)")


def _packed(path: bytes) -> Iterator[tuple[bytes, bytes]]:
    told = content(path, _MOST)
    odd = []
    for line in (told or b"").split(b"\n"):
        found = _LINE.fullmatch(line)
        if found:
            yield found[2], found[1]
        elif line and line[:1] not in b"#^":
            odd.append(line)
    seen = witness(path) if told is None else b"\n".join(odd)
    if seen:
        yield b"packed-refs", seen


def _loose(folder: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Where `refs` is itself a link, it is followed only to a folder of that name."""
    real = os.path.realpath(folder)
    if os.path.basename(real) != b"refs":
        yield b"refs", witness(folder) or b""
        return
    for name in below(real):
        seen = None if name.endswith(b".lock") else ref_at(real + b"/" + name)
        if seen is not None:
            yield b"refs/" + name, seen


def _tables(folder: bytes) -> bytes:
    names = sorted(name for name in below(folder) if not name.endswith(b".lock"))
    return b"\n".join(b"%s %s" % (name, (witness(folder + b"/" + name) or b"").hex().encode()) for name in names)

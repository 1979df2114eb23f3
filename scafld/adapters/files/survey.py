"""What lies under `.scafld/` that a reviewer must leave as it was, each file by name and digest, and what was touched.

    before = survey(scafld_dir)
    ...                                     # a reviewer is at work
    touched(before, survey(scafld_dir, before))

Left out is what may be deleted at any time (`cache/`, `locks/`) and drafts that a write has not finished. What scafld
keeps while a reviewer works (evidence, handoffs) may be added to; what is there already may not change or go.

Specs, ledgers, configuration, prompts, keys and receipts are known by their bytes. Pages, in `runs/*/evidence/` and
`runs/*/handoffs/`, may be large and many and are known by size, time of modification, time of change and inode: writing
to a file sets its time of change to now, no call sets that back, and a file put in its place has another inode. It does
not show what is written through a memory map that was made before, what happens while the clock is set back, or a write
in the same tick of the clock (some milliseconds) as the one before the survey. None of these opens a gate: evidence is
named by its SHA-256, and `doctor` reads it against its name. Where the mark of evidence is another one but its bytes
are what its name says, nothing was touched: the same output came again.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from stat import S_IFMT, S_IMODE, S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

from scafld.adapters.files.disk import DRAFT_PREFIX
from scafld.adapters.git.paths import to_text
from scafld.core.digest import digest_of
from scafld.core.names import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator

Survey = tuple[tuple[str, Digest], ...]
LARGEST = 16 << 20
"""Of a larger file that is no page, too, the mark is taken instead of the bytes."""
LARGEST_PAGE = 128 << 20
"""A larger page is not read against its name."""


def survey(scafld_dir: str, before: Survey = ()) -> Survey:
    """Name (`.scafld/...`) and digest of every file, sorted. Links are not followed: their target is what they are.

    `before`: the survey this one will be compared with. What cannot be read is known by its mark; never an error.
    """
    then = dict(before)
    root = os.fsencode(scafld_dir) + b"/"
    found = []
    for path, there in _files(root):
        name = to_text(b".scafld/" + path)
        found.append((name, _digest(root + path, name, there, then.get(name, _CAME if before else None))))
    return tuple(sorted(found))


def touched(before: Survey, after: Survey) -> tuple[str, ...]:
    """The names of what changed, came or went, sorted; pages that came are no change, if evidence is what its name
    says."""
    then, now = dict(before), dict(after)
    names = then.keys() | now.keys()
    return tuple(
        sorted(
            name
            for name in names
            if then.get(name) != now.get(name) and (name in then or now[name] == _SPOILT or not _PAGE.match(name))
        )
    )


# Private.

_PAGE = re.compile(r"\.scafld/runs/[^/]+/(?:evidence|handoffs)/[^/]+\Z")
_EVIDENCE = re.compile(r"\.scafld/runs/[^/]+/evidence/([0-9a-f]{64})\.txt\Z")
_UNFINISHED = re.compile(rb"runs/[^/]+/evidence/\.part-[^/]+\Z|(?:.*/)?%s\d+-[0-9a-f]{12}\Z" % DRAFT_PREFIX.encode())
_CAME, _SPOILT = digest_of(b"was not there before"), digest_of(b"not what its name says")
_DISPOSABLE = (b"cache", b"locks")
_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 18


def _files(root: bytes) -> Iterator[tuple[bytes, os.stat_result | None]]:
    """Path below `root` and status of everything but real folders, and of those that cannot be listed."""
    waiting: list[tuple[bytes, os.stat_result | None]] = [(b"", None)]
    while waiting:
        folder, its = waiting.pop()
        try:
            with os.scandir(root + folder) as listed:
                entries = list(listed)
        except FileNotFoundError:
            continue
        except OSError:
            yield folder[:-1] or b".", its
            continue
        for entry in entries:
            path = folder + entry.name
            there = _status(entry)
            if there and S_ISDIR(there.st_mode):
                waiting += [] if path in _DISPOSABLE else [(path + b"/", there)]
            elif not (there and S_ISREG(there.st_mode) and _UNFINISHED.match(path)):
                yield path, there


def _status(entry: os.DirEntry[bytes]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _digest(path: bytes, name: str, there: os.stat_result | None, before: Digest | None) -> Digest:
    if there is None:
        return digest_of(b"out of sight")
    if S_ISLNK(there.st_mode):
        return _of_a_link(path)
    if not S_ISREG(there.st_mode):
        return digest_of(b"kind %o" % S_IFMT(there.st_mode))
    if _PAGE.match(name):
        return _of_a_page(path, name, there, before)
    content = None if there.st_size > LARGEST else _sha256(path)
    return _mark(there) if content is None else digest_of(b"%o %s" % (S_IMODE(there.st_mode), content.encode()))


def _of_a_link(path: bytes) -> Digest:
    try:
        return digest_of(b"link " + os.readlink(path))
    except OSError:
        return digest_of(b"link out of sight")


def _of_a_page(path: bytes, name: str, there: os.stat_result, before: Digest | None) -> Digest:
    """The page's mark; that of `before` where its bytes are still those that its name stands for; _SPOILT for one that
    came and is not what its name says."""
    mark, evidence = _mark(there), _EVIDENCE.match(name)
    if before in (None, mark) or not evidence or there.st_size > LARGEST_PAGE:
        return mark
    whole = _sha256(path) == evidence[1]
    if before == _CAME:
        return mark if whole else _SPOILT
    return before if whole else mark


def _mark(there: os.stat_result) -> Digest:
    numbers = (there.st_mode, there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino)
    return digest_of(b"mark " + repr(numbers).encode())


def _sha256(path: bytes) -> str | None:
    """The SHA-256 of a plain file's bytes, None when they cannot be read."""
    try:
        end = os.open(path, _LOOK)
    except OSError:
        return None
    seen = sha256()
    try:
        while chunk := os.read(end, _CHUNK):
            seen.update(chunk)
    except OSError:
        return None
    finally:
        os.close(end)
    return seen.hexdigest()

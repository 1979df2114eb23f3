"""What a diff says of each file: the text of a change, taken apart at its headers and nowhere else.

A header stands at the beginning of a line. Lines of content never do: in a hunk each begins with a blank, `+`, `-` or a
backslash, whatever the file holds.
"""

from __future__ import annotations

import re
from itertools import pairwise

from scafld.core.names import RepoPath
from scafld.core.value import value


@value
class Patch:
    """The part of a diff that is about one file, as it stands there. `path`: its name now, "" when no header says one;
    `was`: its name before, when that was another."""

    path: RepoPath
    text: str
    was: RepoPath | None = None


def patches_of(diff: str) -> tuple[Patch, ...]:
    """The files of a diff in its order; their texts, put together, are the diff."""
    starts = [found.start() for found in _HEADER.finditer(diff)]
    edges = sorted({0, *starts, len(diff)})
    return tuple(_patch(diff[start:end]) for start, end in pairwise(edges))


# Private.

_HEADER = re.compile(r"^diff --git ", re.M)
_RENAME = re.compile(r"^(?:rename|copy) (from|to) (.*)$", re.M)
_SPLIT = re.compile(r' (?=(?:"?b/))')
_BYTE = re.compile(rb"\\(?:x([0-9a-f]{2})|([0-7]{3})|(.))", re.S)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_QUOTED = {byte[0]: f"\\{letter.decode()}" for letter, byte in _LETTERS.items()} | {0x22: '\\"', 0x5C: "\\\\"}


def _patch(text: str) -> Patch:
    if not _HEADER.match(text):
        return Patch(path=RepoPath(""), text=text)
    head = text.partition("\n@@ ")[0]
    first, _, rest = head.partition("\n")
    moved = {end: _bytes(name) for end, name in _RENAME.findall(rest)}
    before, after = _sides(first.removeprefix("diff --git "), moved.get("from"), moved.get("to"))
    was, path = _path(before), _path(after)
    return Patch(path=path, text=text, was=was if was != path else None)


def _sides(names: str, was: bytes | None, now: bytes | None) -> tuple[bytes, bytes]:
    """Both names of a header. A name may hold ` b/` itself: the right place to part them is where the two names are
    the same, or end as the rename says."""
    ways = [(names[: found.start()], names[found.end() :]) for found in _SPLIT.finditer(names)]
    sides = [(_bytes(before)[2:], _bytes(after)[2:]) for before, after in ways]
    for before, after in sides:
        if (before == after) if now is None else (before.endswith(was or b"") and after.endswith(now)):
            return before, after
    return sides[0] if sides else (_bytes(names), _bytes(names))


def _bytes(name: str) -> bytes:
    """The bytes of a name as a diff shows it: C-quoted by git, and bytes that are no UTF-8 as `\\xff`."""
    whole = name.encode("utf-8", "surrogatepass")
    if len(whole) > 1 and whole.startswith(b'"') and whole.endswith(b'"'):
        whole = whole[1:-1]
    return _BYTE.sub(_byte, whole)


def _byte(found: re.Match[bytes]) -> bytes:
    hexadecimal, octal, letter = found.groups()
    if hexadecimal:
        return bytes((int(hexadecimal, 16),))
    return bytes((int(octal, 8) & 0xFF,)) if octal else _LETTERS.get(letter, letter)


def _path(name: bytes) -> RepoPath:
    """The name as the core writes it: as it is when it is UTF-8, else C-quoted as git prints it."""
    if not name.startswith(b'"'):
        try:
            return RepoPath(name.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return RepoPath(f'"{"".join(_shown(byte) for byte in name)}"')


def _shown(byte: int) -> str:
    return _QUOTED.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}")

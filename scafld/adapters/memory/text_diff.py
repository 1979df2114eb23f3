"""What changed between two contents, as a patch in git's format: new files whole, renames found, binaries named."""

from __future__ import annotations

from difflib import SequenceMatcher, unified_diff

from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind
from scafld.core.value import value

MODES = {FileKind.FILE: "100644", FileKind.EXECUTABLE: "100755", FileKind.LINK: "120000"}
ALIKE = 0.5
"""From this share of common lines on, a file that went and one that came are one that moved."""


@value
class Blob:
    """A content and what it is."""

    kind: FileKind
    content: bytes

    @property
    def name(self) -> str:
        """Tells contents and kinds apart, as `Seen.base` wants it."""
        return f"{MODES[self.kind]}:{digest_of(self.content)[:40]}"


@value
class Side:
    """A path, and what stood there before and now. `was`: where the old content stood, when it moved."""

    path: str
    old: Blob | None
    new: Blob | None
    was: str = ""


def patch_of(sides: tuple[Side, ...]) -> str:
    """The patch of these, by path."""
    told = (_one(side) for side in _with_moves(sides))
    return b"".join(told).decode("utf-8", "backslashreplace")


# Private.


def _with_moves(sides: tuple[Side, ...]) -> list[Side]:
    gone = [side for side in sides if side.new is None]
    moved: dict[str, Side] = {}
    for side in sides:
        if side.old is None and side.new is not None:
            best = max(gone, key=lambda one: _likeness(one.old, side.new), default=None)  # called at once
            if best is not None and best.old is not None and _likeness(best.old, side.new) >= ALIKE:
                gone.remove(best)
                moved[side.path] = Side(path=side.path, old=best.old, new=side.new, was=best.path)
    sources = {side.was for side in moved.values()}
    return [moved.get(side.path, side) for side in sides if side.path not in sources]


def _likeness(old: Blob | None, new: Blob | None) -> float:
    if (
        old is None
        or new is None
        or not old.content
        or not new.content
        or (old.kind is FileKind.LINK) != (new.kind is FileKind.LINK)
    ):
        return 0.0
    return 1.0 if old.content == new.content else SequenceMatcher(None, _lines(old), _lines(new), False).ratio()


def _one(side: Side) -> bytes:
    was = _shown("a/" + (side.was or side.path))
    now = _shown("b/" + side.path)
    head = [f"diff --git {was} {now}\n"]
    if side.old is None and side.new is not None:
        head.append(f"new file mode {MODES[side.new.kind]}\n")
    elif side.new is None and side.old is not None:
        head.append(f"deleted file mode {MODES[side.old.kind]}\n")
    elif side.old is not None and side.new is not None and side.old.kind is not side.new.kind:
        head.append(f"old mode {MODES[side.old.kind]}\nnew mode {MODES[side.new.kind]}\n")
    if side.was:
        head.append(f"rename from {side.was}\nrename to {side.path}\n")
    names = ("/dev/null" if side.old is None else was, "/dev/null" if side.new is None else now)
    return "".join(head).encode("utf-8", "surrogateescape") + _body(side, names)


def _body(side: Side, names: tuple[str, str]) -> bytes:
    old, new = side.old.content if side.old else b"", side.new.content if side.new else b""
    if old == new:
        return b""
    before, after = (name.encode("utf-8", "surrogateescape") for name in names)
    if b"\0" in old or b"\0" in new:
        return b"Binary files %s and %s differ (%d bytes)\n" % (before, after, len(new))
    hunks = list(unified_diff(_lines(side.old), _lines(side.new), n=3))[2:]
    told = b"".join(_line(line.encode("latin-1")) for line in hunks)
    return b"--- %s\n+++ %s\n%s" % (before, after, told)


def _line(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _lines(blob: Blob | None) -> list[str]:
    """Lines with their ends; each byte one character, so that nothing is lost on the way through difflib."""
    content = blob.content if blob else b""
    return [line + "\n" for line in content.decode("latin-1").split("\n")[:-1]] + [
        line for line in content.decode("latin-1").split("\n")[-1:] if line
    ]


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _shown(name: str) -> str:
    if not any(ord(char) < 0x20 or char in '"\\\x7f' for char in name):
        return name
    return (
        '"'
        + "".join(_ESCAPES.get(char) or (char if ord(char) >= 0x20 else f"\\{ord(char):03o}") for char in name)
        + '"'
    )

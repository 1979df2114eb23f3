"""A directory that is no repository: every file is the change, because there is nothing to compare it with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.content import MODES, Ground
from scafld.adapters.git.paths import as_git_shows, chosen, to_bytes, to_text
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scafld.core.names import RepoPath

LEFT_OUT = (
    b".git",
    b".hg",
    b".svn",
    b"__pycache__",
    b"node_modules",
    b".venv",
    b".tox",
    b".nox",
    b".mypy_cache",
    b".pytest_cache",
    b".ruff_cache",
    b".hypothesis",
    b".gradle",
)
"""Directories that tools fill and nobody writes: without git there is no ignore file to name them."""

LARGEST_SHOWN = 8 << 20
"""Bytes; a larger file is named in a diff, not shown."""


class PlainTree:
    """Worktree without git. `own`: the folder left out. `shown`: what stands before each path in a diff."""

    def __init__(
        self,
        root: str,
        *,
        own: bytes = b".scafld",
        shown: bytes = b"",
        opener: Callable[[bytes, int], int] = os.open,
    ) -> None:
        self._root = os.fsencode(root)
        self._own = own
        self._shown = shown
        self._opener = opener

    def look(self, since: str | None) -> Look:
        """See `Worktree.look`: every file and link there is. Unavailable when a base is asked for."""
        if since is not None:
            raise Unavailable(
                f"the base commit {since[:12]} cannot be found: there is no git repository here; approve the task again"
            )
        ground = Ground(self._root, opener=self._opener)
        found = ((path, ground.at(path)) for path in _walk(self._root, self._own))
        files = [Seen(path=to_text(path), kind=it.kind, digest=it.digest) for path, it in found if it]
        return Look(vcs="none", head=None, base=None, files=tuple(sorted(files, key=lambda seen: seen.path)))

    def diff(self, since: str | None, paths: tuple[RepoPath, ...], seen: Look | None = None) -> str:
        """See `Worktree.diff`: each file whole, as new. `.` stands for every path, a directory for what lies in it."""
        if not paths:
            return ""
        files = [each for each in (seen or self.look(since)).files if chosen(each.path, paths)]
        return b"".join(map(self._new, files)).decode("utf-8", "backslashreplace")

    # Private.

    def _new(self, seen: Seen) -> bytes:
        path = to_bytes(seen.path)
        content = _content(self._root + b"/" + path, seen.kind)
        name = as_git_shows(b"b/" + self._shown + path)
        head = b"diff --git %s %s\nnew file mode %s\n" % (
            as_git_shows(b"a/" + self._shown + path),
            name,
            MODES[seen.kind].encode("ascii"),
        )
        if isinstance(content, int):
            return head + b"Binary files /dev/null and %s differ (%d bytes)\n" % (name, content)
        return head + _added(name, content) if content else head


# Private.


def _walk(root: bytes, own: bytes) -> Iterator[bytes]:
    """Paths of everything below `root` that is not a directory; links to directories are not entered."""
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root + b"/" + folder) as entries:
                for entry in entries:
                    path = folder + entry.name
                    if path == own or entry.name == b".git":
                        continue
                    if not entry.is_dir(follow_symlinks=False):
                        yield path
                    elif entry.name not in LEFT_OUT:
                        waiting.append(path + b"/")
        except FileNotFoundError:
            if not folder:
                raise Unavailable(f"{os.fsdecode(root)} is not a directory") from None
        except OSError as problem:
            raise Unavailable(
                f"{to_text(folder) or '.'} cannot be read ({problem.strerror}); make it readable"
            ) from problem


def _content(path: bytes, kind: FileKind) -> bytes | int:
    """What to show of a file: its bytes, or only their number when they are binary or too many."""
    try:
        if kind is FileKind.LINK:
            return os.readlink(path)
        end = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(end, "rb") as file:
            size = os.fstat(end).st_size
            content = file.read(LARGEST_SHOWN) if size <= LARGEST_SHOWN else b"\0"
    except OSError as problem:
        raise Unavailable(f"{to_text(path)} cannot be read ({problem.strerror})") from problem
    return size if b"\0" in content[:8000] else content


def _added(name: bytes, content: bytes) -> bytes:
    lines = content.removesuffix(b"\n").split(b"\n")
    span = b"1" if len(lines) == 1 else b"1,%d" % len(lines)
    tab = b"\t" if b" " in name and not name.startswith(b'"') else b""
    body = b"".join(b"+" + line + b"\n" for line in lines)
    ending = b"" if content.endswith(b"\n") else b"\\ No newline at end of file\n"
    return b"--- /dev/null\n+++ %s%s\n@@ -0,0 +%s @@\n%s%s" % (name, tab, span, body, ending)

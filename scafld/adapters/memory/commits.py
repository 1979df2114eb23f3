"""A working tree in memory: a dict of files, and the commits it was put into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from scafld.adapters.memory.text_diff import Blob, Side, patch_of
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

OWN = ".scafld"
"""The folder that is never seen: it is scafld's own."""

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

Snapshot = Mapping[str, Blob]


class MemoryTree:
    """The port Worktree on a dict. Paths are text, relative, with `/`; content is text (UTF-8) or bytes.

    A look compares with any commit made here; a tree without one is a repository with nothing committed yet.
    """

    def __init__(self, files: Mapping[str, str | bytes] | None = None) -> None:
        self._now: dict[str, Blob] = {}
        self._commits: dict[str, Snapshot] = {}
        self._head: str | None = None
        self._hidden: set[str] = set()
        for path, content in (files or {}).items():
            self.write(path, content)

    # What a person or an agent does.

    def write(self, path: str, content: str | bytes, *, executable: bool = False) -> None:
        """Put a file there, instead of whatever stands there."""
        kind = FileKind.EXECUTABLE if executable else FileKind.FILE
        self._now[path] = Blob(kind=kind, content=_bytes(content))

    def append(self, path: str, content: str | bytes) -> None:
        """Add to the end of a file; makes it when it is not there."""
        old = self._now.get(path)
        self.write(path, (old.content if old else b"") + _bytes(content))

    def link(self, path: str, target: str) -> None:
        """Put a symbolic link there; it is never followed."""
        self._now[path] = Blob(kind=FileKind.LINK, content=_bytes(target))

    def delete(self, path: str) -> None:
        """Take a file away; KeyError when there is none."""
        del self._now[path]

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; KeyError when there is none."""
        self._now[new] = self._now.pop(old)

    def hide(self, path: str) -> None:
        """Tell the tree not to look at this file, as `git update-index --assume-unchanged` does."""
        self._hidden.add(path)

    def commit(self) -> str:
        """Commit everything; gives the commit, 40 hexadecimal digits."""
        told = [self._head or "", *(f"{path}\0{blob.name}" for path, blob in sorted(self._now.items()))]
        made = digest_of("\n".join(told).encode("utf-8", "surrogatepass"))[:40]
        self._commits[made] = MappingProxyType(dict(self._now))
        self._head = made
        return made

    def locate(self, path: str, line: int | None) -> str:
        """The port Locate."""
        found = self._now.get(path)
        if found is None:
            return "names no file that is there"
        there = len(found.content.splitlines())
        return f"names line {line} of {there}" if line is not None and line > there else ""

    @property
    def head(self) -> str | None:
        """The last commit, None before the first."""
        return self._head

    @property
    def files(self) -> dict[str, str]:
        """Every file and link as text, by path; bytes that are not UTF-8 are replaced. A copy."""
        return {path: blob.content.decode("utf-8", "replace") for path, blob in sorted(self._now.items())}

    def content(self, path: str) -> bytes | None:
        """The bytes of a file, None when there is none."""
        blob = self._now.get(path)
        return blob.content if blob is not None and blob.kind is not FileKind.LINK else None

    # The port.

    def look(self, since: str | None) -> Look:
        """See `Worktree.look`."""
        before = self._snapshot(since)
        changed = sorted(path for path in before.keys() | self._now.keys() if self._differs(path, before))
        files = tuple(_seen(path, self._now.get(path), before.get(path)) for path in changed)
        return Look(
            vcs="git",
            head=self._head,
            base=since or self._head,
            files=tuple(sorted(files, key=lambda seen: seen.path)),
            hidden=tuple(_text(path) for path in sorted(self._hidden & self._now.keys())),
        )

    def diff(self, since: str | None, paths: tuple[RepoPath, ...], _seen: Look | None = None) -> str:
        """See `Worktree.diff`."""
        before = self._snapshot(since)
        chosen = sorted(
            path
            for path in before.keys() | self._now.keys()
            if self._differs(path, before) and _is_chosen(_text(path), paths)
        )
        sides = tuple(Side(path=path, old=before.get(path), new=self._now.get(path)) for path in chosen)
        return patch_of(sides)

    # Private.

    def _differs(self, path: str, before: Snapshot) -> bool:
        own = path == OWN or path.startswith(OWN + "/")
        return not own and path not in self._hidden and self._now.get(path) != before.get(path)

    def _snapshot(self, since: str | None) -> Snapshot:
        wanted = self._head if since is None else since
        if wanted is None or wanted == EMPTY_TREE:
            return {}
        found = self._commits.get(wanted)
        if found is None:
            raise Unavailable(f"the base commit {wanted[:12]} cannot be found here; approve the task again")
        return found


# Private.


def _seen(path: str, now: Blob | None, old: Blob | None) -> Seen:
    return Seen(
        path=_text(path),
        kind=now.kind if now else FileKind.ABSENT,
        digest=digest_of(now.content) if now else None,
        base=old.name if old else "",
        old=digest_of(old.content) if old else None,
    )


def _is_chosen(path: str, wanted: Iterable[str]) -> bool:
    return any(each == "." or path == each or path.startswith(each.rstrip("/") + "/") for each in wanted)


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content


def _text(path: str) -> RepoPath:
    """A path as the core writes it: one that begins with a quote, or is no text, stands C-quoted."""
    if not path.startswith('"') and not any(0xD800 <= ord(char) <= 0xDFFF for char in path):
        return RepoPath(path)
    return RepoPath('"' + "".join(_quoted(byte) for byte in _bytes(path)) + '"')


_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def _quoted(byte: int) -> str:
    return _ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}")

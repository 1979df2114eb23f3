"""Which candidates differ from the base commit, and what each holds now: the part of a look that needs no git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.git.content import MODES, Ground, Standing
from scafld.adapters.git.paths import to_text
from scafld.core.evidence.seals import FileKind, Look, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scafld.core.names import Digest, RepoPath

Named = tuple[str, str]
"""How git names a content: mode and object id."""

Inner = tuple[str | None, Look]
"""A repository inside the repository: the commit it stands on, and what differs from that commit in it."""

OURS = b".scafld"
"""The workspace's own folder below its root: never seen."""


class Comparison:
    """Candidates against the ground. `root` is where paths begin; `own` is the folder there that is left out."""

    def __init__(self, ground: Ground, *, own: bytes = OURS, modes: bool = True) -> None:
        """`modes`: whether the file system keeps executable bits (git's `core.fileMode`)."""
        self._ground = ground
        self._own = own
        self._modes = modes

    def seen(
        self,
        candidates: Mapping[bytes, Named | None],
        inner: Mapping[bytes, Callable[[], Inner]],
    ) -> tuple[Seen, ...]:
        """Those of `candidates` (path to its name in the base, None when not there) that differ; sorted by path.

        `inner`: paths at which a repository, if a directory stands there, is one thing.
        """
        made = (self._one(path, base, inner.get(path)) for path, base in candidates.items() if not self.left_out(path))
        return tuple(sorted((seen for seen in made if seen), key=_by_path))

    def left_out(self, path: bytes) -> bool:
        """Whether `path` is scafld's own."""
        own = self._own
        return bool(own) and path.startswith(own) and path[len(own) : len(own) + 1] in (b"", b"/")

    # Private.

    def _one(self, path: bytes, base: Named | None, inner: Callable[[], Inner] | None) -> Seen | None:
        if inner and self._ground.directory(path):
            return _repository(to_text(path), base, *inner())
        found = self._ground.at(path, named=base is not None)
        name = ":".join(base) if base else ""
        if found is None:
            return Seen(path=to_text(path), kind=FileKind.ABSENT, digest=None, base=name) if base else None
        kind = self._kind(found, base)
        if base and (MODES[kind], found.oid) == base:
            return None
        return Seen(path=to_text(path), kind=kind, digest=found.digest, base=name)

    def _kind(self, found: Standing, base: Named | None) -> FileKind:
        """Where the file system keeps no executable bits: as in the base, and what is new is no program."""
        if self._modes or found.kind is FileKind.LINK:
            return found.kind
        return _REGULAR.get(base[0], found.kind) if base else FileKind.FILE


def inner_digest(head: str | None, look: Look) -> Digest:
    """What a submodule holds: its commit, and everything in its tree that differs from it."""
    from scafld.core.digest import fingerprint

    files = [[seen.path, seen.kind.value, seen.digest] for seen in look.files]
    return fingerprint({"head": head, "files": files, "hidden": list(look.hidden)})


# Private.

_REGULAR = {MODES[kind]: kind for kind in (FileKind.FILE, FileKind.EXECUTABLE)}


def _repository(path: RepoPath, base: Named | None, head: str | None, look: Look) -> Seen | None:
    if base and base == (MODES[FileKind.SUBMODULE], head) and not look.files:
        return None
    digest = inner_digest(head, look)
    return Seen(path=path, kind=FileKind.SUBMODULE, digest=digest, base=":".join(base) if base else "")


def _by_path(seen: Seen) -> str:
    return seen.path

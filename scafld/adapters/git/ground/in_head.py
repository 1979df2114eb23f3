"""What git has of single files: their bytes in HEAD, and whether it would ignore them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.git.paths import to_bytes
from scafld.adapters.git.repository import Git, Place
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable
from scafld.core.value import value


@value
class InHead:
    """A repository, asked about files of the workspace that it is seen from."""

    git: Git
    place: Place

    def content(self, path: RepoPath) -> bytes | None:
        """The bytes of a file in HEAD, None where it has none."""
        with self.git.ask("cat-file", "blob", b"HEAD:" + self.place.prefix + to_bytes(path)) as asked:
            answer = asked.answer()
        return answer.out if answer.code == 0 else None

    def has(self, path: RepoPath, content: bytes | None) -> bool:
        """Whether HEAD has this content of a file, None: no such file. Line ends of another system are no change."""
        there = self.content(path)
        if content is None or there is None:
            return content is there
        return content.replace(b"\r\n", b"\n") == there.replace(b"\r\n", b"\n")

    def ignores(self, path: RepoPath) -> bool:
        """Whether git would leave a file of this name out of `git add`, were it new."""
        words = ("check-ignore", "--quiet", "--no-index", "--", to_bytes(path))
        with self.git.ask(*words, besides=_AS_PATTERNS) as asked:
            answer = asked.answer()
        if answer.code not in (0, 1):
            raise Unavailable(f"git check-ignore cannot tell: {answer.complaint()}")
        return answer.code == 0


_AS_PATTERNS = {"GIT_LITERAL_PATHSPECS": "0"}
"""`git check-ignore` knows no other way."""


def in_head(place: Place, git: str, environ: Mapping[str, str]) -> InHead:
    return InHead(git=Git(git, place, environ), place=place)


def top_of(place: Place) -> str:
    """The top of the working tree, absolute."""
    return os.fsdecode(place.top)

"""What a receipt is held against: its files in the working tree, or in a commit, without a checkout."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from hashlib import file_digest

from scafld.adapters.git.footing import Attic, attic, footing
from scafld.adapters.git.paths import to_bytes
from scafld.adapters.git.repository import Place, find
from scafld.app.verify import Scene
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.receipt import Receipt
from scafld.core.refusal import Misused, Unavailable

Standing = tuple[FileKind, Digest] | None


def scene_of(root: str, git: str | None, environ: Mapping[str, str], receipt: Receipt, commit: str) -> Scene:
    """The scene of a receipt. Misused for a commit that is none; Unavailable without the git binary."""
    place = find(os.fsencode(root))
    paths = tuple(path for each in receipt.material.files for path in (each.path, each.was) if path is not None)
    if place is None:
        if commit:
            raise Misused("--commit needs a git repository")
        descends = receipt.baseline.head is None
        return Scene(ground=Footing(), files=_standing(root, paths), descends=descends)
    if git is None:
        raise Unavailable("a receipt is held against history: that needs the git binary", next="install git")
    with attic(place, git, environ) as found:
        base = receipt.baseline.head
        if not commit:
            ground, files = footing(root, git, environ), _standing(root, paths)
            return Scene(ground=ground, files=files, descends=_descends(found, base, found.name("HEAD^{commit}")))
        named = None if commit.startswith("-") else found.name(f"{commit}^{{commit}}")
        if named is None:
            raise Misused(f"--commit {commit!r} names no commit here", next="git fetch")
        folder = os.fsdecode(place.prefix).rstrip("/") or "."
        ground = Footing(folder=folder, tree=found.own(named), commit=named)
        return Scene(
            ground=ground, files=_committed(found, place, named, paths), descends=_descends(found, base, named)
        )


# Private.

_KINDS = {b"100644": FileKind.FILE, b"100755": FileKind.EXECUTABLE, b"120000": FileKind.LINK}


def _descends(found: Attic, base: GitId | None, commit: GitId | None) -> bool:
    """Whether one commit comes from another; everything comes from none."""
    if base is None or commit is None:
        return base is None
    with found.git.ask("merge-base", "--is-ancestor", base, commit, besides=found.besides) as asked:
        return asked.answer().code == 0


def _standing(root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    return {path: _seen(os.fsencode(root) + b"/" + to_bytes(path)) for path in paths}


def _seen(path: bytes) -> Standing:
    """A file as it lies there; a folder is none."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return FileKind.LINK, digest_of(os.readlink(path))
        if not stat.S_ISREG(found.st_mode):
            return None
        with open(path, "rb") as file:
            content = Digest(file_digest(file, "sha256").hexdigest())
    except OSError:
        return None
    return (FileKind.EXECUTABLE if found.st_mode & 0o100 else FileKind.FILE), content


def _committed(found: Attic, place: Place, commit: GitId, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    rows = found.tell("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    named = {path: words.split(b" ") for words, _, path in (row.partition(b"\t") for row in rows if row)}
    return {path: _blob(found, named.get(place.prefix + to_bytes(path))) for path in paths}


def _blob(found: Attic, words: list[bytes] | None) -> Standing:
    if words is None or words[0] not in _KINDS:
        return None
    return _KINDS[words[0]], digest_of(found.tell("cat-file", "blob", words[2]))

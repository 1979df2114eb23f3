"""What a receipt is held against: its files in the working tree, or in a commit, without a checkout."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from hashlib import file_digest

from scafld.adapters.git.difference import inner_digest
from scafld.adapters.git.footing import Attic, attic, footing
from scafld.adapters.git.paths import to_bytes, to_text
from scafld.adapters.git.repository import Place, find
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind, Look
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.faults import Descent, Scene, Standing
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.receipt import BaselineProof, Receipt
from scafld.core.refusal import Misused, Unavailable


def scene_of(root: str, git: str | None, environ: Mapping[str, str], receipt: Receipt, commit: GitId | None) -> Scene:
    """The scene of a receipt in the working tree, or in a commit. Unavailable without the git binary, Misused for a
    commit where there is no repository."""
    place = find(os.fsencode(root))
    paths = tuple(path for each in receipt.material.files for path in (each.path, each.was) if path is not None)
    if place is None:
        if commit:
            raise Misused("--commit needs a git repository")
        descent = Descent.OF_IT if receipt.baseline.head is None else Descent.NONE
        return Scene(ground=Footing(), files=_standing(root, paths), descent=descent)
    with attic(place, need(git), environ) as found:
        if commit is None:
            ground, files = footing(root, git, environ), _standing(root, paths)
            files |= _links(found, receipt)
            descent = _descent(found, receipt.baseline, found.name("HEAD^{commit}"))
            return Scene(ground=ground, files=files, descent=descent)
        folder = os.fsdecode(place.prefix).rstrip("/") or "."
        ground = Footing(folder=folder, tree=found.own(commit), commit=commit)
        files = _committed(found, place, commit, paths)
        return Scene(ground=ground, files=files, descent=_descent(found, receipt.baseline, commit))


def need(git: str | None) -> str:
    """The git binary. Unavailable when there is none."""
    if git is None:
        raise Unavailable("a receipt is held against history: that needs the git binary", next="install git")
    return git


# Private.

_KINDS = {b"100644": FileKind.FILE, b"100755": FileKind.EXECUTABLE, b"120000": FileKind.LINK}
_LINK = b"160000"


def _descent(found: Attic, baseline: BaselineProof, commit: GitId | None) -> Descent:
    """How a commit comes from a baseline; everything comes from none."""
    if baseline.head is None:
        return Descent.OF_IT
    if commit is None:
        return Descent.NONE
    if _is_ancestor(found, baseline.head, commit):
        return Descent.OF_IT
    if any(_is_ancestor(found, each, commit) for each in _there(found, baseline.lineage)):
        return Descent.OF_ONE_BEFORE
    shallow = found.tell("rev-parse", "--is-shallow-repository").strip() == b"true"
    return Descent.UNTOLD if shallow else Descent.NONE


def _is_ancestor(found: Attic, old: GitId, commit: GitId) -> bool:
    with found.git.ask("merge-base", "--is-ancestor", old, commit, besides=found.besides) as asked:
        return asked.answer().code == 0


def _there(found: Attic, commits: tuple[GitId, ...]) -> Iterator[GitId]:
    """Those of these commits that the repository holds, the nearest first."""
    if not commits:
        return
    told = found.tell("cat-file", "--batch-check", feed="".join(f"{each}\n" for each in commits).encode())
    for each, row in zip(commits, told.splitlines(), strict=True):
        if row.split(b" ")[1:2] == [b"commit"]:
            yield each


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


def _links(found: Attic, receipt: Receipt) -> dict[RepoPath, Standing]:
    """The submodules that a receipt tells of, as a commit of what stands there would have them."""
    paths = {each.path for each in receipt.material.files if each.kind is FileKind.SUBMODULE}
    if not paths:
        return {}
    found.standing()
    rows = (row.partition(b"\t") for row in found.tell("ls-files", "--stage", "-z").split(b"\0") if row)
    links = {to_text(path): words.split(b" ")[1] for words, _, path in rows if words.startswith(_LINK)}
    return {path: _submodule(links[path]) for path in paths if path in links}


def _submodule(commit: bytes) -> Standing:
    head = commit.decode("ascii")
    return FileKind.SUBMODULE, inner_digest(head, Look(vcs="git", head=head, base=head, files=()))


def _committed(found: Attic, place: Place, commit: GitId, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    rows = found.tell("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    named = {path: words.split(b" ") for words, _, path in (row.partition(b"\t") for row in rows if row)}
    wanted = {path: named.get(place.prefix + to_bytes(path)) for path in paths}
    blobs = found.blobs({words[2] for words in wanted.values() if words and words[0] in _KINDS})
    return {path: _as_committed(words, blobs) for path, words in wanted.items()}


def _as_committed(words: list[bytes] | None, blobs: Mapping[bytes, bytes]) -> Standing:
    if words is None:
        return None
    if words[0] == _LINK:
        return _submodule(words[2])
    kind = _KINDS.get(words[0])
    return None if kind is None else (kind, digest_of(blobs[words[2]]))

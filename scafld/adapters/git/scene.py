"""What a receipt is held against: its files in the working tree, or in a commit, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from scafld.adapters.git.content import MODES, Ground
from scafld.adapters.git.difference import inner_digest
from scafld.adapters.git.footing import Attic, attic, footing_in
from scafld.adapters.git.git_tree import GitTree
from scafld.adapters.git.paths import to_bytes
from scafld.adapters.git.repository import Place, find
from scafld.app.verify import Scene
from scafld.core.digest import digest_of, hasher
from scafld.core.evidence.seals import FileKind, Look
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
        _need_history(found, base)
        if not commit:
            ground = footing_in(found, map(to_bytes, paths))
            inner = [each.path for each in receipt.material.files if each.kind is FileKind.SUBMODULE]
            files = _standing(root, paths) | _inner(found, GitTree(git, place, environ), inner)
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

_HEAD = 128
_KINDS = {MODES[kind].encode(): kind for kind in (FileKind.FILE, FileKind.EXECUTABLE, FileKind.LINK)}


def _descends(found: Attic, base: GitId | None, commit: GitId | None) -> bool:
    """Whether one commit comes from another; everything comes from none."""
    if base is None or commit is None:
        return base is None
    with found.git.ask("merge-base", "--is-ancestor", base, commit, besides=found.besides) as asked:
        return asked.answer().code == 0


def _need_history(found: Attic, base: GitId | None) -> None:
    """Unavailable for a shallow clone that ends before the work began: it cannot tell one way or the other."""
    cut = os.path.isfile(found.place.common_dir + b"/shallow")
    if cut and base is not None and found.name(f"{base}^{{commit}}") is None:
        reason = f"this clone is shallow, and commit {base[:12]}, where the work began, is not in it"
        raise Unavailable(reason, next="git fetch --unshallow")


def _standing(root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    """Files as they lie there; a folder is none, and nothing lies behind a link in a folder's place."""
    ground = Ground(os.path.realpath(os.fsencode(root)))
    found = {path: ground.at(to_bytes(path)) for path in paths}
    return {path: (each.kind, each.digest) if each else None for path, each in found.items()}


def _inner(found: Attic, tree: GitTree, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    """Submodules; of one that is not checked out, what the index has of it."""
    ground = Ground(tree.place.root)
    told: dict[RepoPath, Standing] = {}
    for path in paths:
        name = to_bytes(path)
        if ground.directory(name):
            module = tree.inner(name)
            row = b"" if module else found.tell("ls-files", "-s", "-z", "--", name)
            digest = _digest_of_module(module.look(None)) if module else _gitlink(row.split(b" "))
            told[path] = (FileKind.SUBMODULE, digest) if digest else None
    return told


def _digest_of_module(look: Look) -> Digest:
    return inner_digest(look.head, look)


def _gitlink(words: list[bytes]) -> Digest | None:
    """The digest of a submodule that is as its commit, from git's mode and name of it; None for what is none."""
    if len(words) < 2 or words[0] != MODES[FileKind.SUBMODULE].encode():
        return None
    head = words[1].decode()
    return _digest_of_module(Look(vcs="git", head=head, base=head, files=()))


def _committed(found: Attic, place: Place, commit: GitId, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    rows = found.tell("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    named = {path: words.split(b" ") for words, _, path in (row.partition(b"\t") for row in rows if row)}
    there = {path: named.get(place.prefix + to_bytes(path)) for path in paths}
    blobs = {path: words for path, words in there.items() if words and words[0] in _KINDS}
    contents = _contents(found, place, [words[2] for words in blobs.values()])
    told: dict[RepoPath, Standing] = {path: (_KINDS[words[0]], contents[words[2]]) for path, words in blobs.items()}
    for path, words in there.items():
        digest = _gitlink(words[::2]) if words else None
        if digest:
            told[path] = FileKind.SUBMODULE, digest
    return {path: told.get(path) for path in there}


def _contents(found: Attic, place: Place, oids: list[bytes]) -> dict[bytes, Digest]:
    """The digests of blobs. Unavailable for one that is not here, or not what its name says: git does not look."""
    told, at = found.tell("cat-file", "--batch", feed=b"".join(oid + b"\n" for oid in oids)) if oids else b"", 0
    digests = {}
    for oid in oids:
        head, _, _ = told[at : at + _HEAD].partition(b"\n")
        size = int(head.rpartition(b" ")[2]) if head.startswith(oid + b" blob ") else -1
        content = told[at + len(head) + 1 : at + len(head) + 1 + size] if size >= 0 else b""
        named = hasher(place.algorithm, size)
        named.update(b"blob %d\0" % len(content) + content)
        if named.hexdigest().encode() != oid:
            raise Unavailable(f"git's object {oid.decode()} is not here, or not what its name says", next="git fsck")
        digests[oid] = digest_of(content)
        at += len(head) + size + 2
    return digests

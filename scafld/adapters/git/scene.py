"""What a receipt is held against: its files in the working tree, or in a commit, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from scafld.adapters.git.clean_checkout import clean_checkout
from scafld.adapters.git.content import MODES, Ground
from scafld.adapters.git.conversions import points_to
from scafld.adapters.git.difference import inner_digest
from scafld.adapters.git.footing import Attic, attic, footing_in
from scafld.adapters.git.git_tree import GitTree
from scafld.adapters.git.paths import to_bytes
from scafld.adapters.git.repository import Place, find
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind, Look
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.faults import Descent, Scene, Standing
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.receipt import BaselineProof, FileProof, Receipt
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
            ground = footing_in(found, map(to_bytes, paths))
            inner = [each.path for each in receipt.material.files if each.kind is FileKind.SUBMODULE]
            files = _standing(root, paths) | _inner(found, GitTree(found.git.binary, place, environ), inner)
            descent = _descent(found, receipt.baseline, found.name("HEAD^{commit}"))
            return Scene(ground=ground, files=files, descent=descent)
        folder = os.fsdecode(place.prefix).rstrip("/") or "."
        files = _committed(found, place, commit, paths)
        tree = found.own(commit)
        others = _others(found, commit, receipt, files, environ) if tree == receipt.material.tree else {}
        ground = Footing(folder=folder, tree=tree, commit=commit, converted=others)
        return Scene(ground=ground, files=files, descent=_descent(found, receipt.baseline, commit))


def need(git: str | None) -> str:
    """The git binary. Unavailable when there is none."""
    if git is None:
        raise Unavailable("a receipt is held against history: that needs the git binary", next="install git")
    return git


# Private.

_KINDS = {MODES[kind].encode(): kind for kind in (FileKind.FILE, FileKind.EXECUTABLE, FileKind.LINK)}


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


def _others(
    found: Attic, commit: GitId, receipt: Receipt, files: Mapping[RepoPath, Standing], environ: Mapping[str, str]
) -> dict[RepoPath, None]:
    """Files of a commit that are not what was reviewed, nor become it by what the commit's own attributes ask for: when
    the receipt was made, git was told so elsewhere."""
    odd = {each.path: each.digest for each in receipt.material.files if _is_other(each, files.get(each.path))}
    if not odd:
        return {}
    prefix, named = found.place.prefix, found.listed(commit)
    names = {path: named[prefix + to_bytes(path)][2] for path in odd}
    blobs = found.blobs(set(names.values()))
    with clean_checkout(found, commit, commit, environ) as root:
        lying = _standing(os.path.join(root, os.fsdecode(prefix)), odd)
    return {
        path: None
        for path, digest in odd.items()
        if digest and (lying[path] or ("", ""))[1] != digest and not points_to(blobs[names[path]], digest)
    }


def _is_other(file: FileProof, standing: Standing) -> bool:
    """Whether a plain file has neither of the digests that a receipt gives it."""
    if standing is None or standing[0] not in (FileKind.FILE, FileKind.EXECUTABLE):
        return False
    return file.digest is not None and standing[1] not in (file.digest, file.committed)


def _committed(found: Attic, place: Place, commit: GitId, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    named = found.listed(commit)
    there = {path: named.get(place.prefix + to_bytes(path)) for path in paths}
    blobs = {path: words for path, words in there.items() if words and words[0] in _KINDS}
    contents = found.blobs({words[2] for words in blobs.values()})
    told: dict[RepoPath, Standing] = {
        path: (_KINDS[words[0]], digest_of(contents[words[2]])) for path, words in blobs.items()
    }
    for path, words in there.items():
        digest = _gitlink(words[::2]) if words else None
        if digest:
            told[path] = FileKind.SUBMODULE, digest
    return {path: told.get(path) for path in there}

"""What a receipt is held against: its files in the working tree, or in a commit, without a checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from scafld.adapters.git.content import MODES, Ground
from scafld.adapters.git.difference import inner_digest
from scafld.adapters.git.git_tree import GitTree
from scafld.adapters.git.ground.clean_checkout import clean_checkout
from scafld.adapters.git.ground.conversions import points_to
from scafld.adapters.git.ground.footing import Attic, attic, footing_in
from scafld.adapters.git.ground.history import present
from scafld.adapters.git.paths import to_bytes, to_text
from scafld.adapters.git.repository import find
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import FileKind, Look
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.faults import Descent, Scene, Standing
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.receipt import BaselineProof, FileProof, Receipt
from scafld.core.refusal import Misused, Unavailable


def scenes_of(
    root: str, git: str | None, environ: Mapping[str, str], receipts: tuple[Receipt, ...], commit: GitId | None
) -> tuple[Scene, ...]:
    """The scene of each receipt, of all of them in one look at the working tree or a commit. Unavailable without the
    git binary, Misused for a commit where there is no repository."""
    place = find(os.fsencode(root))
    files = tuple(each for receipt in receipts for each in receipt.material.files)
    paths = tuple(dict.fromkeys(path for each in files for path in (each.path, each.was) if path is not None))
    if place is None:
        if commit:
            raise Misused("--commit needs a git repository")
        standing = _standing(root, paths)
        return tuple(Scene(ground=Footing(), files=standing, descent=_out_of_git(each)) for each in receipts)
    with attic(place, need(git), environ) as found:
        if commit is None:
            found.take_in(map(to_bytes, paths))
            ground, head = footing_in(found, map(to_bytes, paths)), found.name("HEAD^{commit}")
            inner = dict.fromkeys(each.path for each in files if each.kind is FileKind.SUBMODULE)
            standing = _lying(found, root, paths) | _inner(found, GitTree(found.git.binary, place, environ), inner)
            grounds = tuple(ground for _ in receipts)
        else:
            head, standing = commit, standing_in(found, commit, paths)
            grounds = tuple(_grounds(found, commit, receipts, standing, environ))
        descents = _descents(found, tuple(each.baseline for each in receipts), head)
        return tuple(
            Scene(ground=ground, files=standing, descent=descent)
            for ground, descent in zip(grounds, descents, strict=True)
        )


def need(git: str | None) -> str:
    """The git binary. Unavailable when there is none."""
    if git is None:
        raise Unavailable("a receipt is held against history: that needs the git binary", next="install git")
    return git


def standing_in(found: Attic, commit: GitId, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    """Files as they lie in a commit; of a submodule its commit there."""
    named = found.listed(commit)
    there = {path: named.get(found.place.prefix + to_bytes(path)) for path in paths}
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


# Private.

_KINDS = {MODES[kind].encode(): kind for kind in (FileKind.FILE, FileKind.EXECUTABLE, FileKind.LINK)}


def _out_of_git(receipt: Receipt) -> Descent:
    return Descent.OF_IT if receipt.baseline.head is None else Descent.NONE


def _descents(found: Attic, baselines: tuple[BaselineProof, ...], commit: GitId | None) -> Iterator[Descent]:
    """How a commit comes from each baseline."""
    began = dict.fromkeys(each.head for each in baselines if each.head is not None)
    if commit is not None and began and _are_ancestors(found, tuple(began), commit):
        return (Descent.OF_IT for _ in baselines)
    return (_descent(found, each, commit) for each in baselines)


def _descent(found: Attic, baseline: BaselineProof, commit: GitId | None) -> Descent:
    """How a commit comes from a baseline; everything comes from none."""
    if baseline.head is None:
        return Descent.OF_IT
    if commit is None:
        return Descent.NONE
    if _are_ancestors(found, (baseline.head,), commit):
        return Descent.OF_IT
    if any(_are_ancestors(found, (each,), commit) for each in present(found, baseline.lineage)):
        return Descent.OF_ONE_BEFORE
    shallow = found.tell("rev-parse", "--is-shallow-repository").strip() == b"true"
    return Descent.UNTOLD if shallow else Descent.NONE


def _are_ancestors(found: Attic, commits: tuple[GitId, ...], commit: GitId) -> bool:
    """Whether a commit comes from all of these: then it is the only one that none of the others comes from."""
    with found.git.ask("merge-base", "--independent", commit, *commits, besides=found.besides) as asked:
        answer = asked.answer()
    return answer.code == 0 and answer.out.decode("ascii").split() == [commit]


def _standing(root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, Standing]:
    """Files as they lie there; a folder is none, and nothing lies behind a link in a folder's place."""
    ground = Ground(os.path.realpath(os.fsencode(root)))
    found = {path: ground.at(to_bytes(path)) for path in paths}
    return {path: (each.kind, each.digest) if each else None for path, each in found.items()}


def _lying(found: Attic, root: str, paths: tuple[RepoPath, ...]) -> dict[RepoPath, Standing]:
    """The same, and where the file system keeps no modes, programs are those that git has for one."""
    told = _standing(root, paths)
    if found.place.modes:
        return told
    for path, (mode, _) in found.entries(tuple(map(to_bytes, paths))).items():
        kind, standing = _KINDS.get(mode), told[to_text(path)]
        if standing is not None and {kind, standing[0]} == {FileKind.FILE, FileKind.EXECUTABLE}:
            told[to_text(path)] = _KINDS[mode], standing[1]
    return told


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


def _grounds(
    found: Attic,
    commit: GitId,
    receipts: tuple[Receipt, ...],
    files: Mapping[RepoPath, Standing],
    environ: Mapping[str, str],
) -> Iterator[Footing]:
    """Where a commit stands, for each receipt with the files that it alone finds otherwise."""
    folder = os.fsdecode(found.place.prefix).rstrip("/") or "."
    tree = found.own_of(*found.objects(b"%b^{tree}" % commit.encode()))
    for each in receipts:
        others = _others(found, commit, each, files, environ) if tree == each.material.tree else {}
        yield Footing(folder=folder, tree=tree, commit=commit, converted=others)


def _others(
    found: Attic, commit: GitId, receipt: Receipt, files: Mapping[RepoPath, Standing], environ: Mapping[str, str]
) -> dict[RepoPath, None]:
    """Files of a commit that are not what was reviewed, nor become it by what the commit's own attributes ask for: when
    the receipt was made, git was told so elsewhere."""
    odd = {each.path: each for each in receipt.material.files if _is_other(each, files.get(each.path))}
    if not odd:
        return {}
    prefix, named = found.place.prefix, found.listed(commit)
    names = {path: named[prefix + to_bytes(path)][2] for path in odd}
    blobs = found.blobs(set(names.values()))
    with clean_checkout(found, commit, commit, environ) as root:
        lying = _standing(os.path.join(root, os.fsdecode(prefix)), odd)
    return {
        path: None
        for path, file in odd.items()
        if lying[path] != (file.kind, file.digest) and not _is_pointer(file, files[path], blobs[names[path]])
    }


def _is_other(file: FileProof, standing: Standing) -> bool:
    """Whether a file or a link is of another kind than a receipt says, or has neither of the digests that it gives."""
    if standing is None or file.digest is None or FileKind.SUBMODULE in (file.kind, standing[0]):
        return False
    return standing[0] is not file.kind or standing[1] not in (file.digest, file.committed)


def _is_pointer(file: FileProof, standing: Standing, content: bytes) -> bool:
    """Whether a commit has what git-lfs makes of this very file."""
    alike = standing is not None and standing[0] is file.kind and file.kind is not FileKind.LINK
    return alike and file.digest is not None and points_to(content, file.digest)

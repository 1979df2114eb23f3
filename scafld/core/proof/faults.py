"""What a receipt is held against, and everything in which that is not what the receipt tells of.

Each comparison is a function of its own; none looks at signatures or at policy (`demands.py` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from scafld.core.contract.spec import Criterion, Expected, Spec
from scafld.core.evidence.seals import FileKind
from scafld.core.names import Digest, RepoPath
from scafld.core.proof.git_names import Footing
from scafld.core.proof.receipt import AskedBy, FileProof, Receipt
from scafld.core.value import value


class Concern(StrEnum):
    """What a fault is about."""

    RECEIPT = "receipt"
    SIGNATURE = "signature"
    CONTRACT = "contract"
    MATERIAL = "material"
    BASELINE = "baseline"
    POLICY = "policy"
    ACCEPTANCE = "acceptance"
    COVERAGE = "coverage"
    WORKSPACE = "workspace"


@value
class Fault:
    """Something that speaks against a receipt."""

    concern: Concern
    words: str

    def __str__(self) -> str:
        return f"{self.concern}: {self.words}"


class Descent(StrEnum):
    """How what lies here comes from the commit where the work began: from it; from one before it, as after a squash or
    a rebase; not at all; or nobody can tell, because the clone is shallow."""

    OF_IT = "of it"
    OF_ONE_BEFORE = "of one before it"
    NONE = "none"
    UNTOLD = "untold"


Standing = tuple[FileKind, Digest] | None
"""A file as it lies there: its kind and the digest of its content; of a submodule that of its commit, all clean."""


@value
class Scene:
    """What lies where a receipt is held against: `ground` in git's names, the files that it tells of (None: there is
    none), and where that comes from."""

    ground: Footing
    files: Mapping[RepoPath, Standing]
    descent: Descent


def of_workspace(taken: str, governing: str | None) -> Iterator[str]:
    """The workspace that was taken is the one that a trusted commit has for whoever stands here, if it has one. Both
    are folders of the repository, `.` its top."""
    if governing is not None and governing != taken:
        yield (
            f"{_folder(taken)} was taken for the workspace, and in the trusted commit {_folder(governing)} is the one "
            "that counts here: verify with --root or SCAFLD_ROOT there"
        )


def of_contract(receipt: Receipt, spec: Spec | None, checks: tuple[Criterion, ...]) -> Iterator[str]:
    """The spec that lies there is the one that was approved, and each of its criteria and of the project's `checks` was
    run."""
    if spec is None:
        yield "its spec is not here"
        return
    if spec.digest != receipt.contract:
        yield f"the spec reads otherwise ({spec.digest[:12]}, and the receipt is of {receipt.contract[:12]})"
        return
    told = {(each.id, each.fingerprint, each.asked_by) for each in receipt.criteria}
    asked = {(each.id, each.fingerprint, AskedBy.CONTRACT) for _, each in spec.criteria()}
    for name, _, _ in sorted(asked - told):
        yield f"{name} is a criterion of the contract, and the receipt does not tell of it as it reads"
    for name, _, by in sorted(told - asked):
        if by is AskedBy.CONTRACT:
            yield f"{name} is no criterion of the contract"
    for each in checks:
        if (each.id, each.fingerprint, AskedBy.PROJECT) not in told:
            yield f"{each.id} is a check of this project, and the receipt does not tell of it as it reads"


def of_material(receipt: Receipt, scene: Scene) -> Iterator[str]:
    """Each file of the change lies there as it was reviewed."""
    yield from _of_ground(receipt, scene)
    for each in receipt.material.files:
        yield from (words for _, words in _of_file(each, scene, whole=is_whole(receipt, scene)))


def strayed(receipt: Receipt, scene: Scene) -> frozenset[RepoPath]:
    """The files of the change that are not as they were reviewed; none where more than single files is otherwise."""
    if any(_of_ground(receipt, scene)):
        return frozenset()
    whole = is_whole(receipt, scene)
    return frozenset(path for each in receipt.material.files for path, _ in _of_file(each, scene, whole=whole))


def is_whole(receipt: Receipt, scene: Scene) -> bool:
    """Whether the whole tree is the one that was reviewed, not only the files of the change."""
    return receipt.material.tree == scene.ground.tree


def of_baseline(receipt: Receipt, scene: Scene) -> Iterator[str]:
    """What lies there comes from where the work began."""
    began = (receipt.baseline.head or "")[:12]
    if scene.descent is Descent.UNTOLD:
        yield f"this clone is shallow and does not hold commit {began}, where it began: git fetch --unshallow"
    if scene.descent is Descent.NONE:
        yield f"commit {began}, where it began, is no ancestor of what lies here, nor is one of the commits before it"


def remarks(receipt: Receipt, scene: Scene) -> Iterator[str]:
    """What is no fault, and is said all the same."""
    if not is_whole(receipt, scene) and not any(of_material(receipt, scene)):
        yield "the tree around the change is not the one that was reviewed: only its files are as they were"
    if scene.descent is Descent.OF_ONE_BEFORE:
        yield "the commit where it began was squashed or rebased: a commit before it is an ancestor"


def covered(receipt: Receipt) -> frozenset[RepoPath]:
    """The paths that a receipt answers for."""
    files = receipt.material.files
    return frozenset(path for each in files for path in (each.path, each.was) if path is not None)


def to_run_again(receipt: Receipt) -> frozenset[str]:
    """The ids of the criteria that can be run: a person's word cannot."""
    return frozenset(each.id for each in receipt.criteria if each.expected is not Expected.MANUAL)


# Private.


def _folder(path: str) -> str:
    return "the top of the repository" if path == "." else path


def _of_ground(receipt: Receipt, scene: Scene) -> Iterator[str]:
    material, ground = receipt.material, scene.ground
    if (material.tree is None) != (ground.tree is None):
        yield "it was made in a git repository and this is none, or the other way round"
    if material.folder != ground.folder:
        yield f"it is of the folder {material.folder}, and this workspace is {ground.folder}"
    if not is_whole(receipt, scene) and not material.files:
        yield "the tree is another one, and the receipt names no file to go by"


def _of_file(file: FileProof, scene: Scene, *, whole: bool) -> Iterator[tuple[RepoPath, str]]:
    """What is wrong with a file, or with what it was called before, each with its path.

    Where the tree is the same one, git answers for its files. A submodule's tree is not in it, and what attributes make
    another content of may be any content.
    """
    found = scene.files.get(file.path)
    told = whole and file.kind is not FileKind.SUBMODULE and scene.ground.converted.get(file.path, "") is not None
    if file.kind is FileKind.ABSENT:
        if found is not None:
            yield file.path, f"{file.path} was deleted, and is there"
    elif file.digest is None:
        if not whole:
            yield file.path, f"{file.path} was as in the baseline, and only the whole tree could show it"
    elif found is None:
        yield file.path, f"{file.path} is not there"
    elif not told and not _is_as_it_was(file, found, scene.ground):
        yield file.path, f"{file.path} is not as it was"
    if file.was is not None and scene.files.get(file.was) is not None:
        yield file.was, f"{file.was} was renamed, and is there"


def _is_as_it_was(file: FileProof, found: tuple[FileKind, Digest], ground: Footing) -> bool:
    """Byte by byte, or as git commits it: two checkouts of one commit may have different line ends."""
    kind, digest = found
    there = {digest, ground.converted.get(file.path)} - {None}
    return kind is file.kind and not there.isdisjoint({file.digest, file.committed})

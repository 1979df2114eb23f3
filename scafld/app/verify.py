"""`verify`: whether a receipt shows what it has to, by the repository, the receipt and the trusted keys alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scafld.core.names import Digest, Moment, RepoPath, TaskId
from scafld.core.policy import Proof
from scafld.core.proof.demands import notices, shortfalls
from scafld.core.proof.dsse import NotAnEnvelope
from scafld.core.proof.git_names import Footing
from scafld.core.proof.receipt import Receipt
from scafld.core.proof.statement import NotAReceipt
from scafld.core.proof.witnessing import Ed25519Check, SshCheck, ahead_of, open_receipt
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.core.evidence.seals import FileKind
    from scafld.core.proof.trust import TrustedKeys


@value
class Scene:
    """What lies where a receipt is held against: `ground` in git's names, the files that it tells of (None: there is
    none), and whether the commit it began at is an ancestor."""

    ground: Footing
    files: Mapping[RepoPath, tuple[FileKind, Digest] | None]
    descends: bool


Look = Callable[[Receipt, str], Scene]
"""Port: the scene of a receipt in the working tree, or in a commit that is named."""

Found = Callable[[TaskId], bytes]
"""Port: the bytes of a task's receipt. Refused when there is none."""


@value
class Verified:
    """One receipt, everything that speaks against it, and what nobody proved although nobody asks for it."""

    task_id: TaskId
    problems: tuple[str, ...]
    notices: tuple[str, ...] = ()
    minted_by: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.problems


@value
class Verify:
    """`contract`: the digest of a task's contract as it lies there, None where there is none."""

    receipt: Found
    trusted: Callable[[], TrustedKeys]
    look: Look
    contract: Callable[[TaskId], Digest | None]
    now: Callable[[], Moment]
    check: Ed25519Check
    check_ssh: SshCheck
    demands: Proof

    def __call__(self, task_id: TaskId, commit: str) -> Verified:
        """Everything that is wrong, not the first of it. Writes nothing, and reads no ledger."""
        try:
            receipt, seen = open_receipt(self.receipt(task_id), self.trusted(), self.check, self.check_ssh)
        except NotAnEnvelope as error:
            return Verified(task_id=task_id, problems=(f"it is no receipt: {error}",))
        except NotAReceipt as error:
            return Verified(task_id=task_id, problems=error.problems)
        scene = self.look(receipt, commit)
        ahead = ahead_of(receipt, self.now())
        problems = (
            *((f"it is the receipt of {receipt.task}",) if receipt.task != task_id else ()),
            *((ahead,) if ahead else ()),
            *shortfalls(receipt, self.demands, seen),
            *_of_contract(receipt, self.contract(task_id)),
            *_of_scene(receipt, scene),
        )
        said = (*notices(receipt), *_of_tree(receipt, scene))
        keys = tuple(key.key_id for key in seen.minted_by)
        return Verified(task_id=task_id, problems=problems, notices=said, minted_by=keys)


# Private.


def _of_contract(receipt: Receipt, contract: Digest | None) -> Iterator[str]:
    if contract is None:
        yield "contract: its spec is not here"
    elif contract != receipt.contract:
        yield f"contract: the spec reads otherwise ({contract[:12]}, and the receipt is of {receipt.contract[:12]})"


def _of_scene(receipt: Receipt, scene: Scene) -> Iterator[str]:
    material, ground = receipt.material, scene.ground
    if (material.tree is None) != (ground.tree is None):
        yield "material: it was made in a git repository and this is none, or the other way round"
    if material.folder != ground.folder:
        yield f"material: it is of the folder {material.folder}, and this workspace is {ground.folder}"
    if not scene.descends:
        yield f"baseline: commit {(receipt.baseline.head or '')[:12]}, where it began, is no ancestor of what lies here"
    if material.tree != ground.tree and not material.files:
        yield "material: the tree is another one, and the receipt names no file to go by"
    for each in material.files:
        found = scene.files.get(each.path)
        if each.digest is None:
            gone = each.change == "deleted"
            if gone and found is not None:
                yield f"material: {each.path} was deleted, and is there"
            elif not gone and material.tree != ground.tree:
                yield f"material: {each.path} was as in the baseline, and only the whole tree could show it"
        elif found is None:
            yield f"material: {each.path} is not there"
        elif material.tree != ground.tree and found != (each.kind, each.digest):
            yield f"material: {each.path} is not as it was"
        if each.was is not None and scene.files.get(each.was) is not None:
            yield f"material: {each.was} was renamed, and is there"


def _of_tree(receipt: Receipt, scene: Scene) -> Iterator[str]:
    if receipt.material.tree != scene.ground.tree:
        yield "the tree around the change is not the one that was reviewed: only its files are as they were"

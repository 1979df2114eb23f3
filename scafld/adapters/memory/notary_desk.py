"""Receipts in memory, a key that signs nothing anybody else would believe, and a tree by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.ledger_bytes import MemoryLedgers
from scafld.app.check import Checker, project_criteria
from scafld.app.given import Noted
from scafld.app.notarise import Notary
from scafld.app.premises.wiring import Facts, Lane, SelfCheck, Standing
from scafld.app.verify import Authority, Changes, Checkouts, Held, Verify, VerifyAll
from scafld.core.contract.spec import Spec
from scafld.core.digest import digest_of
from scafld.core.names import Digest, Moment, RepoPath, TaskId
from scafld.core.policy import Policy, Proof
from scafld.core.proof.faults import Descent, Scene
from scafld.core.proof.git_names import Footing, git_id
from scafld.core.proof.mint import Told
from scafld.core.proof.receipt import Receipt
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.proof.signers.trust import Role, TrustedKeys, trusted_ed25519
from scafld.core.proof.witnessing import SshCheck
from scafld.core.refusal import Misused
from scafld.core.value import value
from scafld.core.version import VERSION

PUBLIC = bytes(range(32))
"""The public half of the one key in memory."""


class MemorySigner:
    """Always the same key; its signature is a digest, which only a workspace in memory takes for one."""

    def key_id(self) -> str:
        """See `Signer.key_id`."""
        return key_id_of(PUBLIC)

    def sign(self, message: bytes) -> bytes:
        """See `Signer.sign`."""
        return digest_of(message).encode("ascii")


class MemoryReceipts:
    """`kept` by digest, `files` by task: what was issued."""

    def __init__(self) -> None:
        self.kept: dict[Digest, bytes] = {}
        self.files: dict[TaskId, bytes] = {}

    def keep(self, _task_id: TaskId, content: bytes) -> Digest:
        """See `Receipts.keep`."""
        found = digest_of(content)
        self.kept[found] = content
        return found

    def issue(self, task_id: TaskId, receipt: Digest) -> None:
        """See `Receipts.issue`."""
        if receipt in self.kept:
            self.files.setdefault(task_id, self.kept[receipt])

    def issued(self, task_id: TaskId, receipt: Digest) -> bool:
        """See `Receipts.issued`."""
        return task_id in self.files and digest_of(self.files[task_id]) == receipt


@value
class MemoryRecord:
    """The port Recorded on ledgers in memory."""

    ledgers: MemoryLedgers

    def __call__(self, task_id: TaskId) -> Iterator[Told]:
        return (Told(actor=each.actor, event=each.event) for each in self.ledgers.entries(task_id))


class MemoryWiring:
    """What is wired in memory: its key is trusted, no workflow is there, nor a commit to note a receipt on."""

    def __init__(self, proof: Proof, now: Callable[[], Moment]) -> None:
        self._proof = proof
        self._now = now

    def self_check(self) -> SelfCheck:
        return SelfCheck(facts=self._facts, proof=self._proof, now=self._now)

    @staticmethod
    def note(_task_id: TaskId, _commit: str) -> Noted:
        """See `Ports.note`."""
        raise Misused("a workspace in memory has no commit to note a receipt on")

    # Private.

    @staticmethod
    def _facts() -> Facts:
        keys = TrustedKeys(keys=(trusted_ed25519(PUBLIC, (Role.MINT,)),))
        lane = Lane(path=".github/workflows/scafld.yml", standing=Standing.ABSENT)
        return Facts(lanes=(lane,), keys=keys, host_key=key_id_of(PUBLIC))


@value
class MemoryGrounds:
    """The port Grounds on a tree in memory: no git, but as good as its own name, and before no commit another one."""

    tree: MemoryTree

    def __call__(self, _paths: tuple[RepoPath, ...] = (), _began: str | None = None) -> Footing:
        names = "\n".join(f"{path} {name}" for path, name in sorted(self.tree.files.items()))
        return Footing(tree=git_id(digest_of(names.encode("utf-8", "surrogatepass"))[:40]))


def memory_notary(
    tree: MemoryTree, ledgers: MemoryLedgers, receipts: MemoryReceipts, now: Callable[[], Moment]
) -> Notary:
    """A notary over ports in memory."""
    return Notary(
        signer=MemorySigner(),
        receipts=receipts,
        recorded=MemoryRecord(ledgers=ledgers),
        grounds=MemoryGrounds(tree=tree),
        now=now,
        version=VERSION,
    )


@value
class MemoryStandpoint:
    """The port Standpoint on a tree in memory; a clean checkout of it is the tree itself."""

    tree: MemoryTree
    contract: Callable[[TaskId], Spec | None]
    checker: Checker

    def scenes(self, receipts: tuple[Receipt, ...]) -> tuple[Scene, ...]:
        """See `Standpoint.scenes`."""
        return tuple(map(self._scene, receipts))

    def spec(self, task_id: TaskId) -> Spec | None:
        """See `Standpoint.spec`."""
        return self.contract(task_id)

    @contextmanager
    def checkouts(self) -> Iterator[Checkouts]:
        """See `Standpoint.checkouts`."""
        yield self._checkout

    # Private.

    @contextmanager
    def _checkout(self) -> Iterator[Checker]:
        yield self.checker

    def _scene(self, receipt: Receipt) -> Scene:
        seen = {each.path: each for each in self.tree.look(receipt.baseline.head).files}
        files = {path: (found.kind, found.digest) for path, found in seen.items() if found.digest is not None}
        return Scene(ground=MemoryGrounds(tree=self.tree)(), files=files, descent=Descent.OF_IT)


@value
class MemoryShelf:
    """The port Shelf on receipts in memory, which lie between no commits."""

    receipts: MemoryReceipts

    def named(self, names: tuple[str, ...]) -> tuple[Held, ...]:
        """See `Shelf.named`."""
        return tuple(self._held(TaskId(name)) for name in names)

    def every(self) -> tuple[Held, ...]:
        """See `Shelf.every`."""
        return tuple(self._held(task) for task in sorted(self.receipts.files))

    def changes(self, receipts: tuple[Receipt | None, ...]) -> Changes:
        """See `Shelf.changes`."""
        return Changes()

    # Private.

    def _held(self, task: TaskId) -> Held:
        return Held(path=f"{task}.dsse.json", content=self.receipts.files[task], task=task)


def memory_verify(
    standpoint: MemoryStandpoint,
    receipts: MemoryReceipts,
    now: Callable[[], Moment],
    policy: Policy,
    trusted: tuple[TrustedKeys, SshCheck],
) -> VerifyAll:
    """A verifier over ports in memory, which knows no commit. `trusted`: the keys, and what checks those of people."""
    keys, check_ssh = trusted
    checks = project_criteria(policy.checks.complete)
    verify = Verify(
        authority=Authority(keys=keys, demands=policy.proof, checks=checks),
        standpoint=standpoint,
        now=now,
        check=lambda public, message, sig: (public, sig) == (PUBLIC, digest_of(message).encode("ascii")),
        check_ssh=check_ssh,
    )
    return VerifyAll(verify=verify, shelf=MemoryShelf(receipts=receipts), within=False)

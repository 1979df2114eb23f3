"""Receipts in memory, a key that signs nothing anybody else would believe, and a tree by its content."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.ledger_bytes import MemoryLedgers
from scafld.app.given import Noted
from scafld.app.notarise import Notary
from scafld.app.premises.wiring import Facts, Lane, SelfCheck, Standing
from scafld.app.verify import Scene, Verify
from scafld.core.digest import digest_of
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.policy import Proof
from scafld.core.proof.ed25519 import key_id_of
from scafld.core.proof.git_names import Footing, git_id
from scafld.core.proof.mint import Told
from scafld.core.proof.receipt import Receipt
from scafld.core.proof.ssh_key import SshKey
from scafld.core.proof.trust import Role, TrustedKeys, trusted_ed25519
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
class MemoryFooting:
    """What a tree in memory is called: no git, but as good as its own name."""

    tree: MemoryTree

    def __call__(self) -> Footing:
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
        stands_on=MemoryFooting(tree=tree),
        now=now,
        version=VERSION,
    )


def memory_verify(
    tree: MemoryTree,
    receipts: MemoryReceipts,
    contract: Callable[[TaskId], Digest | None],
    now: Callable[[], Moment],
) -> Verify:
    """A verifier over ports in memory, which trusts the key in memory and knows no commit."""
    return Verify(
        receipt=lambda task_id: receipts.files[task_id],
        trusted=lambda: TrustedKeys(keys=(trusted_ed25519(PUBLIC, (Role.MINT,)),)),
        look=lambda receipt, commit: _scene(tree, receipt, commit),
        contract=contract,
        now=now,
        check=lambda public, message, sig: (public, sig) == (PUBLIC, digest_of(message).encode("ascii")),
        check_ssh=_no_ssh,
        demands=Proof(),
    )


# Private.


def _scene(tree: MemoryTree, receipt: Receipt, commit: str) -> Scene:
    if commit:
        raise Misused("a workspace in memory is verified as it stands")
    seen = {each.path: each for each in tree.look(receipt.baseline.head).files}
    files = {path: (found.kind, found.digest) for path, found in seen.items() if found.digest is not None}
    return Scene(ground=MemoryFooting(tree=tree)(), files=files, descends=True)


def _no_ssh(_armored: str, _message: bytes, _namespace: str) -> SshKey:
    raise ValueError("no SSH signature is checked in memory")

"""The act of making a receipt: what is on record and what was just seen, signed, and kept before it is anchored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from scafld.core.names import Digest, Moment, TaskId
from scafld.core.refusal import Gate, Refusal, Refused
from scafld.core.task.events import ReceiptMinted
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.app.journal import Opened
    from scafld.core.contract.spec import Criterion
    from scafld.core.evidence.seals import Look, Material
    from scafld.core.names import RepoPath
    from scafld.core.proof.git_names import Footing
    from scafld.core.proof.mint import Minting, Told


class Signer(Protocol):
    """The key that this machine signs with."""

    def key_id(self) -> str:
        """What the key is called; the first call on a machine makes it. Unavailable says why there is none."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over a message, the same each time."""
        ...


class Receipts(Protocol):
    """Where receipts lie."""

    def keep(self, task_id: TaskId, content: bytes) -> Digest:
        """Keep the bytes of a receipt under their digest, flushed, before anything names them."""
        ...

    def issue(self, task_id: TaskId, receipt: Digest) -> None:
        """Put the kept bytes of this digest where receipts are read. Nothing happens where they lie already, or are not
        kept here: `issued` tells."""
        ...

    def issued(self, task_id: TaskId, receipt: Digest) -> bool:
        """Whether exactly this receipt lies where receipts are read."""
        ...


Recorded = Callable[[TaskId], Iterable["Told"]]
"""Port: the whole ledger of a task from its first entry, each proved as it is read."""


Grounds = Callable[["tuple[RepoPath, ...]", "str | None"], "Footing"]
"""Port: where the tree stands in git that lies there now, and what git would commit of these files; with the commits
before the one that is given, if any."""


@value
class Seen:
    """What was seen when the criteria had run: the tree, what git called it before, and the project's own criteria."""

    look: Look
    material: Material
    ground: Footing
    checks: tuple[Criterion, ...]


@value
class Notary:
    """`version`: which scafld this is."""

    signer: Signer
    receipts: Receipts
    recorded: Recorded
    grounds: Grounds
    now: Callable[[], Moment]
    version: str

    def ready(self, opened: Opened, paths: tuple[RepoPath, ...]) -> Footing:
        """What the tree is called that holds a change of these files. Unavailable, before anything runs, where nothing
        could be signed in the end."""
        self.signer.key_id()
        return self.grounds(paths, opened.task.baseline.head if opened.task.baseline else None)

    def mint(self, opened: Opened, seen: Seen) -> ReceiptMinted:
        """Sign what the ledger holds up to here and what was seen. The receipt is kept; it counts once its digest is
        on record."""
        from scafld.core.digest import digest_of
        from scafld.core.proof.dsse import IN_TOTO, Envelope, signed, write_envelope
        from scafld.core.proof.mint import receipt_from
        from scafld.core.proof.statement import NotAReceipt, payload_of

        at = self.now()
        try:
            payload = payload_of(receipt_from(opened.spec, opened.task, self._minting(opened, seen, at)))
        except NotAReceipt as error:
            raise Refused(_no_receipt(opened, error.problems)) from error
        bare = Envelope(payload=payload, payload_type=IN_TOTO, signatures=())
        key = self.signer.key_id()
        content = write_envelope(signed(bare, key, self.signer.sign(bare.message)))
        kept = self.receipts.keep(opened.task_id, content)
        return ReceiptMinted(receipt=kept, payload=digest_of(payload), key=key, minted_at=at)

    # Private.

    def _minting(self, opened: Opened, seen: Seen, at: Moment) -> Minting:
        from scafld.core.proof.mint import Minting
        from scafld.core.proof.receipt import HUMAN, Guarded, GuardProof
        from scafld.core.proof.spoken.sentence import signatures_of

        assert opened.memory is not None
        review = opened.task.review
        by_person = review is not None and review.by == HUMAN
        guard = GuardProof(reviewer=Guarded.UNWATCHED if by_person else Guarded.CLEAN, completion=Guarded.CLEAN)
        return Minting(
            minted_at=at,
            version=self.version,
            look=seen.look,
            material=seen.material,
            ground=seen.ground,
            entries=dict(enumerate(self.recorded(opened.task_id), start=1)),
            head=opened.memory.head,
            guard=guard,
            checks=seen.checks,
            signatures=signatures_of(opened.task, seen.material.digest),
        )


# Private.


def _no_receipt(opened: Opened, problems: tuple[str, ...]) -> Refusal:
    from scafld.core.task.decide.no import shown

    return Refusal(
        gate=Gate.COMPLETE,
        status=str(opened.task.status),
        reason="what is on record makes no receipt",
        expected="a receipt that holds together",
        blockers=shown(problems),
        next=f"scafld log {opened.task_id}",
    )

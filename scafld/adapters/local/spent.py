"""Whether a receipt is spent: whether the base of a change has it, or ever had it, and so it covers no later change.

Three things show that, and any of them is enough: a file among its receipts, a note on one of its commits, and the
ledger of the task, in which the receipt is on record. So it holds after a merge and after a squash, and does not lean
on a ref that others may write to alone. Notes on commits of before the work began count for nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from scafld.adapters.files.ledgers import FILE
from scafld.adapters.git.ground.history import ends_of, history, once_below, once_noted, present
from scafld.adapters.git.ground.notes import REF
from scafld.app.verify import Use
from scafld.core.digest import digest_of
from scafld.core.names import RECEIPTS
from scafld.core.proof.dsse import NotAnEnvelope, read_envelope
from scafld.core.proof.statement import NotAReceipt, read_receipt

if TYPE_CHECKING:
    from scafld.adapters.git.ground.footing import Attic
    from scafld.core.names import Digest, TaskId
    from scafld.core.proof.git_names import GitId


class Spent:
    """What the history of one base shows of receipts. A receipt is known by what is signed in it."""

    def __init__(self, found: Attic, base: GitId) -> None:
        self._found = found
        self._base = base

    def use(self, content: bytes) -> Use:
        """Whether a receipt is spent. Nobody can tell where the history since its work began is cut short. What is no
        receipt is fresh: it is for `verify` to say so."""
        payload = _payload(content)
        if digest_of(payload) in self._filed:
            return Use.SPENT
        try:
            receipt = read_receipt(payload)
        except NotAReceipt:
            return Use.FRESH
        began = receipt.baseline
        start = next(present(self._found, (*((began.head,) if began.head else ()), *began.lineage)), None)
        since = history(self._found, self._base, start)
        if self._is_on_record(receipt.task, start, digest_of(payload)) or self._is_noted(since, digest_of(payload)):
            return Use.SPENT
        return Use.UNTOLD if self._is_cut(since) else Use.FRESH

    # Private.

    @cached_property
    def _filed(self) -> frozenset[Digest]:
        return frozenset(_name(each) for each in once_below(self._found, (self._base,), RECEIPTS))

    @cached_property
    def _texts(self) -> dict[str, frozenset[bytes]]:
        return dict(once_noted(self._found))

    def _is_on_record(self, task: TaskId, start: GitId | None, known: Digest) -> bool:
        """Whether a ledger of the task names it. The ledger was written after the work began."""
        told = b'"payload":"%s"' % known.encode()
        commits = (self._base,) if start is None else (self._base, f"^{start}")
        return any(told in each for each in once_below(self._found, commits, f".scafld/runs/{task}/{FILE}"))

    def _is_noted(self, since: frozenset[str], known: Digest) -> bool:
        names = {name for commit in self._texts.keys() & since for name in self._texts[commit]}
        return any(known == _name(line) for text in self._found.blobs(names).values() for line in text.splitlines())

    def _is_cut(self, since: frozenset[str]) -> bool:
        ends = ends_of(self._found)
        return bool(ends) and not ends.isdisjoint(since | history(self._found, REF))


# Private.


def _name(content: bytes) -> Digest:
    return digest_of(_payload(content))


def _payload(content: bytes) -> bytes:
    """What is signed: a file may be spaced anew and be the same receipt."""
    try:
        return read_envelope(content).payload
    except NotAnEnvelope:
        return content

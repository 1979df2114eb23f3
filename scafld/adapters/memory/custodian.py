"""Keys, signatures of entries, and what a host remembers of ledgers, in memory: whoever wants to forge one can."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from scafld.adapters.memory.ledger_bytes import MemoryLedgers
from scafld.app.journal import Journal, Memory, Recalled, Specs
from scafld.app.keys import HostHeld, Keys
from scafld.app.notarise import Receipts
from scafld.core.digest import digest_of
from scafld.core.names import Actor, Moment, TaskId
from scafld.core.proof.remembered import Remembered, break_in
from scafld.core.proof.signers.ed25519 import key_id_of
from scafld.core.proof.signers.trust import Role, TrustedKeys, why_not
from scafld.core.proof.vouching import Unproven, Written, unproven
from scafld.core.refusal import Unavailable


class MemoryRing:
    """The port HostRing on public halves alone; `number` sets one host apart from another. `lost` says why there is no
    place for keys, "" when there is one."""

    def __init__(self, number: int = 0, *, made: bool = True) -> None:
        self.lost = ""
        self._number = number
        self._keys = [self._next()] if made else []

    def held(self) -> tuple[HostHeld, ...]:
        """See `HostRing.held`."""
        self._need_a_place()
        return tuple(HostHeld(public=each, current=not at) for at, each in enumerate(reversed(self._keys)))

    def current(self) -> HostHeld:
        """See `HostRing.current`."""
        self._need_a_place()
        return self.held()[0] if self._keys else self.rotate()

    def rotate(self) -> HostHeld:
        """See `HostRing.rotate`."""
        self._need_a_place()
        self._keys.append(self._next())
        return self.held()[0]

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """See `Sign`: a digest of the key and the message, which only memory takes for a signature."""
        public = self.current().public
        return key_id_of(public), _signature(public, message)

    # Private.

    def _next(self) -> bytes:
        made = len(getattr(self, "_keys", ()))
        return bytes.fromhex(digest_of(b"%d %d" % (self._number, made)))

    def _need_a_place(self) -> None:
        if self.lost:
            raise Unavailable(self.lost)


class MemoryTrust:
    """The port Trust. `holder`: the command that changes them now, "" for none."""

    def __init__(self) -> None:
        self.keys = TrustedKeys(keys=())
        self.holder = ""

    def read(self) -> TrustedKeys:
        """See `Trust.read`."""
        return self.keys

    def write(self, keys: TrustedKeys) -> None:
        """See `Trust.write`."""
        self.keys = keys

    @contextmanager
    def changing(self, command: str) -> Iterator[None]:
        """See `Trust.changing`."""
        if self.holder:
            raise Unavailable(f"the trusted keys are being changed by {self.holder}", next="scafld keys list")
        self.holder = command
        try:
            yield
        finally:
            self.holder = ""


class MemoryAuthority:
    """The port Authority on ledgers in memory."""

    def __init__(self, ledgers: MemoryLedgers, ring: MemoryRing, trust: MemoryTrust) -> None:
        self._ledgers = ledgers
        self._ring = ring
        self._trust = trust

    def ready(self) -> None:
        """See `Authority.ready`."""
        self._ring.current()

    def unproven(self, task_id: TaskId) -> tuple[Unproven, ...]:
        """See `Authority.unproven`."""
        return unproven(task_id, self._written(task_id), self._ledgers.signatures.get(task_id, ()), self._believes)

    # Private.

    def _written(self, task_id: TaskId) -> Iterable[Written]:
        for each in self._ledgers.entries(task_id):
            yield Written(seq=each.seq, at=each.at, digest=each.digest, event=each.event)

    def _believes(self, key_id: str, message: bytes, sig: bytes, at: Moment) -> str:
        trusted = self._trust.keys.find(key_id)
        why = why_not(trusted, Role.MINT, at) if trusted is not None else ""
        if why:
            return why
        known = {each.key_id: each.public for each in self._ring.held()}
        public = known.get(key_id)
        if public is None and trusted is not None:
            public = base64.b64decode(trusted.public_key)
        if public is None:
            return f"it is signed by {key_id}, which is neither a key of this host nor trusted to mint"
        return "" if sig == _signature(public, message) else "its signature does not hold"


class MemoryCustody:
    """The port Custody: `heads` by task, and may be written to. `lost` says why nothing is remembered."""

    def __init__(self, ledgers: MemoryLedgers) -> None:
        self.heads: dict[TaskId, Remembered] = {}
        self.lost = ""
        self._ledgers = ledgers

    def recall(self, task_id: TaskId, memory: Memory | None) -> Recalled:
        """See `Custody.recall`."""
        last = None if self.lost else self.heads.get(task_id)
        digests = [each.digest for each in self._ledgers.entries(task_id)] if memory is not None else []
        return Recalled(last=last, broken=break_in(last, digests))

    def remember(self, task_id: TaskId, memory: Memory) -> None:
        """See `Custody.remember`."""
        if not self.lost:
            self.heads[task_id] = Remembered(head=memory.head, entries=memory.task.entries)

    def flaw(self) -> str:
        """See `Custody.flaw`."""
        return self.lost

    def tasks(self) -> tuple[TaskId, ...]:
        """Every task of which something is remembered."""
        return tuple(sorted(self.heads))


class MemoryHost:
    """One host: its keys, the ledgers that it signs, and what it remembers of them."""

    def __init__(self, ring: MemoryRing | None = None) -> None:
        self.ring = ring or MemoryRing()
        self.trust = MemoryTrust()
        self.ledgers = MemoryLedgers(sign=self.ring.sign)
        self.custody = MemoryCustody(self.ledgers)
        self.authority = MemoryAuthority(self.ledgers, self.ring, self.trust)

    def journal(self, specs: Specs, receipts: Receipts, now: Callable[[], Moment], actor: Actor) -> Journal:
        """A journal that is kept on this host."""
        return Journal(
            ledgers=self.ledgers,
            custody=self.custody,
            authority=self.authority,
            specs=specs,
            receipts=receipts,
            now=now,
            actor=actor,
        )

    def keys(self, now: Callable[[], Moment]) -> Keys:
        """The verbs on its keys."""
        return Keys(trusted=self.trust, ring=self.ring, now=now)


# Private.


def _signature(public: bytes, message: bytes) -> bytes:
    return bytes.fromhex(digest_of(public + message)) * 2

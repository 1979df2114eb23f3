"""`verify`: whether a receipt shows what it has to, by the repository, the receipt and the trusted keys alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from scafld.app.covering import from_the_start, uncovered
from scafld.app.superseding import settled
from scafld.core.contract.spec import Criterion, Profile, Spec
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import Digest, Moment, TaskId
from scafld.core.policy import Proof, Wiring
from scafld.core.proof.demands import notices, unmet, unsigned
from scafld.core.proof.dsse import NotAnEnvelope
from scafld.core.proof.faults import (
    Concern,
    Fault,
    Scene,
    covered,
    of_baseline,
    of_contract,
    of_material,
    remarks,
    strayed,
    to_run_again,
)
from scafld.core.proof.receipt import Receipt
from scafld.core.proof.statement import NotAReceipt
from scafld.core.proof.witnessing import Ed25519Check, SshCheck, Witnessed, ahead_of, open_receipt
from scafld.core.task.decide.no import shown
from scafld.core.task.decide.step import Ask, Ran
from scafld.core.task.known import Task
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.app.check import Checker
    from scafld.app.covering import Before
    from scafld.core.names import RepoPath
    from scafld.core.proof.signers.trust import TrustedKeys


class Depth(StrEnum):
    """How much is looked at: the signed files and what is asked of a receipt; the contract too; all that, and every
    criterion is run again in a clean checkout."""

    MATERIAL = "material"
    NO_RUN = "no-run"
    FULL = "full"


class Use(StrEnum):
    """Whether a receipt can cover a change: nobody used it yet; the base of the change has or had it already; or nobody
    can tell, because the clone is shallow."""

    FRESH = "fresh"
    SPENT = "spent"
    UNTOLD = "untold"


@value
class Held:
    """A receipt: where it lies, its bytes, and the task that its place says it is of; None where a place says none."""

    path: str
    content: bytes
    task: TaskId | None = None
    use: Use = Use.FRESH


@value
class Authority:
    """By what receipts are believed: keys, demands, and the project's own checks, from a place that the author of the
    change does not write to, if whoever verifies says which."""

    keys: TrustedKeys
    demands: Proof
    checks: tuple[Criterion, ...] = ()
    origin: str = ""


class Standpoint(Protocol):
    """Where receipts are held against: the working tree, or a commit."""

    def scenes(self, receipts: tuple[Receipt, ...]) -> tuple[Scene, ...]:
        """What lies there of what each of these receipts tells of, all of it seen in one look."""
        ...

    def spec(self, task_id: TaskId) -> Spec | None:
        """The contract of a task as it lies there, None where there is none that can be read."""
        ...

    def checkouts(self) -> AbstractContextManager[Checkouts]:
        """Clean checkouts of what lies there now, as many as are wanted. Unavailable when none can be made."""
        ...


Checkouts = Callable[[], AbstractContextManager["Checker"]]
"""What runs criteria in a clean checkout that nobody used before."""


@value
class Verified:
    """One receipt, everything that speaks against it, and what nobody proved although nobody asks for it.

    `task_id` is what the receipt says, or what its place says where it cannot be read. `ran`: the criteria that were
    run again. `answers`: the paths it tells of; `covers`: the same where it holds, else none. `strayed`: the files that
    are not as they were, where that is all that speaks against it. `digest`: SHA-256 of its file.
    """

    path: str
    task_id: str
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    minted_by: tuple[str, ...] = ()
    ran: tuple[str, ...] = ()
    covers: frozenset[RepoPath] = frozenset()
    answers: frozenset[RepoPath] = frozenset()
    strayed: frozenset[RepoPath] = frozenset()
    minted_at: Moment | None = None
    digest: Digest | None = None

    @property
    def holds(self) -> bool:
        return not self.faults


@value
class Judged:
    """A receipt as it was judged before anything ran. `receipt` is None where it cannot be read, `spec` where there is
    no contract."""

    told: Verified
    receipt: Receipt | None = None
    spec: Spec | None = None

    @property
    def safe(self) -> bool:
        """Commands are run only where trusted keys signed them and they are those of the contract."""
        return self.spec is not None and not _UNSAFE & {each.concern for each in self.told.faults}


@value
class Verify:
    """`now` is the moment here; `check` and `check_ssh` look at signatures."""

    authority: Authority
    standpoint: Standpoint
    now: Callable[[], Moment]
    check: Ed25519Check
    check_ssh: SshCheck

    def __call__(self, held: tuple[Held, ...], depth: Depth) -> tuple[Judged, ...]:
        """Everything that is wrong with each, not the first of it. Runs and writes nothing, and reads no ledger."""
        read = tuple(map(self._read, held))
        receipts = tuple(opened[0] for _, opened in read if opened)
        scenes = iter(self.standpoint.scenes(receipts) if receipts else ())
        return tuple(
            self._judged(each, blank, opened, next(scenes), depth) if opened else Judged(told=blank)
            for each, (blank, opened) in zip(held, read, strict=True)
        )

    def run(self, judged: tuple[Judged, ...]) -> tuple[Verified, ...]:
        """The same, and every criterion run again: each receipt's in a clean checkout of its own."""
        with ExitStack() as stack:
            safe = any(each.safe for each in judged)
            fresh = stack.enter_context(self.standpoint.checkouts()) if safe else None
            return tuple(self._run_again(each, fresh if each.safe else None) for each in judged)

    # Private.

    def _read(self, held: Held) -> tuple[Verified, tuple[Receipt, Witnessed] | None]:
        blank = Verified(path=held.path, task_id=held.task or "", digest=digest_of(held.content))
        try:
            return blank, open_receipt(held.content, self.authority.keys, self.check, self.check_ssh)
        except NotAnEnvelope as error:
            return changed(blank, faults=(Fault(concern=Concern.RECEIPT, words=f"it is no receipt: {error}"),)), None
        except NotAReceipt as error:
            return changed(blank, faults=_of(Concern.RECEIPT, error.problems)), None

    def _judged(
        self, held: Held, blank: Verified, opened: tuple[Receipt, Witnessed], scene: Scene, depth: Depth
    ) -> Judged:
        receipt, seen = opened
        spec = self.standpoint.spec(receipt.task) if depth is not Depth.MATERIAL else None
        faults = (*self._of_receipt(held, receipt, seen), *_of_scene(receipt, scene))
        if depth is not Depth.MATERIAL:
            faults += _of(Concern.CONTRACT, of_contract(receipt, spec, self._checks(spec)))
        told = changed(
            blank,
            task_id=receipt.task,
            faults=faults,
            notices=(*notices(receipt), *remarks(receipt, scene)),
            minted_by=tuple(key.key_id for key in seen.minted_by),
            covers=frozenset() if faults else covered(receipt),
            answers=covered(receipt),
            strayed=_strayed(receipt, scene, faults),
            minted_at=receipt.minted_at,
        )
        return Judged(told=told, receipt=receipt, spec=spec)

    def _of_receipt(self, held: Held, receipt: Receipt, seen: Witnessed) -> Iterator[Fault]:
        if held.task is not None and held.task != receipt.task:
            yield Fault(concern=Concern.RECEIPT, words=f"it is the receipt of {receipt.task}")
        if held.use is Use.UNTOLD:
            yield _UNTOLD
        ahead = ahead_of(receipt, self.now())
        if ahead:
            yield Fault(concern=Concern.SIGNATURE, words=ahead)
        yield from _of(Concern.SIGNATURE, unsigned(seen))
        yield from _of(Concern.POLICY, unmet(receipt, self.authority.demands, seen))

    def _checks(self, spec: Spec | None) -> tuple[Criterion, ...]:
        """A light contract is spared the project's checks, as `complete` spares it."""
        return () if spec is None or spec.profile is Profile.LIGHT else self.authority.checks

    def _run_again(self, judged: Judged, fresh: Checkouts | None) -> Verified:
        told, receipt = judged.told, judged.receipt
        if receipt is None:
            return told
        if fresh is None or judged.spec is None:
            return changed(told, faults=(*told.faults, _NOT_RUN), covers=frozenset())
        wanted = to_run_again(receipt)
        every = (*(each for _, each in judged.spec.criteria()), *self._checks(judged.spec))
        criteria = tuple(each for each in every if each.id in wanted)
        asks = tuple(Ask(criterion=each, phase=None) for each in criteria)
        with fresh() as checker:
            ran = checker.run(receipt.task, Task(), asks, None) if asks else ()
        found = _of(Concern.ACCEPTANCE, (_failing(each) for each in ran if each.judgement.outcome is not Outcome.PASS))
        return changed(
            told,
            faults=(*told.faults, *found),
            ran=tuple(str(each.id) for each in criteria),
            covers=frozenset() if found else told.covers,
        )


@value
class Where:
    """Where receipts are looked for and held against, as it was asked for: `commit` or the working tree; with `base`,
    what lies between it and `commit`; `trust_from`: the commit whose keys and configuration count."""

    commit: str = ""
    base: str = ""
    trust_from: str = ""


@value
class Changes:
    """The files that changed between two commits: those of the workspace, relative to it and `.scafld/` of tasks apart;
    and those that lie outside of its folder, from the top of the repository. `before`: see there, as far as the commit
    where the work began is here."""

    within: frozenset[RepoPath] = frozenset()
    beyond: frozenset[RepoPath] = frozenset()
    before: Before = ()


class Shelf(Protocol):
    """Where receipts lie."""

    def named(self, names: tuple[str, ...]) -> tuple[Held, ...]:
        """These receipts, each by its task or its file. Refused where there is none."""
        ...

    def every(self) -> tuple[Held, ...]:
        """All of them; with a `base`, those that came or changed since, spent ones too."""
        ...

    def changes(self, receipts: tuple[Receipt | None, ...]) -> Changes:
        """What changed since the `base`, and had before the work of each of these began; nothing without one."""
        ...


@value
class Verification:
    """Every receipt that was looked at, and what speaks against all of them together. `wiring`: what the project says
    of CI; `origin`: where keys and demands were taken from."""

    held: tuple[Verified, ...]
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    wiring: Wiring = Wiring.LOCAL
    origin: str = ""

    @property
    def holds(self) -> bool:
        return not self.faults and all(each.holds for each in self.held)


@value
class VerifyAll:
    """`within`: whether only what lies between two commits is asked about. `misplaced`: what speaks against asking in
    this workspace at all."""

    verify: Verify
    shelf: Shelf
    within: bool
    misplaced: tuple[Fault, ...] = ()

    def __call__(self, names: tuple[str, ...], depth: Depth) -> Verification:
        """Hold the receipts of these names, or all that are there. Within two commits every changed file has to be in a
        receipt that holds, where the project requires that; and then nothing is run before it is. Nothing is looked
        at in a workspace that is misplaced."""
        if self.misplaced:
            return Verification(held=(), faults=self.misplaced, origin=self.verify.authority.origin)
        found = self.shelf.named(names) if names else self.shelf.every()
        receipts = tuple(each for each in found if each.use is not Use.SPENT)
        authority = self.verify.authority
        wiring = authority.demands.wiring
        told = Verification(held=(), notices=_spent(found), wiring=wiring, origin=authority.origin)
        judged = self.verify(receipts, depth)
        if not self.within or names:
            held = self._held(judged, depth)
            return changed(told, held=held, faults=() if held else (_NOTHING,))
        required = wiring is Wiring.REQUIRED
        held = self._held(judged, Depth.NO_RUN if required and depth is Depth.FULL else depth)
        receipts_read = tuple(each.receipt for each in judged)
        changes = self.shelf.changes(receipts_read)
        told = changed(told, notices=told.notices + _beyond(changes.beyond))
        bare = uncovered(changes.within, held, from_the_start(held, receipts_read, changes.before))
        if required and bare:
            waits = ("no criterion was run: not before every change is covered",) if depth is Depth.FULL else ()
            return changed(told, held=held, faults=_of(Concern.COVERAGE, bare), notices=told.notices + waits)
        if required and depth is Depth.FULL:
            held = self._held(judged, depth)
        return changed(told, held=held, notices=told.notices + bare)

    # Private.

    def _held(self, judged: tuple[Judged, ...], depth: Depth) -> tuple[Verified, ...]:
        held = self.verify.run(judged) if depth is Depth.FULL else tuple(each.told for each in judged)
        return settled(held)


# Private.

_UNSAFE = {Concern.RECEIPT, Concern.SIGNATURE, Concern.CONTRACT, Concern.MATERIAL}
_NOT_RUN = Fault(concern=Concern.ACCEPTANCE, words="no criterion was run: the rest has to hold first")
_UNTOLD = Fault(
    concern=Concern.BASELINE,
    words="this clone is shallow, so nobody can tell whether it is spent: git fetch --unshallow",
)
_NOTHING = Fault(concern=Concern.COVERAGE, words="there is no receipt; nothing is shown")


def _of(concern: Concern, words: Iterator[str] | tuple[str, ...]) -> tuple[Fault, ...]:
    return tuple(Fault(concern=concern, words=each) for each in words)


def _of_scene(receipt: Receipt, scene: Scene) -> tuple[Fault, ...]:
    return (
        *_of(Concern.MATERIAL, of_material(receipt, scene)),
        *_of(Concern.BASELINE, of_baseline(receipt, scene)),
    )


def _strayed(receipt: Receipt, scene: Scene, faults: tuple[Fault, ...]) -> frozenset[RepoPath]:
    """The files that strayed, where that is all that speaks against a receipt."""
    others = (each for each in faults if each.concern is not Concern.MATERIAL)
    return frozenset() if any(others) else strayed(receipt, scene)


def _spent(found: tuple[Held, ...]) -> tuple[str, ...]:
    words = "is spent: the base has or had it, so it covers nothing; the change needs a task and a receipt of its own"
    return shown(tuple(f"{each.path} {words}" for each in found if each.use is Use.SPENT))


def _beyond(paths: frozenset[RepoPath]) -> tuple[str, ...]:
    if not paths:
        return ()
    files = f"{len(paths)} file{'' if len(paths) == 1 else 's'}"
    some = ", ".join(shown(tuple(sorted(paths))))
    return (f"{files} changed outside of this workspace's folder, and none of its receipts speaks of them: {some}",)


def _failing(ran: Ran) -> str:
    """What did not pass again, and the last line that it said."""
    tail = ran.observation.tail.strip().splitlines()[-1:] if ran.observation else []
    said = f"; it said: {tail[0][:200]}" if tail else ""
    return f"{ran.ask.criterion.id} passed where the receipt was made, and not here: {ran.judgement.reason}{said}"

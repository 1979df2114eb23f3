"""How a receipt is made: out of the contract, what is on record of the task, and what was seen when it completed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scafld.core.contract.spec import Criterion, Expected, Spec
from scafld.core.digest import fingerprint
from scafld.core.evidence import hearing
from scafld.core.evidence.criterion import Observation
from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.panel import seat_verdict
from scafld.core.evidence.seals import Change, ChangeKind, FileKind, Look, Material
from scafld.core.names import Actor, Digest, Moment, PhaseId, RepoPath
from scafld.core.policy import Independence
from scafld.core.proof.form import written
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.receipt import (
    EVERYONE,
    HUMAN,
    QUORUM,
    ActorProof,
    ApprovalProof,
    AskedBy,
    BaselineProof,
    CriterionProof,
    FileProof,
    GuardProof,
    LedgerProof,
    MaterialProof,
    OpinionProof,
    OverrideProof,
    ProvenBy,
    Receipt,
    ReviewProof,
    RunProof,
    SignatureProof,
    ToolProof,
    Waived,
    WordProof,
)
from scafld.core.proof.statement import NotAReceipt
from scafld.core.proof.witnessing import APPROVAL, criterion_place, override_place
from scafld.core.task.events import Event, ManualAttested, PanelReviewed, Reviewed, ReviewStarted
from scafld.core.task.known import Acceptance, Approval, Dismissal, Result, Review, Task
from scafld.core.task.standing import standing_of
from scafld.core.value import value


@value
class Told:
    """One entry of the ledger: who did it, and what happened."""

    actor: Actor
    event: Event


@value
class Minting:
    """What a receipt is made of beside contract and task.

    `look`: the last one at the tree, `material` its seal. `ground`: what git calls it, with the commits before the
    baseline's. `entries`: the whole ledger by number, `head` the digest of its last. `checks`: the project's own
    criteria that ran. `signatures`: by the place that `witnessing` gives them.
    """

    minted_at: Moment
    version: str
    look: Look
    material: Material
    ground: Footing
    entries: Mapping[int, Told]
    head: Digest
    guard: GuardProof
    checks: tuple[Criterion, ...] = ()
    signatures: Mapping[str, tuple[SignatureProof, ...]] = MappingProxyType({})

    def by(self, entry: int) -> ActorProof:
        """Who made this entry."""
        actor = self.entries[entry].actor
        return ActorProof(kind=actor.kind, name=actor.name, terminal=actor.terminal)

    def signed(self, place: str) -> tuple[SignatureProof, ...]:
        return self.signatures.get(place, ())


def receipt_from(spec: Spec, task: Task, minting: Minting) -> Receipt:
    """The receipt of a task whose criteria all ran on the reviewed tree. NotAReceipt when something that it has to tell
    of is not on record. The same record gives the same receipt."""
    if task.approval is None or task.review is None or task.baseline is None:
        raise NotAReceipt(("the task was not approved and reviewed; there is nothing to show",))
    baseline = BaselineProof(
        vcs=task.baseline.vcs,
        head=GitId(task.baseline.head) if task.baseline.head else None,
        dirty=len(task.baseline.dirty),
        digest=fingerprint(written(task.baseline)),
        lineage=minting.ground.lineage,
    )
    return Receipt(
        task=spec.task_id,
        title=spec.title,
        minted_at=minting.minted_at,
        tool=ToolProof(name="scafld", version=minting.version),
        contract=spec.digest,
        profile=spec.profile,
        material=_material(task, minting),
        baseline=baseline,
        approval=_approval(task.approval, minting),
        criteria=_criteria(spec, task, minting),
        review=_review(task.review, minting),
        guard=minting.guard,
        overrides=_overrides(task, task.approval, task.review, minting),
        ledger=LedgerProof(entries=max(minting.entries), head=minting.head),
    )


# Private.


def _material(task: Task, minting: Minting) -> MaterialProof:
    material, ground = minting.material, minting.ground
    kinds = {each.path: each.kind for each in (task.baseline.dirty if task.baseline else ())}
    kinds |= {each.path: each.kind for each in minting.look.files}
    return MaterialProof(
        digest=material.digest,
        vcs=minting.look.vcs,
        folder=ground.folder,
        tree=ground.tree,
        commit=ground.commit,
        whole_tree=material.whole_tree,
        scope=material.scope.patterns,
        files=tuple(_file(each, kinds, ground) for each in _by_path(material.changes)),
        drift=tuple(_file(each, kinds, ground) for each in _by_path(material.drift)),
    )


def _by_path(changes: tuple[Change, ...]) -> list[Change]:
    return sorted(changes, key=lambda change: change.path)


def _file(change: Change, kinds: Mapping[RepoPath, FileKind], ground: Footing) -> FileProof:
    """One change. What was put back is a file again, whatever it was while it was dirty."""
    kind = kinds.get(change.path, FileKind.FILE)
    gone = change.kind is ChangeKind.DELETED
    there = FileKind.FILE if kind is FileKind.ABSENT else kind
    return FileProof(
        path=change.path,
        change=change.kind,
        kind=FileKind.ABSENT if gone else there,
        digest=change.digest,
        was=change.was,
        committed=ground.converted.get(change.path) if change.digest else None,
    )


def _approval(approval: Approval, minting: Minting) -> ApprovalProof:
    signatures = minting.signed(APPROVAL)
    return ApprovalProof(
        contract=approval.contract,
        at=approval.at,
        entry=approval.seq,
        by=minting.by(approval.seq),
        reason=approval.reason,
        quick=approval.quick,
        proven_by=_proven(signatures),
        signatures=signatures,
    )


def _criteria(spec: Spec, task: Task, minting: Minting) -> tuple[CriterionProof, ...]:
    asked = [(phase, each, AskedBy.CONTRACT) for phase, each in spec.criteria()]
    asked += [(None, each, AskedBy.PROJECT) for each in minting.checks]
    absent = tuple(f"{each.id}: there is no evidence of it" for _, each, _ in asked if each.id not in task.results)
    if absent:
        raise NotAReceipt(absent)
    return tuple(_criterion(task, each, phase, by, minting) for phase, each, by in asked)


def _criterion(
    task: Task, criterion: Criterion, phase: PhaseId | None, asked_by: AskedBy, minting: Minting
) -> CriterionProof:
    result = task.results[criterion.id]
    standing = standing_of(task, criterion, phase, minting.material.digest)
    if standing.outcome is None:
        raise NotAReceipt((f"{criterion.id}: {standing.reason}",))
    manual = criterion.expected is Expected.MANUAL
    return CriterionProof(
        id=criterion.id,
        phase=phase,
        asked_by=asked_by,
        title=criterion.title,
        expected=criterion.expected,
        command=criterion.command,
        cwd=criterion.cwd,
        expected_exit_code=criterion.exit_code,
        expected_contains=criterion.contains,
        evidence_required=criterion.evidence_required,
        timeout_seconds=criterion.timeout_s,
        start=criterion.start,
        start_reason=criterion.start_reason,
        fingerprint=criterion.fingerprint,
        outcome=standing.outcome,
        reason=standing.reason,
        strength=standing.strength,
        red_seen=standing.red,
        entry=result.seq,
        run=None if manual else _run(result.observation),
        word=_word(criterion, result, minting) if manual else None,
    )


def _run(seen: Observation | None) -> RunProof | None:
    if seen is None:
        return None
    return RunProof(
        ended=seen.ended,
        exit_code=seen.exit_code,
        duration_ms=seen.duration_ms,
        output=seen.output_digest,
        output_bytes=seen.output_bytes,
    )


def _word(criterion: Criterion, result: Result, minting: Minting) -> WordProof | None:
    event, signatures = minting.entries[result.seq].event, minting.signed(criterion_place(criterion.id))
    if not isinstance(event, ManualAttested):
        return None
    return WordProof(
        at=result.at,
        by=minting.by(result.seq),
        contract=event.contract,
        material=event.material,
        evidence=event.evidence,
        proven_by=_proven(signatures),
        signatures=signatures,
    )


def _review(review: Review, minting: Minting) -> ReviewProof:
    dossier, heard = review.dossier, review.hearings
    one = heard[0] if len(heard) == 1 else None
    return ReviewProof(
        provider=review.by,
        vendor=one.vendor if one else "",
        model=review.model,
        version=one.version if one else "",
        binary=one.binary if one else None,
        independence=_INDEPENDENCE[review.independence],
        authorises=review.authorises,
        verdict=review.verdict,
        mode=dossier.mode if dossier else None,
        at=review.at,
        entry=review.seq,
        by=minting.by(review.seq),
        contract=review.contract,
        material=review.material,
        packet=_packet(review, minting),
        dossier=fingerprint(written(dossier)) if dossier else None,
        output=one.output if one else None,
        findings=len(dossier.findings) if dossier else 0,
        blockers=len(review.blockers),
        attacks=len(dossier.attacks) if dossier else 0,
        rule=(f"{QUORUM}{review.quorum}" if review.quorum else EVERYONE) if len(heard) > 1 else "",
        panel=tuple(_opinion(each, review) for each in heard if each.dossier) if len(heard) > 1 else (),
    )


_INDEPENDENCE = {
    hearing.Independence.UNKNOWN: Independence.UNKNOWN,
    hearing.Independence.HUMAN: Independence.UNKNOWN,
    hearing.Independence.SAME_VENDOR: Independence.SAME_VENDOR,
    hearing.Independence.CROSS_VENDOR: Independence.CROSS_VENDOR,
}


def _opinion(heard: hearing.Hearing, review: Review) -> OpinionProof:
    """What one of several reviewers said; findings that a person dismissed do not count against it."""
    assert heard.dossier is not None
    return OpinionProof(
        provider=heard.provider,
        vendor=heard.vendor,
        model=heard.model,
        version=heard.version,
        binary=heard.binary,
        verdict=seat_verdict(heard, review.dismissed) or Verdict.FAIL,
        dossier=fingerprint(written(heard.dossier)),
        findings=len(heard.dossier.findings),
        blockers=sum(each.fingerprint not in review.dismissed for each in heard.dossier.blockers),
    )


def _packet(review: Review, minting: Minting) -> Digest | None:
    """What the reviewer was sent."""
    event = minting.entries[review.seq].event
    if not isinstance(event, Reviewed | PanelReviewed):
        return None
    started = (told.event for told in minting.entries.values() if isinstance(told.event, ReviewStarted))
    return next((each.packet for each in started if each.attempt == event.attempt), None)


def _overrides(task: Task, approval: Approval, review: Review, minting: Minting) -> tuple[OverrideProof, ...]:
    found = []
    if approval.overrides:
        found.append(_override(Waived.APPROVAL, approval, approval.overrides, minting))
    if review.by == HUMAN:
        found.append(_override(Waived.REVIEW, review, (), minting))
    counted = (each for each in task.dismissals.values() if each.fingerprint in review.dismissed)
    for each in sorted(counted, key=lambda dismissal: dismissal.seq):
        found.append(_override(Waived.FINDING, each, (each.finding, each.fingerprint), minting))
    for accepted in task.accepted:
        found.append(_override(Waived.LEDGER, accepted, accepted.what, minting))
    return tuple(found)


def _override(
    waived: Waived, act: Approval | Review | Dismissal | Acceptance, what: tuple[str, ...], minting: Minting
) -> OverrideProof:
    signatures = minting.signed(override_place(waived, act.seq))
    return OverrideProof(
        waived=waived,
        what=what,
        reason=act.reason,
        at=act.at,
        entry=act.seq,
        by=minting.by(act.seq),
        proven_by=_proven(signatures),
        signatures=signatures,
    )


def _proven(signatures: tuple[SignatureProof, ...]) -> ProvenBy:
    return ProvenBy.SIGNATURE if signatures else ProvenBy.NOBODY

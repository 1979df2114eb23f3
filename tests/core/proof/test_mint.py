"""A receipt tells what is on record, all of it, and the same each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies

from scafld.core.contract.spec import Criterion, Expected, Spec
from scafld.core.digest import digest_of, fingerprint
from scafld.core.evidence.criterion import Outcome, Strength
from scafld.core.evidence.seals import (
    Change,
    ChangeKind,
    Dirty,
    FileKind,
    Look,
    Material,
    Scope,
    baseline_of,
    seal,
)
from scafld.core.moments import later
from scafld.core.names import Actor, ActorKind, CriterionId, Moment, PhaseId, RepoPath
from scafld.core.policy import Proof, Word
from scafld.core.proof.coherence import contradictions
from scafld.core.proof.demands import notices, shortfalls
from scafld.core.proof.form import written
from scafld.core.proof.git_names import Footing, GitId
from scafld.core.proof.mint import Minting, Told, receipt_from
from scafld.core.proof.receipt import AskedBy, Guarded, GuardProof, ProvenBy, SignatureProof
from scafld.core.proof.statement import NotAReceipt, payload_of, read_receipt
from scafld.core.proof.witnessing import APPROVAL, Witnessed
from scafld.core.task.events import (
    Approved,
    BaselineTaken,
    BuildPassed,
    Completed,
    CriterionRan,
    Event,
    HumanReviewed,
    ManualAttested,
    PhaseOpened,
    PhasePassed,
    Purpose,
    Reviewed,
    ReviewStarted,
)
from scafld.core.task.known import Task
from scafld.core.task.life import Occurrence, evolve
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

NOW = Moment("2026-01-31T12:00:00.000Z")
SOMEBODY = Actor(kind=ActorKind.HUMAN, name="somebody", terminal=True)
HEAD = "c" * 40
CLEAN = GuardProof(reviewer=Guarded.CLEAN, completion=Guarded.CLEAN)


def story(a: Nouns, spec: Spec, material: Material, *, by_person: bool = False) -> tuple[Event, ...]:
    """A whole life of this contract: everything red, then green, reviewed, and run once more."""
    told: list[Event] = [
        BaselineTaken(baseline=baseline_of(a.look(head=HEAD))),
        Approved(contract=spec.digest, title=spec.title, size=spec.size, risk=spec.risk, profile=spec.profile),
    ]
    for phase in spec.phases:
        told.append(PhaseOpened(phase=phase.id))
        told += [runs(a, each, phase.id, Purpose.OPEN, Outcome.FAIL) for each in phase.criteria if runnable(each)]
        told += [vouched(a, each, phase.id, spec, material) for each in phase.criteria if not runnable(each)]
        told += [runs(a, each, phase.id, Purpose.BUILD) for each in phase.criteria if runnable(each)]
        told.append(PhasePassed(phase=phase.id))
    told.append(BuildPassed(criteria=len(spec.criteria())))
    if by_person:
        told.append(HumanReviewed(reason="read it twice", contract=spec.digest, material=material.digest))
    else:
        told.append(a.started(spec, material.digest))
        told.append(a.reviewed(spec, material.digest, a.finding(blocks_completion=False), binary=a.sha("binary")))
    told += [runs(a, each, phase, Purpose.COMPLETE) for phase, each in spec.criteria() if runnable(each)]
    return (*told, Completed(contract=spec.digest, material=material.digest))


def runnable(criterion: Criterion) -> bool:
    return criterion.expected is not Expected.MANUAL


def runs(
    a: Nouns, criterion: Criterion, phase: PhaseId | None, purpose: Purpose, outcome: Outcome = Outcome.PASS
) -> CriterionRan:
    nonzero = criterion.expected is Expected.EXIT_CODE_NONZERO
    code = int((outcome is Outcome.PASS) == nonzero)
    return a.ran_event(
        criterion,
        phase=phase,
        purpose=purpose,
        outcome=outcome,
        red=outcome is Outcome.FAIL,
        reason=f"exit {code}",
        observation=a.seen(code),
    )


def vouched(a: Nouns, criterion: Criterion, phase: PhaseId, spec: Spec, material: Material) -> ManualAttested:
    return ManualAttested(
        criterion=criterion.id,
        phase=phase,
        fingerprint=criterion.fingerprint,
        outcome=Outcome.PASS,
        reason="looked at it",
        evidence=a.sha("screenshot"),
        contract=spec.digest,
        material=material.digest,
    )


def lived(told: tuple[Event, ...]) -> tuple[Task, dict[int, Told]]:
    task, entries = Task(), {}
    for seq, event in enumerate(told, start=1):
        task = evolve(task, Occurrence(seq=seq, at=later(NOW, seq), event=event))
        entries[seq] = Told(actor=SOMEBODY, event=event)
    return task, entries


def look_of(a: Nouns) -> Look:
    return a.look(a.file("src/cache.py"), a.file("src/b c.py", base="old"), a.file("docs/x.md"), head=HEAD)


def sealed(a: Nouns, spec: Spec) -> Material:
    return seal(baseline_of(a.look(head=HEAD)), look_of(a), spec.declared_changes())


def contract(a: Nouns, *criteria: Criterion, **fields: Any) -> Spec:
    return a.spec(phases=(a.phase(1, *criteria),), scope_in=("src/",), **fields)


def minting(a: Nouns, spec: Spec, entries: dict[int, Told], **fields: Any) -> Minting:
    given = {
        "minted_at": later(NOW, 99),
        "version": "3.0.0",
        "look": look_of(a),
        "material": sealed(a, spec),
        "ground": Footing(tree=GitId("a" * 40)),
        "head": a.sha("head"),
        "guard": CLEAN,
    } | fields
    return Minting(entries=entries, **given)


def test_everything_on_record_is_told(a: Nouns) -> None:
    """What was approved, run and reviewed, by whom, over which files; it holds together, and comes back as it was."""
    spec = contract(a, a.criterion("ac1"), a.criterion("ac2", command="grep -q y a.py"))
    told = story(a, spec, sealed(a, spec))
    task, entries = lived(told)

    receipt = receipt_from(spec, task, minting(a, spec, entries))

    assert contradictions(receipt) == ()
    assert read_receipt(payload_of(receipt)) == receipt
    assert shortfalls(receipt, Proof(strength_of_each=Strength.RED_GREEN), signed()) == ()
    assert (receipt.contract, receipt.approval.entry, receipt.ledger.entries) == (spec.digest, 2, len(told))
    assert [(each.path, each.change, each.kind) for each in receipt.material.files] == [
        ("src/b c.py", ChangeKind.MODIFIED, FileKind.FILE),
        ("src/cache.py", ChangeKind.ADDED, FileKind.FILE),
    ]
    assert [each.path for each in receipt.material.drift] == ["docs/x.md"]
    assert [(each.id, each.strength, each.entry) for each in receipt.criteria] == [
        ("ac1", Strength.RED_GREEN, len(told) - 2),
        ("ac2", Strength.RED_GREEN, len(told) - 1),
    ]
    started, reviewed = (next(each for each in told if isinstance(each, kind)) for kind in (ReviewStarted, Reviewed))
    assert (receipt.review.packet, receipt.review.binary) == (started.packet, a.sha("binary"))
    assert receipt.review.dossier == fingerprint(written(reviewed.dossier))
    assert (receipt.review.findings, receipt.review.blockers, receipt.review.attacks) == (1, 0, 6)
    assert receipt.approval.by.name == "somebody"


def signed() -> Witnessed:
    """As if a trusted key had been seen on it."""
    from scafld.core.proof.signers.trust import Role, trusted_ed25519

    return Witnessed(minted_by=(trusted_ed25519(bytes(range(32)), (Role.MINT,)),))


def test_the_same_record_gives_the_same_bytes(a: Nouns) -> None:
    """In whatever order the look or the seal lists its files."""
    spec = contract(a, a.criterion("ac1"))
    task, entries = lived(story(a, spec, sealed(a, spec)))
    made = minting(a, spec, entries)
    turned = changed(
        made,
        look=changed(made.look, files=made.look.files[::-1]),
        material=changed(made.material, changes=made.material.changes[::-1]),
        entries=dict(reversed(entries.items())),
    )

    assert payload_of(receipt_from(spec, task, made)) == payload_of(receipt_from(spec, task, turned))


def test_a_person_in_the_reviewers_place_is_an_override(a: Nouns) -> None:
    """Named as one, with its reason, at its entry; nobody proved who it was."""
    spec = contract(a, a.criterion("ac1"))
    told = story(a, spec, sealed(a, spec), by_person=True)
    task, entries = lived(told)
    guard = changed(CLEAN, reviewer=Guarded.UNWATCHED)

    receipt = receipt_from(spec, task, minting(a, spec, entries, guard=guard))

    assert contradictions(receipt) == ()
    (override,) = receipt.overrides
    assert (override.waived, override.reason, override.entry) == ("review", "read it twice", receipt.review.entry)
    assert notices(receipt) == ("nobody proved who approved", "nobody proved who waived the review")
    assert shortfalls(receipt, Proof(human_review=Word.OPEN), signed()) == ()


def test_what_was_waived_at_approval_is_told(a: Nouns) -> None:
    """As what it was."""
    spec = contract(a, a.criterion("ac1"))
    baseline, approved, *rest = story(a, spec, sealed(a, spec))
    waived = changed(approved, overrides=("round-1 is open",), reason="no time")
    task, entries = lived((baseline, waived, *rest))

    (override,) = receipt_from(spec, task, minting(a, spec, entries)).overrides

    assert (override.waived, override.what, override.reason) == ("approval", ("round-1 is open",), "no time")


def test_a_persons_word_is_told_as_one(a: Nouns) -> None:
    """With its evidence; it proves no more than that it was given."""
    spec = contract(a, a.criterion("ac1"), a.criterion("looks", expected=Expected.MANUAL, command=""))
    task, entries = lived(story(a, spec, sealed(a, spec)))

    receipt = receipt_from(spec, task, minting(a, spec, entries))

    assert contradictions(receipt) == ()
    word = receipt.criteria[1].word
    assert word is not None
    assert (word.evidence, word.by.name, receipt.criteria[1].strength) == (a.sha("screenshot"), "somebody", "declared")


def test_the_projects_checks_are_told_apart(a: Nouns) -> None:
    """They are nobody's contract."""
    spec = contract(a, a.criterion("ac1"))
    check = Criterion(id=CriterionId("project.lint"), title="lint", command="ruff check .")
    *told, completed = story(a, spec, sealed(a, spec))
    task, entries = lived((*told, runs(a, check, None, Purpose.COMPLETE), completed))

    receipt = receipt_from(spec, task, minting(a, spec, entries, checks=(check,)))

    assert contradictions(receipt) == ()
    assert [(each.id, each.asked_by) for each in receipt.criteria] == [
        ("ac1", AskedBy.CONTRACT),
        ("project.lint", AskedBy.PROJECT),
    ]


def test_signatures_stand_where_they_belong(a: Nouns) -> None:
    """And make the word a proven one."""
    spec = contract(a, a.criterion("ac1"))
    task, entries = lived(story(a, spec, sealed(a, spec)))
    signature = SignatureProof(key_id="SHA256:x", signature="armor")

    receipt = receipt_from(spec, task, minting(a, spec, entries, signatures={APPROVAL: (signature,)}))

    assert (receipt.approval.proven_by, receipt.approval.signatures) == (ProvenBy.SIGNATURE, (signature,))
    assert contradictions(receipt) == ()


def test_files_of_every_kind_are_told(a: Nouns) -> None:
    """Renamed, gone, put back as they were, links, submodules, and one that was dirty and untracked and is gone."""
    spec = contract(a, a.criterion("ac1"))
    task, entries = lived(story(a, spec, sealed(a, spec)))
    dirt = (
        Dirty(path=RepoPath("back"), digest=a.sha("dirty"), base="100644"),
        Dirty(path=RepoPath("restored"), digest=None, kind=FileKind.ABSENT, base="100644"),
        Dirty(path=RepoPath("untracked"), digest=a.sha("u")),
    )
    task = changed(task, baseline=changed(task.baseline, dirty=dirt))
    look = a.look(
        a.file("gone", None, base="x"),
        a.file("new", "moved"),
        a.file("old", None, base="moved"),
        a.file("link", kind=FileKind.LINK),
        a.file("sub", kind=FileKind.SUBMODULE),
        head=HEAD,
    )
    material = changed(seal(task.baseline, look, ()), digest=task.review.material)

    receipt = receipt_from(spec, task, minting(a, spec, entries, look=look, material=material))

    assert contradictions(receipt) == ()
    assert [(f.path, f.change, f.kind, f.digest is None, f.was) for f in receipt.material.files] == [
        ("back", "modified", "file", True, None),
        ("gone", "deleted", "absent", True, None),
        ("link", "added", "link", False, None),
        ("new", "renamed", "file", False, "old"),
        ("restored", "added", "file", True, None),
        ("sub", "added", "submodule", False, None),
        ("untracked", "deleted", "absent", True, None),
    ]


def test_what_is_not_on_record_is_not_minted(a: Nouns) -> None:
    """No approval, no review, no run, a run of another wording, a word for another material."""
    spec = contract(a, a.criterion("ac1"), a.criterion("looks", expected=Expected.MANUAL, command=""))
    material = sealed(a, spec)
    task, entries = lived(story(a, spec, material))
    made = minting(a, spec, entries)
    reworded = contract(a, a.criterion("ac1", command="true"))
    moved = changed(material, digest=digest_of(b"moved"))

    for found, asked, world, words in (
        (changed(task, approval=None), spec, made, "was not approved and reviewed"),
        (changed(task, review=None), spec, made, "was not approved and reviewed"),
        (changed(task, results={}), spec, made, "ac1: there is no evidence of it"),
        (task, reworded, made, "ac1: worded differently since it was run"),
        (task, spec, changed(made, material=moved), "looks: the material changed since"),
    ):
        with pytest.raises(NotAReceipt, match=words):
            receipt_from(asked, found, world)


EXPECTED = strategies.sampled_from([Expected.EXIT_CODE_ZERO, Expected.EXIT_CODE_NONZERO, Expected.MANUAL])


@given(strategies.lists(EXPECTED, min_size=1, max_size=5), strategies.booleans())
def test_every_honest_life_gives_a_receipt_that_holds(expected: list[Expected], by_person: bool) -> None:
    """Whatever it asked, and whoever reviewed it: minted, read back, nothing contradicts."""
    from tests.core.conftest import Nouns

    a = Nouns()
    criteria = tuple(
        a.criterion(f"ac{at}", expected=each, command="" if each is Expected.MANUAL else f"run {at}")
        for at, each in enumerate(expected)
    )
    spec = contract(a, *criteria)
    task, entries = lived(story(a, spec, sealed(a, spec), by_person=by_person))

    receipt = receipt_from(spec, task, minting(a, spec, entries))

    assert read_receipt(payload_of(receipt)) == receipt
    assert len(receipt.criteria) == len(expected)


def test_a_change_of_other_kind_than_the_seal_knows_is_told_plainly(a: Nouns) -> None:
    """A change whose file the look does not list is a plain file."""
    spec = contract(a, a.criterion("ac1"))
    material = sealed(a, spec)
    task, entries = lived(story(a, spec, material))
    odd = changed(
        material,
        changes=(Change(path=RepoPath("src/odd"), kind=ChangeKind.MODIFIED, digest=a.sha("odd")),),
        scope=Scope(patterns=("src",)),
    )

    (file,) = receipt_from(spec, task, minting(a, spec, entries, material=odd)).material.files

    assert file.kind is FileKind.FILE

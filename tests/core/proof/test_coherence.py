"""A receipt that contradicts itself is none: a table of the ways in which one can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.spec import Expected
from scafld.core.evidence.criterion import Ended, Outcome, Strength
from scafld.core.evidence.dossier import Mode, Verdict
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.moments import later
from scafld.core.proof.coherence import contradictions
from scafld.core.proof.receipt import AskedBy, ProvenBy, Receipt, Waived
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Proofs

Make = Callable[["Proofs"], Receipt]


def of_material(*files: object, **fields: object) -> Make:
    return lambda p: p.receipt(material=p.material(*files, **fields))


def of_file(**fields: object) -> Make:
    return lambda p: p.receipt(material=p.material(p.file(**fields)))


def of_run(exit_code: int | None = 0, expected: Expected = Expected.EXIT_CODE_ZERO, **fields: object) -> Make:
    return lambda p: p.receipt(criteria=(p.criterion(expected=expected, run=p.run(exit_code, **fields)),))


def of_criterion(**fields: object) -> Make:
    return lambda p: p.receipt(criteria=(p.criterion(**fields),))


def of_review(**fields: object) -> Make:
    return lambda p: p.receipt(review=p.review(**fields))


def of_person(*overrides: dict[str, object], **fields: object) -> Make:
    return lambda p: p.receipt(review=p.by_person(**fields), overrides=tuple(p.override(**each) for each in overrides))


TABLE: dict[str, tuple[Make, str]] = {
    "about nothing": (
        lambda p: p.receipt(material=p.material(p.file(digest=None), tree=None, commit=None)),
        "it names no tree and no file",
    ),
    "a tree without git": (of_material(vcs="none"), "is not what the baseline was taken from"),
    "another sort of history": (of_material(vcs="svn"), "'svn' is not what the baseline"),
    "a commit without git": (
        lambda p: p.receipt(
            material=p.material(vcs="none", tree=None), baseline=changed(p.receipt().baseline, vcs="none", head=None)
        ),
        "without git there is no tree and no commit",
    ),
    "git without a tree": (of_material(tree=None, commit=None), "material.tree: it is missing"),
    "a commit without its tree": (of_material(tree=None), "a commit without its tree"),
    "a folder that leads out": (of_material(folder="../other"), "is no folder in a repository"),
    "a folder from the root": (of_material(folder="/srv"), "is no folder in a repository"),
    "files out of order": (lambda p: p.receipt(material=p.material(p.file("b"), p.file("a"))), "not in the order"),
    "a file twice": (lambda p: p.receipt(material=p.material(p.file("a"), p.file("a"))), "or one stands there twice"),
    "a file in scope and out": (
        lambda p: p.receipt(material=p.material(p.file("a"), drift=(p.file("a"),))),
        "a file is in scope and outside of it",
    ),
    "a deleted file that is there": (of_file(change=ChangeKind.DELETED), "is deleted and its kind is file"),
    "a file that is gone, modified": (of_file(kind=FileKind.ABSENT, digest=None), "is modified and its kind is absent"),
    "a gone file with content": (
        of_file(kind=FileKind.ABSENT, change=ChangeKind.DELETED),
        "is gone and has a digest",
    ),
    "an old path without a rename": (of_file(was="b"), "only a renamed file has an old path"),
    "a rename from nowhere": (of_file(change=ChangeKind.RENAMED), "only a renamed file has an old path"),
    "a rename of nothing": (of_file(change=ChangeKind.RENAMED, was="b", digest=None), "was renamed and has no digest"),
    "dirt below nothing": (
        lambda p: p.receipt(baseline=changed(p.receipt().baseline, dirty=-1)),
        "less than nothing",
    ),
    "an approval of another contract": (
        lambda p: p.receipt(approval=p.approval(contract="1" * 64)),
        "approval.contract: it binds another contract",
    ),
    "a review of another contract": (of_review(contract="1" * 64), "review.contract: it binds another contract"),
    "a review of another material": (of_review(material="1" * 64), "it sealed another material"),
    "no title": (lambda p: p.receipt(title="  "), "title: it is empty"),
    "only the project's checks": (of_criterion(asked_by=AskedBy.PROJECT), "the contract has none"),
    "a criterion twice": (lambda p: p.receipt(criteria=(p.criterion(), p.criterion())), "ac1 stands there twice"),
    "another command than was run": (
        lambda p: p.receipt(criteria=(changed(p.criterion(), command="true"),)),
        "its fingerprint is not that of its wording",
    ),
    "a lower bar than was asked": (
        lambda p: p.receipt(criteria=(changed(p.criterion(), expected_exit_code=1),)),
        "its fingerprint is not that of its wording",
    ),
    "a run and a word": (lambda p: p.receipt(criteria=(p.criterion(word=p.word()),)), "and none on both"),
    "neither run nor word": (of_criterion(run=None), "and none on both"),
    "a manual one that ran": (
        lambda p: p.receipt(criteria=(p.criterion(), p.manual(run=p.run()))),
        "and none on both",
    ),
    "a word as strong as a run": (
        lambda p: p.receipt(criteria=(p.criterion(), p.manual(strength=Strength.GREEN))),
        "proves no more than that it was given",
    ),
    "red-green without red": (of_criterion(red_seen=False), "its strength is red-green, and red_seen is false"),
    "a run that only declares": (of_criterion(strength=Strength.DECLARED), "its strength is declared"),
    "a word on another material": (
        lambda p: p.receipt(criteria=(p.criterion(), p.manual(word=p.word(material="1" * 64)))),
        "on another contract or material",
    ),
    "a run before the review": (of_criterion(entry=7), "it ran before the review"),
    "exit 1 for exit 0": (of_run(1), "exit code 1 is no pass"),
    "exit 0 for another": (of_run(0, Expected.EXIT_CODE_NONZERO), "exit code 0 is no pass"),
    "not found for another": (of_run(127, Expected.EXIT_CODE_NONZERO), "exit code 127 is no pass"),
    "a signal for another": (of_run(139, Expected.EXIT_CODE_NONZERO), "exit code 139 is no pass"),
    "a search that failed": (of_run(2, Expected.NO_MATCHES), "exit code 2 is no pass"),
    "a browser that failed": (of_run(1, Expected.BROWSER_EVIDENCE), "exit code 1 is no pass"),
    "out of time": (of_run(None, ended=Ended.TIMEOUT), "timeout with exit code None is no pass"),
    "out of time with a code": (of_run(0, ended=Ended.TIMEOUT), "it timeout with exit code 0"),
    "less than no time": (of_run(duration_ms=-1), "it took less than no time"),
    "a nameless reviewer": (of_review(provider=" "), "review.provider: it is empty"),
    "pass with a blocker": (of_review(blockers=1), "pass with 1 open blockers"),
    "fail without one": (of_review(verdict=Verdict.FAIL), "fail with 0 open blockers"),
    "more blockers than findings": (of_review(blockers=2, verdict=Verdict.FAIL), "fewer findings than open blockers"),
    "no dossier": (of_review(dossier=None), "review.dossier: it is missing"),
    "a person with a dossier": (of_person({}, dossier="1" * 64), "and a reviewer's dossier stands there too"),
    "a person with a mode": (of_person({}, mode=Mode.VERIFY), "and a reviewer's dossier stands there too"),
    "a person without an override": (of_person(), "a review by a person is one override"),
    "a person with two": (of_person({}, {}), "a review by a person is one override"),
    "a person at another entry": (of_person({"entry": 7}), "a review by a person is one override"),
    "an override without a person": (
        lambda p: p.receipt(overrides=(p.override(),)),
        "a review by a person is one override",
    ),
    "an override without a reason": (of_person({"reason": " "}), "waives review without a reason"),
    "a waiver elsewhere": (
        lambda p: p.receipt(overrides=(p.override(waived=Waived.APPROVAL, entry=4),)),
        "at another entry than the approval",
    ),
    "a person on a panel": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion("human"),))),
        "a reviewer without a provider",
    ),
    "a panel that cannot count": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion(findings=0, blockers=1, verdict=Verdict.FAIL),))),
        "codex counts fewer findings than open blockers",
    ),
    "a panel that belies itself": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion(findings=1, blockers=1),))),
        "codex says pass with 1 open blockers",
    ),
    "a panel by no rule": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion(), p.opinion()), rule="most")),
        "'most' is no rule by which reviewers count",
    ),
    "a quorum of none": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion(), p.opinion()), rule="quorum 0")),
        "'quorum 0' is no rule by which reviewers count",
    ),
    "a rule without a panel": (
        lambda p: p.receipt(review=p.review(rule="everyone")),
        "and 0 of 0 reviewers pass it (everyone)",
    ),
    "a panel that is against it": (
        lambda p: p.receipt(
            review=p.review(
                panel=(p.opinion(), p.opinion(findings=1, blockers=1, verdict=Verdict.FAIL)), rule="everyone"
            )
        ),
        "review.verdict: pass, and 1 of 2 reviewers pass it (everyone)",
    ),
    "a quorum that was not reached": (
        lambda p: p.receipt(review=p.review(panel=(p.opinion(), p.opinion()), rule="quorum 3")),
        "review.verdict: pass, and 2 of 2 reviewers pass it (quorum 3)",
    ),
    "a signature that is none": (
        lambda p: p.receipt(approval=p.approval(proven_by=ProvenBy.SIGNATURE)),
        "approval: it is proven by signature and bears 0 signatures",
    ),
    "a signature that is hidden": (
        lambda p: p.receipt(approval=p.approval(p.signature(), proven_by=ProvenBy.NOBODY)),
        "approval: it is proven by nobody and bears 1 signatures",
    ),
    "a signature twice": (
        lambda p: p.receipt(approval=p.approval(p.signature("a"), p.signature("b"))),
        "one signature stands there twice",
    ),
    "an entry beyond the ledger": (of_criterion(entry=11), "an entry outside of it is named"),
    "an entry before the first": (lambda p: p.receipt(approval=p.approval(entry=0)), "an entry outside of it is named"),
    "approval and review in one": (of_review(entry=3), "one entry cannot be"),
    "older than what it tells of": (
        lambda p: p.receipt(review=p.review(at=later(p.now, 301))),
        "minted_at: the receipt is older than what it tells of",
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_contradicts_itself_is_told(p: Proofs, name: str) -> None:
    """In words that name the place."""
    make, words = TABLE[name]

    told = contradictions(make(p))

    assert any(words in each for each in told), told


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p.receipt(),
        of_run(0, Expected.NO_MATCHES),
        of_run(1, Expected.NO_MATCHES),
        of_run(1, Expected.EXIT_CODE_NONZERO),
        of_run(0, Expected.BROWSER_EVIDENCE),
        lambda p: p.receipt(criteria=(p.criterion(expected_exit_code=3, run=p.run(3)),)),
        lambda p: p.receipt(criteria=(p.criterion(outcome=Outcome.FAIL, run=p.run(1)),)),
        of_criterion(strength=Strength.GREEN, red_seen=False),
        lambda p: p.receipt(criteria=(p.criterion(), p.manual(), p.criterion("x", asked_by=AskedBy.PROJECT))),
        of_person({}),
        lambda p: p.receipt(overrides=(p.override(waived=Waived.APPROVAL, entry=3),)),
        lambda p: p.receipt(approval=p.approval(entry=9)),
        lambda p: p.receipt(review=p.review(at=later(p.now, 300))),
        of_material(commit=None),
        of_file(change=ChangeKind.RENAMED, was="b"),
        of_file(change=ChangeKind.DELETED, kind=FileKind.ABSENT, digest=None),
    ],
)
def test_what_holds_together_is_left_in_peace(p: Proofs, make: Make) -> None:
    """Every honest shape: an approval given anew after the review, and a clock that was set back, among them."""
    assert contradictions(make(p)) == ()

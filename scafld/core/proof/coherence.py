"""Does a receipt hold together? What it says in one place must be what it says in every other.

None of this needs the repository: a receipt that fails here was never made by scafld, or was made from a ledger that
was not one. Whether what it says is enough is another question (`demands`).
"""

from __future__ import annotations

from collections.abc import Iterator

from scafld.core.contract.spec import Criterion, Expected
from scafld.core.evidence.criterion import NOT_FOUND, Ended, Outcome, Strength
from scafld.core.evidence.dossier import Verdict
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.moments import seconds_between
from scafld.core.names import Moment
from scafld.core.proof.git_names import LINEAGE, repo_path
from scafld.core.proof.receipt import (
    EVERYONE,
    HUMAN,
    QUORUM,
    AskedBy,
    CriterionProof,
    FileProof,
    MaterialProof,
    OpinionProof,
    ProvenBy,
    Receipt,
    ReviewProof,
    RunProof,
    SignatureProof,
    Waived,
)

SKEW_SECONDS = 300
"""So far a clock may have been set back between two entries without anybody lying."""


def contradictions(receipt: Receipt) -> tuple[str, ...]:
    """Everything in which a receipt contradicts itself, in words; empty when it holds together."""
    return (
        *_of_material(receipt.material, receipt),
        *_of_contract(receipt),
        *(words for each in receipt.criteria for words in _of_criterion(each, receipt)),
        *_of_review(receipt),
        *_of_overrides(receipt),
        *_of_signatures(receipt),
        *_of_order(receipt),
    )


# Private.


def _of_material(material: MaterialProof, receipt: Receipt) -> Iterator[str]:
    if material.tree is None and not any(each.digest for each in material.files):
        yield "material: it names no tree and no file; there is nothing that it could be about"
    if material.vcs not in ("git", "none") or material.vcs != receipt.baseline.vcs:
        yield f"material.vcs: {material.vcs[:20]!r} is not what the baseline was taken from, or neither git nor none"
    if material.vcs == "none" and (material.tree or material.commit or receipt.baseline.head):
        yield "material: without git there is no tree and no commit"
    if material.vcs == "git" and material.tree is None:
        yield "material.tree: it is missing; the workspace lies in a git repository"
    if material.commit and not material.tree:
        yield "material.commit: a commit without its tree"
    if material.folder != "." and not _is_path(material.folder):
        yield f"material.folder: {material.folder[:80]!r} is no folder in a repository"
    if receipt.baseline.lineage and receipt.baseline.head is None:
        yield "baseline.lineage: commits before none"
    if len(receipt.baseline.lineage) > LINEAGE:
        yield f"baseline.lineage: there are {len(receipt.baseline.lineage)}; the most is {LINEAGE}"
    if receipt.baseline.dirty < 0:
        yield "baseline.dirty: it is less than nothing"
    for name, files in (("files", material.files), ("drift", material.drift)):
        paths = [each.path for each in files]
        if paths != sorted(set(paths)):
            yield f"material.{name}: not in the order of their paths, or one stands there twice"
        for each in files:
            yield from _of_file(each, f"material.{name}")
    if {each.path for each in material.files} & {each.path for each in material.drift}:
        yield "material.drift: a file is in scope and outside of it"


def _of_file(file: FileProof, where: str) -> Iterator[str]:
    gone = file.kind is FileKind.ABSENT
    if gone != (file.change is ChangeKind.DELETED):
        yield f"{where}: {file.path!r} is {file.change} and its kind is {file.kind}"
    if gone and file.digest is not None:
        yield f"{where}: {file.path!r} is gone and has a digest"
    if file.committed is not None and (file.digest is None or file.kind not in (FileKind.FILE, FileKind.EXECUTABLE)):
        yield f"{where}: {file.path!r} is no plain file, and git commits other bytes of it"
    if (file.was is not None) != (file.change is ChangeKind.RENAMED):
        yield f"{where}: {file.path!r} is {file.change}; only a renamed file has an old path"
    if file.change is ChangeKind.RENAMED and file.digest is None:
        yield f"{where}: {file.path!r} was renamed and has no digest"


def _of_contract(receipt: Receipt) -> Iterator[str]:
    for where, bound in (("approval", receipt.approval.contract), ("review", receipt.review.contract)):
        if bound != receipt.contract:
            yield f"{where}.contract: it binds another contract than the receipt's"
    if receipt.review.material != receipt.material.digest:
        yield "review.material: it sealed another material than the receipt's"
    if not any(each.asked_by is AskedBy.CONTRACT for each in receipt.criteria):
        yield "criteria: the contract has none; nothing was shown"
    ids = [each.id for each in receipt.criteria]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"criteria: {twice} stands there twice"
    if not receipt.title.strip():
        yield "title: it is empty"


def _of_criterion(criterion: CriterionProof, receipt: Receipt) -> Iterator[str]:
    name, manual = criterion.id, criterion.expected is Expected.MANUAL
    if _fingerprint(criterion) != criterion.fingerprint:
        yield f"{name}: its fingerprint is not that of its wording"
    if (criterion.word is not None) != manual or (criterion.run is not None) == manual:
        yield f"{name}: a manual criterion rests on a word, every other one on a run, and none on both"
    if manual and (criterion.strength is not Strength.DECLARED or criterion.red_seen):
        yield f"{name}: a person's word proves no more than that it was given"
    if not manual and (criterion.strength is Strength.DECLARED or criterion.red_seen != _is_red_green(criterion)):
        yield f"{name}: its strength is {criterion.strength}, and red_seen is {str(criterion.red_seen).lower()}"
    if criterion.run is not None:
        yield from _of_run(criterion, criterion.run)
        if not receipt.review.entry < criterion.entry:
            yield f"{name}: it ran before the review; the last run comes after it, on the reviewed tree"
    word = criterion.word
    if word is not None and (word.contract, word.material) != (receipt.contract, receipt.material.digest):
        yield f"{name}: the word for it was given on another contract or material than the receipt's"


def _of_run(criterion: CriterionProof, run: RunProof) -> Iterator[str]:
    if run.duration_ms < 0 or run.output_bytes < 0:
        yield f"{criterion.id}: it took less than no time, or printed less than nothing"
    if (run.ended is Ended.EXITED) != (run.exit_code is not None):
        yield f"{criterion.id}: it {run.ended} with exit code {run.exit_code}"
    if criterion.outcome is Outcome.PASS and not _may_pass(criterion, run):
        yield f"{criterion.id}: a run that {run.ended} with exit code {run.exit_code} is no pass"


def _may_pass(criterion: CriterionProof, run: RunProof) -> bool:
    """Whether a run that ended so can have passed, whatever it printed."""
    code, wanted = run.exit_code, criterion.expected_exit_code
    if run.ended is not Ended.EXITED or code is None or code in NOT_FOUND or not 0 <= code <= _LARGEST_OWN:
        return False
    match criterion.expected:
        case Expected.EXIT_CODE_ZERO:
            return code == (wanted or 0)
        case Expected.EXIT_CODE_NONZERO:
            return code != 0 if wanted is None else code == wanted
        case Expected.NO_MATCHES:
            return code in (0, 1)
        case Expected.BROWSER_EVIDENCE:
            return code == 0
        case Expected.MANUAL:
            return False


def _is_red_green(criterion: CriterionProof) -> bool:
    return criterion.strength not in (Strength.DECLARED, Strength.GREEN)


def _fingerprint(proof: CriterionProof) -> str:
    wording = Criterion(
        id=proof.id,
        title=proof.title,
        expected=proof.expected,
        command=proof.command,
        exit_code=proof.expected_exit_code,
        contains=proof.expected_contains,
        cwd=proof.cwd,
        evidence_required=proof.evidence_required,
    )
    return wording.fingerprint


def _of_review(receipt: Receipt) -> Iterator[str]:
    review = receipt.review
    by_person = review.provider == HUMAN
    if not review.provider.strip():
        yield "review.provider: it is empty"
    if min(review.findings - review.blockers, review.blockers, review.attacks) < 0:
        yield "review: it counts fewer findings than open blockers, or fewer than none"
    yield from _of_panel(review)
    if by_person and (review.dossier or review.panel or review.findings or review.attacks or review.mode):
        yield "review: a person took the reviewer's place, and a reviewer's dossier stands there too"
    if not by_person and (review.dossier is None or review.mode is None):
        yield "review.dossier: it is missing; every reviewer hands one in"
    for opinion in review.panel:
        yield from _of_opinion(opinion)


def _of_panel(review: ReviewProof) -> Iterator[str]:
    """The verdict follows from the findings: of one reviewer from its own, of several by their rule."""
    passes = review.verdict is Verdict.PASS
    if not review.panel and not review.rule:
        if passes != (review.blockers == 0):
            yield f"review.verdict: {review.verdict} with {review.blockers} open blockers"
        return
    number = review.rule.removeprefix(QUORUM)
    quorum = int(number) if review.rule != number and number.isdecimal() and number.isascii() else 0
    if review.rule != EVERYONE and quorum < 1:
        yield f"review.rule: {review.rule[:40]!r} is no rule by which reviewers count"
        return
    agree = sum(each.verdict is Verdict.PASS for each in review.panel)
    if not review.panel or passes != (agree >= (quorum or len(review.panel))):
        yield f"review.verdict: {review.verdict}, and {agree} of {len(review.panel)} reviewers pass it ({review.rule})"


def _of_opinion(opinion: OpinionProof) -> Iterator[str]:
    if not opinion.provider.strip() or opinion.provider == HUMAN:
        yield "review.panel: a reviewer without a provider"
    if min(opinion.findings - opinion.blockers, opinion.blockers) < 0:
        yield f"review.panel: {opinion.provider} counts fewer findings than open blockers, or fewer than none"
    if (opinion.verdict is Verdict.PASS) != (opinion.blockers == 0):
        yield f"review.panel: {opinion.provider} says {opinion.verdict} with {opinion.blockers} open blockers"


def _of_overrides(receipt: Receipt) -> Iterator[str]:
    by_person = receipt.review.provider == HUMAN
    reviews = [each for each in receipt.overrides if each.waived is Waived.REVIEW]
    if by_person != (len(reviews) == 1) or any(each.entry != receipt.review.entry for each in reviews):
        yield "overrides: a review by a person is one override, at the review's entry"
    for each in receipt.overrides:
        if not each.reason.strip():
            yield f"overrides: entry-{each.entry} waives {each.waived} without a reason"
        if each.waived is Waived.APPROVAL and each.entry != receipt.approval.entry:
            yield "overrides: what was waived at approval stands at another entry than the approval"


def _of_signatures(receipt: Receipt) -> Iterator[str]:
    words: list[tuple[str, ProvenBy, tuple[SignatureProof, ...]]] = [
        ("approval", receipt.approval.proven_by, receipt.approval.signatures),
        *((f"overrides: {each.waived}", each.proven_by, each.signatures) for each in receipt.overrides),
        *((each.id, each.word.proven_by, each.word.signatures) for each in receipt.criteria if each.word),
    ]
    for where, proven_by, signatures in words:
        if (proven_by is ProvenBy.SIGNATURE) != bool(signatures):
            yield f"{where}: it is proven by {proven_by} and bears {len(signatures)} signatures"
        if len({each.signature for each in signatures}) != len(signatures):
            yield f"{where}: one signature stands there twice"


def _of_order(receipt: Receipt) -> Iterator[str]:
    last = receipt.ledger.entries
    entries = [receipt.approval.entry, receipt.review.entry]
    entries += [each.entry for each in receipt.criteria] + [each.entry for each in receipt.overrides]
    if min(entries) < 1 or max(entries) > last:
        yield f"ledger.entries: it has {last}, and an entry outside of it is named"
    if receipt.approval.entry == receipt.review.entry:
        yield "review.entry: one entry cannot be the approval and the review"
    told = [receipt.approval.at, receipt.review.at, *(each.word.at for each in receipt.criteria if each.word)]
    told += [each.at for each in receipt.overrides]
    if any(_long_before(receipt.minted_at, each) for each in told):
        yield "minted_at: the receipt is older than what it tells of"


def _long_before(first: Moment, second: Moment) -> bool:
    return seconds_between(first, second) > SKEW_SECONDS


def _is_path(text: str) -> bool:
    try:
        return bool(repo_path(text))
    except ValueError:
        return False


_LARGEST_OWN = 128

"""What a receipt says: what was approved, what was run, what was reviewed, by whom, and over which bytes.

Every field stands in every receipt; what is not known is None or empty and is never left out. What somebody only said
of themselves is named so: `ActorProof` is a claim, `proven_by` tells whether a signature stands behind it.
"""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.spec import Expected, Profile, Start
from scafld.core.evidence.criterion import Ended, Outcome, Strength
from scafld.core.evidence.dossier import Mode, Verdict
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.names import ActorKind, CriterionId, Digest, Moment, PhaseId, RepoPath, TaskId
from scafld.core.policy import Independence
from scafld.core.proof.git_names import GitId
from scafld.core.value import value


class ProvenBy(StrEnum):
    """What stands behind a person's word: nothing but the word, or signatures over it."""

    NOBODY = "nobody"
    SIGNATURE = "signature"


class AskedBy(StrEnum):
    """Who asks for a criterion: the contract, or the project of every change."""

    CONTRACT = "contract"
    PROJECT = "project"


class Guarded(StrEnum):
    """What a comparison of before and after showed; `unwatched`: there was none."""

    CLEAN = "clean"
    CHANGED = "changed"
    UNWATCHED = "unwatched"


class Waived(StrEnum):
    """What a person set aside: a demand at approval, the reviewer, a finding of one, a rule at completion, or what the
    host remembered of the ledger and could prove of its entries."""

    APPROVAL = "approval"
    REVIEW = "review"
    FINDING = "finding"
    COMPLETION = "completion"
    LEDGER = "ledger"


@value
class ToolProof:
    name: str
    version: str


@value
class ActorProof:
    """Who acted, as the calling process said of itself."""

    kind: ActorKind
    name: str
    terminal: bool


@value
class SignatureProof:
    """A signature over a consent (see `proof.spoken.consent`), whole, so that anybody can check it: armored SSHSIG.

    `key_id` is a hint; who signed is what the signature says.
    """

    key_id: str
    signature: str


@value
class FileProof:
    """One changed file. `digest`: SHA-256 of its content (of a link: its target's text; of a submodule: its commit and
    dirty state as scafld seals them); None when it is gone, and where it is again as in the baseline's commit. `was`:
    the old path of a rename. `committed`: SHA-256 of what git commits of it, where line ends or `$Id$` make that other
    bytes; a receipt may leave it out."""

    path: RepoPath
    change: ChangeKind
    kind: FileKind
    digest: Digest | None
    was: RepoPath | None
    committed: Digest | None = None


@value
class MaterialProof:
    """The change. `digest`: the seal that approval, review and completion share. `folder`: the workspace in its git
    repository, "." for the root. `tree`: the git tree of that folder without its `.scafld/`, None without git.
    `commit`: a commit in which it is exactly that tree, None when there was none. `whole_tree`: the declared scope
    named no file, so everything is sealed. `drift`: what changed outside the scope and is not sealed."""

    digest: Digest
    vcs: str
    folder: str
    tree: GitId | None
    commit: GitId | None
    whole_tree: bool
    scope: tuple[str, ...]
    files: tuple[FileProof, ...]
    drift: tuple[FileProof, ...]


@value
class BaselineProof:
    """The tree at approval: head commit (None: unborn, or no git), how many files were not as committed, and the digest
    of the whole baseline as the ledger has it. `lineage`: the commits before the head, by first parents, the nearest
    first: by them what was squashed or rebased since is found to belong to this history."""

    vcs: str
    head: GitId | None
    dirty: int
    digest: Digest
    lineage: tuple[GitId, ...]


@value
class ApprovalProof:
    """The approval: what it binds, and who gave it. `entry` counts in the ledger."""

    contract: Digest
    at: Moment
    entry: int
    by: ActorProof
    reason: str
    quick: bool
    proven_by: ProvenBy
    signatures: tuple[SignatureProof, ...]


@value
class RunProof:
    """One run on the reviewed tree, as scafld saw it. `output`: SHA-256 of all it printed."""

    ended: Ended
    exit_code: int | None
    duration_ms: int
    output: Digest
    output_bytes: int


@value
class WordProof:
    """A person's word for a manual criterion, on this contract and material. `evidence`: SHA-256 of what they saw."""

    at: Moment
    by: ActorProof
    contract: Digest
    material: Digest
    evidence: Digest
    proven_by: ProvenBy
    signatures: tuple[SignatureProof, ...]


@value
class CriterionProof:
    """One criterion in its exact wording, and its evidence: a run, or for a manual one a word. `red_seen`: it was seen
    to fail in this wording before it passed. `fingerprint` is that of the wording."""

    id: CriterionId
    phase: PhaseId | None
    asked_by: AskedBy
    title: str
    expected: Expected
    command: str
    cwd: str
    expected_exit_code: int | None
    expected_contains: str
    evidence_required: str
    timeout_seconds: int | None
    start: Start
    start_reason: str
    fingerprint: Digest
    outcome: Outcome
    reason: str
    strength: Strength
    red_seen: bool
    entry: int
    run: RunProof | None
    word: WordProof | None


@value
class OpinionProof:
    """One reviewer of a panel, as observed."""

    provider: str
    vendor: str
    model: str
    version: str
    binary: Digest | None
    verdict: Verdict
    dossier: Digest
    findings: int
    blockers: int


@value
class ReviewProof:
    """The review that passed. `provider` is "human" where a person took the reviewer's place: then an override says so
    and there is no dossier. `vendor`, `model`, `version`, `binary` are as observed, empty or None where they were not.
    `blockers`: findings still open. `panel`: every reviewer that handed something in, where several were asked; `rule`:
    how they count, `everyone` or `quorum N`."""

    provider: str
    vendor: str
    model: str
    version: str
    binary: Digest | None
    independence: Independence
    authorises: bool
    verdict: Verdict
    mode: Mode | None
    at: Moment
    entry: int
    by: ActorProof
    contract: Digest
    material: Digest
    packet: Digest | None
    dossier: Digest | None
    output: Digest | None
    findings: int
    blockers: int
    attacks: int
    rule: str
    panel: tuple[OpinionProof, ...]


@value
class GuardProof:
    """Whether the tree stood still: while the reviewer worked, and while the criteria ran for the last time."""

    reviewer: Guarded
    completion: Guarded


@value
class OverrideProof:
    """A rule that a person set aside, and why."""

    waived: Waived
    what: tuple[str, ...]
    reason: str
    at: Moment
    entry: int
    by: ActorProof
    proven_by: ProvenBy
    signatures: tuple[SignatureProof, ...]


@value
class LedgerProof:
    """The ledger that all this was read from, as it then was: how many entries, and the last one's digest."""

    entries: int
    head: Digest


@value
class Receipt:
    """All of it. `minted_at` is the minting machine's word for the time."""

    task: TaskId
    title: str
    minted_at: Moment
    tool: ToolProof
    contract: Digest
    profile: Profile
    material: MaterialProof
    baseline: BaselineProof
    approval: ApprovalProof
    criteria: tuple[CriterionProof, ...]
    review: ReviewProof
    guard: GuardProof
    overrides: tuple[OverrideProof, ...]
    ledger: LedgerProof


EVERYONE, QUORUM = "everyone", "quorum "
"""How a panel's opinions count: all must pass, or so many."""

HUMAN = "human"
"""What stands for the provider where a person took the reviewer's place."""

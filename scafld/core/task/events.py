"""What can happen to a task: one class a thing that happens. Nothing but a list of these is believed."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.spec import Expected, Profile, Risk, Size
from scafld.core.evidence.criterion import Artifact, Observation, Outcome
from scafld.core.evidence.dossier import Dossier, Mode, Verdict
from scafld.core.evidence.hearing import Hearing, Unverified, Usage
from scafld.core.evidence.questioning import HardenDossier, HardenVerdict
from scafld.core.evidence.seals import Baseline
from scafld.core.names import CriterionId, Digest, Moment, PhaseId
from scafld.core.value import value


class Purpose(StrEnum):
    """Why a criterion was run: before the work, to judge it, or once more at the end."""

    OPEN = "open"
    BUILD = "build"
    COMPLETE = "complete"


@value
class Planned:
    """A draft was written."""

    title: str
    size: Size
    risk: Risk
    profile: Profile
    contract: Digest


@value
class Drafted:
    """A model wrote the draft, in so many `cycles`; `log` is what it says to have read and concluded, `left` what was
    still wrong with the draft. Whoever approves it answers for it."""

    hearing: Hearing
    request: str
    cycles: int
    log: tuple[str, ...]
    questions: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@value
class HardenOpened:
    """A round of adversarial questions on the draft began."""

    round: str
    contract: Digest


@value
class HardenPassed:
    """Somebody answered every question of a round; `contract` is the draft as it stood then."""

    round: str
    contract: Digest
    anchors: tuple[str, ...] = ()
    reason: str = ""


@value
class HardenStarted:
    """A model was given this draft to question; nobody else may open a round before `lease_until`."""

    round: str
    provider: str
    vendor: str
    contract: Digest
    packet: Digest
    lease_until: Moment
    forced: str = ""


@value
class HardenFailed:
    """The round ended without an acceptable dossier, or the model changed what it was to question (`changed`)."""

    round: str
    reason: str
    hearing: Hearing
    changed: tuple[str, ...] = ()


@value
class HardenAbandoned:
    """The round was given up: its lease ran out, or somebody said so."""

    round: str
    reason: str


@value
class Hardened:
    """A model handed in an acceptable dossier on the draft that `contract` names."""

    round: str
    contract: Digest
    verdict: HardenVerdict
    dossier: HardenDossier
    hearing: Hearing


@value
class BaselineTaken:
    """The tree as it was when the task was first approved."""

    baseline: Baseline


@value
class ApprovalRequested:
    """Somebody asks for this contract to be approved where signatures approve, so many (`wanted`) of different voices;
    `overrides` and `reason` as in `Approved`."""

    contract: Digest
    wanted: int
    reason: str = ""
    overrides: tuple[str, ...] = ()


@value
class Approved:
    """Somebody approved this contract. `overrides`: what stood against it. `consents`: the signatures."""

    contract: Digest
    title: str
    size: Size
    risk: Risk
    profile: Profile
    reason: str = ""
    overrides: tuple[str, ...] = ()
    quick: bool = False
    consents: tuple[int, ...] = ()


@value
class ConsentGiven:
    """A person signed the word in `entry`: an armored SSH signature over one sentence (see `proof.spoken.sentence`),
    whose SHA-256 is `sentence`. `key`, `voice` and `roles` are whose key it was, who speaks with it, and as what it
    counted when it was handed in; every gate looks at the signature again."""

    entry: int
    sentence: Digest
    key: str
    voice: str
    roles: tuple[str, ...]
    signature: str


@value
class PhaseOpened:
    """Work on a phase began; None opens the final criteria of a contract without phases."""

    phase: PhaseId | None


@value
class CriterionRan:
    """scafld ran a criterion and judged what it saw."""

    criterion: CriterionId
    phase: PhaseId | None
    purpose: Purpose
    fingerprint: Digest
    command: str
    expected: Expected
    outcome: Outcome
    red: bool
    reason: str
    observation: Observation
    artifacts: tuple[Artifact, ...] = ()


@value
class ManualAttested:
    """A person vouched for a manual criterion, on this contract and this material."""

    criterion: CriterionId
    phase: PhaseId | None
    fingerprint: Digest
    outcome: Outcome
    reason: str
    evidence: Digest
    contract: Digest
    material: Digest


@value
class PhasePassed:
    """Every criterion of the phase passes. `unproven` says, in the author's words, why none was seen red."""

    phase: PhaseId
    unproven: str = ""


@value
class BuildBlocked:
    """The open phase (None: the final criteria) does not pass; `attempt` counts the tries since it last moved on;
    one that only waits for a person is none."""

    phase: PhaseId | None
    failing: tuple[CriterionId, ...]
    attempt: int
    reason: str


@value
class BuildPassed:
    """Every phase and every final criterion passes."""

    criteria: int


@value
class ReviewStarted:
    """A reviewer was given this contract and this material; nobody else may start before `lease_until`.

    `seats`: who is asked when there are several, and `quorum` how many must pass, 0 for all. `author`: the vendor of
    the agent whose marks were seen where the review was asked for, "" when none were.
    """

    attempt: str
    provider: str
    mode: Mode
    contract: Digest
    material: Digest
    packet: Digest
    lease_until: Moment
    forced: str = ""
    seats: tuple[str, ...] = ()
    quorum: int = 0
    author: str = ""


@value
class ReviewFailed:
    """The attempt ended without a verdict, or a reviewer changed what it judged (`changed`). `failure` is a word of
    `Failure`; `hearings` is what came of it all the same."""

    attempt: str
    reason: str
    changed: tuple[str, ...] = ()
    output: Digest | None = None
    failure: str = ""
    hearings: tuple[Hearing, ...] = ()


@value
class ReviewAbandoned:
    """The attempt was given up: its lease ran out, its process is gone, or somebody said so."""

    attempt: str
    reason: str


@value
class Reviewed:
    """A reviewer handed in an acceptable dossier. `authorises` is False for rehearsals, whose verdict opens nothing.

    `provider`, `vendor`, `model`, `version`, `binary` (SHA-256), `session`, `usage`, `denied` and `output` (evidence
    digest) are as observed, empty or None when not. `dismissed`: fingerprints of findings that a person had dismissed
    on this very code; they do not count. `unverified`: places that its findings cite and that are not there.
    """

    attempt: str
    provider: str
    verdict: Verdict
    authorises: bool
    contract: Digest
    material: Digest
    dossier: Dossier
    model: str = ""
    binary: Digest | None = None
    output: Digest | None = None
    vendor: str = ""
    version: str = ""
    session: str = ""
    usage: Usage = Usage()
    denied: tuple[str, ...] = ()
    repaired: bool = False
    dismissed: tuple[Digest, ...] = ()
    unverified: tuple[Unverified, ...] = ()


@value
class PanelReviewed:
    """Several reviewers judged the same material, each in a hearing of its own; `verdict` follows from theirs."""

    attempt: str
    verdict: Verdict
    authorises: bool
    contract: Digest
    material: Digest
    hearings: tuple[Hearing, ...]
    quorum: int = 0
    dismissed: tuple[Digest, ...] = ()


@value
class FindingDismissed:
    """A person took a finding out of the way, with a reason, for the code as it stands there: `code` is the digest of
    the changed file it names (None: that file is as in the base), `material` of the whole change."""

    finding: str
    fingerprint: Digest
    path: str
    code: Digest | None
    material: Digest
    summary: str
    reason: str


@value
class HumanReviewed:
    """A person took the place of the reviewer, with a reason, on this contract and this material."""

    reason: str
    contract: Digest
    material: Digest


@value
class ReceiptMinted:
    """The receipt of this completion was signed: `receipt` is the SHA-256 of its file, `payload` of what is signed in
    it, `key` the id of the key. It tells of the ledger up to the step before this one."""

    receipt: Digest
    payload: Digest
    key: str
    minted_at: Moment


@value
class Completed:
    """Every criterion passed again on the reviewed tree."""

    contract: Digest
    material: Digest
    reason: str = ""


@value
class Failed:
    reason: str


@value
class Cancelled:
    reason: str


@value
class LegacySealed:
    """A ledger without a chain was taken over: the digest of the old file, its schema, and the status that it claimed.

    `path` is where the old file is kept, beside the ledger. Nothing in it gives authority.
    """

    file: Digest
    path: str
    schema_version: int
    entries: int
    status: str
    title: str = ""


@value
class TailCut:
    """A write that a crash had cut off was taken away: so many bytes, whose SHA-256 is `content`, kept at `path`."""

    bytes: int
    content: Digest
    path: str


@value
class LedgerAccepted:
    """A person took the ledger as it stands, against what this host `remembered` of its end (digest and number of the
    last entry; None and 0: nothing). `found`: what stood there. `unproven`: entries that no known key had signed."""

    reason: str
    remembered: Digest | None
    remembered_entries: int
    found: Digest | None
    found_entries: int
    unproven: tuple[int, ...] = ()


Drafting = Planned | Drafted | HardenOpened | HardenPassed | HardenStarted | HardenFailed | HardenAbandoned | Hardened
Binding = BaselineTaken | ApprovalRequested | Approved | ConsentGiven
Building = PhaseOpened | CriterionRan | ManualAttested | PhasePassed | BuildBlocked | BuildPassed
Judging = ReviewStarted | ReviewFailed | ReviewAbandoned | Reviewed | PanelReviewed | FindingDismissed | HumanReviewed
Ending = ReceiptMinted | Completed | Failed | Cancelled | LegacySealed | TailCut | LedgerAccepted
Event = Drafting | Binding | Building | Judging | Ending

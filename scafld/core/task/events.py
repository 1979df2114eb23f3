"""What can happen to a task: one class a thing that happens. Nothing but a list of these is believed."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.spec import Expected, Profile, Risk, Size
from scafld.core.evidence.criterion import Artifact, Observation, Outcome
from scafld.core.evidence.dossier import Dossier, Mode, Verdict
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
class BaselineTaken:
    """The tree as it was when the task was first approved."""

    baseline: Baseline


@value
class Approved:
    """Somebody approved exactly this contract. `overrides` names what stood against it and was waived by `reason`."""

    contract: Digest
    title: str
    size: Size
    risk: Risk
    profile: Profile
    reason: str = ""
    overrides: tuple[str, ...] = ()
    quick: bool = False


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
    """A reviewer was given this contract and this material; nobody else may start before `lease_until`."""

    attempt: str
    provider: str
    mode: Mode
    contract: Digest
    material: Digest
    packet: Digest
    lease_until: Moment
    forced: str = ""


@value
class ReviewFailed:
    """The attempt ended without an acceptable dossier, or the reviewer changed what it judged (`changed`)."""

    attempt: str
    reason: str
    changed: tuple[str, ...] = ()
    output: Digest | None = None


@value
class ReviewAbandoned:
    """The attempt was given up: its lease ran out, or somebody said so."""

    attempt: str
    reason: str


@value
class Reviewed:
    """A reviewer handed in an acceptable dossier. `authorises` is False for rehearsals, whose verdict opens nothing.

    `provider`, `model`, `binary` (SHA-256) and `output` (evidence digest) are as observed, empty or None when not.
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


@value
class HumanReviewed:
    """A person took the place of the reviewer, with a reason, on this contract and this material."""

    reason: str
    contract: Digest
    material: Digest


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


Event = (
    Planned
    | HardenOpened
    | HardenPassed
    | BaselineTaken
    | Approved
    | PhaseOpened
    | CriterionRan
    | ManualAttested
    | PhasePassed
    | BuildBlocked
    | BuildPassed
    | ReviewStarted
    | ReviewFailed
    | ReviewAbandoned
    | Reviewed
    | HumanReviewed
    | Completed
    | Failed
    | Cancelled
    | LegacySealed
    | TailCut
)

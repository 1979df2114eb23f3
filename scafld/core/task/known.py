"""What is known of a task: the values that a replay of its ledger ends in. Nothing here was said by its spec."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.evidence.criterion import Observation, Outcome
from scafld.core.evidence.dossier import Dossier, Finding, Mode, Verdict
from scafld.core.evidence.hearing import UNSPENT, Hearing, Independence, independence_of
from scafld.core.evidence.panel import merged
from scafld.core.evidence.questioning import HardenDossier
from scafld.core.evidence.seals import Baseline
from scafld.core.names import CriterionId, Digest, Moment, PhaseId
from scafld.core.task.events import BuildBlocked, LegacySealed, Purpose, ReceiptMinted
from scafld.core.task.statuses import TERMINAL, Status
from scafld.core.value import value

__all__ = [
    "TERMINAL",
    "Acceptance",
    "Approval",
    "Attempt",
    "Dismissal",
    "Given",
    "Request",
    "Result",
    "Review",
    "Round",
    "RoundState",
    "Status",
    "Task",
]


@value
class Request:
    """The last request for signatures under an approval, and the entry in which it stands."""

    contract: Digest
    wanted: int
    seq: int
    reason: str = ""
    overrides: tuple[str, ...] = ()


@value
class Given:
    """A signature that was handed in over the word in `entry`; see `ConsentGiven`."""

    entry: int
    key: str
    voice: str
    roles: tuple[str, ...]
    signature: str
    seq: int


@value
class Approval:
    """The last approval: what it binds, where in the ledger it stands, and the signatures it was made of (`consents`,
    by their entries)."""

    contract: Digest
    profile: Profile
    at: Moment
    seq: int
    reason: str = ""
    overrides: tuple[str, ...] = ()
    quick: bool = False
    consents: tuple[int, ...] = ()


class RoundState(StrEnum):
    """Where a round of hardening stands. `open` waits for a person's answers, `asked` for a model's."""

    OPEN = "open"
    ASKED = "asked"
    PASSED = "passed"
    NEEDS_REVISION = "needs_revision"
    FAILED = "failed"


@value
class Round:
    """The last round of hardening. `by` is the provider, "" for a round by hand; `problem` says why it failed; `spent`
    whether a model may have worked on this draft, so that asking again is paid for again."""

    id: str
    contract: Digest
    state: RoundState = RoundState.OPEN
    at: Moment | None = None
    ended: Moment | None = None
    reason: str = ""
    by: str = ""
    lease_until: Moment | None = None
    problem: str = ""
    spent: bool = False
    hearing: Hearing | None = None
    dossier: HardenDossier | None = None

    @property
    def passed(self) -> bool:
        return self.state is RoundState.PASSED


@value
class Result:
    """The latest evidence of one criterion. `red`: it was seen to fail in its present wording, before or while the work
    went on. `material` and `contract` are set for manual evidence only."""

    fingerprint: Digest
    outcome: Outcome
    reason: str
    seq: int
    at: Moment
    purpose: Purpose
    red: bool = False
    observation: Observation | None = None
    material: Digest | None = None
    contract: Digest | None = None
    command: str = ""


@value
class Attempt:
    """A reviewer at work, or one that ended without a verdict (`problem` says how, `failure` in a word of `Failure`).
    `seats`, `quorum`, `author`: see `ReviewStarted`. `hearings`: what came of it all the same."""

    id: str
    provider: str
    mode: Mode
    contract: Digest
    material: Digest
    lease_until: Moment
    seq: int
    running: bool = True
    problem: str = ""
    failure: str = ""
    changed: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    quorum: int = 0
    author: str = ""
    hearings: tuple[Hearing, ...] = ()

    @property
    def spent(self) -> bool:
        """Whether a model may have worked on this material, so that asking again is paid for again."""
        return self.failure not in UNSPENT


@value
class Dismissal:
    """A finding that a person took out of the way, for the code as it was then. `seq`: the entry that says so."""

    finding: str
    fingerprint: Digest
    path: str
    code: Digest | None
    summary: str
    reason: str
    at: Moment
    seq: int
    material: Digest | None = None


@value
class Acceptance:
    """A person's word for the ledger as it stood: see `LedgerAccepted`. `seq`: the entry that says so."""

    reason: str
    at: Moment
    seq: int
    remembered: Digest | None
    remembered_entries: int
    found: Digest | None
    found_entries: int
    unproven: tuple[int, ...] = ()

    @property
    def what(self) -> tuple[str, ...]:
        """What was taken as it stood, a line each."""
        before = (f"remembered {self.remembered_entries} entries, {self.remembered}",) if self.remembered else ()
        there = f"found {self.found_entries} entries" + (f", {self.found}" if self.found else "")
        return (*before, there, *(f"entry-{seq} unproven" for seq in self.unproven))


@value
class Review:
    """The last verdict and what it seals. `by` is the provider, "panel" or "human"; `hearings` what each reviewer said,
    none for a person; `dismissed` the findings that do not count; `author` the vendor of the agent that was seen."""

    by: str
    verdict: Verdict
    authorises: bool
    contract: Digest
    material: Digest
    at: Moment
    seq: int
    reason: str = ""
    hearings: tuple[Hearing, ...] = ()
    quorum: int = 0
    dismissed: frozenset[Digest] = frozenset()
    author: str = ""

    @property
    def dossier(self) -> Dossier | None:
        """What was handed in; of several reviewers, all of it together."""
        return merged(self.hearings, self.dismissed)

    @property
    def model(self) -> str:
        return ", ".join(dict.fromkeys(each.model for each in self.hearings if each.model))

    @property
    def independence(self) -> Independence:
        """How far the reviewers are from the author, as derived from what was seen of both."""
        if self.by == "human":
            return Independence.HUMAN
        return independence_of(self.author, tuple(each.vendor for each in self.hearings))

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What still stands against the change."""
        dossier = self.dossier
        open_ones = dossier.blockers if dossier else ()
        return tuple(each for each in open_ones if each.fingerprint not in self.dismissed)

    def unverified(self, finding: Finding) -> str:
        """Why the place that a finding cites is not there, "" when it is, or when it cites none."""
        cited = (each for hearing in self.hearings for each in hearing.unverified)
        return next((each.reason for each in cited if (each.path, each.line) == (finding.path, finding.line)), "")


@value
class Task:
    """All that is known of a task. Nothing here was said by its spec.

    `unanswered`: for each contract and material the last attempt that a model may have worked on, of those that have no
    verdict that authorises. `questioned`: for each draft the last round in which a model did not pass it. `words`: the
    entries in which a person's word stands; `consents`: the signatures over them.
    """

    status: Status = Status.DRAFT
    title: str = ""
    size: Size | None = None
    risk: Risk | None = None
    profile: Profile | None = None
    entries: int = 0
    first_at: Moment | None = None
    last_at: Moment | None = None
    request: Request | None = None
    approval: Approval | None = None
    words: frozenset[int] = frozenset()
    consents: tuple[Given, ...] = ()
    baseline: Baseline | None = None
    round: Round | None = None
    open_phase: PhaseId | None = None
    final_open: bool = False
    passed: frozenset[PhaseId] = frozenset()
    unproven: tuple[tuple[PhaseId, str], ...] = ()
    results: Mapping[CriterionId, Result] = MappingProxyType({})
    red: frozenset[Digest] = frozenset()
    attempts: int = 0
    block: BuildBlocked | None = None
    built_seq: int = 0
    attempt: Attempt | None = None
    unanswered: tuple[Attempt, ...] = ()
    questioned: Mapping[Digest, Round] = MappingProxyType({})
    reviews: int = 0
    review: Review | None = None
    dismissals: Mapping[Digest, Dismissal] = MappingProxyType({})
    legacy: LegacySealed | None = None
    accepted: tuple[Acceptance, ...] = ()
    receipt: ReceiptMinted | None = None
    reason: str = ""

"""What is known of a task: the values that a replay of its ledger ends in. Nothing here was said by its spec."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.evidence.criterion import Observation, Outcome
from scafld.core.evidence.dossier import Dossier, Mode, Verdict
from scafld.core.evidence.seals import Baseline
from scafld.core.names import CriterionId, Digest, Moment, PhaseId
from scafld.core.task.events import BuildBlocked, LegacySealed, Purpose
from scafld.core.task.statuses import TERMINAL, Status
from scafld.core.value import value

__all__ = ["TERMINAL", "Approval", "Attempt", "Result", "Review", "Round", "Status", "Task"]


@value
class Approval:
    """The last approval: what it binds, and where in the ledger it stands."""

    contract: Digest
    profile: Profile
    at: Moment
    seq: int
    reason: str = ""
    overrides: tuple[str, ...] = ()
    quick: bool = False


@value
class Round:
    """The last round of hardening."""

    id: str
    contract: Digest
    passed: bool
    reason: str = ""


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
    """A reviewer at work, or one that ended without a verdict (`problem` says how)."""

    id: str
    provider: str
    mode: Mode
    contract: Digest
    material: Digest
    lease_until: Moment
    seq: int
    running: bool = True
    problem: str = ""
    changed: tuple[str, ...] = ()


@value
class Review:
    """The last verdict and what it seals. `by` is the provider, or "human"."""

    by: str
    verdict: Verdict
    authorises: bool
    contract: Digest
    material: Digest
    at: Moment
    seq: int
    model: str = ""
    reason: str = ""
    dossier: Dossier | None = None


@value
class Task:
    """All that is known of a task. Nothing here was said by its spec."""

    status: Status = Status.DRAFT
    title: str = ""
    size: Size | None = None
    risk: Risk | None = None
    profile: Profile | None = None
    entries: int = 0
    first_at: Moment | None = None
    last_at: Moment | None = None
    approval: Approval | None = None
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
    reviews: int = 0
    review: Review | None = None
    legacy: LegacySealed | None = None
    reason: str = ""

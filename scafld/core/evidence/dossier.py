"""What a reviewer hands in: findings and the attacks behind them. The verdict is derived here, never taken from it."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.contract.problems import Problem
from scafld.core.digest import fingerprint
from scafld.core.names import Digest
from scafld.core.value import value


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FindingStatus(StrEnum):
    OPEN = "open"
    FIXED = "fixed"
    ACCEPTED_RISK = "accepted_risk"
    SUPERSEDED = "superseded"


class Verdict(StrEnum):
    PASS = "pass"
    FAIL = "fail"


class Mode(StrEnum):
    """What a reviewer is asked for: to look for anything, or to check that earlier findings are gone."""

    DISCOVER = "discover"
    VERIFY = "verify"


class AttackResult(StrEnum):
    FINDING = "finding"
    CLEAN = "clean"
    SKIPPED = "skipped"


@value
class Finding:
    """One thing a reviewer holds against the change. `path` is workspace-relative, `line` counts from 1."""

    id: str
    summary: str
    severity: Severity
    blocks_completion: bool
    status: FindingStatus = FindingStatus.OPEN
    category: str = ""
    confidence: str = ""
    path: str = ""
    line: int | None = None
    evidence: str = ""
    impact: str = ""
    reproducer: str = ""
    suggested_fix: str = ""
    validation: str = ""

    @property
    def blocks(self) -> bool:
        return self.blocks_completion and self.status is FindingStatus.OPEN

    @property
    def fingerprint(self) -> Digest:
        """The same finding in another round has the same fingerprint, whatever its wording or its line."""
        return fingerprint([self.id, self.category, self.path])


@value
class Attack:
    """One angle that was tried, against what, and how it ended."""

    target: str
    attack: str
    result: AttackResult
    notes: str = ""


@value
class Budget:
    """What scafld asked of the reviewer. An answer cannot lower it."""

    min_attack_angles: int
    max_findings: int


@value
class Dossier:
    summary: str
    mode: Mode
    findings: tuple[Finding, ...] = ()
    attacks: tuple[Attack, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Fail while one finding that blocks completion is open."""
        return Verdict.FAIL if self.blockers else Verdict.PASS

    @property
    def blockers(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.blocks)


def dossier_problems(dossier: Dossier, *, mode: Mode, budget: Budget) -> tuple[Problem, ...]:
    """What keeps a dossier from being accepted; the reviewer can mend each of it."""
    found: list[Problem] = []
    if dossier.mode is not mode:
        found.append(Problem(code="wrong_mode", message=f"mode is {dossier.mode}, asked for was {mode}"))
    if not dossier.summary.strip():
        found.append(Problem(code="no_summary", message="summary is empty"))
    tried = [attack for attack in dossier.attacks if attack.result is not AttackResult.SKIPPED]
    if len(tried) < budget.min_attack_angles:
        few = f"{len(tried)} attack angles were tried, asked for were {budget.min_attack_angles}"
        found.append(Problem(code="too_few_attacks", message=few, suggestion="skipped ones do not count"))
    if len(dossier.findings) > budget.max_findings:
        many = f"{len(dossier.findings)} findings, asked for were at most {budget.max_findings}"
        found.append(Problem(code="too_many_findings", message=many, suggestion="keep the gravest"))
    ids = [finding.id for finding in dossier.findings]
    for double in sorted({one for one in ids if ids.count(one) > 1}):
        found.append(Problem(code="duplicate_finding", message=f"two findings bear the id {double!r}"))
    for attack in dossier.attacks:
        if not (attack.target.strip() and attack.attack.strip()):
            found.append(Problem(code="empty_attack", message="an attack names no target or no attack"))
    for finding in dossier.findings:
        found += _finding_problems(finding)
    return tuple(found)


# Private.


def _finding_problems(finding: Finding) -> list[Problem]:
    absent = [] if finding.id.strip() and finding.summary.strip() else ["id and summary"]
    if finding.blocks:
        demanded = ("path", "evidence", "impact", "validation")
        absent += [name for name in demanded if not getattr(finding, name).strip()]
    message = (
        f"finding {finding.id!r} blocks completion and lacks " if finding.blocks else f"finding {finding.id!r} lacks "
    )
    return [Problem(code="incomplete_finding", message=message + ", ".join(absent))] if absent else []

"""Nouns to test with: each fixture makes one, sound unless the test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.contract.spec import Criterion, Phase, Profile, Risk, Size, Spec
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Judgement, Observation, Outcome
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity
from scafld.core.evidence.hearing import Failure, Hearing
from scafld.core.evidence.panel import verdict_of
from scafld.core.evidence.questioning import HardenDossier, Probe, ShapeJudged
from scafld.core.evidence.seals import Baseline, FileKind, Look, Seen
from scafld.core.moments import later
from scafld.core.names import CriterionId, Moment, PhaseId, RepoPath, TaskId
from scafld.core.task.decide.step import Ask, Ran
from scafld.core.task.events import (
    Approved,
    BaselineTaken,
    BuildBlocked,
    BuildPassed,
    CriterionRan,
    Event,
    Hardened,
    HardenStarted,
    PanelReviewed,
    PhaseOpened,
    PhasePassed,
    Purpose,
    Reviewed,
    ReviewStarted,
)
from scafld.core.task.known import Task
from scafld.core.task.life import Occurrence, evolve
from scafld.core.value import changed

NOW = Moment("2026-01-31T12:00:00.000Z")


class Nouns:
    """`sha` is a digest, `now` a moment; the methods make values whose fields can be given."""

    now = NOW

    @staticmethod
    def sha(text: str = "") -> str:
        return digest_of(text.encode())

    def criterion(self, name: str = "ac1", **fields: object) -> Criterion:
        given = {"title": "It holds", "command": "pytest -q", "line": 9} | fields
        return Criterion(id=CriterionId(name), **given)

    def phase(self, number: int = 1, *criteria: Criterion, **fields: object) -> Phase:
        given = {"name": f"Step {number}", "criteria": criteria or (self.criterion(f"ac{number}_1"),)} | fields
        return Phase(id=PhaseId(f"phase{number}"), number=number, **given)

    def spec(self, *criteria: Criterion, phases: tuple[Phase, ...] = (), **fields: object) -> Spec:
        """A light contract with these final criteria; with one of its own when it has no phases either."""
        final = criteria or (() if phases else (self.criterion(),))
        given = {
            "task_id": TaskId("add-cache"),
            "title": "Add a cache",
            "text": "# Add a cache\n",
            "chosen_profile": Profile.LIGHT,
            "size": Size.SMALL,
            "risk": Risk.LOW,
        } | fields
        return Spec(final_criteria=final, phases=phases, **given)

    def seen(self, exit_code: int | None = 0, tail: str = "", **fields: object) -> Observation:
        content = tail.encode()
        given = {
            "ended": Ended.EXITED,
            "duration_ms": 12,
            "output_digest": digest_of(content),
            "output_bytes": len(content),
        } | fields
        return Observation(exit_code=exit_code, tail=tail, **given)

    def ran(self, criterion: Criterion, outcome: Outcome = Outcome.PASS, phase: PhaseId | None = None) -> Ran:
        """What running a criterion gave: exit 0 for a pass, 1 for a fail, no run at all for one that is pending."""
        seen = None if outcome is Outcome.PENDING else self.seen(0 if outcome is Outcome.PASS else 1)
        return Ran(
            ask=Ask(criterion=criterion, phase=phase),
            observation=seen,
            judgement=Judgement(outcome=outcome, reason=str(outcome)),
        )

    def ran_event(self, criterion: Criterion, **fields: object) -> CriterionRan:
        given = {
            "phase": None,
            "purpose": Purpose.BUILD,
            "fingerprint": criterion.fingerprint,
            "command": criterion.command,
            "expected": criterion.expected,
            "outcome": Outcome.PASS,
            "red": False,
            "reason": "exit 0",
            "observation": self.seen(),
        } | fields
        return CriterionRan(criterion=criterion.id, **given)

    def finding(self, name: str = "leak", **fields: object) -> Finding:
        given = {
            "summary": "keys omit the tenant",
            "severity": Severity.HIGH,
            "blocks_completion": True,
            "path": "src/cache.py",
            "line": 88,
            "evidence": "the key is the path alone",
            "impact": "one tenant reads what another wrote",
            "validation": "pytest tests/test_tenants.py",
        } | fields
        return Finding(id=name, **given)

    def dossier(self, *findings: Finding, attacks: int = 6, **fields: object) -> Dossier:
        tried = tuple(
            Attack(target="the cache", attack=f"angle {number}", result=AttackResult.CLEAN) for number in range(attacks)
        )
        given = {"summary": "Looked at.", "mode": Mode.DISCOVER, "attacks": tried} | fields
        return Dossier(findings=findings, **given)

    def look(self, *files: Seen, head: str | None = "c0", **fields: object) -> Look:
        given = {"vcs": "git", "base": head} | fields
        return Look(head=head, files=tuple(sorted(files, key=lambda seen: seen.path)), **given)

    def file(self, path: str, content: str | None = "new", base: str = "", **fields: object) -> Seen:
        """A file that differs from the base: `content` None is gone, `base` "" was not there."""
        given = {"kind": FileKind.ABSENT if content is None else FileKind.FILE} | fields
        digest = None if content is None else self.sha(content)
        return Seen(path=RepoPath(path), digest=digest, base=base, old=self.sha(base) if base else None, **given)

    def task(self, *events: Event, start: Task | None = None) -> Task:
        """What is known after these events, a second apart."""
        task = start or Task()
        for event in events:
            seq = task.entries + 1
            task = evolve(task, Occurrence(seq=seq, at=later(NOW, seq), event=event))
        return task

    def approved(self, spec: Spec, **fields: object) -> tuple[Event, ...]:
        approval = Approved(
            contract=spec.digest, title=spec.title, size=spec.size, risk=spec.risk, profile=spec.profile
        )
        return BaselineTaken(baseline=Baseline(vcs="git", head="c0")), changed(approval, **fields)

    def built(self, spec: Spec, *, red: bool = True) -> tuple[Event, ...]:
        """Everything up to a build that passed, each criterion seen red before, unless it is said not to be."""
        told: list[Event] = [*self.approved(spec)]
        rows: Iterable[tuple[PhaseId | None, tuple[Criterion, ...]]] = [
            *((phase.id, phase.criteria) for phase in spec.phases),
        ]
        for phase, criteria in rows or [(None, spec.final_criteria)]:
            told.append(PhaseOpened(phase=phase))
            told += [
                self.ran_event(each, phase=phase, purpose=Purpose.OPEN, red=red, outcome=_early(red=red))
                for each in criteria
            ]
            told += [self.ran_event(each, phase=phase) for each in criteria]
            if phase is not None:
                told.append(PhasePassed(phase=phase))
        if spec.phases:
            told += [self.ran_event(each) for each in spec.final_criteria]
        return (*told, BuildPassed(criteria=len(spec.criteria())))

    def blocked(self, *failing: str, attempt: int = 1, phase: str | None = None) -> BuildBlocked:
        return BuildBlocked(
            phase=PhaseId(phase) if phase else None,
            failing=tuple(CriterionId(each) for each in failing),
            attempt=attempt,
            reason=f"{len(failing)} criteria fail",
        )

    def started(self, spec: Spec, material: str, name: str = "review-1", **fields: object) -> ReviewStarted:
        given = {"provider": "command", "mode": Mode.DISCOVER, "lease_until": later(NOW, 3600)} | fields
        return ReviewStarted(attempt=name, contract=spec.digest, material=material, packet=self.sha("packet"), **given)

    def hearing(self, *findings: Finding, **fields: object) -> Hearing:
        """One seat that handed a dossier with these findings in, unless it is said to be silent."""
        given = {"seat": "command", "provider": "command", "dossier": self.dossier(*findings)} | fields
        return Hearing(**given)

    def silent(self, failure: Failure = Failure.SILENT, **fields: object) -> Hearing:
        """One seat that handed nothing in."""
        return self.hearing(**{"dossier": None, "problem": f"it was {failure}", "failure": str(failure)} | fields)

    def probe(self, dimension: Dimension, result: Result = Result.CLEAN, **fields: object) -> Probe:
        given = {"anchor": "code:src/cache.py:1", "note": f"{dimension} was looked at"} | fields
        return Probe(dimension=dimension, result=result, **given)

    def questioned(self, *probes: Probe, **shape: object) -> HardenDossier:
        """A whole dossier on a draft: what these probes do not speak of is clean; the shape is kept unless it is said
        not to be."""
        said = {each.dimension: each for each in probes}
        kept = {
            "decision": Decision.KEEP,
            "true_shape": "one cache",
            "minimal_plan": "one file",
            "shared_owner": "none",
        }
        return HardenDossier(
            summary="Looked at.",
            shape=ShapeJudged(**kept | shape),
            observations=tuple(said.get(each) or self.probe(each) for each in Dimension),
        )

    def asked(self, spec: Spec, name: str = "round-1", **fields: object) -> HardenStarted:
        given = {"provider": "codex", "vendor": "openai", "lease_until": later(NOW, 3600)} | fields
        return HardenStarted(round=name, contract=spec.digest, packet=self.sha("packet"), **given)

    def answered(self, spec: Spec, *probes: Probe, name: str = "round-1", **shape: object) -> Hardened:
        dossier = self.questioned(*probes, **shape)
        heard = self.hearing(dossier=None, provider="codex", seat="codex")
        return Hardened(round=name, contract=spec.digest, verdict=dossier.verdict, dossier=dossier, hearing=heard)

    def panel(self, spec: Spec, material: str, *hearings: Hearing, quorum: int = 0, **fields: object) -> PanelReviewed:
        verdict = verdict_of(hearings, quorum, frozenset())
        given = {"attempt": "review-1", "authorises": True, "verdict": verdict} | fields
        return PanelReviewed(contract=spec.digest, material=material, hearings=hearings, quorum=quorum, **given)

    def reviewed(self, spec: Spec, material: str, *findings: Finding, **fields: object) -> Reviewed:
        dossier = self.dossier(*findings)
        given = {"attempt": "review-1", "provider": "command", "authorises": True} | fields
        return Reviewed(contract=spec.digest, material=material, dossier=dossier, verdict=dossier.verdict, **given)


def _early(*, red: bool) -> Outcome:
    return Outcome.FAIL if red else Outcome.PASS


@pytest.fixture
def a() -> Nouns:
    """`a.criterion()`, `a.spec()`, `a.task(...)` and so on."""
    return Nouns()


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], object]:
    """The Refusal that a call raises."""
    from scafld.core.refusal import Refused

    def told(call: Callable[[], object]) -> object:
        with pytest.raises(Refused) as caught:
            call()
        return caught.value.refusal

    return told

"""A receipt to test with, sound unless the test says otherwise, and statements that are bent on purpose."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scafld.core.contract.spec import Criterion, Expected, Profile, Start
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Outcome, Strength
from scafld.core.evidence.dossier import Mode, Verdict
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.names import ActorKind, CriterionId, Digest, Moment, PhaseId, RepoPath, TaskId
from scafld.core.proof.git_names import GitId
from scafld.core.proof.receipt import (
    ActorProof,
    ApprovalProof,
    AskedBy,
    BaselineProof,
    CriterionProof,
    FileProof,
    Guarded,
    GuardProof,
    Independence,
    LedgerProof,
    MaterialProof,
    OpinionProof,
    OverrideProof,
    ProvenBy,
    Receipt,
    ReviewProof,
    RunProof,
    SignatureProof,
    ToolProof,
    Waived,
    WordProof,
)
from scafld.core.proof.statement import statement_of

NOW = Moment("2026-01-31T12:00:00.000Z")
Bend = Callable[[dict[str, Any]], object]


def sha(text: str) -> Digest:
    return digest_of(text.encode())


CONTRACT, MATERIAL = sha("contract"), sha("material")
SOMEBODY = ActorProof(kind=ActorKind.HUMAN, name="somebody", terminal=True)


class Proofs:
    """The methods make values whose fields can be given."""

    now = NOW
    contract = CONTRACT
    material_digest = MATERIAL
    somebody = SOMEBODY

    def file(self, path: str = "src/cache.py", **fields: object) -> FileProof:
        given = {"change": ChangeKind.MODIFIED, "kind": FileKind.FILE, "digest": sha(path), "was": None} | fields
        return FileProof(path=RepoPath(path), **given)

    def material(self, *files: FileProof, **fields: object) -> MaterialProof:
        given = {
            "digest": MATERIAL,
            "vcs": "git",
            "folder": ".",
            "tree": GitId("a" * 40),
            "commit": GitId("b" * 40),
            "whole_tree": False,
            "scope": ("src",),
            "drift": (),
        } | fields
        return MaterialProof(files=files or (self.file(),), **given)

    def run(self, exit_code: int | None = 0, **fields: object) -> RunProof:
        given = {"ended": Ended.EXITED, "duration_ms": 12, "output": sha(""), "output_bytes": 0} | fields
        return RunProof(exit_code=exit_code, **given)

    def criterion(self, name: str = "ac1", **fields: object) -> CriterionProof:
        given: dict[str, Any] = {
            "phase": PhaseId("phase1"),
            "asked_by": AskedBy.CONTRACT,
            "title": "It holds",
            "expected": Expected.EXIT_CODE_ZERO,
            "command": "pytest -q",
            "cwd": "",
            "expected_exit_code": None,
            "expected_contains": "",
            "evidence_required": "",
            "timeout_seconds": None,
            "start": Start.RED,
            "start_reason": "",
            "outcome": Outcome.PASS,
            "reason": "exit 0",
            "strength": Strength.RED_GREEN,
            "red_seen": True,
            "entry": 9,
            "run": self.run(),
            "word": None,
        } | fields
        wording = Criterion(
            id=CriterionId(name),
            title=given["title"],
            expected=given["expected"],
            command=given["command"],
            exit_code=given["expected_exit_code"],
            contains=given["expected_contains"],
            cwd=given["cwd"],
            evidence_required=given["evidence_required"],
        )
        return CriterionProof(id=CriterionId(name), **({"fingerprint": wording.fingerprint} | given))

    def manual(self, name: str = "looks", **fields: object) -> CriterionProof:
        given = {
            "expected": Expected.MANUAL,
            "command": "",
            "strength": Strength.DECLARED,
            "red_seen": False,
            "entry": 5,
            "run": None,
            "word": self.word(),
        } | fields
        return self.criterion(name, **given)

    def word(self, *signatures: SignatureProof, **fields: object) -> WordProof:
        given = {
            "at": NOW,
            "by": SOMEBODY,
            "contract": CONTRACT,
            "material": MATERIAL,
            "evidence": sha("screenshot"),
            "proven_by": ProvenBy.SIGNATURE if signatures else ProvenBy.NOBODY,
        } | fields
        return WordProof(signatures=signatures, **given)

    def approval(self, *signatures: SignatureProof, **fields: object) -> ApprovalProof:
        given = {
            "contract": CONTRACT,
            "at": NOW,
            "entry": 3,
            "by": SOMEBODY,
            "reason": "",
            "quick": False,
            "proven_by": ProvenBy.SIGNATURE if signatures else ProvenBy.NOBODY,
        } | fields
        return ApprovalProof(signatures=signatures, **given)

    def review(self, **fields: object) -> ReviewProof:
        given = {
            "provider": "codex",
            "vendor": "openai",
            "model": "gpt-5.5",
            "version": "1.2.3",
            "binary": sha("codex"),
            "independence": Independence.CROSS_VENDOR,
            "authorises": True,
            "verdict": Verdict.PASS,
            "mode": Mode.DISCOVER,
            "at": NOW,
            "entry": 8,
            "by": SOMEBODY,
            "contract": CONTRACT,
            "material": MATERIAL,
            "packet": sha("packet"),
            "dossier": sha("dossier"),
            "output": sha("output"),
            "findings": 1,
            "blockers": 0,
            "attacks": 6,
            "rule": "",
            "panel": (),
        } | fields
        return ReviewProof(**given)

    def opinion(self, provider: str = "codex", **fields: object) -> OpinionProof:
        given = {
            "vendor": "openai",
            "model": "gpt-5.5",
            "version": "1.2.3",
            "binary": None,
            "verdict": Verdict.PASS,
            "dossier": sha(provider),
            "findings": 0,
            "blockers": 0,
        } | fields
        return OpinionProof(provider=provider, **given)

    def by_person(self, **fields: object) -> ReviewProof:
        given = {
            "provider": "human",
            "vendor": "",
            "model": "",
            "version": "",
            "binary": None,
            "independence": Independence.UNKNOWN,
            "mode": None,
            "packet": None,
            "dossier": None,
            "output": None,
            "findings": 0,
            "attacks": 0,
        } | fields
        return self.review(**given)

    def override(self, *signatures: SignatureProof, **fields: object) -> OverrideProof:
        given = {
            "waived": Waived.REVIEW,
            "what": (),
            "reason": "read it twice",
            "at": NOW,
            "entry": 8,
            "by": SOMEBODY,
            "proven_by": ProvenBy.SIGNATURE if signatures else ProvenBy.NOBODY,
        } | fields
        return OverrideProof(signatures=signatures, **given)

    def signature(self, key_id: str = "SHA256:" + "k" * 43, text: str = "armor") -> SignatureProof:
        return SignatureProof(key_id=key_id, signature=text)

    def receipt(self, **fields: object) -> Receipt:
        given = {
            "task": TaskId("add-cache"),
            "title": "Add a cache",
            "minted_at": NOW,
            "tool": ToolProof(name="scafld", version="3.0.0"),
            "contract": CONTRACT,
            "profile": Profile.LIGHT,
            "material": self.material(),
            "baseline": BaselineProof(vcs="git", head=GitId("c" * 40), dirty=0, digest=sha("baseline"), lineage=()),
            "approval": self.approval(),
            "criteria": (self.criterion(),),
            "review": self.review(),
            "guard": GuardProof(reviewer=Guarded.CLEAN, completion=Guarded.CLEAN),
            "overrides": (),
            "ledger": LedgerProof(entries=10, head=sha("head")),
        } | fields
        return Receipt(**given)

    def statement(self, bend: Bend | None = None, **fields: object) -> dict[str, Any]:
        """The statement of a receipt, after `bend` has done to it what it wants."""
        made = copy.deepcopy(statement_of(self.receipt(**fields)))
        if bend is not None:
            bend(made)
        return made


@pytest.fixture(scope="session")
def p() -> Proofs:
    """`p.receipt()`, `p.criterion()`, `p.statement(bend)` and so on."""
    return Proofs()

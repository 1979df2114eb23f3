"""A completed task's criteria as an in-toto attestation: Statement v1, predicate test-result v0.1, unsigned.

The subject is the tree that the criteria ran on, by the digest of its material. The configuration is the contract, and
each criterion in its exact wording.
"""

from __future__ import annotations

import json

from scafld.core.contract.spec import Spec
from scafld.core.names import Digest
from scafld.core.value import value
from scafld.core.views.overview import CriterionView, Overview
from scafld.core.views.tongues.lettering import shortened, visible

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"

MOST_TEXT = 4000
"""Characters of one annotation."""


@value
class Subject:
    """What the criteria ran on. `material`: the seal of the change. `commit`: the git commit whose tree is exactly that
    tree, "" when none is known to be. ValueError for what can be no commit."""

    material: Digest
    commit: str = ""

    def __post_init__(self) -> None:
        if self.commit and (len(self.commit) not in (40, 64) or not set(self.commit) <= set("0123456789abcdef")):
            raise ValueError(f"not the name of a git commit (40 or 64 hexadecimal digits): {self.commit!r}")


def statement_of(overview: Overview, spec: Spec, subject: Subject) -> str:
    """The statement as JSON in ASCII. PASSED says that there is a criterion and that each one passed; what is not known
    to have passed counts as failed."""
    passed = tuple(each.id for each in overview.criteria if each.outcome == "pass")
    failed = tuple(each.id for each in overview.criteria if each.outcome != "pass")
    statement = {
        "_type": STATEMENT,
        "subject": _subject(subject),
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": "PASSED" if passed and not failed else "FAILED",
            "configuration": _configuration(overview, spec),
            "passedTests": passed,
            "warnedTests": (),
            "failedTests": failed,
        },
    }
    return json.dumps(statement, ensure_ascii=True, indent=2) + "\n"


# Private.

_Json = dict[str, object]


def _subject(subject: Subject) -> list[_Json]:
    found: list[_Json] = [{"name": "scafld-material-v1", "digest": {"sha256": subject.material}}]
    if subject.commit:
        found.append({"name": "git-commit", "digest": {"gitCommit": subject.commit}})
    return found


def _configuration(overview: Overview, spec: Spec) -> list[_Json]:
    contract: _Json = {
        "name": "scafld-contract-v1",
        "digest": {"sha256": spec.digest},
        "annotations": {
            "scafld_task": overview.task_id,
            "scafld_path": shortened(visible(overview.path), MOST_TEXT),
            "scafld_profile": overview.profile,
        },
    }
    views = {each.id: each for each in overview.criteria}
    asked = [criterion for _, criterion in spec.criteria()]
    return [contract, *(_criterion(each.fingerprint, views[each.id]) for each in asked if each.id in views)]


def _criterion(fingerprint: Digest, view: CriterionView) -> _Json:
    return {
        "name": view.id,
        "digest": {"sha256": fingerprint},
        "annotations": {
            "scafld_phase": view.phase or "final",
            "scafld_command": shortened(visible(view.command), MOST_TEXT),
            "scafld_expected": view.expected,
            "scafld_strength": str(view.strength),
            "scafld_red_seen": view.red_seen,
            "scafld_output_sha256": view.output or "",
            "scafld_entry": view.entry,
        },
    }

"""Exports as other tools read them: each by a schema or a parser that is not scafld's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from scafld.core.contract.spec import Spec
from scafld.core.evidence.criterion import Ended
from scafld.core.evidence.dossier import Dossier, Finding, FindingStatus, Mode, Severity
from scafld.core.names import TaskId
from scafld.core.task.known import Task
from scafld.core.value import changed
from scafld.core.views.overview import Overview
from scafld.testing import Exit, Kit, commands, fails, scripted, workspace

DATA = Path(__file__).resolve().parents[1] / "data"
TASK = TaskId("add-cache")
URI = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+")

CONTRACT = """---
spec_version: '2.0'
task_id: add-cache
status: draft
size: small
risk_level: low
---

# Add a cache

## Summary

Reads are slow.

## Acceptance

Profile: light

Validation:
- [ ] `v1` command - Nothing else broke
  - Command: `check all`
  - Expected kind: `exit_code_zero`

## Phase 1: Store

Goal: Keep what was read

Changes:
- `a.py`

Acceptance:
- [ ] `ac1` command - It is kept
  - Command: `check kept`
  - Expected kind: `exit_code_zero`
- [ ] `ac2` command - It ends
  - Command: `check end`
  - Expected kind: `exit_code_zero`
- [ ] `ac3` manual - It looks right
  - Expected kind: `manual`
"""


class Told:
    """What an export is made from. No dataclass: a failing property would print all of it."""

    def __init__(self, overview: Overview, spec: Spec, task: Task) -> None:
        self.overview = overview
        self.spec = spec
        self.task = task

    def saying(self, text: str) -> Told:
        """The same task, in which everybody says exactly this wherever anybody can say anything."""
        overview, review = self.overview, self.overview.review
        findings = tuple(_saying(each, text) for each in review.findings)
        criteria = tuple(changed(each, title=text, command=text, reason=text, tail=text) for each in overview.criteria)
        results = {name: _printing(result, text) for name, result in self.task.results.items()}
        return Told(
            overview=changed(
                overview,
                title=text,
                reason=text,
                path=f".scafld/specs/active/{text}",
                criteria=criteria,
                phases=tuple(changed(each, name=text, unproven=text) for each in overview.phases),
                block=changed(overview.block, reason=text) if overview.block else None,
                review=changed(review, by=text or "somebody", model=text, summary=text, findings=findings),
            ),
            spec=self.spec,
            task=changed(self.task, results=results),
        )


class Readers:
    """Whoever reads an export: an error unless it is sound, else what it says."""

    def sarif(self, text: str) -> dict[str, Any]:
        """The run of a log that OASIS's schema accepts, and GitHub's limits."""
        assert text.isascii() and text.endswith("}\n")
        log = json.loads(text)
        assert [error.message for error in self._sarif.iter_errors(log)] == []
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        assert len(run.get("results", ())) <= 5000
        for rule in rules:
            assert 0 < len(rule["id"]) <= 255 and len(rule["properties"]["tags"]) <= 10
            for place in ("shortDescription", "fullDescription", "help"):
                assert 0 < len(rule[place]["text"]) <= 1024
        for result in run.get("results", ()):
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            self._result(result)
        return run

    @staticmethod
    def _result(result: dict[str, Any]) -> None:
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert URI.fullmatch(uri) and not uri.startswith("/") and ".." not in uri.split("/")
        assert 0 < place["physicalLocation"]["region"]["startLine"] < 2**31
        assert result["message"]["text"] and "](" not in result["message"]["text"]
        assert list(result["partialFingerprints"]) == ["scafldFinding/v1"]

    def junit(self, text: str) -> Any:
        """The root of a report that Jenkins' schema accepts, whose counts are true."""
        from lxml import etree

        assert text.isascii()
        root = etree.fromstring(text.encode("ascii"))
        self._junit.assertValid(root)
        for suite in root:
            cases = suite.findall("testcase")
            assert int(suite.get("tests")) == len(cases)
            for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                assert int(suite.get(attribute)) == sum(case.find(kind) is not None for case in cases)
        for attribute in ("tests", "failures", "errors"):
            assert int(root.get(attribute)) == sum(int(suite.get(attribute)) for suite in root)
        return root

    def statement(self, text: str) -> dict[str, Any]:
        """A statement that in-toto's own protocol buffers accept, no field unknown to them."""
        from google.protobuf import json_format
        from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
        from in_toto_attestation.v1 import statement_pb2
        from in_toto_attestation.v1.statement import Statement

        assert text.isascii()
        told: dict[str, Any] = json.loads(text)
        whole = json_format.Parse(text, statement_pb2.Statement())
        Statement.copy_from_pb(whole).validate()
        json_format.Parse(json.dumps(told["predicate"]), test_result_pb2.TestResult())
        assert told["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
        assert told["predicate"]["result"] in ("PASSED", "WARNED", "FAILED")
        for descriptor in (*told["subject"], *told["predicate"]["configuration"]):
            assert all(re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", each) for each in descriptor["digest"].values())
        return told

    def page(self, text: str) -> list[list[list[str]]]:
        """The tables of a page, cell by cell, as they are shown; nothing else than text and `<code>` is in it."""
        assert text.isascii() and len(text) < 2**20
        tables: list[list[list[str]]] = []
        for token in self._markdown.parse(text):
            assert token.type.partition("_")[0] in ("heading", "paragraph", "inline", *_TABLE), token.type
            for child in token.children or ():
                assert child.type in ("text", "text_special", "softbreak", "strong_open", "strong_close", "html_inline")
                assert child.type != "html_inline" or child.content in ("<code>", "</code>")
            if token.type == "table_open":
                tables.append([])
            elif token.type == "tr_open":
                tables[-1].append([])
            elif token.type == "inline" and token.level > 2:
                tables[-1][-1].append(self.shown(token))
        return tables

    @staticmethod
    def shown(token: Any) -> str:
        """What a reader sees of a token."""
        return "".join(child.content for child in token.children if child.type.startswith("text"))

    @cached_property
    def _sarif(self) -> Any:
        from jsonschema import Draft4Validator

        return Draft4Validator(json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")))

    @cached_property
    def _junit(self) -> Any:
        from lxml import etree

        return etree.XMLSchema(etree.parse(str(DATA / "junit-10.xsd")))

    @cached_property
    def _markdown(self) -> Any:
        from markdown_it import MarkdownIt

        return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.fixture(scope="session")
def readers() -> Readers:
    """`readers.sarif(text)`, `readers.junit(text)`, `readers.statement(text)`, `readers.page(text)`."""
    return Readers()


@pytest.fixture(scope="session")
def kit() -> Kit:
    """A workspace whose task was opened: one of its criteria will pass, one runs out of time, one waits for a person,
    one was green from the start."""
    kit = workspace(
        files={"a.py": "x = 1\n"},
        run=commands({"check kept": _kept, "check end": _end, "check all": (0, "all\n")}),
        provider=scripted([fails(*FINDINGS)]),
    )
    kit.plan(TASK, title="Add a cache", command="check kept")
    kit.specs.edit(TASK, lambda _text: CONTRACT)
    kit.approve(TASK)
    kit.build(TASK)
    return kit


@pytest.fixture(scope="session")
def told(kit: Kit) -> Told:
    """That task while it is blocked, with the review that it will have."""
    kit.tree.append("a.py", "# kept, slow\n")
    kit.build(TASK)
    overview, memory = kit.status(TASK), kit.memory(TASK)
    spec = kit.specs.find(TASK)
    assert memory is not None and spec is not None and spec.spec is not None
    dossier = Dossier(summary="Something was found.", mode=Mode.DISCOVER, findings=FINDINGS)
    review = changed(
        overview.review, by="command", model="m-1", verdict="fail", findings=dossier.findings, at=overview.last_at
    )
    return Told(overview=changed(overview, review=review), spec=spec.spec, task=memory.task)


def _finding(name: str, **fields: Any) -> Finding:
    given = {
        "summary": f"{name} is wrong",
        "severity": Severity.HIGH,
        "blocks_completion": True,
        "path": "a.py",
        "line": 1,
        "evidence": "it was seen",
        "impact": "it breaks",
        "validation": "run it",
    } | fields
    return Finding(id=name, **given)


FINDINGS = (
    _finding("leak", severity=Severity.CRITICAL, category="security", path="src/größe 1.py", line=88),
    _finding("race", severity=Severity.MEDIUM, blocks_completion=False, line=None),
    _finding("typo", severity=Severity.LOW, blocks_completion=False, path="", line=None),
    _finding("waived", status=FindingStatus.ACCEPTED_RISK),
    _finding("merged", status=FindingStatus.SUPERSEDED),
    _finding("gone", status=FindingStatus.FIXED),
)
_TABLE = ("table", "thead", "tbody", "tr", "th", "td")


def _saying(finding: Finding, text: str) -> Finding:
    free = ("id", "summary", "category", "confidence", "path", "evidence", "impact")
    more = ("reproducer", "suggested_fix", "validation")
    return changed(finding, **dict.fromkeys((*free, *more), text))


def _printing(result: Any, text: str) -> Any:
    seen = result.observation
    return changed(result, reason=text, observation=changed(seen, tail=text) if seen else None)


@pytest.fixture(scope="session")
def a_finding() -> Callable[..., Finding]:
    """A sound finding, unless the test says otherwise."""
    return _finding


def _kept(files: Mapping[str, str]) -> tuple[int, str]:
    return (0, "kept\n") if "kept" in files["a.py"] else (1, "\x1b[31mnot kept\x1b[0m\n")


def _end(files: Mapping[str, str]) -> Exit:
    slow = Exit(ended=Ended.TIMEOUT, duration_ms=61_005, output="still at it\n")
    return slow if "slow" in files["a.py"] else Exit(output="ended\n")

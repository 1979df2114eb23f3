"""The code of the process: one for each error class, and for each answer that says no."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.console import Console
from scafld.adapters.cli.errors import MOST_LINES, reply_to
from scafld.adapters.cli.table import BY_NAME
from scafld.core.contract.problems import Problem
from scafld.core.refusal import (
    BadConfig,
    Cancelled,
    Damaged,
    Gate,
    Malformed,
    Misused,
    NoWorkspace,
    Refusal,
    Refused,
    ScafldError,
    Unavailable,
)

Scafld = Callable[..., Any]
PROBLEMS = tuple(Problem(line=at, code="c", message=f"problem {at} " * 9, suggestion="do so " * 30) for at in range(9))

ERRORS: list[tuple[BaseException, int, str]] = [
    *(
        (Refused(Refusal(gate=gate, reason="no")), code, word)
        for gate, code, word in [
            (Gate.PLAN, 3, "validation_failed"),
            (Gate.HARDEN, 3, "validation_failed"),
            (Gate.APPROVE, 3, "validation_failed"),
            (Gate.BUILD, 3, "validation_failed"),
            (Gate.COMPLETE, 3, "validation_failed"),
            (Gate.CLOSE, 3, "validation_failed"),
            (Gate.REVIEW, 4, "review_failed"),
            (Gate.LEDGER, 6, "workspace_error"),
            (Gate.CONFIG, 6, "workspace_error"),
            (Gate.WORKSPACE, 6, "workspace_error"),
        ]
    ),
    (Malformed("a.md", PROBLEMS), 3, "validation_failed"),
    (Damaged("session.json", PROBLEMS), 6, "workspace_error"),
    (BadConfig("config.yaml", PROBLEMS), 6, "workspace_error"),
    (Malformed("a.md", ()), 3, "validation_failed"),
    (Unavailable("the disk is full"), 1, "runtime_error"),
    (NoWorkspace("none", next="scafld init"), 6, "workspace_error"),
    (Cancelled("stopped"), 5, "cancelled"),
    (Misused("wrong"), 2, "invalid_input"),
    (ScafldError("other"), 1, "runtime_error"),
    (KeyboardInterrupt(), 5, "cancelled"),
    (PermissionError(13, "Permission denied", "/x"), 1, "runtime_error"),
    (ZeroDivisionError("by nothing"), 1, "bug"),
]


@pytest.mark.parametrize(("error", "code", "word"), ERRORS, ids=lambda item: str(item)[:24] or type(item).__name__)
def test_every_error_has_its_code(error: BaseException, code: int, word: str) -> None:
    """An exit code, a stable word, and a page of at most ten lines of 80 columns."""
    reply = reply_to(error, Console())

    lines = list(reply.lines)
    assert reply.told is not None
    assert (int(reply.exit), reply.told.code) == (code, word)
    assert 1 <= len(lines) + bool(reply.next) <= MOST_LINES
    assert all(len(line) <= 80 for line in lines)


def test_no_gate_is_without_its_row() -> None:
    """A new gate needs its code here."""
    tested = {error.refusal.gate for error, _, _ in ERRORS if isinstance(error, Refused)}

    assert tested == set(Gate)


def test_a_refusal_with_much_to_say_is_cut() -> None:
    """At most ten lines with its `next`, and it shows that there was more."""
    many = tuple(f"blocker {at} " * 20 for at in range(30))
    no = Refusal(gate=Gate.BUILD, reason="r " * 300, expected="e " * 99, actual="a " * 99, blockers=many, next="x")

    reply = reply_to(Refused(no), Console())

    lines = list(reply.lines)
    assert len(lines) == 9
    assert lines[-1] == "  ..."
    assert all(len(line) <= 80 for line in lines)


def test_done_is_zero(scafld: Scafld, completed: Path) -> None:
    """What looks at a finished task gives 0."""
    codes = [scafld(*words).code for words in (("status", "add-y"), ("handoff", "add-y"), ("doctor",), ("report",), ())]

    assert codes == [0] * 5


def test_a_blocked_build_is_three(scafld: Scafld, quick: Path) -> None:
    """The answer is no: the page is on stdout, and names the way out."""
    ended = scafld("build", "add-y")

    assert ended.code == 3
    assert "blocked: 1 of 1 criteria fail (recovery attempt 1 of 2)" in ended.out
    assert ended.err == ""


def test_a_completion_that_is_sent_back_is_three(scafld: Scafld, workspace: Path) -> None:
    """A criterion that passed once, and fails on the reviewed tree, sends the task back."""
    (workspace / "count.sh").write_text("echo x >> ../count; test $(wc -l < ../count) -eq 2\n", encoding="utf-8")
    scafld("quick", "flaky", "--title", "Flaky", "--command", "sh count.sh")
    assert scafld("build", "flaky").code == 0
    assert scafld("review", "flaky", "--human-reviewed", "--reason", "read").code == 0

    ended = scafld("complete", "flaky")

    assert ended.code == 3
    assert ended.out.startswith("complete  every criterion again\n")
    assert scafld("status", "flaky", "--json").told["result"]["status"] == "blocked"


def reviewer(folder: Path, dossier: object) -> str:
    """A reviewer that hands in what it is told to."""
    script = folder.parent / "reviewer.sh"
    script.write_text(f"#!/bin/sh\ncat > /dev/null\ncat <<'END'\n{json.dumps(dossier)}\nEND\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def dossier(*findings: dict[str, object]) -> dict[str, object]:
    attacks = [{"angle": f"angle {at}", "target": "a.py", "result": "clean"} for at in range(8)]
    return {"mode": "discover", "summary": "looked", "findings": list(findings), "attacks": attacks}


def test_a_review_that_fails_is_four(scafld: Scafld, built: Path) -> None:
    """The findings stand on the page, and the code says no."""
    finding = {"id": "leak", "summary": "leaks", "severity": "high", "blocks_completion": True, "path": "a.py"}
    command = reviewer(built, dossier(finding))

    ended = scafld("review", "add-y", "--provider-command", command, "--json")

    assert ended.code == 4, ended
    assert ended.told["error"]["code"] == "review_failed"
    assert ended.told["result"] is not None


def test_a_reviewer_without_a_verdict_is_four(scafld: Scafld, built: Path) -> None:
    """Silence opens no gate, and is told as what it is."""
    ended = scafld("review", "add-y", "--provider-command", "echo nonsense")

    assert ended.code == 4
    assert "no verdict: " in ended.out


def test_an_invalid_contract_is_three(scafld: Scafld, workspace: Path) -> None:
    """One that is asked about alone, and one among all."""
    scafld("plan", "x", "--title", "X", "--command", "true")

    assert scafld("validate", "x").code == 3
    assert scafld("validate", "--all").code == 3
    assert scafld("validate").out.splitlines()[-1] == "0 of 1 contracts are valid"


def test_an_ill_workspace_is_six(scafld: Scafld, quick: Path, spec_of: Callable[[str], Path]) -> None:
    """`doctor` says no until all of it holds together; what is derived it mends."""
    spec = spec_of("add-y")
    spec.rename(quick / ".scafld" / "specs" / "drafts" / "add-y.md")

    ill, mended, well = scafld("doctor"), scafld("doctor", "--repair"), scafld("doctor")

    assert (ill.code, mended.code, well.code) == (6, 0, 0)
    assert ill.lines[-1] == "next: scafld doctor --repair"
    assert mended.out.startswith("mended  add-y: ")
    assert spec.exists()


def test_what_help_says_of_codes_is_there() -> None:
    """Every command can end well, can be misused; what has a workspace can be without one."""
    for name, command in BY_NAME.items():
        assert {0, 2} <= set(command.exits), name
        assert list(command.exits) == sorted(set(command.exits)), name
        assert (6 in command.exits) is (name not in ("demo", "completion")), name

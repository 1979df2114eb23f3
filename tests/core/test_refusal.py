"""How scafld says no: which error it is, what it carries, what a process ends with."""

from __future__ import annotations

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.refusal import (
    BadConfig,
    Cancelled,
    Damaged,
    Exit,
    Gate,
    Malformed,
    Misused,
    NoWorkspace,
    Refusal,
    Refused,
    ScafldError,
    Unavailable,
)


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        (Gate.PLAN, Exit.VALIDATION),
        (Gate.HARDEN, Exit.VALIDATION),
        (Gate.APPROVE, Exit.VALIDATION),
        (Gate.BUILD, Exit.VALIDATION),
        (Gate.REVIEW, Exit.REVIEW),
        (Gate.COMPLETE, Exit.VALIDATION),
        (Gate.CLOSE, Exit.VALIDATION),
        (Gate.LEDGER, Exit.WORKSPACE),
        (Gate.CONFIG, Exit.WORKSPACE),
        (Gate.WORKSPACE, Exit.WORKSPACE),
    ],
)
def test_each_gate_has_its_exit_code(gate: Gate, code: Exit) -> None:
    """3 for acceptance, 4 for review, 6 for the workspace."""
    error = Refused(Refusal(gate=gate, reason="no"))

    assert (error.exit, str(error)) == (code, "no")


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (Malformed("a.md", ()), Exit.VALIDATION, "validation_failed"),
        (Damaged("session.json", ()), Exit.WORKSPACE, "workspace_error"),
        (BadConfig("config.yaml", ()), Exit.WORKSPACE, "workspace_error"),
        (Unavailable("the disk is full"), Exit.RUNTIME, "runtime_error"),
        (NoWorkspace("none here"), Exit.WORKSPACE, "workspace_error"),
        (Cancelled("stopped"), Exit.CANCELLED, "cancelled"),
        (Misused("no such flag"), Exit.USAGE, "invalid_input"),
    ],
)
def test_each_error_has_its_exit_code(error: ScafldError, code: Exit, word: str) -> None:
    """The table of the protocol."""
    assert (error.exit, error.code) == (code, word)


def test_every_gate_is_covered_by_the_table() -> None:
    """A new gate needs a row above."""
    rows = test_each_gate_has_its_exit_code.pytestmark[0].args[1]

    assert {gate for gate, _ in rows} == set(Gate)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "a.md: it cannot be read"), (1, "a.md: wrong 0"), (3, "a.md: wrong 0 (and 2 more)")],
)
def test_all_problems_are_said_at_once(count: int, words: str) -> None:
    """The first in words, the others by their number; all of them as data."""
    problems = tuple(Problem(code="bad", message=f"wrong {number}", line=number) for number in range(count))

    error = Malformed("a.md", problems, next="scafld validate a")

    assert str(error) == words
    assert (error.path, error.problems, error.next) == ("a.md", problems, "scafld validate a")

"""Wrong words: exit 2, what is wrong, and the nearest right spelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Scafld = Callable[..., Any]
Snapshot = Callable[[], dict[str, bytes]]

MISSPELT = [
    (["biuld", "x"], "there is no command 'biuld'; did you mean build?"),
    (["STATUS", "x"], "there is no command 'STATUS'; did you mean status?"),
    (["reveiw"], "there is no command 'reveiw'; did you mean review?"),
    (["qqq"], "there is no command 'qqq'"),
    (["foo", "status"], "there is no command 'foo'"),
    (["build", "x", "--criterio", "y"], "build has no --criterio; did you mean --criterion?"),
    (["list", "--al"], "list has no --al; did you mean --all?"),
    (["status", "x", "--jsn"], "status has no --jsn; did you mean --json?"),
    (["status", "x", "-q"], "status has no -q"),
    (["--jsno"], "scafld has no --jsno; did you mean --json?"),
    (["--version", "status", "x"], "status has no --version"),
    (["--root"], "--root needs a value"),
    (["review", "x", "--max-findings", "0"], "--max-findings is a whole number from 1, not '0'"),
    (["review", "x", "--max-findings=abc"], "--max-findings is a whole number from 1, not 'abc'"),
    (["review", "x", "--min-attack-angles", "-2"], "--min-attack-angles is a whole number from 1, not '-2'"),
    (["plan", "x", "--size", "smal"], "--size is micro, small, medium or large, not 'smal'; did you mean small?"),
    (["plan", "x", "--risk=HIGH"], "--risk is low, medium or high, not 'HIGH'; did you mean high?"),
    (["handoff", "x", "--role", "king"], "--role is planner, executor, reviewer or operator, not 'king'"),
    (["plan", "x", "--title"], "--title needs a value"),
    (["plan", "x", "--title", "--command", "c"], "--title needs a value; --command stands in its place"),
    (["status", "x", "--json=yes"], "--json takes no value"),
    (["status"], "status needs a TASK"),
    (["status", "x", "y"], "status takes one TASK: 'y' is too much"),
    (["plan", "x", "--title", "Add", "a", "cache"], "plan takes one TASK: 'a' is too much"),
    (["list", "x"], "list takes no argument: 'x' is too much"),
    (["status", "--", "x", "-y"], "status takes one TASK: '-y' is too much"),
    (["help", "biuld"], "there is no command 'biuld'; did you mean build?"),
]


@pytest.mark.parametrize(("words", "said"), MISSPELT, ids=[" ".join(words) for words, _ in MISSPELT])
def test_wrong_words_are_told_with_the_nearest_right_one(
    words: list[str], said: str, scafld: Scafld, workspace: Path
) -> None:
    """Exit 2, nothing on stdout, and help is next."""
    ended = scafld(*words)

    head, last = " ".join(ended.err.split()), ended.err.splitlines()[-1]
    assert (ended.code, ended.out) == (2, "")
    assert head.startswith(f"error: {said}")
    assert last.startswith("next: scafld ") and last.endswith("--help")


@pytest.mark.parametrize("task", ["../x", "/etc/passwd", "A", "a b", "", "x\n", "a..b", "é", "x" * 101, "a.md"])
@pytest.mark.parametrize("name", ["status", "plan", "show", "build", "log"])
def test_an_id_that_is_none_is_misuse(name: str, task: str, scafld: Scafld, snapshot: Snapshot) -> None:
    """No command looks for a file by a name that could be a path."""
    before = snapshot()

    ended = scafld(name, "--", task)

    assert ended.code == 2
    assert ended.err.startswith("error: ")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["quick", "x", "--title", "T"], "quick needs --command"),
        (["quick", "x", "--command", "c"], "quick needs --title"),
        (["build", "x", "--criterion", "c"], "needs --disposition, --evidence-digest, --reason too"),
        (["validate", "x", "--all"], "one task, or --all"),
        (["review", "x", "--abandon", "--print-context"], "--print-context and --abandon do not go together"),
        (["review", "x", "--force"], "--force needs --reason"),
        (["completion", "tcsh"], "completion knows bash, zsh, fish, not 'tcsh'"),
        (["review", "x", "--root", ""], "--root needs a folder; it is empty"),
        (["init", "--root", ""], "--root needs a folder; it is empty"),
        (["plan", "x", "--file", "../outside.py"], "is outside of the workspace"),
        (["plan", "x", "--title", "caf\udce9"], "title is not UTF-8 text"),
        (["plan", "x", "--file", "caf\udce9.py"], "file is not UTF-8 text"),
    ],
    ids=lambda item: " ".join(item).encode("ascii", "replace").decode() if isinstance(item, list) else "",
)
def test_words_that_do_not_fit_together_are_misuse(
    words: list[str], said: str, scafld: Scafld, workspace: Path
) -> None:
    """What each word alone would allow and all together do not is exit 2 as well."""
    ended = scafld(*words)

    assert ended.code == 2
    assert said in " ".join(ended.err.split())


def test_an_actor_that_is_none_is_misuse(scafld: Scafld, workspace: Path) -> None:
    """SCAFLD_ACTOR is checked before anything is done in its name."""
    ended = scafld("plan", "x", "--title", "T", SCAFLD_ACTOR="root")

    assert ended.code == 2
    assert "SCAFLD_ACTOR is human:NAME or agent:NAME, not 'root'" in ended.err

"""Completion: what bash offers, taken from the script that scafld prints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.completion import SHELLS, script
from scafld.adapters.cli.table import BY_NAME, COMMANDS, GLOBALS

Scafld = Callable[..., Any]


def offered(words: list[str], cwd: Path, environ: Mapping[str, str]) -> list[str]:
    """What bash offers for the last of these words."""
    quoted = " ".join(f"'{word}'" for word in words)
    program = (
        f'eval "$1"\nCOMP_WORDS=({quoted})\nCOMP_CWORD={len(words) - 1}\n_scafld\n'
        'for each in "${COMPREPLY[@]}"; do printf "%s\\n" "$each"; done'
    )
    run = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", script("bash")],
        cwd=cwd,
        env=dict(environ),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


@pytest.fixture
def tasks(workspace: Path) -> Path:
    """A workspace with tasks in several folders, and files whose names are traps."""
    specs = workspace / ".scafld" / "specs"
    for name in ("drafts/add-cache", "active/add-log", "archive/2026-01/fix.typo"):
        (specs / name).parent.mkdir(parents=True, exist_ok=True)
        (specs / f"{name}.md").write_text("", encoding="utf-8")
    for trap in ("$(touch pwned)", "`touch pwned`", "a b", "*", "-rf", "Upper", "x;touch pwned"):
        (specs / "drafts" / f"{trap}.md").write_text("", encoding="utf-8")
    return workspace


def test_bash_accepts_its_script() -> None:
    """`bash -n` reads it without a word."""
    run = subprocess.run(["bash", "-n"], input=script("bash"), capture_output=True, text=True, check=True, timeout=60)

    assert run.stderr == ""


def test_bash_completes_commands(tasks: Path, environ: Mapping[str, str]) -> None:
    """All of them, or those that begin as what is typed."""
    every, some = offered(["scafld", ""], tasks, environ), offered(["scafld", "re"], tasks, environ)

    assert set(every) == {*BY_NAME, "--help", "--version"}
    assert some == ["review", "report"]


def test_bash_completes_task_ids(tasks: Path, environ: Mapping[str, str]) -> None:
    """Those of every state, from a folder below too, and by SCAFLD_ROOT."""
    below = tasks / "src" / "deep"
    below.mkdir(parents=True)

    here = offered(["scafld", "status", "add-"], tasks, environ)
    deep = offered(["scafld", "status", "fix"], below, environ)
    rooted = offered(["scafld", "show", "fix"], Path("/"), {**environ, "SCAFLD_ROOT": str(tasks)})
    nowhere = offered(["scafld", "status", "add"], Path("/"), environ)

    assert sorted(here) == ["add-cache", "add-log"]
    assert deep == rooted == ["fix.typo"]
    assert nowhere == []


def test_completion_runs_nothing_that_a_file_name_says(tasks: Path, environ: Mapping[str, str]) -> None:
    """A file whose name is no id is not offered, let alone expanded."""
    found = offered(["scafld", "status", ""], tasks, environ)

    ids = [word for word in found if not word.startswith("--")]
    assert sorted(ids) == ["add-cache", "add-log", "fix.typo"]
    assert not (tasks / "pwned").exists()


def test_bash_completes_flags_and_choices(tasks: Path, environ: Mapping[str, str]) -> None:
    """A command's own flags, and after a flag with choices these."""
    flags = offered(["scafld", "build", "x", "--"], tasks, environ)
    sizes = offered(["scafld", "plan", "x", "--size", ""], tasks, environ)
    shells = offered(["scafld", "completion", ""], tasks, environ)

    assert set(flags) == {option.flag for option in (*BY_NAME["build"].options, *GLOBALS)}
    assert sizes == ["micro", "small", "medium", "large"]
    assert set(SHELLS) <= set(shells)
    assert offered(["scafld", "list", "add"], tasks, environ) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_has_a_script(shell: str, scafld: Scafld) -> None:
    """It is printed as it is, and names every command."""
    ended = scafld("completion", shell)

    assert (ended.code, ended.out, ended.err) == (0, script(shell), "")
    assert all(command.name in ended.out for command in COMMANDS)


def test_fish_s_quotes_are_closed() -> None:
    """An apostrophe in a sentence ends no string."""
    for line in script("fish").splitlines():
        if line.startswith("complete "):
            assert line.replace("\\'", "").count("'") % 2 == 0, line

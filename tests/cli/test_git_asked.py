"""How often git is asked: a process costs more than most of what it is asked for. Counted, not timed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Scafld

Asked = Callable[..., list[str]]


@pytest.fixture
def asked(scafld: Scafld, tmp_path: Path, environ: dict[str, str]) -> Asked:
    """Run a command, and tell the verb of each git process that it started."""
    shims = tmp_path / "shims"
    shims.mkdir()
    words = 'for word; do case $word in *.*=*|-*|/*) ;; *) echo "$word" >> "$0.log"; break ;; esac; done'
    (shims / "git").write_text(f"#!/bin/sh\n{words}\nexec '{shutil.which('git')}' \"$@\"\n")
    (shims / "git").chmod(0o755)

    def run(*words: str, code: int = 0) -> list[str]:
        log = shims / "git.log"
        log.write_text("")
        ended = scafld(*words, PATH=f"{shims}:{environ['PATH']}")
        assert ended.code == code, ended
        return log.read_text().split()

    return run


def test_a_completion_looks_before_and_after_and_names_the_tree_between(reviewed: Path, asked: Asked) -> None:
    """One process for each look, one takes the tree in, one reads what is committed."""
    assert asked("complete", "add-y") == ["status", "add", "cat-file", "status"]


def test_many_receipts_are_held_against_one_look(completed: Path, scafld: Scafld, asked: Asked) -> None:
    """A receipt more asks git nothing more, at a working tree and at a commit. (No key signed for the person who took
    the reviewer's place: none of these holds.)"""
    scafld("keys", "trust")
    alone = asked("verify", "--no-run", code=3)
    for task in ("add-z", "add-w"):
        scafld("quick", task, "--title", "Add it", "--command", f"test -f {task}", "--file", task)
        (completed / task).write_text("there\n", encoding="utf-8")
        scafld("build", task)
        scafld("review", task, "--human-reviewed", "--reason", "read it")
        assert scafld("complete", task).code == 0

    among_others = asked("verify", "--no-run", code=3)

    assert (alone.count("add"), alone.count("merge-base")) == (1, 1)
    assert among_others == alone
    git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org"]
    for words in (["add", "-A"], ["commit", "-qm", "second"]):
        subprocess.run([*git, *words], cwd=completed, check=True, capture_output=True, timeout=60)
    one = asked("verify", "add-y", "--commit", "HEAD", "--no-run", code=3)
    assert sorted(asked("verify", "--commit", "HEAD", "--no-run", code=3)) == sorted(one)

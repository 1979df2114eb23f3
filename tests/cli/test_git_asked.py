"""How often git is asked: a process costs more than most of what it is asked for. Counted, not timed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Scafld

Asked = Callable[..., list[str]]


@pytest.fixture
def asked(scafld: Scafld, tmp_path: Path, environ: dict[str, str]) -> Asked:
    """Run a command that succeeds, and tell the verb of each git process that it started."""
    shims = tmp_path / "shims"
    shims.mkdir()
    words = 'for word; do case $word in *.*=*|-*|/*) ;; *) echo "$word" >> "$0.log"; break ;; esac; done'
    (shims / "git").write_text(f"#!/bin/sh\n{words}\nexec '{shutil.which('git')}' \"$@\"\n")
    (shims / "git").chmod(0o755)

    def run(*words: str) -> list[str]:
        log = shims / "git.log"
        log.write_text("")
        ended = scafld(*words, PATH=f"{shims}:{environ['PATH']}")
        assert ended.code == 0, ended
        return log.read_text().split()

    return run


def test_a_completion_looks_before_and_after_and_names_the_tree_between(reviewed: Path, asked: Asked) -> None:
    """One process for each look, one takes the tree in, one reads what is committed."""
    assert asked("complete", "add-y") == ["status", "add", "cat-file", "status"]

"""What git has of single files, asked from the top of a repository and from a folder below it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from scafld.adapters.git.ground.in_head import InHead, in_head, top_of
from scafld.adapters.git.repository import find
from scafld.core.names import RepoPath

Asked = Callable[[str], InHead]


@pytest.fixture
def asked(repo: Any) -> Asked:
    def ask(below: str) -> InHead:
        place = find(os.fsencode(repo.root / below))
        assert place is not None and top_of(place) == os.path.realpath(repo.root)
        return in_head(place, "git", repo.environment)

    return ask


@pytest.mark.parametrize("below", [".", "src"])
def test_a_file_is_read_as_it_was_committed(repo: Any, asked: Asked, below: str) -> None:
    """Whatever lies there now; one that was never committed is none."""
    repo.write(f"{below}/odd *[x] name", "then")
    repo.commit()
    repo.write(f"{below}/odd *[x] name", "now")
    repo.write(f"{below}/new", "now")

    assert asked(below).content(RepoPath("odd *[x] name")) == b"then"
    assert asked(below).content(RepoPath("new")) is None
    assert asked(below).content(RepoPath("main.py")) == (b"print(1)\n" if below == "src" else None)


def test_before_the_first_commit_there_is_nothing(unborn: Any) -> None:
    """And no error."""
    place = find(os.fsencode(unborn.root))
    assert place is not None

    assert in_head(place, "git", unborn.environment).content(RepoPath("a")) is None


@pytest.mark.parametrize("below", [".", "src"])
def test_what_git_would_leave_out_is_told(repo: Any, asked: Asked, below: str) -> None:
    """By an ignore list further up, by the repository's own exclusions; also for a name that is tracked."""
    path = RepoPath(".scafld/receipts/a.dsse.json")
    assert not asked(below).ignores(path)

    repo.write(f"{below}/.scafld/receipts/a.dsse.json", "{}")
    repo.commit()
    repo.write(".gitignore", "receipts/\n")
    assert asked(below).ignores(path)

    repo.write(".gitignore", "")
    assert not asked(below).ignores(path)

    repo.write(".git/info/exclude", "*.dsse.json\n")
    assert asked(below).ignores(path)
    repo.write(f"{below}/.scafld/.gitignore", "!/receipts/*.json\n")
    assert not asked(below).ignores(path)

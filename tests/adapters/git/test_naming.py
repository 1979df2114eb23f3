"""A name of a commit has one meaning, whatever anybody else has pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.ground.naming import commit_named
from scafld.core.refusal import Misused

if TYPE_CHECKING:
    from conftest import Repository


@pytest.fixture
def history(repo: Repository) -> Repository:
    """Three commits on main, the branches `x` and `origin/x` at the second, and one merged into main's tip."""
    repo.commit(two_txt="2\n")
    repo.git("branch", "x")
    repo.git("update-ref", "refs/remotes/origin/x", "x")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/x")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(side_txt="s\n")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "first words", "side")
    repo.git("tag", "-a", "-m", "one", "v1", "x")
    repo.git("update-ref", "ORIG_HEAD", "x")
    return repo


def found(repo: Repository, words: str) -> str:
    return commit_named(repo.tree().git, words, "--commit", {})


MEANT = {
    "HEAD": "main",
    "@": "main",
    "main": "main",
    "heads/x": "x",
    "refs/heads/x": "x",
    "origin/x": "x",
    "remotes/origin/x": "x",
    "origin": "x",
    "v1": "x",
    "tags/v1": "x",
    "refs/tags/v1^{}": "x",
    "v1^{commit}": "x",
    "ORIG_HEAD": "x",
    "HEAD~1": "x",
    "main~": "x",
    "main^2": "side",
    "HEAD^2~1": "x",
    "main^^": "x~1",
}


@pytest.mark.parametrize("words", MEANT)
def test_a_plain_name_is_known(history: Repository, words: str) -> None:
    """As git knows it, where it knows nothing else."""
    assert found(history, words) == history.git("rev-parse", f"{MEANT[words]}^{{commit}}")


def test_a_commits_own_name_is_known_whatever_is_called_so(history: Repository) -> None:
    """Whole, it is no ref's; in part, it may be."""
    commit = history.git("rev-parse", "x")
    history.git("update-ref", f"refs/tags/{commit}", "main")
    assert found(history, commit) == commit
    assert found(history, commit[:10]) == commit
    assert found(history, f"v1-0-g{commit[:10]}") == commit

    history.git("update-ref", f"refs/tags/{commit[:10]}", "main")
    history.git("update-ref", f"refs/tags/v1-0-g{commit[:10]}", "main")
    for words in (commit[:10], f"{commit[:10]}~1", f"v1-0-g{commit[:10]}"):
        with pytest.raises(Misused, match=f"may be refs/tags/.* or .*{commit[:10]}; say which"):
            found(history, words)


SHADOWS = {
    "x": "refs/tags/x",
    "heads/x": "refs/tags/heads/x",
    "origin/x": "refs/heads/origin/x",
    "x~1": "refs/tags/x",
    "x^{commit}": "refs/tags/x",
    "origin": "refs/tags/origin",
    "remotes/origin/x": "refs/heads/remotes/origin/x",
    "ORIG_HEAD": "refs/tags/ORIG_HEAD",
}


@pytest.mark.parametrize("words", SHADOWS)
def test_a_name_that_may_be_another_is_none(history: Repository, words: str) -> None:
    """Whoever may push a tag or a branch would choose the commit."""
    history.git("update-ref", SHADOWS[words], "main")

    with pytest.raises(Misused, match=r"may be .* or .*; say which"):
        found(history, words)


def test_a_full_name_is_no_tags_name(history: Repository) -> None:
    """Not even where there is no such ref; and HEAD is always HEAD."""
    for name in ("refs/heads/x", "refs/heads/gone", "HEAD"):
        history.git("update-ref", f"refs/tags/{name}", "main~2")
        history.git("update-ref", f"refs/heads/{name}", "main~2")

    assert found(history, "refs/heads/x") == history.git("rev-parse", "refs/heads/x")
    assert found(history, "HEAD") == history.git("rev-parse", "refs/heads/main")
    with pytest.raises(Misused, match="names no commit here"):
        found(history, "refs/heads/gone")


NONE = [
    "", " ", "-1", "--all", "^HEAD", "main..x", "main...x", "..", "x^{tree}", "x^{/first}", ":/first", "HEAD:src",
    "HEAD:", ":kept.txt", "@{u}", "main@{1}", "@{-1}", "main@{upstream}", "main^!", "main^@", "main^-", "x^{commit}x",
    "x\n", "a\0b", "a\ud800", "*", "refs/heads/*", "a" * 5000, "/x", "x\\", "~1", "@{0}", "main~1234567890",
]  # fmt: skip


@pytest.mark.parametrize("words", NONE, ids=lambda words: ascii(words[:20]))
def test_what_is_no_plain_name_is_none(history: Repository, words: str) -> None:
    """Ranges, searches, paths, logs and patterns: what git makes of them is not what somebody wrote down."""
    with pytest.raises(Misused, match=r"is no plain name of a commit, a branch or a tag") as told:
        found(history, words)

    assert len(str(told.value)) < 400


@pytest.mark.parametrize(
    "words", ["gone", "config", "abcdef01", "v9-1-gabcdef01", "FETCH_HEAD", "x/", "main~9", "main^3"]
)
def test_what_is_not_there_is_none(history: Repository, words: str) -> None:
    with pytest.raises(Misused, match="names no commit here"):
        found(history, words)

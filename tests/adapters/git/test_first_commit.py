"""A task may begin before the first commit, whatever the repository's hash."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import scafld
from scafld.adapters.git.worktree import open_worktree
from scafld.app.observe import EMPTY_TREE
from scafld.core.names import RepoPath

GIT = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")


def unborn(folder: Path, algorithm: str) -> Path:
    """A repository of this hash without a commit, with one file in it."""
    made = subprocess.run(
        ["git", "init", "-q", "-b", "main", f"--object-format={algorithm}", str(folder)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    if algorithm == "sha256" and b"unknown hash algorithm" in made.stderr:
        pytest.skip("this git knows no SHA-256 repositories")
    assert made.returncode == 0, made.stderr
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    return folder


def commit(folder: Path) -> None:
    """Everything that is there, in one commit."""
    for words in (("add", "-A"), ("commit", "-qm", "c")):
        subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True, timeout=60)


def test_without_the_git_binary_it_is_the_same(tmp_path: Path) -> None:
    """dulwich knows the empty tree by its name too, before and after the first commit."""
    folder = unborn(tmp_path / "repository", "sha1")
    tree = open_worktree(str(folder), git=None)

    before = tree.look(EMPTY_TREE)
    patch = tree.diff(EMPTY_TREE, (RepoPath("a.py"),))
    commit(folder)
    after = tree.look(EMPTY_TREE)

    assert [(seen.path, seen.base) for seen in before.files] == [("a.py", "")]
    assert "+x = 1" in patch
    assert after.files == before.files


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("committed", [False, True], ids=["still unborn", "committed since"])
def test_a_life_that_begins_unborn_ends_completed(tmp_path: Path, algorithm: str, committed: bool) -> None:
    """Approved before the first commit, built and completed before or after it: the change is seen either way."""
    folder = unborn(tmp_path / "repository", algorithm)
    ws = scafld.init(str(folder), agent_docs=False)
    ws.quick("add-y", title="Add y", command="grep -q y a.py", files=("a.py",))
    (folder / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    if committed:
        commit(folder)

    built = ws.build("add-y")
    ws.review_by_human("add-y", reason="read it")
    done = ws.complete("add-y")

    assert built.overview.material is not None
    assert [(str(each.kind), each.path) for each in built.overview.material.changes] == [("modified", "a.py")]
    assert str(done.overview.status) == "completed"

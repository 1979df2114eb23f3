"""What git calls the tree of a workspace is what a commit of it has, whoever is asked; nothing is written for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scafld.adapters.git.footing import footing

GIT = shutil.which("git") or "git"
ENVIRON = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def git(folder: Path, *words: str) -> str:
    return subprocess.run([GIT, *words], cwd=folder, env=ENVIRON, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Files of every sort, committed, then changed in every way."""
    top = tmp_path / "repository"
    (top / "sub").mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / ".gitignore").write_text("*.log\n")
    (top / "a b.py").write_text("x\n")
    (top / "gone.py").write_text("x\n")
    (top / "sub" / "size.py").write_text("x\n")
    (top / "sub" / ".scafld").mkdir()
    (top / "sub" / ".scafld" / "config.yaml").write_text("{}\n")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "one")
    (top / "a b.py").write_text("y\n")
    (top / "gone.py").unlink()
    (top / "new.py").write_text("new\n")
    (top / "new.log").write_text("ignored\n")
    (top / "sub" / "link").symlink_to("size.py")
    (top / "sub" / "run").write_text("#!/bin/sh\n")
    (top / "sub" / "run").chmod(0o755)
    (top / ".scafld").mkdir()
    (top / ".scafld" / "mine").write_text("own\n")
    return top


def committed(top: Path, folder: str) -> str:
    """The tree of a folder in HEAD, without the line of `.scafld`, by git's own plumbing."""
    rows = git(top, "ls-tree", f"HEAD:{folder}").splitlines(keepends=True)
    kept = "".join(row for row in rows if not row.endswith("\t.scafld\n"))
    told = subprocess.run([GIT, "mktree"], cwd=top, env=ENVIRON, input=kept, check=True, capture_output=True, text=True)
    return told.stdout.strip()


@pytest.mark.parametrize("binary", [GIT, None], ids=["git", "dulwich"])
@pytest.mark.parametrize("folder", ["", "sub"])
def test_it_is_what_a_commit_will_hold(repository: Path, binary: str | None, folder: str) -> None:
    """Before and after the commit, which is named once it is there; the index and the objects are left alone."""
    root = str(repository / folder)
    before = git(repository, "status", "--porcelain"), git(repository, "count-objects", "-v")

    found = footing(root, binary, ENVIRON)
    assert (git(repository, "status", "--porcelain"), git(repository, "count-objects", "-v")) == before
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    later = footing(root, binary, ENVIRON)

    head = git(repository, "rev-parse", "HEAD").strip()
    assert (found.folder, found.tree, found.commit) == (folder or ".", committed(repository, folder), None)
    assert (later.tree, later.commit) == (found.tree, head)


def test_without_a_repository_there_is_no_name(tmp_path: Path) -> None:
    """Nor in a repository without a commit a commit."""
    assert footing(str(tmp_path), GIT, ENVIRON).tree is None
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("a")

    unborn = footing(str(tmp_path), GIT, ENVIRON)

    assert unborn.tree is not None
    assert unborn.commit is None
    assert footing(str(tmp_path), None, ENVIRON) == unborn


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_an_index_that_was_told_to_trust_is_not_believed(repository: Path, flag: str) -> None:
    """The tree is that of what lies there; of what a sparse checkout left out it has what the index has."""
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    git(repository, "update-index", flag, "a b.py")
    git(repository, "update-index", "--skip-worktree", "new.py")
    (repository / "a b.py").write_text("z\n")
    (repository / "new.py").unlink()

    found = footing(str(repository), GIT, ENVIRON)

    git(repository, "update-index", flag.replace("--", "--no-"), "a b.py")
    git(repository, "commit", "-q", "-m", "three", "--", "a b.py")
    assert found.tree == committed(repository, "")

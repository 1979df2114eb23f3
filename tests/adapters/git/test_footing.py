"""What git calls the tree of a workspace is what a commit of it has, whoever is asked; nothing is written for it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scafld.adapters.git.ground.footing import attic, footing
from scafld.adapters.git.repository import find
from scafld.core.refusal import Unavailable

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


INDEXES = {
    "plain": (),
    "packed": ("update-index --index-version 4",),
    "in two files": ("config core.splitIndex true", "update-index --split-index"),
    "to be added": ("add -N new.py",),
}
"""Ways to make an index another one, in git's words."""


@pytest.mark.parametrize("words", INDEXES.values(), ids=INDEXES)
@pytest.mark.parametrize("folder", ["", "sub"])
@pytest.mark.parametrize("clean", [False, True])
def test_an_index_of_any_kind_is_read(repository: Path, words: tuple[str, ...], folder: str, clean: bool) -> None:
    """With changes and without; and git is left as it was, file by file."""
    (repository / "far" / "away").mkdir(parents=True)
    (repository / "far" / "away" / "file").write_text("far\n")
    if clean:
        git(repository, "add", "-A")
        git(repository, "commit", "-q", "-m", "two")
    else:
        git(repository, "add", "far")
        git(repository, "commit", "-q", "-m", "two", "--", "far")
    for each in words:
        git(repository, *each.split())
    kept = {path: path.read_bytes() for path in (repository / ".git").rglob("*") if path.is_file()}

    found = footing(str(repository / folder), GIT, ENVIRON)

    assert {path: path.read_bytes() for path in (repository / ".git").rglob("*") if path.is_file()} == kept
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", "three")
    assert found.tree == committed(repository, folder)


@pytest.mark.parametrize("folder", ["", "sub"])
def test_a_sparse_index_is_read(repository: Path, folder: str) -> None:
    """What was left out counts as what it is in the index."""
    (repository / "far" / "away").mkdir(parents=True)
    (repository / "far" / "away" / "file").write_text("far\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "sub")
    (repository / "sub" / "run").write_text("other\n")

    found = footing(str(repository / folder), GIT, ENVIRON)

    git(repository, "commit", "-q", "-a", "-m", "three")
    assert not (repository / "far").exists()
    assert found.tree == committed(repository, folder)


def test_a_folder_is_sorted_among_files_as_git_sorts_it(tmp_path: Path) -> None:
    """As if its name ended in a slash; names of any bytes, and folders in folders."""
    git(tmp_path, "init", "-q")
    for name in ("a", "a-b/x", "a.b/x", "a/x", "a0/x", "a b", "b/c/d/e", "b/c/d.e", "b/c0", "b/cé", "b/c\nd/e"):
        place = tmp_path / (name if "/" in name or name != "a" else "aa")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(name)

    found = footing(str(tmp_path), GIT, ENVIRON)

    git(tmp_path, "add", "-A")
    assert found.tree == git(tmp_path, "write-tree").strip()


def test_a_workspace_in_a_folder_of_any_name_has_its_commit(tmp_path: Path) -> None:
    """A newline in it, too."""
    root = tmp_path / "a b" / "c\nd"
    root.mkdir(parents=True)
    (root / "a").write_text("a")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")

    found = footing(str(root), GIT, ENVIRON)

    assert found.commit == git(tmp_path, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("binary", [GIT, None], ids=["git", "dulwich"])
def test_it_knows_what_came_before(repository: Path, binary: str | None) -> None:
    """The commits before one, by first parents, the nearest first; of a side branch none."""
    for at in range(3):
        git(repository, "switch", "-q", "-c", f"side{at}")
        git(repository, "commit", "-q", "--allow-empty", "-m", "aside")
        git(repository, "switch", "-q", "main")
        git(repository, "merge", "-q", "--no-ff", "-m", "merged", f"side{at}")
    began = git(repository, "rev-parse", "HEAD~1").strip()

    found = footing(str(repository), binary, ENVIRON, began=began)

    assert list(found.lineage) == git(repository, "rev-list", "--first-parent", "HEAD~2").split()
    assert footing(str(repository), binary, ENVIRON).lineage == ()


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("folder", ["", "sub"])
def test_what_an_index_says_of_its_folders_is_not_believed(repository: Path, folder: str, split: bool) -> None:
    """Git takes a tree's name from there, and whoever may write the index writes that too: here that all is as it was
    at first, and everything is staged."""
    before = git(repository, "rev-parse", "HEAD^{tree}").strip()
    git(repository, "add", "-A")
    now = git(repository, "write-tree").strip()
    index = repository / ".git" / "index"
    if split:
        git(repository, "update-index", "--split-index")
    forged = index.read_bytes()[:-20].replace(bytes.fromhex(now), bytes.fromhex(before))
    index.write_bytes(forged + hashlib.sha1(forged).digest())
    os.utime(index, (index.stat().st_mtime + 5,) * 2)
    assert git(repository, "write-tree").strip() == before

    found = footing(str(repository / folder), GIT, ENVIRON)
    place = find(os.fsencode(repository / folder))
    assert place is not None
    with attic(place, GIT, ENVIRON) as seen:
        seen.take_in()
        whole = seen.standing()

    assert whole == now
    index.unlink()
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    assert found.tree == committed(repository, folder)


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
@pytest.mark.parametrize("split", [False, True])
def test_an_index_that_was_told_to_trust_is_not_believed(repository: Path, flag: str, split: bool) -> None:
    """The tree is that of what lies there; of what a sparse checkout left out it has what the index has."""
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    if split:
        git(repository, "config", "core.splitIndex", "true")
    git(repository, "update-index", flag, "a b.py")
    git(repository, "update-index", "--skip-worktree", "new.py")
    (repository / "a b.py").write_text("z\n")
    (repository / "new.py").unlink()

    found = footing(str(repository), GIT, ENVIRON)

    git(repository, "update-index", flag.replace("--", "--no-"), "a b.py")
    git(repository, "commit", "-q", "-m", "three", "--", "a b.py")
    assert found.tree == committed(repository, "")


def test_a_pipe_in_the_place_of_an_index(repository: Path) -> None:
    """It is not waited for."""
    (repository / ".git/index").unlink()
    os.mkfifo(repository / ".git/index")

    with pytest.raises(Unavailable, match="is no plain file"):
        footing(str(repository), GIT, ENVIRON)

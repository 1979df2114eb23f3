"""Repositories inside the repository: submodules, and those nobody declared."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.seals import FileKind, Look, Seen
from scafld.core.names import RepoPath

if TYPE_CHECKING:
    from conftest import Opener, Repository

ByPath = Callable[[Look], dict[str, Seen]]
Another = Callable[[str], "Repository"]
EVERYTHING = (RepoPath("."),)


@pytest.fixture
def outer(repo: Repository, another: Another) -> Repository:
    """A repository with a submodule `deps/sub` that holds `inner.txt`."""
    library = another("library")
    repo.git("submodule", "--quiet", "add", os.fspath(library.root), "deps/sub")
    repo.commit()
    return repo


def sub(outer: Repository) -> Repository:
    return type(outer)(outer.root / "deps/sub", outer.home)


def test_a_clean_submodule_is_no_change(outer: Repository, tree_of: Opener) -> None:
    """It stands on the commit that the base names."""
    assert tree_of(outer).look(None).files == ()


def test_a_submodule_on_another_commit_is_one_change(outer: Repository, tree_of: Opener) -> None:
    """Its base is the commit it was on; staging the new one changes nothing about that."""
    base = outer.head()
    was = sub(outer).head()
    sub(outer).commit(inner_txt="newer\n")

    loose = tree_of(outer).look(base)
    outer.git("add", "-A")
    staged = tree_of(outer).look(base)
    outer.commit()
    committed = tree_of(outer).look(base)

    assert [(seen.path, seen.kind, seen.base) for seen in loose.files] == [
        ("deps/sub", FileKind.SUBMODULE, f"160000:{was}")
    ]
    assert loose.files == staged.files == committed.files
    assert tree_of(outer).look(None).files == ()


def test_what_is_dirty_in_a_submodule_is_in_its_digest(outer: Repository, tree_of: Opener) -> None:
    """Each content, each new file, each mode gives another one; taking them back gives none."""
    digests = []
    for content in ("one\n", "two\n"):
        sub(outer).write("inner.txt", content)
        digests += [seen.digest for seen in tree_of(outer).look(None).files]
    sub(outer).write("loose.txt", "loose\n")
    digests += [seen.digest for seen in tree_of(outer).look(None).files]
    (outer.root / "deps/sub/loose.txt").chmod(0o755)
    digests += [seen.digest for seen in tree_of(outer).look(None).files]
    (outer.root / "deps/sub/loose.txt").unlink()
    sub(outer).write("inner.txt", "inner\n")

    assert len(digests) == len(set(digests)) == 4
    assert tree_of(outer).look(None).files == ()


@pytest.mark.parametrize("setting", ["submodule.deps/sub.ignore", "diff.ignoreSubmodules"])
def test_configuration_does_not_hide_a_submodule(outer: Repository, tree_of: Opener, setting: str) -> None:
    """Git can be told to overlook them; scafld cannot."""
    base = outer.head()
    outer.git("config", setting, "all")
    sub(outer).commit(inner_txt="committed\n")
    assert len(tree_of(outer).look(base).files) == 1

    outer.git("update-index", "--add", "--cacheinfo", f"160000,{sub(outer).head()},deps/sub")
    outer.git("commit", "-q", "--allow-empty", "-m", "moved")
    sub(outer).write("inner.txt", "dirty\n")

    assert len(tree_of(outer).look(base).files) == 1
    assert len(tree_of(outer).look(None).files) == 1


def test_what_a_submodule_hides_from_its_git_is_seen(outer: Repository, tree_of: Opener) -> None:
    """Its own index is read as carefully."""
    sub(outer).git("update-index", "--assume-unchanged", "inner.txt")
    clean = tree_of(outer).look(None)
    sub(outer).write("inner.txt", "other\n")

    assert clean.files == ()
    assert [seen.path for seen in tree_of(outer).look(None).files] == ["deps/sub"]


def test_a_scafld_folder_in_a_submodule_is_content(outer: Repository, tree_of: Opener) -> None:
    """Only the workspace's own folder is left out."""
    sub(outer).write(".scafld/hidden.py", "x")

    assert [seen.path for seen in tree_of(outer).look(None).files] == ["deps/sub"]


def test_an_unpopulated_submodule_is_no_change(outer: Repository, tree_of: Opener) -> None:
    """A clone without its submodules has an empty directory there."""
    outer.git("submodule", "--quiet", "deinit", "-f", "deps/sub")

    assert os.listdir(outer.root / "deps/sub") == []
    assert tree_of(outer).look(None).files == ()


def test_files_in_an_unpopulated_submodule_are_not_hidden(outer: Repository, tree_of: Opener) -> None:
    """Git does not look in there any more; someone might write there for that reason."""
    outer.git("submodule", "--quiet", "deinit", "-f", "deps/sub")
    outer.write("deps/sub/hidden.py", "x")

    look = tree_of(outer).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("deps/sub", FileKind.SUBMODULE)]
    assert "+x" in tree_of(outer).diff(None, EVERYTHING)


def test_a_submodule_that_is_gone_is_absent(outer: Repository, tree_of: Opener) -> None:
    """Its directory and all."""
    shutil.rmtree(outer.root / "deps/sub")

    look = tree_of(outer).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("deps/sub", FileKind.ABSENT)]


def test_a_submodule_turned_into_files_is_those_files(outer: Repository, tree_of: Opener) -> None:
    """Vendored: the link is gone, the files are new."""
    outer.git("rm", "-q", "--cached", "deps/sub")
    (outer.root / "deps/sub/.git").unlink()
    outer.git("add", "-A")

    look = tree_of(outer).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [
        ("deps/sub", FileKind.ABSENT),
        ("deps/sub/inner.txt", FileKind.FILE),
    ]


def test_a_submodule_dropped_from_the_index_is_still_the_same(outer: Repository, tree_of: Opener) -> None:
    """It stands in the tree, on the same commit."""
    outer.git("rm", "-q", "--cached", "deps/sub")

    assert tree_of(outer).look(None).files == ()


def test_a_submodule_replaced_by_a_link_is_a_link(outer: Repository, tree_of: Opener) -> None:
    """Never followed, though a repository stands at its end."""
    (outer.root / "deps/sub").rename(outer.root.parent / "elsewhere")
    (outer.root / "deps/sub").symlink_to(outer.root.parent / "elsewhere")

    look = tree_of(outer).look(None)

    assert [(seen.path, seen.kind) for seen in look.files] == [("deps/sub", FileKind.LINK)]


@pytest.mark.parametrize("commits", [0, 1])
def test_a_repository_nobody_declared_is_one_thing(
    repo: Repository, tree_of: Opener, by_path: ByPath, commits: int
) -> None:
    """With a commit or without: its content changes its digest."""
    inner = type(repo)(repo.root / "tools/clone", repo.home).init()
    inner.write("a.txt", "one\n")
    if commits:
        inner.commit()
    first = by_path(tree_of(repo).look(None))
    inner.write("a.txt", "two\n")
    second = by_path(tree_of(repo).look(None))

    assert [(path, seen.kind, seen.base) for path, seen in first.items()] == [("tools/clone", FileKind.SUBMODULE, "")]
    assert first["tools/clone"].digest != second["tools/clone"].digest


def test_an_empty_repository_nobody_declared_does_not_break_the_look(repo: Repository, tree_of: Opener) -> None:
    """`git init` in a sub-folder, and nothing else yet."""
    type(repo)(repo.root / "empty", repo.home).init()

    assert [seen.path for seen in tree_of(repo).look(None).files] == ["empty"]
    assert tree_of(repo).diff(None, EVERYTHING) == ""


def test_a_worktree_kept_inside_the_repository_is_one_thing(repo: Repository, tree_of: Opener) -> None:
    """Agents keep theirs there."""
    repo.git("worktree", "add", "-q", "-b", "side", ".agents/side")

    assert [seen.path for seen in tree_of(repo).look(None).files] == [".agents/side"]


def test_a_file_replaced_by_a_repository_is_that_repository(repo: Repository, tree_of: Opener) -> None:
    """One path, one answer."""
    was = repo.git("rev-parse", "HEAD:kept.txt")
    (repo.root / "kept.txt").unlink()
    inner = type(repo)(repo.root / "kept.txt", repo.home).init()
    inner.commit(a_txt="a\n")

    look = tree_of(repo).look(None)

    assert [(seen.path, seen.kind, seen.base) for seen in look.files] == [
        ("kept.txt", FileKind.SUBMODULE, f"100644:{was}")
    ]


def test_a_submodule_in_a_submodule_counts(outer: Repository, tree_of: Opener, another: Another) -> None:
    """However deep the change lies."""
    deeper = another("deeper")
    sub(outer).git("submodule", "--quiet", "add", os.fspath(deeper.root), "deep")
    sub(outer).commit()
    outer.commit()
    clean = tree_of(outer).look(None)
    outer.write("deps/sub/deep/inner.txt", "other\n")

    assert clean.files == ()
    assert [seen.path for seen in tree_of(outer).look(None).files] == ["deps/sub"]
    assert "+++ b/deps/sub/deep/inner.txt\n" in tree_of(outer).diff(None, EVERYTHING)


def test_both_adapters_give_a_submodule_the_same_digest(outer: Repository) -> None:
    """A seal made with git holds without it."""
    from scafld.adapters.git.worktree import open_worktree

    sub(outer).write("inner.txt", "other\n")
    sub(outer).write("loose.txt", "loose\n")

    assert open_worktree(os.fspath(outer.root), None).look(None) == outer.tree().look(None)


def test_the_diff_goes_into_submodules(outer: Repository, tree_of: Opener) -> None:
    """The commit it moved to, and every change since the commit it was on, by path from the root."""
    was = sub(outer).head()
    sub(outer).commit(inner_txt="committed\n")
    sub(outer).write("loose.txt", "loose\n")

    shown = tree_of(outer).diff(None, EVERYTHING)

    assert f"-Subproject commit {was}\n+Subproject commit {sub(outer).head()}\n" in shown
    assert "--- a/deps/sub/inner.txt\n+++ b/deps/sub/inner.txt\n@@ -1 +1 @@\n-inner\n+committed\n" in shown
    assert "+++ b/deps/sub/loose.txt\n@@ -0,0 +1 @@\n+loose\n" in shown


def test_the_diff_of_a_submodule_whose_old_commit_is_gone_shows_what_it_can(outer: Repository, tree_of: Opener) -> None:
    """Its history was replaced: what differs from its own HEAD is still shown."""
    shutil.rmtree(outer.root / "deps/sub")
    fresh = type(outer)(outer.root / "deps/sub", outer.home).init()
    fresh.commit(other_txt="other\n")
    fresh.write("other.txt", "dirty\n")

    shown = tree_of(outer).diff(None, EVERYTHING)

    assert f"+Subproject commit {fresh.head()}" in shown
    assert "-other\n+dirty\n" in shown

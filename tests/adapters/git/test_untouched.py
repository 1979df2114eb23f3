"""Looking changes nothing and runs nothing that the repository says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.git_tree import GitTree
from scafld.adapters.git.repository import Git, find
from scafld.adapters.git.worktree import open_worktree
from scafld.core.names import RepoPath
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Opener, Repository

EVERYTHING = (RepoPath("."),)


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that tells on whoever runs it: `sprung` beside it exists then."""
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\necho run >> '{tmp_path}/sprung'\ncat\n")
    program.chmod(0o755)
    return program


def stale(repo: Repository) -> None:
    """Give files other times than the index remembers, so that git has to read them again."""
    os.utime(repo.root / "kept.txt", (1, 1))
    os.utime(repo.root / "src/main.py", (1, 1))


def racy(repo: Repository) -> None:
    """An index as old as its files: git cannot tell from times whether they changed."""
    moment = (repo.root / "kept.txt").stat().st_mtime_ns
    os.utime(repo.root / ".git/index", ns=(moment, moment))


@pytest.mark.parametrize("prepare", [stale, racy])
@pytest.mark.parametrize("setting", ["", "core.splitIndex", "core.untrackedCache", "feature.manyFiles"])
def test_the_git_directory_is_as_it_was(
    repo: Repository, tree_of: Opener, prepare: Callable[[Repository], None], setting: str
) -> None:
    """Not a byte, not a time, not a file more: no index is refreshed, no object written."""
    base = repo.head()
    repo.commit(kept_txt="newer\n")
    if setting:
        repo.git("config", setting, "true")
    repo.write("kept.txt", "loose\n")
    repo.write("new.txt", "new\n")
    prepare(repo)
    before = repo.print()

    tree_of(repo).look(base)
    tree_of(repo).look(None)
    shown = tree_of(repo).diff(base, EVERYTHING)

    assert "+loose\n" in shown
    assert repo.print() == before


def test_the_temporary_index_is_gone_afterwards(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patch leaves nothing behind where it worked."""
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    repo.write("kept.txt", "other\n")

    assert repo.tree().diff(None, EVERYTHING)
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"core.fsmonitor": "{trap}"},
        {"diff.external": "{trap}"},
        {"core.pager": "{trap}", "pager.diff": "{trap}", "pager.status": "true"},
        {"diff.trap.textconv": "{trap}"},
        {"diff.trap.command": "{trap}"},
        {"filter.trap.clean": "{trap}", "filter.trap.smudge": "{trap}"},
        {"filter.trap.clean": "{trap}", "filter.trap.required": "true"},
        {"filter.trap.process": "{trap}"},
        {"filter.a=b.c.clean": "{trap}"},
        {"core.hooksPath": "{folder}"},
        {"core.sshCommand": "{trap}", "credential.helper": "{trap}"},
        {"core.editor": "{trap}", "gpg.program": "{trap}", "alias.status": "!{trap}", "alias.diff": "!{trap}"},
        {"include.path": "{folder}/included"},
    ],
)
def test_nothing_that_the_repository_names_is_run(
    repo: Repository, tree_of: Opener, trap: Path, settings: dict[str, str]
) -> None:
    """Every place where a configuration can name a program, with attributes that would make use of it."""
    (trap.parent / "included").write_text(f'[filter "trap"]\n\tclean = "{trap}"\n')
    for name in ("post-index-change", "pre-commit", "fsmonitor-watchman"):
        (trap.parent / name).symlink_to(trap)
    for key, value in settings.items():
        repo.git("config", key, value.format(trap=trap, folder=trap.parent))
    (repo.root / ".git/info/attributes").write_text("* filter=trap diff=trap\n*.py filter=a=b.c\n")
    base = repo.head()
    stale(repo)
    repo.write("new.txt", "new\n")

    look = tree_of(repo).look(base)
    shown = tree_of(repo).diff(base, EVERYTHING)

    assert [seen.path for seen in look.files] == ["new.txt"]
    assert "+new\n" in shown
    assert not (trap.parent / "sprung").exists()


def test_a_trap_can_be_sprung(repo: Repository, trap: Path) -> None:
    """The test above can fail: plain git runs it."""
    repo.git("config", "filter.trap.clean", os.fspath(trap))
    (repo.root / ".git/info/attributes").write_text("* filter=trap\n")
    stale(repo)

    repo.git("status")

    assert (trap.parent / "sprung").exists()


def test_a_submodules_configuration_is_not_obeyed_either(
    repo: Repository, trap: Path, another: Callable[[str], Repository]
) -> None:
    """Its look is made by the same rules, not by a git that git starts."""
    library = another("library")
    repo.git("submodule", "--quiet", "add", os.fspath(library.root), "sub")
    repo.commit()
    inner = type(repo)(repo.root / "sub", repo.home)
    inner.git("config", "filter.trap.clean", os.fspath(trap))
    inner.git("config", "core.fsmonitor", os.fspath(trap))
    (repo.root / ".git/modules/sub/info/attributes").write_text("* filter=trap\n")
    os.utime(repo.root / "sub/inner.txt", (1, 1))
    inner.write("loose.txt", "x\n")
    repo.git("config", "diff.submodule", "diff")

    look = repo.tree().look(None)
    shown = repo.tree().diff(None, EVERYTHING)

    assert [seen.path for seen in look.files] == ["sub"]
    assert "+x\n" in shown
    assert not (trap.parent / "sprung").exists()


def test_a_filter_cannot_make_a_change_look_clean(repo: Repository, tree_of: Opener) -> None:
    """A clean filter that answers with the old content would hide every change from git."""
    repo.git("config", "filter.lie.clean", "git cat-file blob HEAD:%f")
    (repo.root / ".git/info/attributes").write_text("* filter=lie\n")
    repo.write("kept.txt", "kepT\n")
    assert repo.git("status", "--porcelain") == ""

    look = tree_of(repo).look(None)

    assert [seen.path for seen in look.files] == ["kept.txt"]
    assert "-kept\n+kepT\n" in tree_of(repo).diff(None, EVERYTHING)


def test_the_users_own_filters_are_obeyed(repo: Repository) -> None:
    """What is configured for all repositories is the user's choice: a large-file store works."""
    pointer, content = "pointer\n", "large\n"
    (repo.home / ".gitconfig").write_text('[filter "large"]\n\tclean = "sed s/large/pointer/"\n\trequired = true\n')
    repo.write(".gitattributes", "*.bin filter=large\n")
    repo.write("big.bin", content)
    repo.commit()
    assert repo.git("show", "HEAD:big.bin") == pointer.strip()
    os.utime(repo.root / "big.bin", (1, 1))

    assert repo.tree().look(None).files == ()


def test_a_replaced_commit_is_not_believed(repo: Repository, tree_of: Opener) -> None:
    """`git replace` shows another content under the same name."""
    base = repo.head()
    changed = repo.commit(kept_txt="other\n")
    repo.git("replace", base, changed)
    assert repo.git("diff", base) == ""

    assert [seen.path for seen in tree_of(repo).look(base).files] == ["kept.txt"]


def test_a_work_tree_elsewhere_is_not_looked_at(repo: Repository, tree_of: Opener, tmp_path: Path) -> None:
    """`core.worktree` can point git at a copy that nobody touched."""
    copy = tmp_path / "copy"
    (copy / "src").mkdir(parents=True)
    (copy / "kept.txt").write_text("kept\n")
    (copy / "src/main.py").write_text("print(1)\n")
    repo.write("kept.txt", "other\n")
    repo.git("config", "core.worktree", os.fspath(copy))

    assert [seen.path for seen in tree_of(repo).look(None).files] == ["kept.txt"]


@pytest.mark.parametrize(
    "setting",
    ["status.showUntrackedFiles=no", "status.relativePaths=true", "status.branch=false", "status.renames=copies"],
)
def test_the_users_taste_in_status_changes_nothing(repo: Repository, setting: str) -> None:
    """Untracked files are seen whatever is configured."""
    repo.write("src/new.txt", "new\n")
    repo.git("config", *setting.split("="))

    assert [seen.path for seen in repo.tree().look(None).files] == ["src/new.txt"]


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_TRACE", "GIT_CONFIG_PARAMETERS", "GIT_OBJECT_DIRECTORY"],
)
def test_the_callers_git_variables_are_not_handed_on(
    repo: Repository, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A hook's environment, for one, points at another index."""
    monkeypatch.setenv(name, "/nowhere")
    environment = repo.environment | {name: "/nowhere"}
    repo.write("kept.txt", "other\n")

    look = open_worktree(os.fspath(repo.root), "git", environment).look(None)

    assert [seen.path for seen in look.files] == ["kept.txt"]


def told(tmp_path: Path, err: str, code: int) -> str:
    """A git that says one thing on stderr."""
    program = tmp_path / "fake-git"
    program.write_text(f'#!/bin/sh\necho "{err}" >&2\nexit {code}\n')
    program.chmod(0o755)
    return os.fspath(program)


def test_a_directory_that_git_could_not_read_stops_the_look(repo: Repository, tmp_path: Path) -> None:
    """Git only warns, and lists what it could see; that is not the tree."""
    git = told(tmp_path, "warning: could not open directory 'private/': Permission denied", 0)

    with pytest.raises(Unavailable, match="'private/': Permission denied"):
        open_worktree(os.fspath(repo.root), git, {}).look(None)


def test_other_warnings_do_not_stop_it(repo: Repository, tmp_path: Path) -> None:
    """stderr is no part of the answer."""
    git = told(tmp_path, "warning: something else", 0)

    assert open_worktree(os.fspath(repo.root), git, {}).look(None).files == ()


def test_git_that_fails_is_quoted(repo: Repository, tmp_path: Path) -> None:
    """Its own words tell best."""
    git = told(tmp_path, "fatal: index file corrupt", 128)

    with pytest.raises(Unavailable, match="git status cannot tell what the tree holds: fatal: index file corrupt"):
        open_worktree(os.fspath(repo.root), git, {}).look(None)


def test_a_corrupt_index_is_said(repo: Repository, tree_of: Opener) -> None:
    """By git, or without it."""
    (repo.root / ".git/index").write_bytes(b"DIRC" + bytes(60))

    with pytest.raises(Unavailable):
        tree_of(repo).look(None)


def test_a_repository_of_another_owner_says_what_to_do(repo: Repository, tmp_path: Path) -> None:
    """With the command, quoted for a shell."""
    strange = type(repo)(tmp_path / "it's mine", repo.home).init()
    git = told(tmp_path, "fatal: detected dubious ownership in repository", 128)

    with pytest.raises(Unavailable, match="does not trust") as no:
        open_worktree(os.fspath(strange.root), git, {}).look(None)

    place = os.fspath(strange.root).replace("'", "'\\''")
    assert no.value.next == f"git config --global --add safe.directory '{place}'"


def counting(repo: Repository, tmp_path: Path) -> tuple[GitTree, Path]:
    """A tree whose git notes every start of it."""
    program = tmp_path / "counting-git"
    program.write_text(f'#!/bin/sh\necho run >> "{tmp_path}/runs"\nexec git "$@"\n')
    program.chmod(0o755)
    tree = open_worktree(os.fspath(repo.root), os.fspath(program), repo.environment)
    assert isinstance(tree, GitTree)
    return tree, tmp_path / "runs"


@pytest.mark.parametrize(("moved", "expected"), [(False, 1), (True, 2)])
def test_a_look_starts_git_once_or_twice(repo: Repository, tmp_path: Path, moved: bool, expected: int) -> None:
    """A second time only when the base is not HEAD, however much has changed."""
    base = repo.head()
    if moved:
        repo.commit(kept_txt="newer\n")
    for at in range(20):
        repo.write(f"new{at}.txt", "x")
    repo.git("update-index", "--assume-unchanged", "src/main.py")
    tree, runs = counting(repo, tmp_path)

    look = tree.look(base)

    assert (len(look.files), look.hidden) == (20 + moved, ("src/main.py",))
    assert runs.read_text().count("run") == expected


def test_finding_the_place_runs_nothing(repo: Repository) -> None:
    """Opening a working tree costs a few file reads."""
    place = find(os.fsencode(repo.root / "src"))

    assert place is not None
    assert (place.top, place.prefix) == (os.fsencode(repo.root), b"src/")
    assert Git("/nowhere/git", place, {}).place == place


def test_outside_every_repository_there_is_no_place(tmp_path: Path) -> None:
    """The search ends at the top of the file system."""
    assert find(os.fsencode(tmp_path)) is None


def test_a_new_file_is_not_hidden_behind_an_old_ones_name(repo: Repository) -> None:
    """`core.ignoreCase` would make git take `KEPT.txt` for `kept.txt`."""
    repo.git("config", "core.ignoreCase", "true")
    repo.write("KEPT.txt", "new\n")
    if (repo.root / "kept.txt").read_text() == "new\n":
        pytest.skip("this file system does not tell cases apart")
    assert repo.git("status", "--porcelain") == ""

    assert [seen.path for seen in repo.tree().look(None).files] == ["KEPT.txt"]


def test_a_head_that_moves_during_the_look_is_not_mixed_up(repo: Repository, tmp_path: Path) -> None:
    """What the files say is a guess; git's own word decides what is compared."""
    base = repo.head()
    middle = repo.commit(a_txt="a\n")
    last = repo.commit(b_txt="b\n")
    repo.git("update-ref", "HEAD", middle)
    program = tmp_path / "moving-git"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *porcelain*) "{shutil.which("git")}" -C "{repo.root}" update-ref HEAD {last};; '
        'esac\nexec git "$@"\n'
    )
    program.chmod(0o755)

    look = open_worktree(os.fspath(repo.root), os.fspath(program), repo.environment).look(base)

    assert (look.head, [seen.path for seen in look.files]) == (last, ["a.txt", "b.txt"])


def test_no_room_for_the_temporary_index_is_said(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is the world's fault, told in words."""
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path / "nowhere"))
    repo.write("kept.txt", "other\n")

    with pytest.raises(Unavailable, match="no temporary file for the diff can be written"):
        repo.tree().diff(None, EVERYTHING)

"""A tracked file that is written to cannot be hidden by what the index is made to say of it."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.watch.tracked import marks, slipped

if TYPE_CHECKING:
    from conftest import Opener, Repository


def hide(repository: Repository, path: str, algorithm: str = "sha1") -> None:
    """Write into the index that the file as it is now is the one that was staged."""
    there = os.lstat(repository.root / path)
    index = repository.root / ".git/index"
    data = bytearray(index.read_bytes())
    size = hashlib.new(algorithm).digest_size
    at = data.index(path.encode() + b"\0") - 62 - (size - 20)
    times = (*divmod(there.st_ctime_ns, 10**9), *divmod(there.st_mtime_ns, 10**9))
    data[at : at + 24] = struct.pack(">6I", *times, there.st_dev & 0xFFFFFFFF, there.st_ino & 0xFFFFFFFF)
    data[at + 36 : at + 40] = struct.pack(">I", there.st_size)
    body = bytes(data[:-size])
    index.write_bytes(body + hashlib.new(algorithm, body).digest())


def forge(repository: Repository, path: str = "kept.txt") -> None:
    repository.write(path, "evil\n")
    os.utime(repository.root / path, (1, 1))
    hide(repository, path)


def changed_by(repository: Repository, act: Callable[[], object], below: str = "") -> tuple[str, ...]:
    before = marks(os.fspath(repository.root / below))
    act()
    return slipped(os.fspath(repository.root / below), before)


def test_a_change_that_a_look_does_not_see_is_named(repo: Repository, tree_of: Opener) -> None:
    """The file holds something else, git is told that it does not, and every look believes that."""
    found = changed_by(repo, lambda: forge(repo))

    assert tree_of(repo).look(None).files == ()
    assert found == ("kept.txt",)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_whatever_the_index(make_repository: Callable[..., Repository], algorithm: str, version: str) -> None:
    """Its version, and how objects are named; names that are not text, flags and submodules among the entries."""
    repository = make_repository(f"--object-format={algorithm}")
    for name in ("a.txt", b"\xff\n", "src/deep/b.txt", "z.txt"):
        repository.write(name, "x\n")
    repository.commit()
    repository.git("update-index", "--skip-worktree", "z.txt")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{repository.head()},sub")
    repository.git("update-index", "--index-version", version)

    found = changed_by(repository, lambda: [repository.write(name, "y\n") for name in ("a.txt", b"\xff\n", "z.txt")])

    assert found == ('"\\377\\n"', "a.txt", "z.txt")


@pytest.mark.parametrize(
    "act",
    [
        lambda repo: None,
        lambda repo: repo.write("kept.txt", "kept\n"),
        lambda repo: os.utime(repo.root / "kept.txt", (1, 1)),
        lambda repo: (repo.write("kept.txt", "other\n"), repo.git("checkout", "-q", "kept.txt")),
        lambda repo: (os.utime(repo.root / "kept.txt", (1, 1)), repo.git("status")),
        lambda repo: os.link(repo.root / "kept.txt", repo.root.parent / "backup"),
        lambda repo: repo.write("new.txt", "not tracked\n"),
        lambda repo: (repo.write("kept.txt", "other\n"), repo.git("add", "kept.txt")),
    ],
)
def test_what_is_as_it_is_staged_is_no_change(repo: Repository, act: Callable[[Repository], object]) -> None:
    """Written again, touched, linked; what is staged or new is for others to see."""
    assert changed_by(repo, lambda: act(repo)) == ()


def test_a_file_that_was_changed_before_counts_only_when_it_is_written_to(repo: Repository) -> None:
    """The change under review lies in the tree all the time; put back after a stash, it is for the look to judge."""
    repo.write("kept.txt", "the change\n")

    assert changed_by(repo, lambda: repo.git("status")) == ()
    assert changed_by(repo, lambda: (repo.git("stash", "-q"), repo.git("stash", "pop", "-q"))) == ("kept.txt",)


def test_only_the_workspace_counts(repo: Repository) -> None:
    """Paths begin at its root, and what scafld keeps there is another's to see."""
    repo.write("src/.scafld/config.yaml", "a: 1\n")
    repo.commit()

    def act() -> None:
        for path in ("kept.txt", "src/main.py", "src/.scafld/config.yaml"):
            repo.write(path, "evil\n")

    assert changed_by(repo, act, "src") == ("main.py",)


ODD: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "a link": lambda path: (path.unlink(), path.symlink_to("kept.txt")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_cannot_be_read_is_not_as_it_was_staged(repo: Repository, odd: str) -> None:
    """It is named, and not waited for."""
    assert changed_by(repo, lambda: ODD[odd](repo.root / "kept.txt")) == ("kept.txt",)


def test_without_a_repository_or_an_index_there_are_no_marks(repo: Repository, home: object) -> None:
    """Nor is there an error."""
    before = marks(os.fspath(repo.root))
    (repo.root / ".git/index").write_bytes(b"DIRC rubbish")

    assert set(before) == {b"kept.txt", b"src/main.py"}
    assert (marks(os.fspath(repo.root)), slipped(os.fspath(repo.root), before)) == ({}, ())
    assert marks(os.fspath(repo.home)) == {}
    assert slipped(os.fspath(repo.home), before) == ()

"""Reading git's index without git."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.adapters.git.index_file import Entry, UnknownIndexError, index_of, listed, notable, oid_size

if TYPE_CHECKING:
    from conftest import Repository

NAMES = [b"a", b"a b", b"deep/er/file", b"n\nl", b"\xff\xfe", b"x" * 200, b"long/" + b"/".join([b"y" * 250] * 17)]
ONE = "1" * 40


def read(repository: Repository, algorithm: str = "sha1") -> tuple[Entry, ...]:
    return tuple(notable((repository.root / ".git/index").read_bytes(), oid_size(algorithm)))


def stage(repository: Repository, names: list[bytes]) -> None:
    """Put empty files of these names in the index."""
    oid = repository.git("hash-object", "-w", "--stdin").encode()
    feed = b"".join(b"100644 %s 0\t%s\0" % (oid, name) for name in names)
    repository.git("update-index", "-z", "--index-info", feed=feed)


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_flags_are_found_whatever_the_version_and_the_name(
    make_repository: Callable[..., Repository], version: str, algorithm: str, flag: str
) -> None:
    """Every entry that git was told to trust is found, each by its own name, as `git ls-files -v` lists them."""
    repository = make_repository(f"--object-format={algorithm}")
    stage(repository, NAMES)
    flagged = NAMES[1::2]
    repository.git("update-index", flag, "-z", "--stdin", feed=b"\0".join(flagged) + b"\0")
    repository.git("update-index", "--index-version", version)

    found = read(repository, algorithm)

    assert [entry.path for entry in found] == sorted(flagged)
    assert {(entry.assumed, entry.skipped) for entry in found} == {(flag == "--assume-unchanged", flag[2] == "s")}
    asked = repository.git("ls-files", "-v", "-s", "-z").encode("utf-8", "surrogateescape")
    assert found == tuple(listed(asked))


def test_an_index_without_anything_notable_has_no_entries(repo: Repository) -> None:
    """Ordinary files cost a step of the walk and nothing else."""
    assert read(repo) == ()


def test_a_submodule_is_notable_with_its_commit(repo: Repository) -> None:
    """Its mode and commit stand as git prints them."""
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{ONE},sub")

    assert read(repo) == (Entry(path=b"sub", mode="160000", oid=ONE),)


def test_a_submodule_in_conflict_says_its_stage(repo: Repository) -> None:
    """An entry of a stage above 0 is no fact about HEAD."""
    feed = b"160000 " + ONE.encode() + b" 2\tsub\0"
    repo.git("update-index", "-z", "--index-info", feed=feed)

    assert [entry.stage for entry in read(repo)] == [2]


def test_an_entry_to_be_added_later_is_not_hidden(repo: Repository) -> None:
    """`git add -N` sets an extended flag too, another one."""
    repo.write("later.txt", "x")
    repo.git("add", "-N", "later.txt")

    assert read(repo) == ()


def test_a_split_index_is_left_to_git(repo: Repository) -> None:
    """Its entries stand in another file; an empty answer would be a lie."""
    repo.git("update-index", "--assume-unchanged", "kept.txt")
    repo.git("update-index", "--split-index")

    with pytest.raises(UnknownIndexError, match="link"):
        read(repo)


def test_a_sparse_index_is_left_to_git(repo: Repository) -> None:
    """It folds whole directories into one entry."""
    repo.write("far/away.txt", "x")
    repo.commit()
    repo.git("sparse-checkout", "init", "--cone", "--sparse-index")

    with pytest.raises(UnknownIndexError):
        read(repo)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"DIRC",
        b"NOPE" + bytes(40),
        b"DIRC" + (5).to_bytes(4, "big") + bytes(30),
        b"DIRC" + (2).to_bytes(4, "big") + (9).to_bytes(4, "big") + bytes(200),
        b"DIRC" + (4).to_bytes(4, "big") + (2).to_bytes(4, "big") + b"\xff" * 200,
        b"DIRC" + (2).to_bytes(4, "big") + (0).to_bytes(4, "big") + b"TREE\xff\xff\xff\xff" + bytes(20),
    ],
)
def test_damage_is_an_unknown_index(data: bytes) -> None:
    """Never a traceback of another kind, never an endless walk."""
    with pytest.raises(UnknownIndexError):
        tuple(notable(data, 20))


@given(strategies.data())
def test_no_damage_escapes(data: strategies.DataObject) -> None:
    """Cut or with bytes turned, an index is read or refused."""
    whole = bytearray(index_of([(name, "160000", ONE) for name in NAMES], "sha1"))
    for at in data.draw(strategies.lists(strategies.integers(0, len(whole) - 1), max_size=4)):
        whole[at] ^= data.draw(strategies.integers(1, 255))
    cut = data.draw(strategies.integers(0, len(whole)))

    try:
        found = tuple(notable(bytes(whole[:cut]), 20))
    except UnknownIndexError:
        return

    assert all(isinstance(entry, Entry) for entry in found)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_an_index_made_here_is_one_git_reads(make_repository: Callable[..., Repository], algorithm: str) -> None:
    """Names of every length and padding, modes, and object ids come back from git."""
    repository = make_repository(f"--object-format={algorithm}")
    oid = "2" * (2 * oid_size(algorithm))
    modes = ["100644", "100755", "120000", "160000"]
    entries = [(b"n" * size, modes[size % 4], oid) for size in range(1, 20)]
    entries += [(name, "100644", oid) for name in NAMES]
    (repository.root / ".git/index").write_bytes(index_of(entries, algorithm))

    told = repository.git("ls-files", "-s", "-z").encode("utf-8", "surrogateescape")

    expected = [b"%s %s 0\t%s" % (mode.encode(), oid.encode(), name) for name, mode, oid in sorted(entries)]
    assert told.split(b"\0")[:-1] == expected
    assert [entry.path for entry in read(repository, algorithm)] == [b"n" * size for size in (3, 7, 11, 15, 19)]


def test_lines_that_are_no_entries_are_passed_over() -> None:
    """What git might print one day is no crash."""
    assert tuple(listed(b"\0odd\0h 100644 abc 0\tname\0")) == (
        Entry(path=b"name", mode="100644", oid="abc", assumed=True),
    )

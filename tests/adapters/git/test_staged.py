"""An index is known by its entries."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.adapters.git.index_file import UnknownIndexError, index_of, oid_size
from scafld.adapters.git.staged import NOTHING_STAGED, staged

if TYPE_CHECKING:
    from conftest import Repository

ONE = "1" * 40
NAMES = [b"a", b"a b", b"deep/er/file", b"n\nl", b"\xff\xfe", b"x" * 200, b"long/" + b"/".join([b"y" * 250] * 17)]


def read(repository: Repository, algorithm: str = "sha1") -> str:
    return staged((repository.root / ".git/index").read_bytes(), oid_size(algorithm))


def stage(repository: Repository, names: list[bytes], mode: bytes = b"100644") -> None:
    oid = repository.git("hash-object", "-w", "--stdin").encode()
    feed = b"".join(b"%s %s 0\t%s\0" % (mode, oid, name) for name in names)
    repository.git("update-index", "-z", "--index-info", feed=feed)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("flags", [(), ("--skip-worktree",), ("--assume-unchanged",)])
def test_every_version_of_an_index_has_one_digest(
    make_repository: Callable[..., Repository], algorithm: str, flags: tuple[str, ...]
) -> None:
    """Names of every kind and length, with flags and without."""
    repository = make_repository(f"--object-format={algorithm}")
    stage(repository, NAMES)
    for flag in flags:
        repository.git("update-index", flag, "-z", "--stdin", feed=b"\0".join(NAMES[::2]) + b"\0")

    found = set()
    for version in ("2", "4", "3"):
        repository.git("update-index", "--index-version", version)
        found.add(read(repository, algorithm))

    assert len(found) == 1


def test_every_part_of_an_entry_counts(make_repository: Callable[..., Repository]) -> None:
    """Path, mode, object, stage, either flag, the intention to add; no two of these indexes are alike."""
    found = [NOTHING_STAGED]
    for feed in (
        "100644 {0}\ta",
        "100644 {0}\tb",
        "100755 {0}\ta",
        "100644 {1}\ta",
        "100644 {0} 1\ta",
        "100644 {0} 2\ta",
        "100644 {0}\ta\n100644 {0}\tb",
    ):
        repository = make_repository()
        repository.git("update-index", "--index-info", feed=feed.format(ONE, "2" * 40).encode())
        found.append(read(repository))
    for flag in ("--assume-unchanged", "--skip-worktree"):
        repository = make_repository()
        repository.git("update-index", "--index-info", feed=f"100644 {ONE}\ta".encode())
        repository.git("update-index", flag, "a")
        found.append(read(repository))
    later = make_repository()
    later.write("a", "")
    later.git("add", "-N", "a")
    now = make_repository()
    stage(now, [b"a"])
    found += [read(later), read(now)]

    assert len(set(found)) == len(found)


def test_what_git_remembers_of_files_does_not_count(repo: Repository) -> None:
    """Times, sizes, inodes, the tree and whatever else git keeps behind the entries."""
    before, bytes_before = read(repo), (repo.root / ".git/index").read_bytes()
    os.utime(repo.root / "kept.txt", (1, 1))
    repo.git("update-index", "--refresh")
    repo.git("update-index", "--untracked-cache")

    assert (repo.root / ".git/index").read_bytes() != bytes_before
    assert read(repo) == before


def test_the_order_of_staging_does_not_count(make_repository: Callable[..., Repository]) -> None:
    """Git keeps entries sorted."""
    found = set()
    for names in (NAMES, NAMES[::-1]):
        repository = make_repository()
        for name in names:
            stage(repository, [name])
        found.add(read(repository))

    assert len(found) == 1


def test_a_sparse_index_is_read_as_it_stands(repo: Repository) -> None:
    """A folder outside is one entry."""
    repo.write("far/away.txt", "x")
    repo.commit()
    repo.git("sparse-checkout", "init", "--cone", "--sparse-index")

    before = read(repo)
    repo.git("update-index", "--cacheinfo", f"100644,{ONE},kept.txt")

    assert before != read(repo)


def test_a_split_index_is_told(repo: Repository) -> None:
    """Half of its entries stand elsewhere; an answer without them would be a lie."""
    repo.git("update-index", "--split-index")

    with pytest.raises(UnknownIndexError, match="link"):
        read(repo)


@given(strategies.data())
def test_no_damage_escapes_the_reader(data: strategies.DataObject) -> None:
    """Cut or with bytes turned, an index has a digest or is refused."""
    whole = bytearray(index_of([(name, "100644", ONE) for name in NAMES], "sha1"))
    whole[7] = data.draw(strategies.sampled_from([2, 3, 4]))
    for at in data.draw(strategies.lists(strategies.integers(0, len(whole) - 1), max_size=4)):
        whole[at] ^= data.draw(strategies.integers(1, 255))
    cut = data.draw(strategies.integers(0, len(whole)))

    try:
        found = staged(bytes(whole[:cut]), 20)
    except UnknownIndexError:
        return

    assert len(found) == 64


@pytest.mark.parametrize("part", ["name", "mode", "oid", "flag"])
def test_every_byte_of_an_entry_counts(part: str) -> None:
    """Each single byte of what counts, turned, gives another digest or is refused."""
    whole = index_of([(b"abc", "100644", ONE)], "sha1")
    spans = {
        "mode": range(12 + 24, 12 + 28),
        "oid": range(12 + 40, 12 + 60),
        "flag": range(72, 73),
        "name": range(74, 77),
    }
    before = staged(whole, 20)

    for at in spans[part]:
        other = bytearray(whole)
        other[at] ^= 0x80 if part == "flag" else 0x01
        assert staged(bytes(other), 20) != before

"""What stands at a path."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
from pathlib import Path

import pytest

from scafld.adapters.git.content import Ground
from scafld.core.evidence.seals import FileKind
from scafld.core.refusal import Unavailable


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ground(root: Path) -> Ground:
    return Ground(os.fsencode(root))


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 1_000_000])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_the_oid_is_the_one_git_gives(tmp_path: Path, size: int, algorithm: str) -> None:
    """At every boundary of the chunks, in both of git's naming schemes."""
    content = bytes(at % 251 for at in range(size))
    (tmp_path / "file").write_bytes(content)
    subprocess.run(["git", "init", "-q", f"--object-format={algorithm}", "."], cwd=tmp_path, check=True, timeout=60)
    named = subprocess.run(
        ["git", "hash-object", "file"], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    )

    found = Ground(os.fsencode(tmp_path), algorithm).at(b"file", named=True)

    assert found is not None
    assert (found.oid, found.digest, found.size) == (named.stdout.strip(), sha256(content), size)


def test_the_oid_costs_nothing_when_it_is_not_asked_for(tmp_path: Path) -> None:
    """A new file needs no name of git's."""
    (tmp_path / "file").write_bytes(b"x")

    found = ground(tmp_path).at(b"file")

    assert found is not None
    assert found.oid == ""


def test_executable_is_what_the_owner_may_run(tmp_path: Path) -> None:
    """Git looks at the owner's bit, and so does scafld."""
    for name, mode in (("mine", 0o744), ("theirs", 0o655)):
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / name).chmod(mode)

    kinds = [found.kind for name in (b"mine", b"theirs") if (found := ground(tmp_path).at(name))]

    assert kinds == [FileKind.EXECUTABLE, FileKind.FILE]


@pytest.mark.parametrize("target", ["/etc/passwd", "nowhere", ".", "self"])
def test_a_link_is_its_text(tmp_path: Path, target: str) -> None:
    """Wherever it leads, to itself or nowhere: the digest is of the target's text."""
    (tmp_path / "self").symlink_to(target)

    found = ground(tmp_path).at(b"self", named=True)

    assert found is not None
    blob = hashlib.sha1(b"blob %d\0" % len(target) + target.encode(), usedforsecurity=False)
    assert (found.kind, found.digest, found.oid) == (FileKind.LINK, sha256(target.encode()), blob.hexdigest())


def test_a_directory_that_is_a_link_is_not_walked_through(tmp_path: Path) -> None:
    """What lies behind a link is not in the tree."""
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "secret").write_bytes(b"x")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(outside)

    there = ground(root)

    assert there.at(b"folder/deep/secret") is None
    assert there.status(b"folder/deep") is None
    assert not there.directory(b"folder")


@pytest.mark.parametrize("path", [b"nothing", b"no/such/folder", b"file/below"])
def test_nothing_is_nothing(tmp_path: Path, path: bytes) -> None:
    """A missing file, a missing folder, a file used as a folder."""
    (tmp_path / "file").write_bytes(b"x")

    assert ground(tmp_path).at(path) is None


def test_pipes_sockets_and_directories_are_no_files_and_nobody_waits_for_them(tmp_path: Path) -> None:
    """Opening a pipe for reading would wait for a writer for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            made.bind("socket")
        finally:
            os.chdir(here)

        found = [ground(tmp_path).at(name) for name in (b"pipe", b"folder", b"socket")]

    assert found == [None, None, None]


def test_a_pipe_that_takes_a_files_place_at_the_last_moment_is_not_waited_for(tmp_path: Path) -> None:
    """Between the look at the name and the opening of it, anything may happen."""
    (tmp_path / "file").write_bytes(b"x")

    def swap(path: bytes, flags: int) -> int:
        os.unlink(path)
        os.mkfifo(path)
        return os.open(path, flags)

    assert Ground(os.fsencode(tmp_path), opener=swap).at(b"file") is None


def test_a_link_that_takes_a_files_place_at_the_last_moment_is_not_followed(tmp_path: Path) -> None:
    """The link itself is what is there then."""
    (tmp_path / "file").write_bytes(b"x")
    swaps = iter([True])

    def swap(path: bytes, flags: int) -> int:
        if next(swaps, False):
            os.unlink(path)
            os.symlink(b"/etc/passwd", path)
        return os.open(path, flags)

    found = Ground(os.fsencode(tmp_path), opener=swap).at(b"file")

    assert found is not None
    assert (found.kind, found.digest) == (FileKind.LINK, sha256(b"/etc/passwd"))


def test_a_file_that_vanishes_at_the_last_moment_is_absent(tmp_path: Path) -> None:
    """No traceback, no old digest."""
    (tmp_path / "file").write_bytes(b"x")

    def vanish(path: bytes, flags: int) -> int:
        os.unlink(path)
        return os.open(path, flags)

    assert Ground(os.fsencode(tmp_path), opener=vanish).at(b"file") is None


def test_a_file_that_is_rewritten_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """The digest is of what stands there at the end."""
    (tmp_path / "file").write_bytes(b"old")
    once = iter([True])

    def rewrite(path: bytes, flags: int) -> int:
        end = os.open(path, flags)
        if next(once, False):
            (tmp_path / "file").write_bytes(b"newer")
        return end

    found = Ground(os.fsencode(tmp_path), opener=rewrite).at(b"file")

    assert found is not None
    assert (found.digest, found.size) == (sha256(b"newer"), 5)


def test_a_file_that_never_holds_still_is_said(tmp_path: Path) -> None:
    """A digest of something that changed while it was read would be a lie."""
    (tmp_path / "log").write_bytes(b"line\n")

    def grow(path: bytes, flags: int) -> int:
        with open(path, "ab") as file:
            file.write(b"line\n")
        return os.open(path, flags)

    with pytest.raises(Unavailable, match="log changes while it is read"):
        Ground(os.fsencode(tmp_path), opener=grow).at(b"log")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.EMFILE])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, number: int) -> None:
    """No permission, a bad disk, no descriptor left: never a digest of nothing."""
    (tmp_path / "secret").write_bytes(b"x")

    def refuse(path: bytes, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    with pytest.raises(Unavailable, match="secret cannot be read"):
        Ground(os.fsencode(tmp_path), opener=refuse).at(b"secret")


def test_a_file_that_fails_while_it_is_read_is_named(tmp_path: Path) -> None:
    """Opening may succeed and reading fail."""
    (tmp_path / "file").write_bytes(b"x")

    def write_only(path: bytes, flags: int) -> int:
        return os.open(path, os.O_WRONLY)

    with pytest.raises(Unavailable, match="file cannot be read"):
        Ground(os.fsencode(tmp_path), opener=write_only).at(b"file")


def test_no_descriptor_is_lost(tmp_path: Path) -> None:
    """However the look ends."""
    (tmp_path / "file").write_bytes(b"x")
    before = len(os.listdir("/dev/fd"))

    with pytest.raises(Unavailable):
        Ground(os.fsencode(tmp_path), opener=lambda path, flags: os.open(path, os.O_WRONLY)).at(b"file")
    ground(tmp_path).at(b"file")

    assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize("name", [b"a" * 256, b"a" * 256 + b"/b", b"a/" * 3000, b"a\0b", b"a\0b/c"])
def test_a_name_that_no_file_can_have_is_not_there(tmp_path: Path, name: bytes) -> None:
    """Nothing can stand there."""
    ground = Ground(os.fsencode(tmp_path))

    assert (ground.at(name), ground.status(name), ground.directory(name), ground.plain(name)) == (
        None,
        None,
        False,
        None,
    )

"""A disk is touched in a few ways; what is no plain file is told at once, and drafts can be told from files."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scafld.adapters.files.disk import DRAFT_PREFIX, Disk, draft_of, is_draft_left_behind, kind_of, open_plain

CLOSING = b"\n]}\n"


def test_a_plain_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    """And its descriptor is closed with it."""
    (tmp_path / "a").write_bytes(b"one\ntwo")

    with open_plain(str(tmp_path / "a")) as file:
        lines = file.readlines()

    assert lines == [b"one\n", b"two"]
    assert file.closed


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a pipe"),
        (lambda path: path.symlink_to("/etc/hostname"), "a symbolic link"),
        (lambda path: path.symlink_to(path), "a symbolic link"),
        (lambda path: None, "No such file"),
    ],
)
def test_what_is_no_plain_file_is_told_at_once(tmp_path: Path, make: object, words: str) -> None:
    """Nobody waits for the other end of a pipe, and no descriptor is left open."""
    make(tmp_path / "a")  # type: ignore[operator]
    before = len(os.listdir("/dev/fd"))

    with pytest.raises(OSError, match=words) as told:
        open_plain(str(tmp_path / "a"))

    assert told.value.strerror is not None
    assert len(os.listdir("/dev/fd")) == before


def test_kinds_have_words() -> None:
    """Also those that hardly anybody meets."""
    kinds = [kind_of(mode) for mode in (0o040755, 0o010644, 0o140755, 0o020666, 0o060666, 0o120777, 0o170000)]

    assert kinds == ["a folder", "a pipe", "a socket", "a device", "a device", "a broken link", "something else"]


def test_a_draft_is_left_behind_when_its_maker_is_no_more(tmp_path: Path) -> None:
    """One that another process still writes is not; a name that is nobody's is."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        writing = is_draft_left_behind(f"{DRAFT_PREFIX}{living.pid}-abc")
        assert living.stdin is not None
        living.stdin.close()
    dead = is_draft_left_behind(f"{DRAFT_PREFIX}{living.pid}-abc")
    mine = is_draft_left_behind(os.path.basename(draft_of(str(tmp_path / "a"))))
    odd = [is_draft_left_behind(DRAFT_PREFIX + rest) for rest in ("", "x", "-", "99999999999999999999-x", "\u00b2-x")]

    assert (writing, dead, mine) == (False, True, True)
    assert odd == [True] * 5
    assert not is_draft_left_behind("session.json")


def test_folders_are_made_with_those_above_them(tmp_path: Path) -> None:
    """One that is there is no error; a file in its place is."""
    (tmp_path / "file").write_bytes(b"")

    Disk().folder(str(tmp_path / "a" / "b" / "c"))
    Disk().folder(str(tmp_path / "a" / "b"))

    assert (tmp_path / "a" / "b" / "c").is_dir()
    with pytest.raises(OSError):
        Disk().folder(str(tmp_path / "file" / "x"))


def test_a_file_is_extended_over_its_closing(tmp_path: Path) -> None:
    """In place: who has it open sees it grow."""
    path = tmp_path / "a"
    path.write_bytes(b"head" + CLOSING)

    with open(path, "rb") as reader:
        Disk().extend(str(path), 4, b",more", CLOSING)
        seen = reader.read()

    assert seen == b"head,more" + CLOSING


@pytest.mark.parametrize("left", [b"", b"\n", b"\n]", b"\n]}", CLOSING])
def test_a_closing_that_was_cut_off_is_no_hindrance(tmp_path: Path, left: bytes) -> None:
    """Any beginning of it may stand there."""
    path = tmp_path / "a"
    path.write_bytes(b"head" + left)

    Disk().extend(str(path), 4, b",more", CLOSING)

    assert path.read_bytes() == b"head,more" + CLOSING


@pytest.mark.parametrize("there", [b"hea", b"head\n]}\n ", b"head,more\n]}\n", b"head\n]} ", b""])
def test_a_file_that_is_not_as_it_was_is_not_extended(tmp_path: Path, there: bytes) -> None:
    """Somebody wrote meanwhile: nothing is changed."""
    path = tmp_path / "a"
    path.write_bytes(there)

    with pytest.raises(OSError, match="somebody else") as told:
        Disk().extend(str(path), 4, b",more", CLOSING)

    assert told.value.errno == errno.ESTALE
    assert path.read_bytes() == there


def test_a_file_that_another_extends_right_now_is_not_extended(tmp_path: Path) -> None:
    """Two that write at once, whatever their locks say: the second is refused."""
    path = tmp_path / "a"
    path.write_bytes(b"head" + CLOSING)

    class Entangled(Disk):
        """A disk on which another process extends the same file while the first does."""

        def put(self, handle: int, at: int, content: bytes) -> None:
            with pytest.raises(BlockingIOError):
                Disk().extend(str(path), 4, b",theirs", CLOSING)
            super().put(handle, at, content)

    Entangled().extend(str(path), 4, b",ours", CLOSING)

    assert path.read_bytes() == b"head,ours" + CLOSING


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("b"), Path.mkdir])
def test_what_is_no_plain_file_is_not_extended(tmp_path: Path, make: object) -> None:
    """Not written through, and not waited for."""
    (tmp_path / "b").write_bytes(b"head" + CLOSING)
    make(tmp_path / "a")  # type: ignore[operator]

    with pytest.raises(OSError):
        Disk().extend(str(tmp_path / "a"), 4, b",more", CLOSING)

    assert (tmp_path / "b").read_bytes() == b"head" + CLOSING


def test_a_system_that_takes_little_at_a_time_is_fed_until_it_has_all(tmp_path: Path) -> None:
    """A large write is taken in pieces by some file systems."""
    path = tmp_path / "a"
    content = bytes(range(256)) * 4000
    handle = os.open(path, os.O_RDWR | os.O_CREAT)

    Disk().put(handle, 7, content)

    os.close(handle)
    assert path.read_bytes() == bytes(7) + content


def test_a_file_is_moved_into_a_folder_that_is_made(tmp_path: Path) -> None:
    """At once: it is never in both places, and never in none."""
    (tmp_path / "a").write_bytes(b"x")

    Disk().move(str(tmp_path / "a"), str(tmp_path / "archive" / "2026-01" / "a"))

    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "archive",
        "archive/2026-01",
        "archive/2026-01/a",
    ]


def test_what_is_not_there_is_removed_without_a_word(tmp_path: Path) -> None:
    """But a folder in its place is told."""
    Disk().remove(str(tmp_path / "a"))

    with pytest.raises(OSError):
        Disk().remove(str(tmp_path))

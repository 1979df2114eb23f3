"""Law 17: a full disk, a folder that may not be written to: the file is named, nothing is lost, later it works."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import Disk
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Copies, Stage

STEPS = range(7)
NUMBERS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO)


class StubbornDisk(Disk):
    """A disk that says no from its n-th act on, with an error number; what an append began it takes back."""

    def __init__(self, at: int, number: int) -> None:
        self.at = at
        self.number = number
        self.acts = 0

    def folder(self, path: str) -> None:
        if not os.path.isdir(path):
            self.count(path)
        super().folder(path)

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        self.count(path)
        return super().prepare(path, content, mode)

    def replace(self, draft: str, path: str) -> None:
        self.count(path)
        super().replace(draft, path)

    def move(self, source: str, target: str) -> None:
        self.count(source)
        super().move(source, target)

    def put(self, handle: int, at: int, content: bytes) -> None:
        if content != b"\n]}\n":
            super().put(handle, at, content[: len(content) // 2])
            self.count("session.json")
        super().put(handle, at, content)

    def count(self, path: str) -> None:
        self.acts += 1
        if self.acts >= self.at > 0:
            raise OSError(self.number, os.strerror(self.number), path)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_disk_that_says_no_at_any_act_is_told_and_overcome(
    stage: Stage, copies: Copies, step: int, number: int
) -> None:
    """In every command of a life, from each of its acts on: what was on record stays, a step is there as a whole or not
    at all, the refusal names a file, and the next command goes on to the end."""
    for earlier in range(step):
        stage.do(earlier, stage.open())
    copies.keep("before")
    witness = StubbornDisk(0, 0)
    before = stage.ledgers().recall("add-cache")  # type: ignore[arg-type]
    stage.do(step, stage.open(witness))

    for at in range(1, witness.acts + 1):
        copies.put_back("before")
        with pytest.raises(Unavailable, match=r"cannot be written") as told:
            stage.do(step, stage.open(StubbornDisk(at, number)))
        memory = stage.ledgers().recall("add-cache")  # type: ignore[arg-type]

        assert told.value.next or number == errno.EIO
        assert os.strerror(number) in str(told.value)
        assert memory is None or (memory.torn is None and json.loads(stage.ledger.read_bytes()))
        assert (memory.task.entries if memory else 0) >= (before.task.entries if before else 0)
        assert list((stage.root / ".scafld").rglob(".scafld-tmp-*")) == []
        if at in (1, witness.acts):
            stage.go_on(stage.open())
            assert stage.open().doctor().well


FILLED = """
import resource, signal, sys
import scafld

ws = scafld.open(sys.argv[1])
ws.doctor()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    ws.cancel("add-cache", reason="x" * 400)
except scafld.Unavailable as error:
    print(error, "|", error.next)
    sys.exit(1)
"""


@pytest.mark.parametrize("room", [0, 1, 3, 100, 600])
def test_a_file_that_may_not_grow_is_as_it_was(
    stage: Stage, process: Callable[..., subprocess.Popen[str]], room: int
) -> None:
    """The system itself cuts the write short after so many bytes: the ledger is as it was, to the byte, it is named,
    and without the limit the same command succeeds."""
    for step in range(5):
        stage.do(step, stage.open())
    before = stage.ledger.read_bytes()

    filled = process(FILLED, str(stage.root), str(len(before) + room))
    said, talk = filled.communicate()

    assert (filled.returncode, talk) == (1, "")
    assert "session.json cannot be written: File too large" in said
    assert stage.ledger.read_bytes() == before
    assert stage.open().doctor().symptoms == ()
    assert str(stage.open().cancel("add-cache", reason="x" * 400).status) == "cancelled"


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 300 KB."""
    place = tmp_path / "small"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], capture_output=True, check=False, timeout=20
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    return place


def test_a_really_full_disk_loses_nothing(small_disk: Path, tmp_path: Path, stage: Stage) -> None:
    """Every byte of it is taken: each command is refused with words, nothing on record is lost, and when room is made
    the life goes on to its end."""
    try:
        shutil.copytree(stage.root, small_disk / "work", symlinks=True)
        here = type(stage)(small_disk / "work")
        for step in range(4):
            here.do(step, here.open())
        before = here.ledger.read_bytes()
        filler = small_disk / "filler"
        fill(filler)

        for command in GIVEN:
            with pytest.raises(Unavailable, match="No space left") as told:
                GIVEN[command](here)
            assert "free space" in told.value.next
            assert here.ledger.read_bytes() == before
        rows = here.open().list()
        filler.unlink()
        here.go_on(here.open())

        assert [str(row.status) for row in rows] == ["blocked"]
        assert here.open().doctor().well
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=False, timeout=20)


GIVEN: Mapping[str, Callable[[Stage], object]] = {
    "cancel": lambda stage: stage.open().cancel("add-cache", reason="x" * 9000),
    "fail": lambda stage: stage.open().fail("add-cache", reason="x" * 9000),
}


def fill(path: Path) -> None:
    """Until nothing more fits."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC


@pytest.mark.parametrize(
    "place", ["runs/add-cache/session.json", "specs/drafts", "specs/approved", "locks/add-cache.lock"]
)
def test_what_may_not_be_written_to_is_told(stage: Stage, place: str) -> None:
    """The file is named, nothing on record is lost, views go on, and with permission the life goes on."""
    if os.geteuid() == 0:
        pytest.skip("a superuser writes everywhere")
    stage.do(0, stage.open())
    path = stage.root / ".scafld" / place
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0o400)
    before = stage.ledger.read_bytes()

    try:
        with pytest.raises(Unavailable, match="cannot be written: Permission denied") as told:
            stage.open().approve("add-cache")
        status = str(stage.open().status("add-cache").status)
    finally:
        path.chmod(mode)

    assert "permission" in told.value.next
    assert stage.ledger.read_bytes().startswith(before[:-4])
    assert status == ("approved" if place.startswith("specs") else "draft")
    stage.go_on(stage.open())

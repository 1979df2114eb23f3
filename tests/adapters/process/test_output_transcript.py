"""The evidence file: its name is its digest, it is bounded, and nothing in its folder can lead it astray."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, strategies

from scafld.adapters.process.transcript import KEPT_END, Transcript
from scafld.core.names import task_id
from scafld.core.refusal import Unavailable

TASK = task_id("add-cache")


@pytest.fixture
def runs(root: Path) -> str:
    """The folder of runs, not made yet."""
    return str(root / ".scafld" / "runs")


def test_a_file_is_named_by_its_content(runs: str, evidence: Path) -> None:
    """The name is the SHA-256 of what is in it."""
    with Transcript(runs, TASK) as transcript:
        transcript.write(b"one ")
        transcript.write(b"two")
        name = transcript.keep()

    assert name == sha256(b"one two").hexdigest()
    assert (evidence / f"{name}.txt").read_bytes() == b"one two"


def test_what_is_not_kept_is_gone(runs: str, evidence: Path) -> None:
    """A block that ends early leaves nothing."""
    with Transcript(runs, TASK) as transcript:
        transcript.write(b"one")

    assert os.listdir(evidence) == []


@given(strategies.lists(strategies.integers(0, KEPT_END), max_size=6), strategies.integers(0, 3 * KEPT_END))
def test_a_file_is_whole_or_says_what_is_missing(tmp_path_factory: pytest.TempPathFactory, sizes, most) -> None:
    """Whatever the chunks: beginning and end are there, the line between counts the rest and names the whole."""
    runs = str(tmp_path_factory.mktemp("runs"))
    chunks = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    whole = b"".join(chunks)

    with Transcript(runs, TASK, most) as transcript:
        for chunk in chunks:
            transcript.write(chunk)
        name = transcript.keep()

    content = Path(runs, TASK, "evidence", f"{name}.txt").read_bytes()
    assert sha256(content).hexdigest() == name
    if len(whole) <= most + KEPT_END:
        assert content == whole
    else:
        head, line, end = content[:most], content[most:-KEPT_END], content[-KEPT_END:]
        said = re.fullmatch(rb"\n\[scafld: (\d+) bytes are left out here; the whole output has SHA-256 (\w+)\]\n", line)
        assert said is not None
        assert (head, end) == (whole[:most], whole[-KEPT_END:])
        assert int(said[1]) == len(whole) - most - KEPT_END
        assert said[2].decode() == sha256(whole).hexdigest()


def test_a_part_that_somebody_writes_is_not_swept(runs: str, evidence: Path) -> None:
    """Two commands of a task at once do not take each other's file away."""
    with Transcript(runs, TASK) as first, Transcript(runs, TASK) as second:
        first.write(b"1")
        second.write(b"2")
        names = {first.keep(), second.keep()}

    assert {name.removesuffix(".txt") for name in os.listdir(evidence)} == names


def test_only_parts_that_nobody_holds_are_swept(runs: str, evidence: Path) -> None:
    """An old part goes; a held one, a link and a person's file stay."""
    evidence.mkdir(parents=True)
    for name in (".part-1-old", ".part-2-held", "notes.txt"):
        (evidence / name).write_text("x", encoding="utf-8")
    (evidence / ".part-3-link").symlink_to(evidence / "notes.txt")
    os.mkfifo(evidence / ".part-4-pipe")

    with (evidence / ".part-2-held").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with Transcript(runs, TASK):
            pass

    assert {".part-2-held", ".part-3-link", "notes.txt"} <= set(os.listdir(evidence))
    assert ".part-1-old" not in os.listdir(evidence)


def test_a_link_under_the_digests_name_is_replaced_and_not_followed(runs: str, evidence: Path, root: Path) -> None:
    """A prepared link does not make scafld write elsewhere."""
    target = root / "precious"
    target.write_text("precious", encoding="utf-8")
    evidence.mkdir(parents=True)
    (evidence / f"{sha256(b'x').hexdigest()}.txt").symlink_to(target)

    with Transcript(runs, TASK) as transcript:
        transcript.write(b"x")
        name = transcript.keep()

    assert target.read_text(encoding="utf-8") == "precious"
    assert not (evidence / f"{name}.txt").is_symlink()


@pytest.mark.parametrize("level", ["evidence", "task"])
def test_a_folder_that_is_a_link_is_refused(runs: str, evidence: Path, root: Path, level: str) -> None:
    """Evidence stays under `.scafld/`."""
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    link = evidence if level == "evidence" else evidence.parent
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)

    with pytest.raises(Unavailable, match=re.escape(str(evidence))):
        Transcript(runs, TASK)

    assert os.listdir(elsewhere) == []


def test_a_file_where_the_folder_should_be_is_said(runs: str, evidence: Path) -> None:
    """The words name the folder, the reason and what to do."""
    evidence.parent.mkdir(parents=True)
    evidence.write_text("", encoding="utf-8")

    with pytest.raises(Unavailable, match="Not a directory") as caught:
        Transcript(runs, TASK)

    assert str(evidence) in str(caught.value)
    assert "write permission" in caught.value.next


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(runs: str, evidence: Path) -> None:
    """Permission denied, in words."""
    evidence.mkdir(parents=True)
    evidence.chmod(0o500)

    with pytest.raises(Unavailable, match="Permission denied"):
        Transcript(runs, TASK)


def test_a_folder_that_vanishes_is_said(runs: str, evidence: Path) -> None:
    """A command that removes the runs loses its evidence, and is not told to have any."""
    with Transcript(runs, TASK) as transcript:
        transcript.write(b"x")
        shutil.rmtree(evidence)

        with pytest.raises(Unavailable, match="No such file"):
            transcript.keep()

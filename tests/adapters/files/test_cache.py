"""What is remembered is used again only under its key, and may be damaged or gone at any time."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.files.cache import recalled, remember, stamp
from scafld.core.version import VERSION


def test_what_was_remembered_is_recalled_under_its_key_only(tmp_path: Path) -> None:
    """Another key gives nothing; the folder is made, and no draft stays."""
    path = str(tmp_path / "cache" / "a.json")

    remember(path, [1, "k"], {"rows": [1, 2]})

    assert recalled(path, [1, "k"]) == {"rows": [1, 2]}
    assert recalled(path, [2, "k"]) is None
    assert os.listdir(tmp_path / "cache") == ["a.json"]


SPOILED: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path),
    "empty": Path.touch,
    "half": lambda path: path.write_bytes(b'{"version":'),
    "not text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a list": lambda path: path.write_bytes(b"[]"),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
    "of another version": lambda path: path.write_text(json.dumps({"version": "0", "key": "k", "what": 1})),
    "of no version": lambda path: path.write_text(json.dumps({"key": "k", "what": 1})),
    "without an answer": lambda path: path.write_text(json.dumps({"version": VERSION, "key": "k"})),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_what_is_spoiled_counts_as_absent(tmp_path: Path, spoiled: str) -> None:
    """Nothing is raised and nobody waits."""
    SPOILED[spoiled](tmp_path / "a.json")

    assert recalled(str(tmp_path / "a.json"), "k") is None


def test_a_link_to_what_another_remembers_is_not_followed(tmp_path: Path) -> None:
    """A memory is a file of its own."""
    remember(str(tmp_path / "other.json"), "k", 1)
    (tmp_path / "a.json").symlink_to("other.json")

    assert recalled(str(tmp_path / "a.json"), "k") is None


@pytest.mark.parametrize("there", ["a file for a folder", "a folder for a file"])
def test_what_cannot_be_remembered_is_not_missed(tmp_path: Path, there: str) -> None:
    """No error, and no draft left behind."""
    if there == "a file for a folder":
        (tmp_path / "cache").write_bytes(b"")
    else:
        (tmp_path / "cache" / "a.json").mkdir(parents=True)
    before = sorted(path.name for path in tmp_path.rglob("*"))

    remember(str(tmp_path / "cache" / "a.json"), "k", 1)

    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_what_has_no_json_is_not_remembered(tmp_path: Path) -> None:
    """A value that refers to itself has none; that is no error either."""
    ring: list[object] = []
    ring.append(ring)

    remember(str(tmp_path / "a.json"), "k", ring)

    assert os.listdir(tmp_path) == []


def test_two_who_remember_at_once_leave_one_whole_memory(tmp_path: Path) -> None:
    """Also in one process: their drafts have different names."""
    path = str(tmp_path / "a.json")
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait()
        for _ in range(20):
            remember(path, "k", [number] * 5000)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = recalled(path, "k")
    assert found in [[number] * 5000 for number in range(4)]
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_stamp_tells_files_apart(tmp_path: Path) -> None:
    """Another size, another file under the same name; none where none is; a link is stamped itself."""
    path = tmp_path / "a"
    path.write_bytes(b"x")
    first = stamp(str(path))
    path.write_bytes(b"xy")
    second = stamp(str(path))
    (tmp_path / "b").write_bytes(b"xy")
    os.utime(tmp_path / "b", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    os.replace(tmp_path / "b", path)
    third = stamp(str(path))
    (tmp_path / "link").symlink_to("a")

    assert len({str(each) for each in (first, second, third, stamp(str(tmp_path / "link")))}) == 4
    assert stamp(str(tmp_path / "absent")) is None

"""Handoffs and evidence are kept once, as they were, and what is something else than its name says is told."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.pages import Pages
from scafld.core.digest import digest_of
from scafld.core.names import task_id
from scafld.core.refusal import ScafldError, Unavailable
from scafld.core.value import value
from scafld.core.views.briefing import Handoff

if TYPE_CHECKING:
    from conftest import FullDisk

NAME = task_id("add-cache")


@value
class Told:
    """Stands for an overview: any value can be kept as data."""

    status: str


def page(text: str = "# A page\n") -> Handoff:
    return Handoff(role="executor", gate="active", text=text, overview=Told(status="active"))  # type: ignore[arg-type]


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(scafld_dir=str(tmp_path / ".scafld"))


def test_a_page_is_kept_once_with_its_data(pages: Pages) -> None:
    """The same words have the same name, other words another; what was told is never changed."""
    first, second = pages.keep(NAME, page()), pages.keep(NAME, page())
    third = pages.keep(NAME, page("# Another\n"))

    folder = Path(pages.scafld_dir) / "runs" / NAME / "handoffs"
    assert first == second != third
    assert len(list(folder.iterdir())) == 4
    kept = folder / Path(first).name
    assert kept.read_text() == "# A page\n"
    assert json.loads(kept.with_suffix(".json").read_text()) == {
        "role": "executor",
        "gate": "active",
        "overview": {"status": "active"},
    }


def test_a_page_with_hostile_words_is_kept(pages: Pages) -> None:
    """Also text that is no Unicode, and text that looks like a path."""
    path = pages.keep(NAME, page("\udcff ../../etc\n\0"))

    kept = Path(pages.scafld_dir).parent / path
    assert kept.read_bytes() == b"\\udcff ../../etc\n\0"


def test_evidence_is_kept_under_its_digest_for_its_owner_only(pages: Pages) -> None:
    """Once; its mode is nobody else's to read."""
    first, second = pages.save(NAME, b"out"), pages.save(NAME, b"out")

    assert first == second == f"{pages.scafld_dir}/runs/add-cache/evidence/{digest_of(b'out')}.txt"
    assert Path(first).read_bytes() == b"out"
    assert stat.S_IMODE(os.stat(first).st_mode) == 0o600


def test_evidence_that_was_spoiled_is_written_again(pages: Pages) -> None:
    """A reviewer is not sent what somebody put in the place of the packet."""
    path = pages.save(NAME, b"out")
    Path(path).write_bytes(b"forged")

    pages.save(NAME, b"out")

    assert Path(path).read_bytes() == b"out"


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("elsewhere")])
def test_what_is_no_file_is_not_taken_for_evidence(pages: Pages, make: Callable[[Path], object]) -> None:
    """Keeping is refused, at once, and the file is named."""
    path = Path(pages.save(NAME, b"out"))
    path.unlink()
    make(path)

    with pytest.raises(ScafldError, match=digest_of(b"out")):
        pages.save(NAME, b"out")

    assert pages.spoiled(NAME) == (digest_of(b"out"),)
    assert not (path.parent / "elsewhere").exists()


def test_spoiled_evidence_is_named(pages: Pages) -> None:
    """Changed, emptied, unreadable as a file; files of other names are nobody's evidence."""
    folder = Path(pages.save(NAME, b"kept")).parent
    changed, emptied, piped = (digest_of(each) for each in (b"1", b"2", b"3"))
    (folder / f"{changed}.txt").write_bytes(b"other")
    (folder / f"{emptied}.txt").write_bytes(b"")
    os.mkfifo(folder / f"{piped}.txt")
    for name in ("notes.txt", f"{changed}.bin", f"{changed}", f"{changed.upper()}.txt", ".scafld-tmp-1"):
        (folder / name).write_bytes(b"x")

    assert pages.spoiled(NAME) == tuple(sorted((changed, emptied, piped)))


def test_a_task_without_evidence_has_none_that_is_spoiled(pages: Pages) -> None:
    """Nor has one whose folder is a file."""
    (Path(pages.scafld_dir) / "runs" / "add-cache").mkdir(parents=True)
    (Path(pages.scafld_dir) / "runs" / "add-cache" / "evidence").write_bytes(b"")

    assert pages.spoiled(NAME) == pages.spoiled(task_id("other")) == ()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_takes_nothing_is_told(pages: Pages, full_disk: type[FullDisk], number: int) -> None:
    """With the file and what to do, and nothing half written; later it works."""
    shut = Pages(scafld_dir=pages.scafld_dir, disk=full_disk(0, number))

    for keep in (lambda: shut.save(NAME, b"out"), lambda: shut.keep(NAME, page())):
        with pytest.raises(Unavailable, match="cannot be written") as told:
            keep()
        assert told.value.next

    assert [path for path in Path(pages.scafld_dir).rglob("*") if path.is_file()] == []
    assert Path(pages.save(NAME, b"out")).read_bytes() == b"out"


@pytest.mark.parametrize("folder", ["handoffs", "evidence"])
def test_a_file_in_the_place_of_the_folder_is_told(pages: Pages, folder: str) -> None:
    """Never a bare error."""
    (Path(pages.scafld_dir) / "runs" / "add-cache").mkdir(parents=True)
    (Path(pages.scafld_dir) / "runs" / "add-cache" / folder).write_bytes(b"")

    with pytest.raises(Unavailable, match=f"add-cache/{folder}/.* cannot be written") as told:
        if folder == "handoffs":
            pages.keep(NAME, page())
        else:
            pages.save(NAME, b"out")

    assert "move it away" in told.value.next

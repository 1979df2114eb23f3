"""What lies under `.scafld/` is seen whatever it is, and compared by what may change while a reviewer works."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import chdir
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, strategies

from scafld.adapters.files.disk import draft_of
from scafld.adapters.files.pages import Pages
from scafld.adapters.files.survey import LARGEST, survey, touched
from scafld.core.names import Digest

OUTPUT = b"3 passed\n"
EVIDENCE = f"runs/add-cache/evidence/{sha256(OUTPUT).hexdigest()}.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A `.scafld` with a specification and a piece of evidence."""
    made = tmp_path / ".scafld"
    put(made / "specs/active/add-cache.md", b"# Add cache\n")
    put(made / EVIDENCE, OUTPUT)
    return made


def put(path: Path, content: bytes = b"x\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def changed_by(folder: Path, act: Callable[[], object]) -> tuple[str, ...]:
    before = survey(str(folder))
    act()
    return touched(before, survey(str(folder), before))


def test_every_file_has_a_name_and_a_digest(folder: Path) -> None:
    """Sorted, by their place in the workspace; the same again as long as nothing happens."""
    found = survey(str(folder))

    assert [name for name, _ in found] == [f".scafld/{EVIDENCE}", ".scafld/specs/active/add-cache.md"]
    assert all(len(digest) == 64 for _, digest in found)
    assert survey(str(folder)) == survey(str(folder), found) == found


def test_where_there_is_no_workspace_there_is_nothing(tmp_path: Path) -> None:
    """Nor is anything made."""
    assert survey(str(tmp_path / ".scafld")) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a b", "a b"),
        (b"n\nl", "n\nl"),
        (b'"q', '"q'),
        ("\u00e4".encode(), "\u00e4"),
        (b"\xff\n\\", None),
        (b"\x1b[2J", "\x1b[2J"),
    ],
)
def test_every_name_is_text_and_one_of_its_own(folder: Path, name: bytes, shown: str | None) -> None:
    """What is not UTF-8 is quoted as git quotes it."""
    path = os.path.join(os.fsencode(folder), name)

    def write() -> None:
        with open(path, "wb"):
            pass

    expected = f".scafld/{shown}" if shown else '".scafld/\\377\\n\\\\"'
    assert changed_by(folder, write) == (expected,)


def socket_at(path: Path) -> None:
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as end:
        end.bind(path.name)


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a socket": socket_at,
    "a link out": lambda path: path.symlink_to("/etc"),
    "a link up": lambda path: path.symlink_to("../.."),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a file nobody may read": lambda path: (put(path), path.chmod(0)),
    "a terabyte": lambda path: (put(path), os.truncate(path, 1 << 40)),
    "a hard link": lambda path: path.hardlink_to(path.parents[1] / "specs/active/add-cache.md"),
}


@pytest.mark.parametrize("odd", ODD)
def test_whatever_stands_there_is_seen_and_not_waited_for(folder: Path, odd: str) -> None:
    """By its name alone: no link is followed. It is seen to come, to stay, and to go."""
    path = folder / "prompts/odd"
    path.parent.mkdir()

    assert changed_by(folder, lambda: ODD[odd](path)) == (".scafld/prompts/odd",)
    assert changed_by(folder, lambda: None) == ()
    assert changed_by(folder, path.unlink) == (".scafld/prompts/odd",)


def test_another_target_is_another_link(folder: Path) -> None:
    """Though it leads to the same file."""
    path = folder / "config.yaml"
    path.symlink_to("specs")

    assert changed_by(folder, lambda: (path.unlink(), path.symlink_to("./specs"))) == (".scafld/config.yaml",)


def test_what_a_link_leads_to_is_not_looked_at(folder: Path, tmp_path: Path) -> None:
    """It is not under `.scafld/`."""
    put(tmp_path / "outside.yaml")
    (folder / "config.yaml").symlink_to("../outside.yaml")

    assert changed_by(folder, lambda: put(tmp_path / "outside.yaml", b"y\n")) == ()


def test_a_folder_that_cannot_be_listed_stands_for_what_is_in_it(folder: Path) -> None:
    """As one too deep to have a name; what is above it is seen as ever."""
    well = folder / "prompts"
    well.mkdir()
    ends = [os.open(well, os.O_RDONLY)]
    for _ in range(2200):
        os.mkdir("d", dir_fd=ends[-1])
        ends.append(os.open("d", os.O_RDONLY, dir_fd=ends[-1]))
        os.close(ends.pop(0))
    os.close(ends[0])

    try:
        names = [name for name, _ in survey(str(folder))]
    finally:
        subprocess.run(["rm", "-rf", well], check=True, timeout=60)

    assert f".scafld/{EVIDENCE}" in names
    assert any(name.endswith("/d/d/d") for name in names)


def test_a_folder_that_may_not_be_read_is_no_error(folder: Path) -> None:
    """Its mode is another, or what is in it is out of sight; either way it is seen if it matters."""
    (folder / "specs").chmod(0)

    names = [name for name, _ in survey(str(folder))]

    (folder / "specs").chmod(0o755)
    assert ".scafld/specs" in names or ".scafld/specs/active/add-cache.md" in names


@pytest.mark.parametrize("name", ["cache/index.json", "locks/add-cache.lock", "cache/deep/er"])
def test_what_may_be_deleted_at_any_time_does_not_count(folder: Path, name: str) -> None:
    """It comes, changes and goes."""
    assert changed_by(folder, lambda: put(folder / name)) == ()
    assert changed_by(folder, lambda: put(folder / name, b"other")) == ()
    assert changed_by(folder, (folder / name).unlink) == ()


@pytest.mark.parametrize(
    "name",
    [
        "runs/cache/session.json",
        "prompts/locks/x.md",
        "cache.yaml",
        "runs/add-cache/evidence.txt",
        "runs/add-cache/evidence/deep/x",
        "runs/add-cache/deep/evidence/x",
        "evidence/x",
        "specs/.part-1-ab",
        "prompts/.scafld-tmp-1-0123456789ab.md",
        "prompts/.scafld-tmp-evil",
    ],
)
def test_what_only_looks_like_it_counts(folder: Path, name: str) -> None:
    """A name that is exempt elsewhere, or nearly, exempts nothing."""
    assert changed_by(folder, lambda: put(folder / name)) == (f".scafld/{name}",)


def test_a_draft_that_is_being_written_does_not_count(folder: Path) -> None:
    """By the name that scafld itself gives it; nothing reads it."""
    assert changed_by(folder, lambda: put(Path(draft_of(str(folder / "specs/active/add-cache.md"))))) == ()


def test_evidence_that_came_again_is_no_change(folder: Path) -> None:
    """The same output is renamed over the one that is there: another file, the same bytes."""

    def again() -> None:
        put(folder / "runs/add-cache/evidence/.part-1-ab", OUTPUT)
        os.rename(folder / "runs/add-cache/evidence/.part-1-ab", folder / EVIDENCE)

    inode = (folder / EVIDENCE).stat().st_ino

    assert changed_by(folder, again) == ()
    assert (folder / EVIDENCE).stat().st_ino != inode


def test_evidence_that_is_linked_elsewhere_is_no_change(folder: Path, tmp_path: Path) -> None:
    """By a backup, say: its time of change is another, its bytes are not."""
    assert changed_by(folder, lambda: (tmp_path / "backup").hardlink_to(folder / EVIDENCE)) == ()


@pytest.mark.parametrize("content", [b"4 passed\n", b"", OUTPUT + OUTPUT])
def test_evidence_that_is_not_what_its_name_says_is_a_change(folder: Path, content: bytes) -> None:
    """However it came there, and whatever its times are made to say."""
    was = (folder / EVIDENCE).stat()

    def spoil() -> None:
        put(folder / EVIDENCE, content)
        os.utime(folder / EVIDENCE, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert changed_by(folder, spoil) == (f".scafld/{EVIDENCE}",)


def test_evidence_that_scafld_keeps_is_no_change(folder: Path) -> None:
    """New or there already."""
    pages = Pages(scafld_dir=str(folder))

    assert changed_by(folder, lambda: (pages.save("add-cache", OUTPUT), pages.save("add-cache", b"new"))) == ()


@pytest.mark.parametrize("content", [b"forged\n", b""])
def test_evidence_that_came_and_is_not_what_its_name_says_is_a_change(folder: Path, content: bytes) -> None:
    """What was kept after the survey, and changed before the next, is not what it was kept as."""
    name = f"runs/add-cache/evidence/{'ab' * 32}.txt"

    assert changed_by(folder, lambda: put(folder / name, content)) == (f".scafld/{name}",)


def test_evidence_is_not_read_while_nothing_happens_to_it(folder: Path) -> None:
    """Of whatever size: reading a terabyte would take hours."""
    os.truncate(folder / EVIDENCE, 1 << 40)

    assert changed_by(folder, lambda: None) == ()


def test_a_large_file_is_known_by_its_mark(folder: Path) -> None:
    """A ledger beyond all measure, say: that it was written to is seen, whatever its other time is made to say."""
    path = folder / "runs/add-cache/session.json"
    put(path)
    os.truncate(path, LARGEST + 1)
    was = path.stat()

    def write() -> None:
        with path.open("r+b") as file:
            file.write(b"y")
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert changed_by(folder, write) == (".scafld/runs/add-cache/session.json",)


def test_the_same_bytes_written_again_are_no_change(folder: Path) -> None:
    """What is known by its bytes may be rewritten with them."""
    assert changed_by(folder, lambda: put(folder / "specs/active/add-cache.md", b"# Add cache\n")) == ()


def surveys() -> strategies.SearchStrategy[tuple[tuple[str, Digest], ...]]:
    pages = (".scafld/runs/a/evidence/x", ".scafld/runs/a/handoffs/y")
    names = strategies.sampled_from((*pages, ".scafld/config.yaml", ".scafld/specs/a.md", "HEAD"))
    marks = strategies.sampled_from([Digest(each * 64) for each in "ab"])
    return strategies.dictionaries(names, marks).map(lambda found: tuple(sorted(found.items())))


@given(surveys(), surveys())
def test_what_is_touched_is_what_differs_but_for_new_pages(
    before: tuple[tuple[str, Digest], ...], after: tuple[tuple[str, Digest], ...]
) -> None:
    """Nothing else, once each, sorted; nothing against itself; and all of it when all is gone."""
    found = touched(before, after)

    differs = {name for name, _ in set(before) ^ set(after)}
    new_pages = {name for name in differs if "/runs/" in name and name not in dict(before)}
    assert set(found) == differs - new_pages
    assert list(found) == sorted(set(found))
    assert touched(before, before) == ()
    assert touched(before, ()) == tuple(name for name, _ in before)

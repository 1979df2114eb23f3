"""Files are written whole or not at all, alone and together."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from scafld.adapters.files.atomic import DRAFT_PREFIX, Changes, Disk, Write, settle, write_whole
from scafld.core.refusal import Refused, Unavailable


class FailingDisk(Disk):
    """A disk whose n-th act fails, counted over all kinds of acts."""

    def __init__(self, at: int, number: int = errno.ENOSPC) -> None:
        self.at = at
        self.number = number
        self.acts = 0

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        self.count()
        return super().prepare(path, content, mode)

    def replace(self, draft: str, path: str) -> None:
        self.count()
        super().replace(draft, path)

    def count(self) -> None:
        self.acts += 1
        if self.acts == self.at:
            raise OSError(self.number, os.strerror(self.number))


class LateFailingDisk(FailingDisk):
    """The same, but the rename has happened when its failure is told (the folder could not be flushed)."""

    def replace(self, draft: str, path: str) -> None:
        super(FailingDisk, self).replace(draft, path)
        self.count()


class MeddlingDisk(Disk):
    """A disk on which somebody else writes a file at the moment its draft is made."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self.content = content

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        draft = super().prepare(path, content, mode)
        self.path.write_bytes(self.content)
        return draft


def everything(root: Path) -> dict[str, object]:
    """All there is below a folder: content and permissions of files, targets of links."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        else:
            found[name] = "folder"
    return found


def test_a_new_file_gets_its_content_and_mode(tmp_path: Path) -> None:
    """And no draft stays behind."""
    path = tmp_path / "a b\n\u00e9.txt"

    write_whole(str(path), b"one\r\ntwo", mode=0o600)

    assert everything(tmp_path) == {path.name: (b"one\r\ntwo", 0o600)}


def test_an_old_file_keeps_its_mode(tmp_path: Path) -> None:
    """A private file does not become public by being written."""
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)

    write_whole(str(path), b"new", mode=0o777)

    assert everything(tmp_path) == {"a": (b"new", 0o640)}


def test_the_old_content_stays_readable_in_one_piece(tmp_path: Path) -> None:
    """Who has the file open goes on reading what was there."""
    path = tmp_path / "a"
    path.write_bytes(b"old")

    with open(path, "rb") as reader:
        write_whole(str(path), b"new")
        seen = reader.read()

    assert (seen, path.read_bytes()) == (b"old", b"new")


def test_a_link_is_not_followed_without_a_root(tmp_path: Path) -> None:
    """Neither replaced nor written through."""
    (tmp_path / "target").write_bytes(b"kept")
    link = tmp_path / "link"
    link.symlink_to("target")

    with pytest.raises(Refused, match="symbolic link"):
        write_whole(str(link), b"new")

    assert everything(tmp_path) == {"link": "target", "target": (b"kept", 0o644)}


def test_a_link_inside_the_root_is_written_through(tmp_path: Path) -> None:
    """The link stays a link."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("docs/real")

    write_whole(str(tmp_path / "link"), b"new", root=str(tmp_path))

    assert os.readlink(tmp_path / "link") == "docs/real"
    assert (tmp_path / "docs" / "real").read_bytes() == b"new"


@pytest.mark.parametrize("of", ["file", "folder", "missing"])
def test_nothing_is_written_outside_the_root(tmp_path: Path, of: str) -> None:
    """Whether the file is a link, its folder is one, or the link leads to nothing yet."""
    root, outside = tmp_path / "root", tmp_path / "root-outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(b"kept")
    (root / "file").symlink_to(outside / "file")
    (root / "missing").symlink_to(outside / "missing")
    (root / "folder").symlink_to(outside)
    before = everything(tmp_path)

    with pytest.raises(Refused, match="outside the workspace"):
        write_whole(str(root / (f"{of}/new" if of == "folder" else of)), b"new", root=str(root))

    assert everything(tmp_path) == before


def test_a_circle_of_links_is_told(tmp_path: Path) -> None:
    """It ends, and with a name."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    with pytest.raises(Unavailable, match=r"/a cannot be written") as told:
        write_whole(str(tmp_path / "a"), b"new", root=str(tmp_path))

    assert "circle" in told.value.next


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """Said by its kind, and left where it is."""
    path = tmp_path / "a"
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)

    with pytest.raises(Refused, match=f"a {kind} is in its place"):
        settle(str(path))

    assert path.exists()


@pytest.mark.parametrize(
    ("name", "advice"),
    [("missing/a", "make its folder first"), ("file/a", "a file stands where"), ("x" * 300, "shorter path")],
)
def test_an_error_of_the_disk_names_the_file_and_the_way_out(tmp_path: Path, name: str, advice: str) -> None:
    """Never a bare traceback."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unavailable) as told:
        write_whole(str(tmp_path / name), b"new")

    assert str(tmp_path / name) in str(told.value)
    assert advice in told.value.next


def three(root: Path) -> tuple[Write, ...]:
    """A new file, a changed one with its own mode, and one in a folder yet to be made."""
    (root / "old").write_bytes(b"old")
    (root / "old").chmod(0o600)
    return (
        Write(path=str(root / "new"), content=b"1", before=None),
        Write(path=str(root / "old"), content=b"2", before=b"old"),
        Write(path=str(root / "deep" / "er" / "file"), content=b"3", before=None),
    )


def test_changes_come_about_together(tmp_path: Path) -> None:
    """Folders, new files and changed ones, and nothing else."""
    writes = three(tmp_path)

    Changes(str(tmp_path)).apply((str(tmp_path / "deep" / "er"), str(tmp_path / "empty")), writes)

    assert everything(tmp_path) == {
        "deep": "folder",
        "deep/er": "folder",
        "deep/er/file": (b"3", 0o644),
        "empty": "folder",
        "new": (b"1", 0o644),
        "old": (b"2", 0o600),
    }


@pytest.mark.parametrize("at", range(1, 7))
@pytest.mark.parametrize("disk", [FailingDisk, LateFailingDisk])
def test_a_failure_at_any_step_leaves_everything_as_it_was(tmp_path: Path, at: int, disk: type[FailingDisk]) -> None:
    """Three drafts, three renames: whichever of them fails, no trace is left."""
    writes = three(tmp_path)
    before = everything(tmp_path)
    failing = disk(at)

    with pytest.raises(Unavailable, match="No space left") as told:
        Changes(str(tmp_path), failing).apply((str(tmp_path / "deep" / "er"),), writes)

    assert failing.acts == at
    assert "free space" in told.value.next
    assert everything(tmp_path) == before


def test_what_cannot_be_put_back_is_named(tmp_path: Path) -> None:
    """The old content is never thrown away: the error says where it lies."""

    class Vanishing(FailingDisk):
        """Fails at the last rename, after which the folder cannot be written to."""

        def count(self) -> None:
            self.acts += 1
            if self.acts == self.at:
                (tmp_path / "old").unlink()
                (tmp_path / "old").mkdir()
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    writes = three(tmp_path)

    with pytest.raises(Unavailable, match="could not be put back") as told:
        Changes(str(tmp_path), Vanishing(6)).apply((str(tmp_path / "deep" / "er"),), writes)

    kept = str(told.value).split("as it was: ")[1].rstrip(")")
    assert Path(kept).read_bytes() == b"old"
    assert not (tmp_path / "new").exists()


def test_what_somebody_wrote_meanwhile_is_kept(tmp_path: Path) -> None:
    """A file that is not as it was when it was read stops everything."""
    writes = three(tmp_path)
    disk = MeddlingDisk(tmp_path / "old", b"theirs")

    with pytest.raises(Unavailable, match="changed by somebody else"):
        Changes(str(tmp_path), disk).apply((str(tmp_path / "deep" / "er"),), writes)

    assert everything(tmp_path) == {"old": (b"theirs", 0o600)}


def test_a_file_in_the_place_of_a_folder_stops_everything(tmp_path: Path) -> None:
    """It is named and kept."""
    (tmp_path / "deep").write_bytes(b"mine")

    with pytest.raises(Unavailable, match="deep") as told:
        Changes(str(tmp_path)).apply((str(tmp_path / "a"), str(tmp_path / "deep" / "er")), ())

    assert "a file stands where a folder is needed" in told.value.next
    assert everything(tmp_path) == {"deep": (b"mine", 0o644)}


def test_folders_are_not_made_outside_the_root(tmp_path: Path) -> None:
    """A link that leads out stops everything."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)

    with pytest.raises(Refused, match="outside"):
        Changes(str(root)).apply((str(root / "link" / "new"),), ())

    assert list(outside.iterdir()) == []


def test_a_draft_can_be_told_from_a_users_file(tmp_path: Path) -> None:
    """What a crash leaves behind bears the prefix and lies beside its file."""
    draft = Disk().prepare(str(tmp_path / "a"), b"x", 0o600)

    assert Path(draft).parent == tmp_path
    assert Path(draft).name.startswith(DRAFT_PREFIX)
    assert Path(draft).read_bytes() == b"x"

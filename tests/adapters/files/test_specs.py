"""Specs on disk: found in whatever folder they lie, moved with their state, never lost, never taken for another's."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import Disk
from scafld.adapters.files.specs import FileSpecs, Reading
from scafld.adapters.local.joints import read_spec, write_draft
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Risk, Size
from scafld.core.contract.wishes import DraftRequest
from scafld.core.names import Moment, TaskId, task_id
from scafld.core.refusal import Refused, ScafldError, Unavailable
from scafld.core.views.projection import Projection

if TYPE_CHECKING:
    from conftest import FullDisk, MortalDisk

NAME = task_id("add-cache")


def text_of(name: TaskId = NAME, title: str = "Add a cache") -> str:
    return write_draft(
        DraftRequest(
            task_id=name,
            title=title,
            summary="",
            command="grep -q y a.py",
            files=(),
            size=Size.SMALL,
            risk=Risk.LOW,
            profile=None,
            created=Moment("2026-01-01T00:00:00.000Z"),
            suggestions=(),
        )
    )


def shown(text: str, projection: Projection) -> str:
    """A projection that is one word at the end of the text."""
    return f"{text.partition('~')[0]}~{projection}"


@pytest.fixture
def specs(tmp_path: Path) -> FileSpecs:
    return FileSpecs(scafld_dir=str(tmp_path / ".scafld"), read=read_spec, write=shown)


def everything(specs: FileSpecs) -> dict[str, str]:
    top = Path(specs.scafld_dir) / "specs"
    return {str(path.relative_to(top)): path.read_text() for path in sorted(top.rglob("*")) if path.is_file()}


def word(text: str) -> Projection:
    return text  # type: ignore[return-value]  # the fake above shows it as it is


def test_a_draft_is_created_once(specs: FileSpecs) -> None:
    """Under its name, among the drafts; a second one of that name is refused and the first stays as it is."""
    document = specs.create(NAME, text_of())

    with pytest.raises(Refused, match="used already"):
        specs.create(NAME, text_of(title="Another"))

    assert (document.path, document.folder) == (".scafld/specs/drafts/add-cache.md", "drafts")
    assert document.spec is not None
    assert everything(specs) == {"drafts/add-cache.md": text_of()}
    assert specs.find(NAME) == document


@pytest.mark.parametrize("place", ["approved", "active", "archive/2025-12"])
def test_an_id_is_used_once_wherever_its_spec_lies(specs: FileSpecs, place: str) -> None:
    """A task that is over has its name for good."""
    folder = Path(specs.scafld_dir) / "specs" / place
    folder.mkdir(parents=True)
    (folder / "add-cache.md").write_text("x")

    with pytest.raises(Refused, match="used already") as told:
        specs.create(NAME, text_of())

    assert told.value.refusal.actual == f".scafld/specs/{place}/add-cache.md"


def test_an_id_whose_ledger_is_there_is_used(specs: FileSpecs) -> None:
    """Though its spec is gone; also when something odd stands in the ledger's place."""
    runs = Path(specs.scafld_dir) / "runs"
    runs.mkdir(parents=True)
    (runs / "add-cache").symlink_to("nowhere")

    with pytest.raises(Refused, match="used already"):
        specs.create(NAME, text_of())


def test_a_spec_moves_with_its_state(specs: FileSpecs) -> None:
    """To each folder in turn, with what it shows; the same projection again writes nothing."""
    document = specs.create(NAME, text_of())

    for folder in ("approved", "active", "active", "archive/2026-01"):
        document = specs.project(document, word(folder), folder)
        found = specs.find(NAME)
        assert found is not None
        assert (found.path, found.folder, found.text) == (document.path, folder, f"{text_of()}~{folder}")
    inode = os.stat(Path(specs.scafld_dir) / "specs" / "archive/2026-01/add-cache.md").st_ino
    again = specs.project(document, word("archive/2026-01"), "archive/2026-01")

    assert again == document
    assert everything(specs) == {"archive/2026-01/add-cache.md": text_of() + "~archive/2026-01"}
    assert os.stat(Path(specs.scafld_dir) / "specs" / "archive/2026-01/add-cache.md").st_ino == inode


def test_two_specs_of_one_name_are_refused(specs: FileSpecs) -> None:
    """With both places; nobody guesses."""
    specs.create(NAME, text_of())
    other = Path(specs.scafld_dir) / "specs" / "active" / "add-cache.md"
    other.parent.mkdir()
    other.write_text(text_of())

    with pytest.raises(Refused, match="2 specs") as told:
        specs.find(NAME)

    assert told.value.refusal.blockers == (
        ".scafld/specs/drafts/add-cache.md",
        ".scafld/specs/active/add-cache.md",
    )


def test_a_spec_that_is_being_moved_is_found(specs: FileSpecs) -> None:
    """Another command moves it while it is looked for: in both places for a moment, or gone when it is opened."""
    document = specs.create(NAME, text_of())
    moves: list[Callable[[], object]] = [
        lambda: specs.project(document, word("x"), "approved"),
        lambda: None,
    ]

    class Moving(FileSpecs):
        """Specs that are looked up while another command is at work."""

        def places(self, task_id: TaskId) -> tuple[str, ...]:
            found = super().places(task_id)
            if moves:
                moves.pop(0)()
                return (*found, "approved/add-cache.md") if moves else ("drafts/add-cache.md",)
            return found

    looking = Moving(scafld_dir=specs.scafld_dir, read=read_spec, write=shown)
    found = looking.find(NAME)

    assert found is not None
    assert found.folder == "approved"
    assert moves == []


def test_a_file_that_tells_another_id_is_no_spec_of_this_task(specs: FileSpecs) -> None:
    """A copied file keeps neither the name nor the life of the original."""
    path = Path(specs.scafld_dir) / "specs" / "drafts" / "add-cache.md"
    path.parent.mkdir(parents=True)
    path.write_text(text_of(task_id("other")))

    document = specs.find(NAME)

    assert document is not None
    assert document.spec is None
    assert document.problems[0].code == "wrong_name"


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link": (lambda path: path.symlink_to("elsewhere"), "a symbolic link"),
    "a pipe": (os.mkfifo, "a pipe"),
    "a folder": (Path.mkdir, "a folder"),
    "not UTF-8": (lambda path: path.write_bytes(b"# a\xff"), "not UTF-8: byte 3 is 0xff"),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_cannot_be_read_is_told_and_hides_no_other(specs: FileSpecs, odd: str) -> None:
    """By name, with what to look at; `every` goes on with the next."""
    make, words = ODD[odd]
    specs.create(task_id("other"), text_of(task_id("other")))
    make(Path(specs.scafld_dir) / "specs" / "drafts" / "add-cache.md")

    with pytest.raises(Unavailable, match=words) as told:
        specs.find(NAME)
    every = list(specs.every())

    assert told.value.next.endswith(".scafld/specs/drafts/add-cache.md")
    assert [(document.path, document.spec is None) for document in every] == [
        (".scafld/specs/drafts/add-cache.md", True),
        (".scafld/specs/drafts/other.md", False),
    ]
    assert words in every[0].problems[0].message


def test_what_is_no_spec_is_not_listed(specs: FileSpecs) -> None:
    """Drafts of interrupted writes, hidden files, other kinds of files, files among the months."""
    specs.create(NAME, text_of())
    top = Path(specs.scafld_dir) / "specs"
    (top / "archive").mkdir()
    for name in ("drafts/.scafld-tmp-1-x", "drafts/.hidden.md", "drafts/readme.txt", "archive/notes.md", "loose.md"):
        (top / name).write_text("x")

    assert list(specs.all_places()) == ["drafts/add-cache.md"]


def test_nothing_is_there_before_anything_is(specs: FileSpecs) -> None:
    """Looking makes no folder."""
    assert (specs.find(NAME), list(specs.every()), list(specs.all_places())) == (None, [], [])
    assert not os.path.exists(specs.scafld_dir)


def test_a_glimpse_is_what_a_reading_is(specs: FileSpecs) -> None:
    """The first time and when it is remembered; a changed text is read anew."""
    reads = []

    def read(text: str, name: str) -> Reading:
        reads.append(name)
        return read_spec(text, name)

    counting = FileSpecs(scafld_dir=specs.scafld_dir, read=read, write=shown)
    document = specs.create(NAME, text_of())

    glimpses = [counting.glimpse(NAME) for _ in range(3)]
    changed = specs.rewrite(document, text_of(title="Other"))
    after = counting.glimpse(NAME)

    assert glimpses == [document] * 3
    assert after == changed
    assert len(reads) == 2


@pytest.mark.parametrize("spoiled", [b"", b"{", b"[" * 100_000, b'{"version":1}', None])
def test_a_spoiled_memory_of_a_text_is_read_over(specs: FileSpecs, spoiled: bytes | None) -> None:
    """Whatever stands there, or whatever it says the text is."""
    document = specs.create(NAME, text_of())
    specs.glimpse(NAME)
    cache = Path(specs.scafld_dir) / "cache" / "contracts" / "add-cache.md.json"
    kept = cache.read_bytes()
    cache.write_bytes(kept.replace(b'"problems":', b'"problem":') if spoiled is None else spoiled)

    assert specs.glimpse(NAME) == document
    assert cache.read_bytes() == kept


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_takes_nothing_leaves_the_text_whole(
    specs: FileSpecs, full_disk: type[FullDisk], number: int
) -> None:
    """The file is named with what to do, its text is as it was, in one place, and the next attempt goes on."""
    document = specs.create(NAME, text_of())
    shut = FileSpecs(scafld_dir=specs.scafld_dir, read=read_spec, write=shown, disk=full_disk(10, number))

    with pytest.raises(Unavailable, match=r"add-cache\.md cannot be written") as told:
        shut.project(document, word("x"), "approved")
    with pytest.raises(Unavailable):
        shut.create(task_id("other"), text_of(task_id("other")))

    assert told.value.next
    assert everything(specs) == {"approved/add-cache.md": text_of()}
    found = specs.find(NAME)
    assert found is not None
    assert specs.project(found, word("x"), "approved").text == text_of() + "~x"


def test_a_death_at_any_act_leaves_one_whole_text(specs: FileSpecs, mortal_disk: type[MortalDisk]) -> None:
    """The old one or the new one, in the old folder or the new one, and a second projection finishes it."""
    document = specs.create(NAME, text_of())
    witness = mortal_disk()
    FileSpecs(scafld_dir=specs.scafld_dir, read=read_spec, write=shown, disk=witness).project(
        document, word("x"), "approved"
    )
    texts, places = set(), set()

    for at, (_act, parts) in enumerate(witness.acts, start=1):
        for part in sorted({0, 1, parts // 2, parts}):
            for left in Path(specs.scafld_dir, "specs").rglob("*"):
                if left.is_file():
                    left.unlink()
            Path(specs.scafld_dir, "specs", "approved").rmdir()
            document = specs.create(NAME, text_of())
            dying = FileSpecs(scafld_dir=specs.scafld_dir, read=read_spec, write=shown, disk=mortal_disk(at, part))
            with pytest.raises(mortal_disk.Died):
                dying.project(document, word("x"), "approved")
            found = specs.find(NAME)
            assert found is not None
            texts.add(found.text)
            places.add(found.folder)
            assert specs.project(found, word("x"), "approved").text == text_of() + "~x"

    assert texts == {text_of(), text_of() + "~x"}
    assert places == {"drafts", "approved"}


def test_a_link_in_the_place_of_a_spec_is_not_written_through(specs: FileSpecs, tmp_path: Path) -> None:
    """Neither by a projection nor by a new text."""
    document = specs.create(NAME, text_of())
    path = Path(specs.scafld_dir) / "specs" / "drafts" / "add-cache.md"
    (tmp_path / "elsewhere").write_text("kept")
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ScafldError, match="symbolic link"):
        specs.project(document, word("x"), "drafts")
    with pytest.raises(ScafldError, match="symbolic link"):
        specs.rewrite(document, "new")

    assert (tmp_path / "elsewhere").read_text() == "kept"


def test_a_file_in_the_place_of_a_folder_is_told(specs: FileSpecs) -> None:
    """With what to do about it."""
    top = Path(specs.scafld_dir) / "specs"
    top.mkdir(parents=True)
    (top / "drafts").write_text("x")

    with pytest.raises(Unavailable, match=r"drafts/add-cache\.md cannot be written") as told:
        specs.create(NAME, text_of())

    assert "move it away" in told.value.next


def test_reading_writes_nothing(specs: FileSpecs) -> None:
    """What a text would be as a draft is said without a file."""
    document = specs.reading(text_of())

    assert document.spec is not None
    assert not os.path.exists(specs.scafld_dir)


def test_problems_of_a_text_come_with_it(specs: FileSpecs) -> None:
    """A text that is no spec is a document without one."""
    document = specs.reading("just words")

    assert document.spec is None
    assert all(isinstance(problem, Problem) for problem in document.problems)
    assert document.problems


def test_the_real_disk_is_the_default() -> None:
    """Nobody has to name it."""
    assert type(FileSpecs(scafld_dir="/x", read=read_spec, write=shown).disk) is Disk

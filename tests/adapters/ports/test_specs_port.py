"""What every Specs does, wherever it keeps them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.files.specs import FileSpecs, Reading
from scafld.adapters.markdown.reader import read
from scafld.adapters.markdown.writer import project
from scafld.adapters.memory.spec_texts import MemorySpecs
from scafld.app.journal import Document
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Spec
from scafld.core.names import TaskId
from scafld.core.refusal import Refused
from scafld.core.views.projection import Projection

TASK = TaskId("add-cache")
TEXT = "---\ntask_id: add-cache\nstatus: draft\n---\n\n# Add a cache\n\n## Acceptance\n\nNone yet.\n"


def read_for_disk(text: str, name: str) -> Reading:
    found = read(text, name=name)
    return Reading(spec=found.spec, problems=found.problems)


def read_for_memory(text: str, name: str) -> tuple[Spec | None, tuple[Problem, ...]]:
    found = read(text, name=name)
    return found.spec, found.problems


class OnDisk:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / ".scafld"
        self.specs = FileSpecs(scafld_dir=str(self._folder), read=read_for_disk, write=project)

    def put(self, place: str, text: str) -> None:
        path = self._folder / "specs" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def texts(self) -> dict[str, str]:
        found = sorted((self._folder / "specs").rglob("*.md"))
        return {str(path.relative_to(self._folder / "specs")): path.read_bytes().decode() for path in found}

    def record(self) -> None:
        (self._folder / "runs" / TASK).mkdir(parents=True)
        (self._folder / "runs" / TASK / "session.json").write_text("{}", encoding="utf-8")


class InMemory:
    def __init__(self, _folder: Path) -> None:
        self._recorded: set[TaskId] = set()
        self.specs = MemorySpecs(read=read_for_memory, write=project, used=lambda name: name in self._recorded)

    def put(self, place: str, text: str) -> None:
        self.specs.texts[place] = text

    def texts(self) -> dict[str, str]:
        return dict(sorted(self.specs.texts.items()))

    def record(self) -> None:
        self._recorded.add(TASK)


Shelf = OnDisk | InMemory
SHELVES: dict[str, Callable[[Path], Shelf]] = {"disk": OnDisk, "memory": InMemory}


@pytest.fixture(params=sorted(SHELVES))
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """An empty place for specs of each adapter in turn."""
    return SHELVES[request.param](tmp_path)


def test_what_is_not_there_is_none(shelf: Shelf) -> None:
    """Nobody wrote it."""
    assert shelf.specs.find(TASK) is None


def test_a_new_draft_is_found_again(shelf: Shelf) -> None:
    """With its path, its folder, its text and what reading it gave."""
    made = shelf.specs.create(TASK, TEXT)

    assert made == shelf.specs.find(TASK)
    assert (made.path, made.folder, made.text) == (".scafld/specs/drafts/add-cache.md", "drafts", TEXT)
    assert made.spec is not None
    assert made.spec.title == "Add a cache"


@pytest.mark.parametrize("place", ["drafts", "approved", "active", "archive/2026-01"])
def test_an_id_is_used_once(shelf: Shelf, place: str) -> None:
    """Wherever its spec lies; nothing is written."""
    shelf.put(f"{place}/add-cache.md", TEXT)
    before = shelf.texts()

    with pytest.raises(Refused, match="used already"):
        shelf.specs.create(TASK, TEXT)
    assert shelf.texts() == before


def test_an_id_with_a_ledger_is_used_too(shelf: Shelf) -> None:
    """Though its spec is gone."""
    shelf.record()

    with pytest.raises(Refused, match="used already"):
        shelf.specs.create(TASK, TEXT)


@pytest.mark.parametrize("folder", ["drafts", "approved", "active", "archive/2026-01"])
def test_a_projection_is_shown_and_the_file_moves(shelf: Shelf, folder: str) -> None:
    """It is found in its folder, and nowhere else."""
    made = shelf.specs.create(TASK, TEXT)

    moved = shelf.specs.project(made, Projection(status="active"), folder)

    assert (moved.folder, moved.path) == (folder, f".scafld/specs/{folder}/add-cache.md")
    assert moved.text == TEXT.replace("status: draft", "status: active")
    assert shelf.texts() == {f"{folder}/add-cache.md": moved.text}


def test_showing_nothing_changes_nothing(shelf: Shelf) -> None:
    """Neither the text nor its place."""
    made = shelf.specs.create(TASK, TEXT)

    assert shelf.specs.project(made, Projection(), "drafts") == made
    assert shelf.texts() == {"drafts/add-cache.md": TEXT}


def test_two_specs_of_one_task_are_refused(shelf: Shelf) -> None:
    """Both are named."""
    shelf.put("drafts/add-cache.md", TEXT)
    shelf.put("archive/2026-01/add-cache.md", TEXT)

    with pytest.raises(Refused) as no:
        shelf.specs.find(TASK)

    assert set(no.value.refusal.blockers) == {
        ".scafld/specs/drafts/add-cache.md",
        ".scafld/specs/archive/2026-01/add-cache.md",
    }


@pytest.mark.parametrize("text", ["", "# Only words\n", "---\ntask_id: other\n---\n\n# Other\n"])
def test_a_text_that_is_no_spec_of_this_task_is_a_document_without_one(shelf: Shelf, text: str) -> None:
    """With the problems that say why."""
    shelf.put("drafts/add-cache.md", text)

    found = shelf.specs.find(TASK)

    assert isinstance(found, Document)
    assert (found.spec, found.text) == (None, text)
    assert found.problems


def test_every_spec_is_read_by_path(shelf: Shelf) -> None:
    """One that is none hides no other."""
    shelf.put("drafts/b.md", "x")
    shelf.put("active/add-cache.md", TEXT)

    assert [(each.path, each.spec is None) for each in shelf.specs.every()] == [
        (".scafld/specs/active/add-cache.md", False),
        (".scafld/specs/drafts/b.md", True),
    ]


def test_a_text_can_be_put_in_another_ones_place(shelf: Shelf) -> None:
    """And is read anew."""
    made = shelf.specs.create(TASK, TEXT)

    again = shelf.specs.rewrite(made, TEXT.replace("Add a cache", "Add two"))

    assert again.spec is not None
    assert again.spec.title == "Add two"
    assert shelf.specs.find(TASK) == again

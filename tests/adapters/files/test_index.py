"""All tasks at once: every one is a row, a damaged one says so, and what is remembered is what would be read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.census import Census
from scafld.adapters.files.index import Index
from scafld.adapters.files.specs import FileSpecs, Reading
from scafld.core.names import task_id
from scafld.core.task.events import Event
from scafld.core.views.metrics import Row

if TYPE_CHECKING:
    from conftest import Bench

Steps = tuple[tuple[Event, ...], ...]


def index_of(bench: Bench) -> Index:
    specs = FileSpecs(
        scafld_dir=str(bench.scafld_dir), read=lambda _text, _name: Reading(spec=None, problems=()), write=_unwritten
    )
    return Index(scafld_dir=str(bench.scafld_dir), census=lambda: Census(specs=specs, ledgers=bench.ledgers))


def _unwritten(text: str, _projection: object) -> str:
    raise AssertionError("an index writes no spec")


def _unread() -> Census:
    raise AssertionError("it was read")


def rows_of(bench: Bench) -> dict[str, Row]:
    return {row.task_id: row for row in index_of(bench).rows()}


def put_spec(bench: Bench, place: str, title: str = "Add a cache") -> None:
    path = bench.scafld_dir / "specs" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntask_id: x\n---\n\n# {title}\n")


def many(bench: Bench, steps: Steps) -> list[str]:
    """A ledger and a spec for every state that a life goes through."""
    names = []
    for count, folder in enumerate(("drafts", "approved", "active", "active", "active", "active", "active"), start=1):
        name = task_id(f"task-{count}")
        other = type(bench)(bench.scafld_dir, name)
        other.write(steps[:count])
        put_spec(bench, f"{folder}/{name}.md")
        names.append(str(name))
    return names


def test_every_task_is_a_row(bench: Bench, steps: Steps) -> None:
    """By id, with the state that a replay gives; a spec that was never recorded is a draft only among the drafts."""
    names = many(bench, steps)
    put_spec(bench, "drafts/new.md", "New")
    put_spec(bench, "archive/2025-01/old.md", "Old")

    rows = list(index_of(bench).rows())

    assert [row.task_id for row in rows] == sorted(["new", "old", *names])
    found = {row.task_id: (row.status, row.ledger, row.title) for row in rows}
    assert found["new"] == ("draft", "none", "New")
    assert found["old"] == ("unrecorded", "none", "Old")
    for name in names:
        memory = bench.ledgers.recall(task_id(name))
        assert memory is not None
        assert found[name] == (str(memory.task.status), "sealed", memory.task.title)


def test_what_is_remembered_is_what_is_read(bench: Bench, steps: Steps) -> None:
    """The second time no ledger is opened, and the rows are the same."""
    many(bench, steps)
    first = rows_of(bench)

    index = Index(scafld_dir=str(bench.scafld_dir), census=_unread)
    second = {row.task_id: row for row in index.rows()}

    assert second == first


def test_a_ledger_that_grew_is_read_again(bench: Bench, steps: Steps) -> None:
    """And only that one is another row."""
    many(bench, steps)
    before = rows_of(bench)
    other = type(bench)(bench.scafld_dir, task_id("task-1"))
    other.write(steps[1:2], 1)

    after = rows_of(bench)

    assert {name for name in after if after[name] != before[name]} == {"task-1"}
    assert after["task-1"].status == "approved"


DAMAGE: dict[str, Callable[[Path], object]] = {
    "an edit": lambda path: path.write_bytes(path.read_bytes().replace(b"human", b"HUMAN", 1)),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "nothing in it": lambda path: path.write_bytes(b""),
    "brackets": lambda path: path.write_bytes(b"[" * 100_000),
    "a linked folder": lambda path: (
        shutil.copytree(path.parent, path.parent.parent / "x"),
        shutil.rmtree(path.parent),
        path.parent.symlink_to("x"),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_one_damaged_ledger_hides_no_other(bench: Bench, steps: Steps, damage: str) -> None:
    """Its row says damaged and why; nobody waits for anything; the others are as they were."""
    many(bench, steps)
    before = rows_of(bench)
    DAMAGE[damage](bench.scafld_dir / "runs" / "task-3" / "session.json")

    after = rows_of(bench)

    damaged = after.pop("task-3")
    assert (damaged.status, damaged.ledger) == ("damaged", "damaged")
    assert damaged.problem
    assert {name: row for name, row in after.items() if name in before} == {
        name: row for name, row in before.items() if name != "task-3"
    }


def test_a_torn_ledger_is_not_damaged(bench: Bench, steps: Steps) -> None:
    """It counts as far as its whole steps go."""
    many(bench, steps)
    path = bench.scafld_dir / "runs" / "task-5" / "session.json"
    path.write_bytes(path.read_bytes()[:-60])

    row = rows_of(bench)["task-5"]

    assert (row.status, row.problem) == ("blocked", "")


def test_a_ledger_without_a_spec_is_a_row(whole: Bench) -> None:
    """With the name under which it lies, and what is wrong."""
    row = rows_of(whole)["add-cache"]

    assert (row.status, row.problem) == ("completed", "its spec is gone")
    assert row.path == ".scafld/runs/add-cache/session.json"


def test_two_specs_of_one_name_are_said(bench: Bench, steps: Steps) -> None:
    """Also when the row was remembered before the second one came, and no longer when it is gone."""
    many(bench, steps)
    rows_of(bench)
    put_spec(bench, "drafts/task-4.md")

    twice = rows_of(bench)["task-4"].problem
    (bench.scafld_dir / "specs" / "drafts" / "task-4.md").unlink()

    assert "2 specs: drafts/task-4.md, active/task-4.md" in twice
    assert rows_of(bench)["task-4"].problem == ""


def test_names_that_are_no_ids_are_rows(bench: Bench, steps: Steps) -> None:
    """Whatever a folder or a file is called; they hide nobody and are remembered like the rest."""
    many(bench, steps)
    runs = os.fsencode(bench.scafld_dir / "runs")
    for odd in (b"Weird Name", b"two\nlines", b"\xff\xfe", b'"quoted"', b"-rf"):
        os.mkdir(os.path.join(runs, odd))
        with open(os.path.join(runs, odd, b"session.json"), "wb") as file:
            file.write(b"{}")

    first, second = rows_of(bench), rows_of(bench)

    assert len(first) == 12
    assert all(first[os.fsdecode(odd)].status == "damaged" for odd in (b"Weird Name", b"two\nlines", b"\xff\xfe"))
    assert second == first


@pytest.mark.parametrize(
    "spoiled", [[], 7, {"task-1": 1}, {"task-1": [1]}, {"task-1": [[], []]}, {"task-1": [[], ["a"] * 8]}, None]
)
def test_a_spoiled_index_is_made_anew(bench: Bench, steps: Steps, spoiled: object) -> None:
    """Whatever shape it has: the rows are read, and remembered rightly."""
    many(bench, steps)
    rows = rows_of(bench)
    path = bench.scafld_dir / "cache" / "index.json"
    kept = json.loads(path.read_bytes())
    whole = dict(kept["what"])
    for name in whole:
        if isinstance(spoiled, dict) and spoiled.get(name) == [[], []]:
            spoiled[name] = [whole[name][0], []]
    path.write_text(json.dumps({**kept, "what": spoiled}))

    assert rows_of(bench) == rows
    assert json.loads(path.read_bytes())["what"] == whole


def test_titles_are_read_from_what_is_a_file(bench: Bench, steps: Steps) -> None:
    """A pipe or a folder in a spec's place holds nobody up."""
    many(bench, steps)
    drafts = bench.scafld_dir / "specs" / "drafts"
    os.mkfifo(drafts / "pipe.md")
    (drafts / "folder.md").mkdir()
    (drafts / "bytes.md").write_bytes(b"# \xff\xfe\n")

    rows = rows_of(bench)

    assert (rows["pipe"].title, rows["folder"].title) == ("", "")
    assert rows["bytes"].title == "\ufffd\ufffd"


def test_an_empty_workspace_has_no_rows(bench: Bench) -> None:
    """And no index is made for it."""
    assert rows_of(bench) == {}
    assert os.listdir(bench.scafld_dir) == []

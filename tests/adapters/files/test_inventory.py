"""What lies about in a workspace is named; what is only derived can be swept away, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import DRAFT_PREFIX
from scafld.adapters.files.laid.inventory import Inventory
from scafld.adapters.files.specs import FileSpecs, Reading
from scafld.core.contract.problems import Problem
from scafld.core.refusal import BadConfig, Unavailable

if TYPE_CHECKING:
    from conftest import Bench


def inventory_of(bench: Bench, read_config: Callable[[], object] = lambda: None) -> Inventory:
    specs = FileSpecs(
        scafld_dir=str(bench.scafld_dir),
        read=lambda _text, _name: Reading(spec=None, problems=()),
        write=lambda text, _projection: text,
    )
    return Inventory(specs=specs, read_config=read_config)


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_every_name_is_there_once(whole: Bench) -> None:
    """Of a spec, of a ledger, of both; also of a ledger that is a link to nothing."""
    drafts = whole.scafld_dir / "specs" / "drafts"
    drafts.mkdir(parents=True)
    for name in ("add-cache.md", "new.md", ".hidden.md", "notes.txt"):
        (drafts / name).write_text("x")
    (whole.scafld_dir / "runs" / "linked").mkdir()
    (whole.scafld_dir / "runs" / "linked" / "session.json").symlink_to("nowhere")
    (whole.scafld_dir / "runs" / "empty").mkdir()

    assert inventory_of(whole).names() == ("add-cache", "linked", "new")


def test_a_workspace_without_anything_has_no_names(bench: Bench) -> None:
    """Nor symptoms, and sweeping it is no error."""
    inventory = inventory_of(bench)

    inventory.sweep()

    assert (inventory.names(), tuple(inventory.symptoms())) == ((), ())


def test_leftovers_are_named_and_swept_away(whole: Bench, dead: int) -> None:
    """Wherever they lie below `.scafld/`; the cache goes with them, and nothing else."""
    left = [f"specs/drafts/{DRAFT_PREFIX}{dead}-a", f"runs/add-cache/{DRAFT_PREFIX}{dead}-b", f"cache/{DRAFT_PREFIX}x"]
    for name in left:
        (whole.scafld_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (whole.scafld_dir / name).write_text("half")
    ledger = whole.bytes
    inventory = inventory_of(whole)

    symptoms = tuple(inventory.symptoms())
    inventory.sweep()

    assert sorted(symptom.subject for symptom in symptoms) == sorted(f".scafld/{name}" for name in left)
    assert all(symptom.derived and symptom.next == "scafld doctor --repair" for symptom in symptoms)
    assert tuple(inventory.symptoms()) == ()
    assert whole.bytes == ledger
    assert not (whole.scafld_dir / "cache").exists()


def test_a_draft_that_is_being_written_is_left_alone(bench: Bench) -> None:
    """Sweeping takes nobody's file out of their hands."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        draft = bench.scafld_dir / f"{DRAFT_PREFIX}{living.pid}-a"
        draft.write_text("half")
        inventory = inventory_of(bench)
        symptoms = tuple(inventory.symptoms())
        inventory.sweep()
        there = draft.exists()
        assert living.stdin is not None
        living.stdin.close()

    assert (symptoms, there) == ((), True)


def test_a_leftover_that_cannot_be_taken_away_is_no_error(bench: Bench, dead: int) -> None:
    """It is named again on the next look."""
    folder = bench.scafld_dir / "runs"
    folder.mkdir()
    draft = folder / f"{DRAFT_PREFIX}{dead}-a"
    draft.write_text("half")
    inventory = inventory_of(bench)
    found = inventory._leftovers()

    class Stubborn(Inventory):
        """An inventory whose leftovers are gone already when they are to be taken away."""

        def _leftovers(self) -> list[str]:
            draft.unlink(missing_ok=True)
            return found

    Stubborn(specs=inventory.specs, read_config=inventory.read_config).sweep()

    assert os.listdir(folder) == []


def test_a_cache_that_is_a_link_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    """What it leads to is not ours to sweep."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("x")
    (bench.scafld_dir / "cache").symlink_to(tmp_path / "elsewhere")

    inventory_of(bench).sweep()

    assert (tmp_path / "elsewhere" / "kept").read_text() == "x"


def test_every_problem_of_the_configuration_is_a_symptom(bench: Bench) -> None:
    """With its place; and so is a configuration that cannot be read at all."""

    def malformed() -> object:
        problems = (Problem(code="a", message="one", line=3, suggestion="mend it"), Problem(code="b", message="two"))
        raise BadConfig(".scafld/config.yaml", problems)

    def unreadable() -> object:
        raise Unavailable("config.yaml cannot be read")

    first = tuple(inventory_of(bench, malformed).symptoms())
    second = tuple(inventory_of(bench, unreadable).symptoms())

    assert [(each.subject, each.what, each.next) for each in first] == [
        (".scafld/config.yaml:3", "one", "mend it"),
        (".scafld/config.yaml", "two", ""),
    ]
    assert [each.what for each in second] == ["config.yaml cannot be read"]

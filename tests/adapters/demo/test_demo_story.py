"""The demo as a whole: the real commands, from plan to a completed task whose ledger holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import scafld
from scafld.adapters.demo.play import TASK, Told, tell
from scafld.adapters.demo.stage import Stage


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, list[str]]:
    """The story, played once."""
    said: list[str] = []
    keep = str(tmp_path_factory.mktemp("demo") / "kept")
    told = tell(keep=keep, environ={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, say=said.append)
    assert told.problem == "", "\n".join(said)
    return told, said


def test_the_task_is_completed_and_the_ledger_holds(played: tuple[Told, list[str]]) -> None:
    """What the story says, the library finds in the folder that it left."""
    told, _said = played
    ws = scafld.open(os.path.join(told.folder, "shop"))

    overview = ws.status(TASK)

    assert str(overview.status) == "completed"
    assert overview.review.reviews == 2
    assert {str(each.strength) for each in overview.criteria} == {"red-green"}
    assert ws.doctor().well


def test_the_ledger_tells_the_whole_story(played: tuple[Told, list[str]]) -> None:
    """A red run, a block, a verdict of fail, a verdict of pass, in this order."""
    told, _said = played
    ledger = Path(told.folder, "shop/.scafld/runs", TASK, "session.json")

    entries = json.loads(ledger.read_bytes())["entries"]
    turns = [entry.get("verdict") or entry["type"] for entry in entries if entry["type"] != "criterion"]

    assert [entry["red"] for entry in entries if entry["type"] == "criterion"][:2] == [True, True]
    assert turns == [
        "plan",
        "workspace_baseline",
        "approval",
        "phase_open",
        "build_block",
        "phase_pass",
        "build_pass",
        "review_start",
        "fail",
        "phase_pass",
        "build_pass",
        "review_start",
        "pass",
        "receipt",
        "complete",
    ]


def test_it_says_at_both_ends_that_no_model_was_called(played: tuple[Told, list[str]]) -> None:
    """Nobody takes the rehearsal for more."""
    _told, said = played

    assert any("No model is called" in line for line in said[:4])
    assert any("No model was called" in line for line in said[-8:])


def test_it_fits_eighty_columns_without_colour(played: tuple[Told, list[str]]) -> None:
    """Every line but a path of the reader's own machine and a next command, which is not broken; no escape sequence."""
    told, said = played
    lines = [line.replace(told.folder, "") for line in said if not line.startswith("  next: ")]

    assert [line for line in lines if len(line) > 80] == []
    assert not any("\x1b" in line for line in said)


def test_it_shows_refusals_with_the_way_on(played: tuple[Told, list[str]]) -> None:
    """Each no of the story is followed by a next command."""
    _told, said = played

    for command in ("approve", "build", "review", "complete"):
        at = said.index(next(line for line in said if line.startswith(f"  $ scafld {command} {TASK}")))
        end = next(number for number, line in enumerate(said[at + 1 :], start=at + 1) if not line.startswith("  "))
        assert any(line.strip().startswith("next:") for line in said[at:end]), said[at:end]


def test_it_leaves_a_folder_and_three_commands(played: tuple[Told, list[str]]) -> None:
    """The last lines say where to look, and each command works there."""
    told, said = played
    commands = [line.split() for line in said[-3:]]

    assert said[-4].split() == ["cd", os.path.join(told.folder, "shop")]
    for words in commands:
        run = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=os.path.join(told.folder, "shop"),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(scafld.__file__).parents[1])},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, run.stderr


def test_a_story_that_leaves_its_course_says_where(stage: Stage, said: list[str], tmp_path: Path) -> None:
    """With a python that cannot run tests, the first build does not go as told; that is said, not hidden."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "git").write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    (fake / "git").chmod(0o755)

    told = tell(keep=str(tmp_path / "other"), environ={"PATH": str(fake)}, say=said.append)

    assert "`git init --quiet` ended with 9" in told.problem
    assert said[-1].endswith(told.folder)


def test_without_git_the_story_is_the_same(tmp_path: Path, said: list[str]) -> None:
    """Python is all that it needs."""
    bare = tmp_path / "bin"
    bare.mkdir()
    (bare / "sh").symlink_to("/bin/sh")

    told = tell(keep=str(tmp_path / "demo"), environ={"PATH": str(bare)}, say=said.append)

    assert told.problem == ""
    assert not os.path.exists(os.path.join(told.folder, "shop/.git"))

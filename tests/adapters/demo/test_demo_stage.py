"""The stage of the demo: a folder of its own, and an environment that leads nowhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scafld.adapters.demo.play import command_lines
from scafld.adapters.demo.stage import Stage, set_stage
from scafld.core.refusal import Misused, Unavailable


def test_a_folder_with_something_in_it_is_not_touched(tmp_path: Path) -> None:
    """Nobody's files are mixed with the demo's."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(Misused, match="is not empty"):
        set_stage(str(tmp_path), {}, print, 80)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    """So does one that is not there yet."""
    (tmp_path / "empty").mkdir()

    for name in ("empty", "new/and/deep"):
        stage = set_stage(str(tmp_path / name), {}, print, 80)

        assert set(os.listdir(stage.folder)) == {"shop", "reviewer.py"}


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    """The world does not help: an error with a way on, and no traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(Unavailable, match="cannot be used"):
        set_stage(str(tmp_path / "file"), {}, print, 80)


def test_commands_find_nothing_of_the_caller(stage: Stage) -> None:
    """No repository, no workspace and no Python path of the caller; git's configuration is nobody's."""
    assert not {"GIT_DIR", "GIT_AUTHOR_DATE", "SCAFLD_ROOT", "PYTHONPATH", "PYTHONSAFEPATH"} & set(stage.environ)
    assert stage.environ["GIT_CONFIG_GLOBAL"] == os.devnull
    assert stage.environ["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)
    assert (stage.environ["COLUMNS"], stage.environ["NO_COLOR"]) == ("77", "1")


def test_without_a_path_there_still_is_one(tmp_path: Path) -> None:
    """An empty environment gives the system's default."""
    stage = set_stage(str(tmp_path / "demo"), {}, print, 80)

    assert os.defpath in stage.environ["PATH"]


def test_what_changed_is_told_in_lines(stage: Stage) -> None:
    """A new file by its length, a changed one by what went and what came (or how much), an unchanged one not at all."""
    stage.lay("start")

    first = stage.lay("first")
    again = stage.lay("first")
    new = stage.lay("wish")
    stage.lay("second")
    long = stage.lay("repair")

    assert first[0] == "catalog/prices.py"
    assert first[1:3] == (
        "  - price, until = self._kept.get(article, (None, 0))",
        "  + price, until = self._kept.get(customer + article, (None, 0))",
    )
    assert again == ()
    assert new == ("tests/test_two_customers.py  new, 18 lines",)
    assert long[-1] == "tests/test_kept.py  16 lines more, 0 fewer"


def test_example_files_lose_the_ending_that_hides_them(stage: Stage) -> None:
    """`.txt` goes, `dot-` becomes a dot."""
    stage.lay("start")

    assert set(os.listdir(stage.repository)) == {".gitignore", "README.md", "catalog", "tests"}
    assert set(os.listdir(os.path.join(stage.repository, "tests"))) == {"__init__.py", "test_prices.py"}


def test_the_contract_calls_the_python_of_the_stage(stage: Stage) -> None:
    """No gap is left in it."""
    assert f"Command: `{stage.python} -m unittest discover`" in stage.contract()
    assert "{python}" not in stage.contract()


def test_a_long_command_is_broken_where_a_person_would(stage: Stage) -> None:
    """Between flags, never inside what a flag is given; as one line where it fits."""
    words = (
        "scafld",
        "plan",
        "a-task",
        "--title",
        "A title of some words",
        "--risk",
        "medium",
        "--command",
        "make test",
    )

    assert command_lines(words[:5], 80) == ('$ scafld plan a-task --title "A title of some words"',)
    assert command_lines(words, 60) == (
        '$ scafld plan a-task --title "A title of some words" \\',
        '    --risk medium --command "make test"',
    )


def test_no_place_for_temporary_files_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error with another way to ask, and no traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    with pytest.raises(Unavailable, match="the folder for temporary files cannot be used") as no:
        set_stage(None, {}, print, 80)

    assert no.value.next == "scafld demo --keep PATH"

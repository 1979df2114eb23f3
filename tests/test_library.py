"""The library: the same words as the terminal, and nothing loaded that was not asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import scafld


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one committed file."""
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "-A"),
        ("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    return tmp_path


def test_every_public_name_is_there_and_is_explained() -> None:
    """`__all__` tells the truth, and each name has a docstring of its own."""
    for name in scafld.__all__:
        assert getattr(scafld, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A slip of the pen is told as Python tells it."""
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        scafld.opne  # noqa: B018


def test_a_life_through_the_library(repository: Path) -> None:
    """quick, build, review by a person, complete: a small change costs four acts."""
    ws = scafld.init(str(repository))
    ws.quick("add-y", title="Add y", command="grep -q y a.py", files=("a.py",))
    (repository / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")

    built = ws.build("add-y")
    reviewed = ws.review_by_human("add-y", reason="read the change")
    done = ws.complete("add-y")

    assert (built.blocked, str(built.overview.status)) == (False, "review")
    assert reviewed.next == "scafld complete add-y"
    assert str(done.overview.status) == "completed"
    assert [str(each.strength) for each in done.overview.criteria] == ["red-green"]
    assert ws.doctor().well


def test_a_refusal_carries_the_way_out(repository: Path) -> None:
    """A no says which gate, why, and the next command."""
    ws = scafld.init(str(repository))
    ws.plan("add-y", title="Add y", command="grep -q y a.py")

    with pytest.raises(scafld.Refused) as caught:
        ws.complete("add-y")

    assert caught.value.refusal.gate == "complete"
    assert caught.value.refusal.next == "scafld approve add-y"


@pytest.mark.parametrize("name", ["../escape", "a/b", "UPPER", "", "x" * 101, "a..b", "-rf"])
def test_an_id_that_could_be_a_path_is_misuse(repository: Path, name: str) -> None:
    """Ids are names; nothing outside the workspace is ever touched by one."""
    ws = scafld.init(str(repository))

    with pytest.raises(scafld.Misused):
        ws.status(name)
    with pytest.raises(scafld.Misused):
        ws.plan(name, title="T", command="false")


def test_no_workspace_says_how_to_get_one(tmp_path: Path) -> None:
    """Outside a workspace, the answer names `scafld init`."""
    with pytest.raises(scafld.NoWorkspace) as caught:
        scafld.open(str(tmp_path))

    assert caught.value.next == "scafld init"


def test_an_id_is_used_once(repository: Path) -> None:
    """A cancelled task's id never comes back."""
    ws = scafld.init(str(repository))
    ws.plan("add-y", title="Add y", command="grep -q y a.py")
    ws.cancel("add-y", reason="not wanted")

    with pytest.raises(scafld.Refused, match="used already"):
        ws.plan("add-y", title="Add y", command="grep -q y a.py")


def test_the_caller_s_environment_is_what_commands_get(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A criterion sees the environment that the caller chose, not the process's."""
    home = tmp_path_factory.mktemp("home")
    scafld.init(str(repository))
    ws = scafld.open(str(repository), environ={"PATH": "/usr/bin:/bin", "COLOUR": "blue", "HOME": str(home)})

    stepped = ws.quick("see-it", title="See the colour", command='test "$COLOUR" = green')

    assert [str(ran.judgement.outcome) for ran in stepped.ran] == ["fail"]
    assert [ran.judgement.reason for ran in stepped.ran] == ["exit 1, expected 0"]


def test_importing_scafld_loads_no_adapter() -> None:
    """`import scafld` is cheap for a harness that may never open a workspace."""
    program = "import sys, scafld; print([m for m in sys.modules if m.startswith('scafld.adapters')])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"

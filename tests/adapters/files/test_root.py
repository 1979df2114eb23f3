"""Where the workspace is."""

from __future__ import annotations

from pathlib import Path

import pytest

from scafld.adapters.files.root import find_root
from scafld.core.refusal import Exit, Misused, NoWorkspace


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """Two workspaces, one inside the other, and a folder that is none."""
    for folder in ("outer/.scafld", "outer/inner/.scafld", "outer/inner/deep/er", "outer/plain", "none"):
        (tmp_path / folder).mkdir(parents=True)
    return {str(path.relative_to(tmp_path)): str(path) for path in tmp_path.rglob("*") if path.is_dir()}


def test_it_is_the_nearest_folder_upwards(places: dict[str, str]) -> None:
    """From inside, from the root itself, from the folder of scafld."""
    for start, root in (
        ("outer/inner/deep/er", "outer/inner"),
        ("outer/inner", "outer/inner"),
        ("outer/inner/.scafld", "outer/inner"),
        ("outer/plain", "outer"),
    ):
        assert find_root(places[start], explicit=None, environ_root=None) == places[root]


def test_a_named_root_wins(places: dict[str, str]) -> None:
    """First the explicit one, then that of the environment; relative ones count from the start; empty is none."""
    start, outer, inner = places["outer/inner"], places["outer"], places["outer/inner"]

    assert find_root(start, explicit=outer, environ_root=inner) == outer
    assert find_root(start, explicit=None, environ_root=outer) == outer
    assert find_root(start, explicit="..", environ_root=None) == outer
    assert find_root(start, explicit=None, environ_root="") == inner


@pytest.mark.parametrize("by", ["explicit", "environ_root"])
def test_a_named_root_that_is_none_is_told_by_name(places: dict[str, str], by: str) -> None:
    """It is never replaced by one further up, nor by the working directory's."""
    named = {"explicit": None, "environ_root": None} | {by: places["outer/plain"]}

    with pytest.raises(NoWorkspace, match=r"outer/plain is no workspace") as told:
        find_root(places["outer"], **named)

    assert (told.value.next, told.value.exit) == ("scafld init", Exit.WORKSPACE)


def test_a_root_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """The same answer."""
    with pytest.raises(NoWorkspace, match="nowhere"):
        find_root(str(tmp_path), explicit="nowhere", environ_root=None)


def test_a_file_of_that_name_is_no_workspace(tmp_path: Path) -> None:
    """Only a folder counts; above it the search goes on."""
    (tmp_path / ".scafld").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".scafld").write_text("")

    assert find_root(str(tmp_path / "a"), explicit=None, environ_root=None) == str(tmp_path)


def test_an_empty_root_is_a_slip_of_the_caller(tmp_path: Path) -> None:
    """`--root ""` comes from an unset variable; guessing would be wrong."""
    with pytest.raises(Misused):
        find_root(str(tmp_path), explicit="", environ_root=None)

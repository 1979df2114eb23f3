"""CODEOWNERS: who is asked is who the last line that speaks of a path names."""

from __future__ import annotations

from pathlib import Path

import pytest

from scafld.adapters.files.laid.code_owners import has_owner, owners_file

KEYS = ".scafld/trusted-keys.json"


@pytest.mark.parametrize(
    "line",
    [
        "* @o",
        "** @o",
        "/.scafld/ @o",
        ".scafld/ @o",
        "/.scafld @o",
        ".scafld @org/team",
        ".scafld/** o@example.org",
        ".scafld/* @o",
        "/.scafld/trusted-keys.json @o",
        "trusted-keys.json @o",
        "*.json @o # all of them",
        "**/trusted-keys.json @o",
        ".s?afld/ @o",
        "* @o\n/docs/ @d",
        "*\n/.scafld/ @o",
    ],
)
def test_a_line_that_speaks_of_it_gives_it_owners(line: str) -> None:
    """From the top, by a folder, by a name anywhere, by signs for any letters."""
    assert has_owner(line, KEYS)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# * @o",
        "*",
        "/docs/ @o",
        "/trusted-keys.json @o",
        "scafld/ @o",
        "/.scafld/trusted-keys.json/ @o",
        "/.scafld/*.yaml @o",
        "/.scafldx @o",
        "/.scaf @o",
        "/x/.scafld/ @o",
        "* @o\n/.scafld/",
        "* @o\n*.json",
        "!/.scafld/ @o",
        "/.scafld/[t]rusted-keys.json @o",
        "/.scafld/ nobody",
    ],
)
def test_any_other_gives_it_none(line: str) -> None:
    """Another path, no name behind it, or owners that a later line takes away."""
    assert not has_owner(line, KEYS)


def test_a_folder_with_a_star_speaks_of_what_lies_in_it_only() -> None:
    """And not of what lies deeper, other than a folder."""
    assert not has_owner("/.github/* @o", ".github/workflows/scafld.yml")
    assert has_owner("/.github/ @o", ".github/workflows/scafld.yml")
    assert has_owner("/.github/** @o", ".github/workflows/scafld.yml")


def test_the_first_place_counts(tmp_path: Path) -> None:
    """`.github/` before the top before `docs/`."""
    assert owners_file(str(tmp_path)) == ("", "")
    for folder in ("docs", ".", ".github"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "CODEOWNERS").write_text(folder)
        place = f"{folder}/CODEOWNERS".removeprefix("./")
        assert owners_file(str(tmp_path)) == (place, folder)

"""docs/threat-model.md: every test that it names is there, and it speaks of the versions that were tried."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
Page = Callable[[str], str]


def rows(text: str) -> list[str]:
    """The last cell of each threat of the last table."""
    table = text.rpartition("| threat |")[2].splitlines()[2:]
    return [line.rstrip("| ").rpartition(" | ")[2] for line in table if line.startswith("|")]


def missing(cell: str) -> list[str]:
    """What a cell names that is not there. It names a file, then tests in it, and so on; naming none is a lack too."""
    lacks, known, tests = [], set[str](), 0
    for name in re.findall(r"`([^`]+)`", cell):
        if not name.endswith(".py"):
            tests += 1
            lacks += [] if name in known else [name]
        elif (TESTS / name).is_file():
            known = functions(TESTS / name)
        else:
            known = set()
            lacks.append(name)
    return lacks if tests else [*lacks, "a test"]


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_threat_names_tests_that_are_there(page: Page) -> None:
    """Files below tests/, and functions in them."""
    found = rows(page("threat-model.md"))

    assert len(found) > 15
    assert {cell: missing(cell) for cell in found if missing(cell)} == {}


@pytest.mark.parametrize(
    ("cell", "lacks"),
    [
        ("`docs/test_threat_page.py` `test_a_name_that_is_wrong_is_found`", []),
        ("`docs/test_threat_page.py` `test_that_nobody_wrote`", ["test_that_nobody_wrote"]),
        ("`docs/test_nowhere.py` `test_x`", ["docs/test_nowhere.py", "test_x"]),
        ("`docs/test_threat_page.py`", ["a test"]),
        ("nothing holds it", ["a test"]),
    ],
)
def test_a_name_that_is_wrong_is_found(cell: str, lacks: list[str]) -> None:
    """The reader of the table bites."""
    assert missing(cell) == lacks


def test_no_test_is_named_outside_of_the_table(page: Page) -> None:
    """So that no name goes unchecked."""
    text = page("threat-model.md")

    assert "test_" not in text.rpartition("| threat |")[0]


def test_it_names_the_versions_that_were_tried(page: Page) -> None:
    """Those that are pinned for the tests with the real programs."""
    pinned = json.loads((TESTS / "clis/package.json").read_text(encoding="utf-8"))["dependencies"].values()

    assert [version for version in pinned if version not in page("threat-model.md")] == []

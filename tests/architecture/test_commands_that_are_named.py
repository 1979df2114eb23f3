"""Whoever is told to run a command can run it: what the program and its pages name is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import scafld
from scafld.adapters.cli.table import COMMANDS

PACKAGE = Path(scafld.__file__).parent
TOP = PACKAGE.parent
KNOWN = {each.name for each in COMMANDS}
ASKED = re.compile(r"(?:^|[`$(] ?|&& |then: )scafld ([a-z][a-z-]*)")
"""A command as it stands in a message: at its beginning, quoted, or after another."""
NO_COMMANDS = {"decides", "has", "material", "ran"}
"""What follows the name where a sentence begins with it, or a job in CI is called by it."""
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted((*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *PACKAGE.rglob("*.md")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_message_names_commands_that_are_there(path: Path) -> None:
    unknown = [text for text in messages(path) if not set(ASKED.findall(text)) <= KNOWN | NO_COMMANDS]

    assert not unknown


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_page_names_commands_that_are_there(path: Path) -> None:
    found = re.findall(r"`(?:\$ )?scafld ([a-z][a-z-]*)|^ *\$ scafld ([a-z][a-z-]*)", path.read_text("utf-8"), re.M)

    assert {one or other for one, other in found} <= KNOWN | NO_COMMANDS


def test_a_wrong_name_would_be_seen() -> None:
    assert set(ASKED.findall("do: `scafld trust`")) == {"trust"}
    assert set(ASKED.findall("scafld trust")) == {"trust"}


def messages(path: Path) -> Iterator[str]:
    """Each text of a module but its docstrings, what stands in braces of an f-string left out."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value

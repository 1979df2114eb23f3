"""What a start costs: which modules an interpreter loads before it answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    {
        "asyncio",
        "click",
        "cryptography",
        "dataclasses",
        "dulwich",
        "hypothesis",
        "importlib.metadata",
        "inspect",
        "logging",
        "markdown_it",
        "pydantic",
        "rich",
        "ruamel",
        "structlog",
        "subprocess",
        "typer",
    }
)

QUICK_STARTS = [
    ("-c", "import scafld"),
    ("-c", "import scafld.core.contract.spec"),
]
"""Arguments of an interpreter. A command that must answer at once is one more row: ("-m", "scafld", "--version")."""


def loaded(root: Path, *arguments: str) -> frozenset[str]:
    """The modules that `python ARGUMENTS` loads, in an environment that holds nothing but the checkout."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=root,
        env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return frozenset(line.rpartition("|")[2].strip() for line in lines)


@pytest.fixture(scope="module")
def floor(root: Path) -> frozenset[str]:
    """What this interpreter loads for nothing at all: .pth files of its environment are not ours to answer for."""
    return loaded(root, "-c", "pass")


@pytest.mark.parametrize("arguments", QUICK_STARTS, ids=" ".join)
def test_a_quick_start_loads_nothing_heavy(root: Path, floor: frozenset[str], arguments: tuple[str, ...]) -> None:
    """No instrument is loaded before it is needed: neither a package nor the slow part of the standard library."""
    paid = loaded(root, *arguments) - floor

    assert sorted(paid & HEAVY) == []
    assert "scafld" in paid


def test_the_budget_bites(root: Path, floor: frozenset[str]) -> None:
    """A heavy module that is loaded, in whatever way, is seen."""
    paid = loaded(root, "-c", "import scafld\n\ndef f():\n    import dataclasses\n\nf()") - floor

    assert {"dataclasses", "inspect"} <= paid & HEAVY

"""What a start costs: which modules an interpreter loads before it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    {
        "ast",
        "asyncio",
        "click",
        "cryptography",
        "dataclasses",
        "dulwich",
        "hashlib",
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
        "traceback",
        "typer",
    }
)

QUICK_STARTS = [
    ("-c", "import scafld"),
    ("-c", "import scafld.core.contract.spec"),
    ("-m", "scafld", "--version"),
]
"""Arguments of an interpreter that needs no workspace."""

QUICK_COMMANDS = ["status at-work", "status over", "handoff at-work", "handoff over", "list", "list --all", "report"]
"""Commands that must answer at once in a workspace, once another command has run in it."""

READS_LEDGERS = frozenset({"scafld.adapters.files.census", "scafld.adapters.files.ledgers", "scafld.core.task.events"})

ROOMS = frozenset(
    {"scafld.adapters.files.receipts", "scafld.adapters.local.proofs", "scafld.adapters.local.strongroom"}
)
"""Where receipts and keys lie: a status of a task at work enters none of them."""


def loaded(
    root: Path, *arguments: str, cwd: Path | None = None, environ: dict[str, str] | None = None
) -> frozenset[str]:
    """The modules that `python ARGUMENTS` loads, in an environment that holds nothing but the checkout."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=cwd or root,
        env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
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


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    host = str(tmp_path_factory.mktemp("host"))
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "SCAFLD_CONFIG_HOME": host,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


@pytest.fixture(scope="module")
def workspace(root: Path, tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> Path:
    """A repository with one task at work and one that is completed, on which commands have run."""
    folder = tmp_path_factory.mktemp("budget")
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    scafld = [sys.executable, "-m", "scafld"]
    for words in (
        ["git", "init", "-q"],
        ["git", "add", "-A"],
        ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "first"],
        [*scafld, "init"],
        [*scafld, "quick", "over", "--title", "Over", "--command", "grep -q y a.py", "--file", "a.py"],
        ["sh", "-c", "echo y >> a.py"],
        [*scafld, "build", "over"],
        [*scafld, "review", "over", "--human-reviewed", "--reason", "read it"],
        [*scafld, "complete", "over"],
        [*scafld, "quick", "at-work", "--title", "At work", "--command", "grep -q z a.py", "--file", "a.py"],
        [*scafld, "status", "at-work"],
        [*scafld, "status", "over"],
        [*scafld, "list", "--all"],
    ):
        subprocess.run(
            words, cwd=folder, env={**environ, "PYTHONPATH": str(root)}, check=True, capture_output=True, timeout=60
        )
    return folder


@pytest.mark.parametrize("arguments", QUICK_STARTS, ids=" ".join)
def test_a_quick_start_loads_nothing_heavy(root: Path, floor: frozenset[str], arguments: tuple[str, ...]) -> None:
    """No instrument is loaded before it is needed: neither a package nor the slow part of the standard library."""
    paid = loaded(root, *arguments) - floor

    assert sorted(paid & HEAVY) == []
    assert "scafld" in paid


@pytest.mark.parametrize("command", QUICK_COMMANDS)
def test_a_quick_command_loads_nothing_heavy(
    root: Path, floor: frozenset[str], workspace: Path, environ: dict[str, str], command: str
) -> None:
    """A command that only looks parses no Markdown, no YAML, no schema, and starts no interpreter of arguments."""
    paid = loaded(root, "-m", "scafld", *command.split(), cwd=workspace, environ=environ) - floor

    assert sorted(paid & HEAVY) == []
    assert "scafld.adapters.cli.handlers.looking" in paid


def test_the_version_pays_for_nothing_else(root: Path, floor: frozenset[str]) -> None:
    """Of scafld: the front door and the number."""
    paid = loaded(root, "-m", "scafld", "--version") - floor

    assert {name for name in paid if name.startswith("scafld")} == {
        "scafld",
        "scafld.core",
        "scafld.core.version",
        "scafld.adapters",
        "scafld.adapters.cli",
        "scafld.adapters.cli.front",
    }
    assert paid.isdisjoint({"typing", "enum", "re", "json"})


@pytest.mark.parametrize("command", ["list", "list --all", "report"])
def test_what_is_remembered_is_listed_without_the_ledgers(
    root: Path, floor: frozenset[str], workspace: Path, environ: dict[str, str], command: str
) -> None:
    """While nothing has changed, a list of tasks loads neither what reads a ledger nor its events."""
    paid = loaded(root, "-m", "scafld", *command.split(), cwd=workspace, environ=environ) - floor

    assert paid.isdisjoint(READS_LEDGERS)
    assert "scafld.adapters.files.index" in paid


def test_a_ledger_that_changed_is_read(
    root: Path, floor: frozenset[str], workspace: Path, environ: dict[str, str]
) -> None:
    """The same command loads all of that when the index is gone."""
    (workspace / ".scafld" / "cache" / "index.json").unlink()

    paid = loaded(root, "-m", "scafld", "list", cwd=workspace, environ=environ) - floor

    assert paid >= READS_LEDGERS


@pytest.mark.parametrize("command", ["status at-work", "status over"])
def test_a_status_asks_for_the_time_and_no_calendar(
    root: Path, floor: frozenset[str], workspace: Path, environ: dict[str, str], command: str
) -> None:
    """The clock is read without `datetime`, which takes longer to load than the rest of the answer to make."""
    paid = loaded(root, "-m", "scafld", *command.split(), cwd=workspace, environ=environ) - floor

    assert "datetime" not in paid


def test_a_status_enters_no_room_of_proof(
    root: Path, floor: frozenset[str], workspace: Path, environ: dict[str, str]
) -> None:
    """Nor does a list; that of a task that is over looks for its receipt."""
    paid = [
        loaded(root, "-m", "scafld", *command.split(), cwd=workspace, environ=environ) & ROOMS
        for command in ("status at-work", "list", "status over")
    ]

    assert paid == [set(), set(), {"scafld.adapters.files.receipts"}]


def test_the_budget_bites(root: Path, floor: frozenset[str]) -> None:
    """A heavy module that is loaded, in whatever way, is seen."""
    paid = loaded(root, "-c", "import scafld\n\ndef f():\n    import dataclasses\n\nf()") - floor

    assert {"dataclasses", "inspect"} <= paid & HEAVY

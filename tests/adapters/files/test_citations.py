"""What is cited is there, or the anchor says what is not; no anchor leads out of the workspace or holds anybody up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scafld.adapters.files.citations import cite, locate
from scafld.adapters.local.joints import read_spec
from scafld.core.contract.spec import Spec

TEXT = """---
spec_version: '2.0'
task_id: add-cache
status: draft
size: small
risk_level: low
---

# Add a cache

## Acceptance

- [ ] `ac1` command - Cache evicts
  - Command: `pytest -q`
"""


@pytest.fixture
def spec() -> Spec:
    read = read_spec(TEXT, "add-cache.md").spec
    assert read is not None
    return read


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a file of three lines and an archived task, and a file outside of it."""
    root = tmp_path / "work"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a b\n.py").write_text("1\n2\n3\n")
    (root / ".scafld" / "specs" / "archive" / "2025-01").mkdir(parents=True)
    (root / ".scafld" / "specs" / "archive" / "2025-01" / "old-task.md").write_text("x")
    (tmp_path / "outside.py").write_text("1\n")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "inside.py").symlink_to("src/a b\n.py")
    os.mkfifo(root / "pipe.py")
    return root


@pytest.mark.parametrize(
    "anchor",
    [
        "code:src/a b\n.py:1",
        "code:src/a b\n.py:3",
        "code:src/a b\n.py:2-3",
        "code:./src/../src/a b\n.py:1",
        "code:inside.py:3",
        "`code:src/a b\n.py:1`",
        " archive:old-task ",
        "spec_gap:acceptance",
        "spec_gap:Self Eval",
        "spec_gap:ac1",
        "spec_gap:Cache evicts",
    ],
)
def test_what_is_there_holds(root: Path, spec: Spec, anchor: str) -> None:
    """Lines of files, archived tasks, parts of the spec; links within the workspace."""
    assert cite(str(root), spec)(anchor) == ""


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("code:src/a b\n.py:4", "names line 4 of 3"),
        ("code:src/a b\n.py:1-4", "names line 4 of 3"),
        ("code:src/a b\n.py:4-1", "names no line"),
        ("code:src/a b\n.py:0", "names no line"),
        ("code:src/a b\n.py:-1", "names no line"),
        ("code:src/a b\n.py:\u00b2", "names no line"),
        ("code:src/a b\n.py:\u0663", "names no line"),
        ("code:src/a b\n.py:" + "9" * 5000, "names no line"),
        ("code:src/a b\n.py:1-", "names no line"),
        ("code:src/a b\n.py", "names no line"),
        ("code::1", "names no line"),
        ("code:a\0b:1", "names no line"),
        ("code:absent.py:1", "no file that is there"),
        ("code:src:1", "no file that is there"),
        ("code:pipe.py:1", "no file that is there"),
        ("code:" + "x" * 5000 + ":1", "no file that is there"),
        ("code:\ud800:1", "no file that is there"),
        ("code:../outside.py:1", "outside the workspace"),
        ("code:/etc/hostname:1", "outside the workspace"),
        ("code:link.py:1", "outside the workspace"),
        ("archive:absent", "no archived task"),
        ("archive:../2025-01/old-task", "names no task"),
        ("archive:", "names no task"),
        ("spec_gap:", "no part of the spec"),
        ("spec_gap:nonsense", "no part of the spec"),
        ("http://example.org", "is none of"),
        ("", "is none of"),
    ],
)
def test_what_is_not_there_is_said(root: Path, spec: Spec, anchor: str, words: str) -> None:
    """By what is wrong with the anchor."""
    assert words in cite(str(root), spec)(anchor)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a b\n.py", 3),
        ("src/a b\n.py", None),
        ("src", None),
        ("inside.py", 3),
        ('"src/a b\\n.py"', 1),
        ('"caf\\351.py"', 1),
        ("./src/../src", None),
        ("no-end.py", 2),
    ],
)
def test_a_place_that_is_there_is_found(root: Path, path: str, line: int | None) -> None:
    """A file, a line of it, a folder, a name that git has to quote."""
    (root / "no-end.py").write_text("1\n2")
    with open(os.fsencode(root) + b"/caf\351.py", "wb") as file:
        file.write(b"1\n")

    assert locate(str(root))(path, line) == ""


@pytest.mark.parametrize(
    ("path", "line", "words"),
    [
        ("src/a b\n.py", 4, "names line 4 of 3"),
        ("empty.py", 1, "names line 1 of 0"),
        ("src/a b\n.py", 10**15, f"names line {10**15} of 3"),
        ("absent.py", None, "no file that is there"),
        ("absent.py", 1, "no file that is there"),
        ("src", 1, "no file that is there"),
        ("pipe.py", 1, "no file that is there"),
        ("../outside.py", None, "outside the workspace"),
        ("/etc/passwd", 1, "outside the workspace"),
        ("link.py", None, "outside the workspace"),
        ("src/../../outside.py", 1, "outside the workspace"),
        ("a\0b", None, "no file that is there"),
        ("\ud800", None, "no name"),
        ('"src', None, "no name"),
        ("x" * 100_000, 1, "no file that is there"),
    ],
)
def test_a_place_that_is_not_there_is_said(root: Path, path: str, line: int | None, words: str) -> None:
    """By what is not there; a pipe holds nobody up."""
    (root / "empty.py").write_text("")

    assert words in locate(str(root))(path, line)


def test_lines_are_counted_chunk_by_chunk(root: Path) -> None:
    """Whether or not a line ends where a chunk does."""
    (root / "long.py").write_bytes(b"x" * (2**18 - 1) + b"\n" + b"y" * 2**18 + b"\nz")

    found = [locate(str(root))("long.py", line) for line in (3, 4)]

    assert found == ["", "names line 4 of 3"]


def test_a_workspace_without_an_archive_has_no_archived_task(tmp_path: Path, spec: Spec) -> None:
    """That is no error."""
    assert cite(str(tmp_path), spec)("archive:old-task") == "names no archived task"

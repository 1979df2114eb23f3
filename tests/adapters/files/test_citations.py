"""What is cited is there, or the anchor says what is not; no anchor leads out of the workspace or holds anybody up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scafld.adapters.files.citations import cite
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


def test_a_workspace_without_an_archive_has_no_archived_task(tmp_path: Path, spec: Spec) -> None:
    """That is no error."""
    assert cite(str(tmp_path), spec)("archive:old-task") == "names no archived task"

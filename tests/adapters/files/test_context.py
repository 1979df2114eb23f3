"""What a reviewer is given beside the change lies in the workspace, is text, and is no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scafld.adapters.files.context import LARGEST_FILE, context_files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with guidance, secrets, and ways out of it."""
    root = tmp_path / "work"
    (root / "docs" / "deep").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".scafld").mkdir()
    (root / "AGENTS.md").write_text("rules\n")
    (root / "docs" / "b.md").write_text("b")
    (root / "docs" / "a.txt").write_text("a")
    (root / "docs" / "c.png").write_bytes(b"\x89PNG")
    (root / "docs" / ".env.md").write_text("SECRET=1")
    (root / "docs" / "out.md").symlink_to(tmp_path / "outside.md")
    (root / "docs" / "deep" / "d.md").write_text("d")
    (root / ".env").write_text("SECRET=1")
    (root / ".git" / "config").write_text("[core]")
    (root / ".scafld" / "config.local.yaml").write_text("x: 1")
    (root / "elsewhere").symlink_to(tmp_path)
    (root / "alias.md").symlink_to("AGENTS.md")
    (tmp_path / "outside.md").write_text("outside")
    os.mkfifo(root / "pipe.md")
    return root


def test_files_come_in_the_order_in_which_they_are_named(root: Path) -> None:
    """Each once; a folder stands for the texts in it, not for those below it."""
    found = context_files(str(root), ("docs", "AGENTS.md", "./docs/b.md", "docs/"))

    assert found == (("docs/a.txt", "a"), ("docs/b.md", "b"), ("AGENTS.md", "rules\n"))


def test_a_workspace_stands_for_its_own_texts(root: Path) -> None:
    """Named by a dot: links and pipes among them are passed over."""
    assert context_files(str(root), (".",)) == (("AGENTS.md", "rules\n"),)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.md",
        "/etc/hostname",
        "elsewhere",
        "elsewhere/outside.md",
        "docs/out.md",
        "docs/../../outside.md",
        "alias.md",
        ".env",
        ".ENV",
        "docs/.env.md",
        ".git/config",
        ".GIT/config",
        ".git",
        ".scafld/config.local.yaml",
        ".scafld/../.scafld/config.local.yaml",
        "pipe.md",
        "absent.md",
        "a\0b",
        "x" * 5000,
        "",
        "..",
    ],
)
def test_what_is_not_to_be_shown_is_passed_over(root: Path, name: str) -> None:
    """Nothing outside, no secret, nothing that is no file, and no error."""
    shown = dict(context_files(str(root), (name,)))

    assert [path for path in shown if path != "AGENTS.md"] == []
    assert name == "" or shown == {}


def test_nothing_in_a_folder_that_leads_out_is_shown(root: Path, tmp_path: Path) -> None:
    """By whatever way it is named."""
    (tmp_path / "private.md").write_text("private")

    assert context_files(str(root), ("elsewhere", "docs/../elsewhere", str(tmp_path), "..")) == ()


def test_a_large_file_is_cut_and_bytes_are_shown(root: Path) -> None:
    """Text that is no UTF-8 is shown as far as it goes."""
    (root / "large.md").write_bytes(b"\xff" + b"x" * (LARGEST_FILE + 10))

    ((name, text),) = context_files(str(root), ("large.md",))

    assert (name, len(text), text[:2]) == ("large.md", LARGEST_FILE, "\ufffdx")


def test_a_workspace_reached_through_a_link_is_the_same(root: Path, tmp_path: Path) -> None:
    """Its own root may be a link."""
    (tmp_path / "way").symlink_to(root)

    assert context_files(str(tmp_path / "way"), ("AGENTS.md",)) == (("AGENTS.md", "rules\n"),)

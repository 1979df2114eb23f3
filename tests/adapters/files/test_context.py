"""What a reviewer is given beside the change lies in the workspace, is text, and is no secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scafld.adapters.files.context import LARGEST_FILE, context_files
from scafld.core.views.packet import ProjectFile, Unshown


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


def shown(root: Path, *names: str) -> dict[str, str]:
    return {each.path: each.text for each in context_files(str(root), names) if isinstance(each, ProjectFile)}


def reasons(root: Path, *names: str) -> dict[str, str]:
    return {each.path: each.why for each in context_files(str(root), names) if isinstance(each, Unshown)}


def test_files_come_in_the_order_in_which_they_are_named(root: Path) -> None:
    """Each once; a folder stands for the texts in it, not for those below it."""
    found = context_files(str(root), ("docs", "AGENTS.md", "./docs/b.md", "docs/"))

    assert [each.path for each in found] == ["docs/.env.md", "docs/a.txt", "docs/b.md", "docs/out.md", "AGENTS.md"]
    assert list(shown(root, "AGENTS.md", "docs").items()) == [
        ("AGENTS.md", "rules\n"),
        ("docs/a.txt", "a"),
        ("docs/b.md", "b"),
    ]


def test_a_workspace_stands_for_its_own_texts(root: Path) -> None:
    """Named by a dot: what links and pipes among them are is said."""
    assert shown(root, ".") == {"AGENTS.md": "rules\n"}
    assert reasons(root, ".") == {"alias.md": LINK, "pipe.md": "it is no plain file"}


LINK = "it is a link, or lies behind one"
OUTSIDE = "it lies outside of the workspace"
OWN = "it is this machine's own configuration"
GIT = "it belongs to git"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../outside.md", OUTSIDE),
        ("/etc/hostname", OUTSIDE),
        ("docs/../../outside.md", OUTSIDE),
        ("..", OUTSIDE),
        ("elsewhere", LINK),
        ("elsewhere/outside.md", LINK),
        ("docs/out.md", LINK),
        ("alias.md", LINK),
        (".env", "it is a secret"),
        (".ENV", "it is a secret"),
        ("docs/.env.md", "it is a secret"),
        (".env.local/a.md", "it is a secret"),
        (".git/config", GIT),
        (".GIT/config", GIT),
        (".git", GIT),
        (".scafld/config.local.yaml", OWN),
        (".scafld/../.scafld/Config.Local.yaml", OWN),
        ("pipe.md", "it is no plain file"),
        ("absent.md", "it is not there"),
        ("AGENTS.md/x", "it is not there"),
        ("x" * 5000, "it is not there"),
        ("docs/deep/empty", "it is a folder without texts"),
        ("a\0b", "it is no name of a file"),
    ],
)
def test_what_is_not_to_be_shown_is_named_with_its_reason(root: Path, name: str, why: str) -> None:
    """Nothing outside, no secret, nothing that is no file; no error, and no silence."""
    (root / "docs" / "deep" / "empty").mkdir()

    found = context_files(str(root), (name,))

    assert [type(each) for each in found] == [Unshown]
    assert reasons(root, name) == {os.path.normpath(name): why}


def test_nothing_in_a_folder_that_leads_out_is_shown(root: Path, tmp_path: Path) -> None:
    """By whatever way it is named."""
    (tmp_path / "private.md").write_text("private")

    assert shown(root, "elsewhere", "docs/../elsewhere", str(tmp_path), "..", "elsewhere/private.md") == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever may read everything is refused nothing")
def test_a_file_that_nobody_may_read_is_named(root: Path) -> None:
    """With the system's own words."""
    (root / "AGENTS.md").chmod(0)

    assert reasons(root, "AGENTS.md") == {"AGENTS.md": "it cannot be read: Permission denied"}


@pytest.mark.parametrize("more", [0, 1, 100_000])
def test_a_file_that_is_too_large_is_named_with_its_size(root: Path, more: int) -> None:
    """Up to a quarter of a megabyte a file is whole."""
    (root / "large.md").write_bytes(b"x" * (LARGEST_FILE + more))

    (found,) = context_files(str(root), ("large.md",))

    if more:
        assert found == Unshown(
            path="large.md", why=f"it is larger than {LARGEST_FILE} bytes", size=LARGEST_FILE + more
        )
    else:
        assert found == ProjectFile(path="large.md", text="x" * LARGEST_FILE)


def test_binary_files_are_named_and_odd_bytes_are_shown(root: Path) -> None:
    """A NUL makes a file binary, as for git; other bytes that are no text are escaped."""
    (root / "a.bin").write_bytes(b"\x89PNG\0" + b"x" * 10)
    (root / "latin.txt").write_bytes(b"caf\xe9\n")

    assert context_files(str(root), ("a.bin", "latin.txt")) == (
        Unshown(path="a.bin", why="it is binary", size=15),
        ProjectFile(path="latin.txt", text="caf\\xe9\n"),
    )


def test_an_empty_name_is_the_workspace_itself(root: Path) -> None:
    """As a dot is."""
    assert context_files(str(root), ("",)) == context_files(str(root), (".",))


def test_a_workspace_reached_through_a_link_is_the_same(root: Path, tmp_path: Path) -> None:
    """Its own root may be a link."""
    (tmp_path / "way").symlink_to(root)

    assert shown(tmp_path / "way", "AGENTS.md") == {"AGENTS.md": "rules\n"}

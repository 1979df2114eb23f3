"""The joints between adapters."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from scafld.adapters.local.joints import digest_below, git_binary, read_spec, write_draft
from scafld.core.contract.spec import Profile, Risk
from scafld.core.contract.wishes import DraftRequest, Suggestion
from scafld.core.names import Moment, TaskId

AT = Moment("2026-01-31T12:00:00.000Z")


def test_a_file_below_the_root_has_its_digest(tmp_path: Path) -> None:
    """The digest is that of the bytes."""
    (tmp_path / "shot.png").write_bytes(b"pixels")

    assert digest_below((str(tmp_path),), "shot.png") == sha256(b"pixels").hexdigest()


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "link", "no-such-file", "."])
def test_nothing_outside_the_root_has_one(tmp_path: Path, path: str) -> None:
    """A way out, a link out, a folder and nothing at all are no artifact."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_bytes(b"secret")
    (root / "link").symlink_to(tmp_path / "outside")

    assert digest_below((str(root),), path) is None


def test_a_further_folder_may_hold_evidence(tmp_path: Path) -> None:
    """A file in a folder that the configuration names has a digest, by its whole path."""
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "a.png").write_bytes(b"pixels")

    assert digest_below((str(tmp_path / "root"), str(shots)), str(shots / "a.png")) == sha256(b"pixels").hexdigest()


def test_git_is_found_where_the_caller_s_path_says(tmp_path: Path) -> None:
    """The first executable file called git on PATH; none when there is none."""
    tool = tmp_path / "git"
    tool.write_text("#!/bin/sh\n", encoding="utf-8")
    tool.chmod(0o755)

    assert git_binary({"PATH": f"/no/such/folder:{tmp_path}"}) == str(tool)
    assert git_binary({"PATH": "/no/such/folder"}) is None


def test_the_command_that_is_asked_for_stands_alone() -> None:
    """A command that a person gives is the one criterion; the repository's offers stay out of it."""
    text = write_draft(
        DraftRequest(
            task_id=TaskId("add-y"),
            title="Add y",
            command="grep -q y a.py",
            created=AT,
            suggestions=(Suggestion(title="Tests", command="pytest -q"),),
        )
    )

    found = read_spec(text, "add-y.md")

    assert found.spec is not None
    assert [criterion.command for _, criterion in found.spec.criteria()] == ["grep -q y a.py"]
    assert found.spec.profile is Profile.LIGHT


def test_the_repository_s_own_command_stands_in() -> None:
    """Without one, the first thing the repository offers is taken, in its folder."""
    text = write_draft(
        DraftRequest(
            task_id=TaskId("add-y"),
            title="Add y",
            risk=Risk.MEDIUM,
            created=AT,
            suggestions=(Suggestion(title="Tests", command="npm test", cwd="web"), Suggestion(title="L", command="l")),
        )
    )

    found = read_spec(text, "add-y.md")

    assert found.spec is not None
    assert [criterion.command for _, criterion in found.spec.criteria()] == ["cd web && npm test"]
    assert found.spec.profile is Profile.STANDARD

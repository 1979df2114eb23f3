"""`verify --self-check`, `init --ci` and `note` on the command line, in a real repository."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.git.ground.notes import Notes

Scafld = Callable[..., Any]
KEYS = ".scafld/trusted-keys.json"


def git(where: Path, environ: Mapping[str, str], *words: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(
        ["git", *identity, *words], cwd=where, env=dict(environ), check=True, capture_output=True, timeout=60
    )


def required(where: Path) -> None:
    with (where / ".scafld/config.yaml").open("a") as file:
        file.write("proof:\n  wiring: required\n")


def gaps(told: Any) -> list[str]:
    return [point["about"] for point in told["result"]["points"] if point["gap"]]


@pytest.fixture
def wired(workspace: Path, scafld: Scafld, environ: Mapping[str, str]) -> Path:
    """A workspace in which everything is done that a project does to require receipts."""
    required(workspace)
    assert scafld("init", "--ci", "--no-agent-docs").code == 0
    assert scafld("keys", "trust").code == 0
    (workspace / ".github/CODEOWNERS").write_text("/.scafld/ @o\n/.github/ @o\n")
    git(workspace, environ, "add", "-A")
    git(workspace, environ, "commit", "-qm", "wired")
    return workspace


def test_a_project_that_is_wired_holds(wired: Path, scafld: Scafld) -> None:
    """And hears what cannot be seen from here, on every page."""
    told = scafld("verify", "--self-check", "--json")

    assert (told.code, gaps(told.told)) == (0, [])
    page = scafld("verify", "--self-check").lines
    assert "?     cannot be seen from here: whether the default branch is protected" in " ".join(page)
    assert page[-1] == "0 gaps; proof.wiring is required"


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a workflow that is gone": (
        lambda p: (p / ".github/workflows/scafld.yml").unlink(),
        ".github/workflows/scafld.yml",
    ),
    "a workflow that was changed": (
        lambda p: (p / ".github/workflows/scafld-acceptance.yml").write_text("on: push\n"),
        ".github/workflows/scafld-acceptance.yml",
    ),
    "a key that is not committed": (lambda p: (p / KEYS).write_text('{"version": 1, "keys": []}'), KEYS),
    "keys that are torn": (lambda p: (p / KEYS).write_text("{"), KEYS),
    "receipts that git ignores": (lambda p: (p / ".scafld/.gitignore").write_text("receipts/\n"), "proof.receipts"),
    "nobody to ask": (lambda p: (p / ".github/CODEOWNERS").write_text("/docs/ @o\n"), ".github/CODEOWNERS"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_not_wired_is_named(wired: Path, scafld: Scafld, name: str) -> None:
    """With exit 3, and what to do; the same under `advisory` is told with exit 0."""
    break_it, about = BREAKS[name]
    break_it(wired)

    told = scafld("verify", "--self-check", "--json")

    assert told.code == 3 and about in gaps(told.told)
    assert all(point["next"] for point in told.told["result"]["points"] if point["gap"])
    config = wired / ".scafld/config.yaml"
    config.write_text(config.read_text().replace("required", "advisory"))
    assert scafld("verify", "--self-check").code == 0


def test_looking_makes_no_key_and_writes_nothing(
    workspace: Path, scafld: Scafld, tmp_path: Path, snapshot: Callable[[], dict[str, bytes]]
) -> None:
    """A host without a key still has none afterwards."""
    before = snapshot()

    told = scafld("verify", "--self-check", "--json", SCAFLD_CONFIG_HOME=str(tmp_path / "host"))

    assert told.code == 0 and "has no key" in told.out
    assert not (tmp_path / "host").exists() and snapshot() == before


def test_it_stands_alone(workspace: Path, scafld: Scafld) -> None:
    """Beside a task or a commit it would be asked two things."""
    for words in (("add-y",), ("--commit", "HEAD")):
        told = scafld("verify", *words, "--self-check")
        assert told.code == 2 and "stands alone" in told.err


def test_without_git_it_says_so(workspace: Path, scafld: Scafld, tmp_path: Path) -> None:
    """And goes on with what can be seen."""
    (workspace / ".git").rename(tmp_path / "away")
    required(workspace)

    told = scafld("verify", "--self-check", "--json")

    assert told.code == 3 and "proof.receipts" in gaps(told.told)


def test_init_says_what_update_leaves(workspace: Path, scafld: Scafld) -> None:
    """A workflow that was changed is its changer's."""
    scafld("init", "--ci", "--no-agent-docs")
    path = workspace / ".github/workflows/scafld.yml"
    path.write_text(path.read_text() + "# mine\n")

    assert "  left     .github/workflows/scafld.yml (it was changed, so it is yours)" in scafld("update").lines
    again = scafld("init", "--ci", "--no-agent-docs")
    assert again.code == 6 and "move it away" in " ".join(again.lines)


def test_a_receipt_travels_with_a_commit(completed: Path, scafld: Scafld, environ: Mapping[str, str]) -> None:
    """Once, byte for byte, and the way to push it is named."""
    git(completed, environ, "add", "-A")
    git(completed, environ, "commit", "-qm", "done")

    first, second = scafld("note", "add-y"), scafld("note", "add-y", "--commit", "HEAD", "--json")

    assert first.code == 0 and first.lines[-1] == "next: git push origin refs/notes/scafld"
    assert second.code == 0 and second.told["result"]["added"] is False
    (found,) = Notes.of(str(completed), "git", environ).read("HEAD")
    assert found == (completed / ".scafld/receipts/add-y.dsse.json").read_bytes()
    assert json.loads(found)["payloadType"] == "application/vnd.in-toto+json"


def test_what_cannot_be_noted_is_told(completed: Path, scafld: Scafld) -> None:
    """A task without a receipt, a commit that is none."""
    assert scafld("note", "no-such-task").code == 6
    assert scafld("note", "add-y", "--commit", "nowhere").code == 2
    assert scafld("note", "add-y", "--commit", "").code == 2

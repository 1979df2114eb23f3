"""What a history ever held: nothing that came to it is passed over, whatever was done about it later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scafld.adapters.git.ground.footing import Attic, attic
from scafld.adapters.git.ground.history import ends_of, history, once_below, once_noted, present
from scafld.adapters.git.ground.notes import REF
from scafld.adapters.git.repository import find
from scafld.core.proof.git_names import git_id

NOBODY = "0123456789" * 4


def git(root: Path, *words: str) -> str:
    who = {f"GIT_{each}_{what}": "n@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_CONFIG_NOSYSTEM": "1", **who}
    done = subprocess.run(["git", *words], cwd=root, env=environ, check=True, capture_output=True, timeout=60)
    return done.stdout.decode().strip()


def commit(root: Path, path: str, text: str) -> str:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-qm", path)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit, and a workspace in a folder of it."""
    made = tmp_path / "repository"
    (made / "ws").mkdir(parents=True)
    git(made, "init", "-q", "-b", "main")
    commit(made, "ws/a", "one")
    return made


@pytest.fixture
def found(root: Path) -> Iterator[Attic]:
    place = find(os.fsencode(root / "ws"))
    assert place is not None
    with attic(place, "git", {"PATH": os.environ["PATH"]}) as opened:
        yield opened


def test_what_a_merge_dropped_was_there(root: Path, found: Attic) -> None:
    """It lay on one side, and the merge is as if it never had."""
    start = git(root, "rev-parse", "HEAD")
    git(root, "switch", "-qc", "side")
    commit(root, "ws/kept/x", "dropped")
    git(root, "switch", "-q", "main")
    commit(root, "ws/a", "two")
    git(root, "merge", "-q", "--no-ff", "--no-commit", "side")
    git(root, "rm", "-q", "-f", "ws/kept/x")
    git(root, "commit", "-qm", "merged")

    assert once_below(found, ("main",), "kept") == (b"dropped",)
    assert once_below(found, ("main", f"^{start}"), "kept") == (b"dropped",)
    assert once_below(found, (start,), "kept") == ()


def test_every_text_that_a_note_had(root: Path, found: Attic) -> None:
    """One that was written over, and one that was taken away; a name that is no commit's is nothing odd."""
    one, two = git(root, "rev-parse", "HEAD"), commit(root, "ws/a", "two")
    for words in (("add", "-m", "x", one), ("add", "-f", "-m", "y", one), ("add", "-m", "z", two), ("remove", two)):
        git(root, "notes", f"--ref={REF}", *words)
    git(root, "worktree", "add", "-q", "--detach", str(root.parent / "notes"), REF)
    git(root, "update-ref", REF, commit(root.parent / "notes", ":100644 a", "odd"))

    told = {name: sorted(found.blobs(blobs).values()) for name, blobs in once_noted(found).items()}

    assert told == {one: [b"x\n", b"y\n"], two: [b"z\n"], ":100644 a": [b"odd"]}


def test_no_note_at_all(found: Attic) -> None:
    """No ref, no text, and no history."""
    assert (once_noted(found), history(found, REF)) == ({}, frozenset())


def test_between_two_commits(root: Path, found: Attic) -> None:
    """Without the earlier one and all before it."""
    one, two = git(root, "rev-parse", "HEAD"), commit(root, "ws/a", "two")

    assert history(found, two) == {one, two}
    assert history(found, two, one) == {two}
    assert list(present(found, (git_id(two), git_id(NOBODY), git_id(one)))) == [two, one]


def test_where_a_clone_ends(root: Path, found: Attic) -> None:
    """Nowhere, unless it is shallow."""
    last = commit(root, "ws/a", "two")
    git(root, "clone", "-q", "--depth", "1", f"file://{root}", str(root.parent / "shallow"))
    place = find(os.fsencode(root.parent / "shallow"))
    assert place is not None

    with attic(place, "git", {"PATH": os.environ["PATH"]}) as shallow:
        assert ends_of(shallow) == {last}
    assert ends_of(found) == frozenset()

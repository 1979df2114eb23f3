"""Receipts as git notes: none is lost, none is changed, and nothing else in the repository moves."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scafld.adapters.git.ground.notes import REF, Notes
from scafld.core.proof.dsse import Envelope, Signature, write_envelope
from scafld.core.refusal import Misused, Refused, Unavailable


def receipt(name: str) -> bytes:
    signature = Signature(keyid="", sig=b"s" * 64)
    return write_envelope(Envelope(payload=name.encode(), payload_type="text/plain", signatures=(signature,)))


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A repository with two commits, and no identity for commits configured."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for name in ("one", "two"):
        (root / "a").write_text(name)
        git(root, "add", "-A")
        git(root, "-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", name)
    return root


def environ(root: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(root.parent), "GIT_CONFIG_NOSYSTEM": "1"}


def git(root: Path, *words: str, feed: str = "") -> str:
    done = subprocess.run(
        ["git", *words],
        cwd=root,
        env=environ(root),
        input=feed,
        check=True,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.stdout.strip()


def notes(root: Path) -> Notes:
    return Notes.of(str(root), "git", environ(root))


def test_a_receipt_comes_back_byte_for_byte(noted: Path) -> None:
    """From the commit that it was noted on, and from no other."""
    head = git(noted, "rev-parse", "HEAD")

    assert notes(noted).attach("HEAD", receipt("x")) == (head, True)

    assert notes(noted).read(head) == (receipt("x"),)
    assert notes(noted).read("HEAD~1") == ()


def test_several_tasks_go_with_one_commit(noted: Path) -> None:
    """In the order in which they came; the same again is there already."""
    told = [notes(noted).attach("main", receipt(name))[1] for name in ("x", "y", "x", "z")]

    assert told == [True, True, False, True]
    assert notes(noted).read("main") == tuple(receipt(name) for name in "xyz")


def test_none_is_lost_when_many_write_at_once(noted: Path) -> None:
    """Each of twelve is there in the end."""
    names = [f"task-{at}" for at in range(12)]

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda name: notes(noted).attach("HEAD", receipt(name))[1], names))

    assert told == [True] * 12
    assert set(notes(noted).read("HEAD")) == {receipt(name) for name in names}
    assert git(noted, "for-each-ref", "--format=%(refname)") == f"refs/heads/main\n{REF}"


def test_nothing_else_moves(noted: Path) -> None:
    """No branch, no index, no file, no hook that the repository names."""
    ran = noted.parent / "ran"
    for hook in ("reference-transaction", "post-commit", "pre-commit"):
        path = noted / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {ran}\n")
        path.chmod(0o755)
    before = (git(noted, "rev-parse", "HEAD"), (noted / ".git/index").read_bytes(), git(noted, "status", "--short"))

    notes(noted).attach("HEAD", receipt("x"))

    assert before == (git(noted, "rev-parse", "HEAD"), (noted / ".git/index").read_bytes(), git(noted, "status", "-s"))
    assert not ran.exists()


def test_git_itself_finds_them(noted: Path) -> None:
    """They are notes like others: shown, copied and joined by its own commands."""
    notes(noted).attach("HEAD", receipt("x"))
    git(noted, "update-ref", "refs/notes/other", REF)
    notes(noted).attach("HEAD", receipt("y"))
    assert git(noted, "notes", "--ref=scafld", "show").splitlines() == [
        receipt(name).decode().strip() for name in ("x", "y")
    ]
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    git(noted, *identity, "notes", "--ref=other", "append", "-m", receipt("z").decode())

    git(noted, *identity, "notes", "--ref=scafld", "merge", "-q", "-s", "cat_sort_uniq", "other")

    assert set(notes(noted).read("HEAD")) == {receipt(name) for name in "xyz"}


def test_many_notes_lie_in_folders(noted: Path) -> None:
    """As git spreads them from a number of notes on."""
    who = "committer n <n@example.org> 1700000000 +0000\n"
    commits = "".join(f"commit refs/heads/m\nmark :{at}\n{who}data 1\nx\n" for at in range(1, 301))
    noting = "".join(f"N inline :{at}\ndata 2\n{{}}\n" for at in range(1, 301))
    git(noted, "fast-import", "--quiet", feed=f"{commits}commit {REF}\n{who}data 1\nx\n{noting}")
    assert "/" in git(noted, "ls-tree", "-r", "--name-only", REF)

    notes(noted).attach("HEAD", receipt("x"))
    notes(noted).attach("HEAD", receipt("y"))

    assert notes(noted).read("HEAD") == (receipt("x"), receipt("y"))


def test_a_receipt_over_many_lines_becomes_one(noted: Path) -> None:
    """What is signed stays: only the spaces between go."""
    spread = receipt("x").replace(b",", b",\n  ")

    notes(noted).attach("HEAD", spread)
    told = notes(noted).attach("HEAD", receipt("x"))

    assert told[1] is False
    assert notes(noted).read("HEAD") == (receipt("x"),)


def test_what_others_put_there_is_given_as_it_stands(noted: Path) -> None:
    """It hides no receipt, and is no error here."""
    git(noted, "-c", "user.name=n", "-c", "user.email=n@e", "notes", "--ref=scafld", "add", "-m", "hello\n\nyou")

    notes(noted).attach("HEAD", receipt("x"))

    assert notes(noted).read("HEAD") == (b"hello\n", b"you\n", receipt("x"))


@pytest.mark.parametrize("commit", ["nowhere", "--all", "", "HEAD:a", "-1"])
def test_a_commit_that_is_none_is_told(noted: Path, commit: str) -> None:
    """To write and to read."""
    for act in (lambda: notes(noted).attach(commit, receipt("x")), lambda: notes(noted).read(commit)):
        with pytest.raises(Misused, match=r"names no commit|no plain name"):
            act()


@pytest.mark.parametrize("content", [b"", b"{}", b"hello", receipt("x") + receipt("y"), receipt("x")[:-3]])
def test_what_is_no_receipt_is_not_noted(noted: Path, content: bytes) -> None:
    """Two are none either."""
    with pytest.raises(Refused, match="it is no receipt"):
        notes(noted).attach("HEAD", content)

    assert git(noted, "for-each-ref", "--format=%(refname)") == "refs/heads/main"


@pytest.mark.parametrize(("git_binary", "words"), [(None, "git binary"), ("git", "no git repository")])
def test_without_git_there_are_no_notes(
    noted: Path, tmp_path_factory: pytest.TempPathFactory, git_binary: str | None, words: str
) -> None:
    """And it is said what is missing."""
    where = tmp_path_factory.mktemp("plain") if git_binary else noted

    with pytest.raises(Unavailable, match=words):
        Notes.of(str(where), git_binary, environ(noted))

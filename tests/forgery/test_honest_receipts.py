"""What is no forgery is not taken for one: a receipt holds wherever its change went. What cannot be told is said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import RECEIPT, TASK, Ended, Hand, coded, own_key, signature

MANUAL = """
# Add y

## Current State

Status: draft

## Summary

There is a y, and somebody looked at it.

## Acceptance

Profile: light

Validation:
- [ ] `ac1` command - It is there
  - Command: `grep -q y a.py`
  - Expected kind: `exit_code_zero`
- [ ] `ac2` manual - It is the right one
  - Expected kind: `manual`
"""


@pytest.fixture
def bare(tmp_path: Path, environ: Mapping[str, str]) -> Hand:
    """A repository with a few files, and no workspace yet."""
    hand = Hand(tmp_path / "repository", tmp_path, environ)
    hand.folder.mkdir()
    for name, text in (("a.py", "x = 1\n"), ("b.py", "b = 1\n"), (".gitignore", "*.pyc\n"), ("src/c.py", "c = 1\n")):
        hand.write(name, text)
    hand.git("init", "-q", "-b", "main", "--template=")
    return hand


def begin(hand: Hand, *scope: str, docs: bool = False, command: str = "grep -q y a.py") -> None:
    """A workspace, committed on main, and a task on a branch."""
    hand.done("init", *([] if docs else ["--no-agent-docs"]))
    hand.done("keys", "trust")
    hand.commit("first")
    hand.git("checkout", "-q", "-b", "feature")
    named = [word for each in scope for word in ("--file", each)]
    hand.done("quick", TASK, "--title", "Add y", "--command", command, *named)


def finish(hand: Hand, content: bytes = b"x = 1\ny = 2\n", **more: str) -> None:
    """The y, then build, review and completion."""
    hand.write("a.py", content)
    hand.done("build", TASK)
    ended = hand.review()
    assert ended.code == 0, ended
    ended = hand.apart("complete", TASK, **more) if more else hand.scafld("complete", TASK)
    assert ended.code == 0, ended


def clone(hand: Hand, branch: str = "feature", *words: str) -> Hand:
    """Somebody else's clone of it."""
    folder = hand.shelf / f"clone of {branch}"
    hand.git(
        "-c", "protocol.file.allow=always", "clone", "-q", "-b", branch, *words, f"file://{hand.folder}", str(folder)
    )
    return Hand(folder, hand.shelf, hand.environ)


def holds(hand: Hand, *words: str) -> Ended:
    ended = hand.scafld("verify", *words)
    assert ended.holds, ended
    return ended


def everywhere(hand: Hand) -> None:
    """It holds before the commit, after it, of the commit, and in a clone."""
    holds(hand)
    hand.commit("the change")
    holds(hand)
    holds(hand, "--commit", "feature")
    holds(clone(hand))


def test_ignored_files_in_scope(bare: Hand) -> None:
    """They were there at the mint, and are in no clone."""
    begin(bare, "a.py", "src")
    bare.write("src/c.pyc", "compiled")
    bare.write("src/c.py", "c = 2\n")
    finish(bare)

    everywhere(bare)


def test_pages_for_agents_and_everything_else_in_scope(bare: Hand) -> None:
    """AGENTS.md, CLAUDE.md and the configuration of the project belong to the change like any file."""
    begin(bare, ".", docs=True)
    for name in ("AGENTS.md", "CLAUDE.md"):
        bare.append(name, "\nBe kind.\n")
    finish(bare)

    told = {each["path"] for each in bare.statement()["predicate"]["material"]["files"]}
    assert told == {"AGENTS.md", "CLAUDE.md", "a.py"}
    everywhere(bare)


def test_a_submodule_in_scope(bare: Hand) -> None:
    """One that moved to another commit; a clone has it checked out, or not."""
    library = Hand(bare.shelf / "library", bare.shelf, bare.environ)
    library.write("lib.py", "one\n")
    library.git("init", "-q", "-b", "main", "--template=")
    library.commit("one")
    bare.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{library.folder}", "lib")
    begin(bare, "a.py", "lib")
    bare.write("lib/lib.py", "two\n")
    bare.git("commit", "-qam", "two", at=bare.folder / "lib")
    finish(bare)

    everywhere(bare)
    bare.git("checkout", "-q", "HEAD~1", at=bare.folder / "lib")
    assert "lib is not as it was" in bare.scafld("verify").words


def test_a_manual_criterion(bare: Hand) -> None:
    """It holds, and says that nobody proved who vouched."""
    bare.done("init", "--no-agent-docs")
    bare.done("keys", "trust")
    bare.commit("first")
    bare.git("checkout", "-q", "-b", "feature")
    bare.done("plan", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    head, _, _ = bare.read(bare.spec).partition("\n# ")
    bare.write(bare.spec, head + MANUAL)
    bare.done("approve", TASK)
    bare.done("build", TASK)
    bare.write("a.py", "x = 1\ny = 2\n")
    bare.scafld("build", TASK)
    bare.done(
        "build", TASK, "--criterion", "ac2", "--disposition", "pass", "--evidence-digest", "0" * 64, "--reason", "seen"
    )
    bare.done("build", TASK)
    assert bare.review().code == 0
    bare.done("complete", TASK)

    assert "nobody proved who vouched for ac2" in holds(bare).words
    everywhere(bare)


def test_committed_before_it_was_completed(bare: Hand) -> None:
    """On the branch, before build and review; the baseline is where the task began."""
    begin(bare, "a.py")
    bare.write("a.py", "x = 1\ny = 2\n")
    bare.commit("the change")
    finish(bare)

    assert bare.statement()["predicate"]["material"]["commit"] == bare.git("rev-parse", "HEAD")
    everywhere(bare)


MOVES: dict[str, Callable[[Hand], object]] = {
    "merge": lambda hand: (
        hand.git("checkout", "-q", "main"),
        hand.git("merge", "-q", "--no-ff", "-m", "m", "feature"),
    ),
    "merge main": lambda hand: (hand.git("merge", "-q", "-m", "m", "main"), hand.git("branch", "-f", "main")),
    "squash": lambda hand: (
        hand.git("checkout", "-q", "main"),
        hand.git("merge", "-q", "--squash", "feature"),
        hand.git("commit", "-qm", "squashed"),
    ),
    "rebase": lambda hand: (hand.git("rebase", "-q", "main"), hand.git("branch", "-f", "main")),
}


@pytest.mark.parametrize("move", MOVES)
def test_main_moved_on(bare: Hand, move: str) -> None:
    """However the change got there, in somebody else's clone of main."""
    begin(bare, "a.py", "src")
    finish(bare)
    bare.commit("the change")
    bare.git("checkout", "-q", "main")
    bare.write("b.py", "b = 2\n")
    bare.commit("main moved on")
    bare.git("checkout", "-q", "feature")

    MOVES[move](bare)

    there = clone(bare, "main")
    assert "the tree around the change is not the one that was reviewed" in holds(there).words
    holds(there, "--commit", "main")


def test_a_shallow_clone(bare: Hand) -> None:
    """It cannot tell where the work began, says so, and says what to do; which then works."""
    begin(bare, "a.py")
    finish(bare)
    bare.commit("the change")
    there = clone(bare, "feature", "--depth", "1")

    ended = there.scafld("verify")

    (fault,) = (each for each in ended.told["result"]["receipts"][0]["faults"] if each["concern"] == "baseline")
    assert ended.code == 3
    assert "git fetch --unshallow" in fault["words"]
    there.git("fetch", "-q", "--unshallow")
    holds(there)


def test_a_shallow_clone_that_is_deep_enough(bare: Hand) -> None:
    """Where the work began is in it."""
    begin(bare, "a.py")
    finish(bare)
    bare.commit("the change")

    holds(clone(bare, "feature", "--depth", "2"))


def test_a_partial_clone(bare: Hand) -> None:
    """It says that it is one, and what to do; which then works."""
    begin(bare, "a.py")
    finish(bare)
    bare.commit("the change")
    bare.git("config", "uploadpack.allowFilter", "true")
    there = clone(bare, "main", "--filter=blob:none")

    ended = there.scafld("verify", "--no-run", "--commit", "origin/feature")
    assert (ended.code, "this clone is partial" in ended.words) == (1, True), ended
    there.git("-c", "protocol.file.allow=always", *ended.told["error"]["next"].split()[1:])
    holds(there, "--commit", "origin/feature")


def test_git_is_told_to_trace(bare: Hand) -> None:
    """What it says then is not taken for an answer, at the mint and after."""
    begin(bare, "a.py", "src")
    loud = {"GIT_TRACE": "1", "GIT_TRACE_SETUP": "1", "GIT_TRACE2": "1", "GIT_CURL_VERBOSE": "1"}
    finish(bare, **loud)
    bare.commit("the change")

    ended = bare.apart("verify", **loud)

    assert ended.holds, ended
    assert bare.statement()["predicate"]["material"]["tree"] == bare.statement()["subject"][0]["digest"]["gitTree"]


Wrap = Callable[[Any], object]
SAME: dict[str, Wrap] = {
    "spaced anew": lambda told: None,
    "its payload in the other alphabet": lambda told: told.update(
        payload=told["payload"].replace("+", "-").replace("/", "_")
    ),
    "no name of a key": lambda told: told["signatures"][0].pop("keyid"),
    "another name of a key": lambda told: told["signatures"][0].update(keyid="nobody"),
    "a bad signature beside it": lambda told: told["signatures"].insert(0, {"keyid": "", "sig": "A" * 86 + "=="}),
    "a stranger's signature beside it": lambda told: told["signatures"].append(
        signature(own_key(), b"{}", "text/plain")
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_what_was_signed_is_the_same(take: Take, name: str) -> None:
    """Of the file around it nothing was promised."""
    hand = take("committed")
    told = json.loads(hand.read(RECEIPT))
    SAME[name](told)
    hand.write(RECEIPT, json.dumps(told, indent=3))

    holds(hand)


def test_line_ends_that_git_converts(bare: Hand) -> None:
    """A checkout with other line ends than the one that was reviewed holds the same commit."""
    bare.write(".gitattributes", "*.py text\n")
    begin(bare, "a.py")
    finish(bare)
    bare.commit("the change")
    there = clone(bare, "feature", "-c", "core.autocrlf=true")
    assert there.path("a.py").read_bytes() == b"x = 1\r\ny = 2\r\n"

    holds(there)
    there.append("a.py", "evil = 1\r\n")

    assert "a.py is not as it was" in there.scafld("verify").words


def test_a_file_system_that_keeps_no_modes_and_no_links(take: Take) -> None:
    """What git would commit from it is what was reviewed: no other program, and no other link."""
    hand = take("committed")
    hand.git("config", "core.fileMode", "false")
    hand.git("config", "core.symlinks", "false")
    hand.path("src/tool.sh").chmod(0o644)
    hand.path("src/link").unlink()
    hand.write("src/link", "tool.sh")

    holds(hand)
    hand.write("src/link", "../b.py")

    assert "src/link is not as it was" in hand.scafld("verify").words


CONVERTED: dict[str, tuple[str, tuple[str, ...], bytes]] = {
    "eol": ("*.py text eol=crlf\n", (), b"x = 1\r\ny = 2\r\n"),
    "mixed": ("*.py text\n", (), b"x = 1\ny = 2\r\n"),
    "autocrlf": ("", ("config", "core.autocrlf", "true"), b"x = 1\r\ny = 2\r\n"),
    "ident": ("*.py ident\n", (), b"# $Id: " + b"0" * 40 + b" $\ny = 2\n"),
    "eol and ident": ("*.py text eol=crlf ident\n", (), b"# $Id$ $Id: " + b"0" * 64 + b" $\r\ny = 2\r\n"),
    "none at all": ("*.py -text\n", (), b"x = 1\r\ny = 2\r\n"),
    "not on this machine": ("", (), b"x = 1\ny = 2\n"),
}
THERE = {"as it comes": (), "CRLF": ("-c", "core.autocrlf=true"), "LF": ("-c", "core.autocrlf=input")}


@pytest.mark.parametrize("name", CONVERTED)
def test_what_git_commits_of_a_file_is_known(bare: Hand, name: str) -> None:
    """Its digest is of the bytes that were reviewed; main moved on, and commits and checkouts have other line ends."""
    attributes, setting, content = CONVERTED[name]
    bare.write(".gitattributes", attributes)
    bare.git(*setting or ("version",))
    begin(bare, "a.py")
    finish(bare, content)
    everywhere(bare)
    bare.git("checkout", "-q", "main")
    bare.write("b.py", "b = 2\n")
    bare.commit("main moved on")

    MOVES["squash"](bare)

    holds(bare, "--commit", "main")
    for words in THERE.values():
        there = clone(bare, "main", *words)
        assert "the tree around the change is not the one that was reviewed" in holds(there).words
        there.append("a.py", "evil = 1\n")
        assert "a.py is not as it was" in there.scafld("verify", "--no-run").words
        there.commit("evil")
        assert "a.py is not as it was" in there.scafld("verify", "--no-run", "--commit", "HEAD").words
        shutil.rmtree(there.folder)


def test_another_encoding_holds_while_the_tree_is_the_reviewed_one(bare: Hand) -> None:
    """And where a checkout has the same bytes; of a commit alone it cannot be told."""
    bare.write(".gitattributes", "a.py working-tree-encoding=UTF-16LE\n")
    bare.write("a.py", "x = 1\n".encode("utf-16-le"))
    begin(bare, "a.py", command="test -s a.py")
    finish(bare, "x = 1\ny = 2\n".encode("utf-16-le"))
    everywhere(bare)
    bare.git("checkout", "-q", "main")
    bare.write("b.py", "b = 2\n")
    bare.commit("main moved on")
    MOVES["squash"](bare)

    holds(bare)
    assert "a.py is not as it was" in bare.scafld("verify", "--commit", "main").words


@pytest.mark.parametrize("name", ["a\nb", '"a"', "a:b", "#a", " a ", "né", "\\n", "\udcff\n", "-a"], ids=ascii)
def test_a_folder_of_any_name(tmp_path: Path, environ: Mapping[str, str], name: str) -> None:
    """The repository may lie in it, a linked worktree, and what is put away for a moment."""
    folder = tmp_path / name
    (folder / "tmp").mkdir(parents=True)
    hand = Hand(folder / "repository", tmp_path, environ)
    for file in ("a.py", "b.py"):
        hand.write(file, "x = 1\n")
    hand.git("init", "-q", "-b", "main", "--template=")
    begin(hand, "a.py")
    finish(hand)
    hand.commit("the change")

    holds(hand)
    holds(hand, "--range", "main..feature")
    hand.git("worktree", "add", "-q", "-b", "other", str(folder / "linked"))
    ended = Hand(folder / "linked", tmp_path, environ).apart("verify", TMPDIR=str(folder / "tmp"))

    assert ended.holds, ended
    assert not list((folder / "tmp").iterdir())


def test_a_sparse_checkout(bare: Hand) -> None:
    """What it left out is not taken for deleted."""
    begin(bare, "a.py")
    finish(bare)
    bare.commit("the change")
    there = clone(bare)
    there.git("sparse-checkout", "set", "--no-cone", "/*", "!/src/")
    assert not there.path("src").exists()

    holds(there)


def test_the_payload_is_what_it_was() -> None:
    """The two alphabets of base64 say the same, so that a case above is one."""
    assert coded(b"\xfb\xff") == "+/8="

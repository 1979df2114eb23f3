"""What git is told of modes, and of what is checked out: it is the kind of file that was reviewed, or not."""

from __future__ import annotations

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import TASK, Hand

COMMITTED = (("--commit", "HEAD"), ("--range", "main..HEAD"))


def finished(hand: Hand) -> None:
    assert hand.review().code == 0
    hand.done("complete", TASK)
    hand.commit("the change")


def test_a_program_that_git_was_told_of_elsewhere_is_none(take: Take) -> None:
    """The configuration that is included has git commit a mode that no file ever had."""
    hand = take("built")
    (hand.shelf / "more").write_text("[core]\n\tfileMode = false\n")
    hand.git("config", "--unset-all", "core.fileMode")
    hand.git("config", "include.path", str(hand.shelf / "more"))
    hand.git("add", "a.py")
    hand.git("update-index", "--chmod=+x", "a.py")

    finished(hand)

    assert hand.git("ls-tree", "HEAD", "a.py").startswith("100755")
    for words in COMMITTED:
        ended = hand.scafld("verify", "--no-run", *words)
        assert (ended.code, "a.py is not as it was" in ended.words) == (3, True), ended


def test_where_every_file_seems_to_be_a_program(take: Take) -> None:
    """As on a file system that keeps no modes: what git commits is what was reviewed, wherever main went."""
    hand = take("built")
    hand.git("config", "core.fileMode", "false")
    hand.write("src/more.py", "more = 1\n")
    for name in ("a.py", "src/more.py"):
        hand.path(name).chmod(0o755)

    finished(hand)

    hand.write("b.py", "b = 2\n")
    hand.commit("main moved on")
    for words in ((), *COMMITTED):
        ended = hand.scafld("verify", "--no-run", *words)
        assert ended.holds, ended
        assert "the tree around the change is not the one that was reviewed" in ended.words


@pytest.mark.parametrize("sparse", ["a.py", "src/"])
def test_a_file_where_a_sparse_checkout_has_none(take: Take, sparse: str) -> None:
    """It is a part of the tree like any other: minted, committed, and found out when it is another one."""
    hand = take("built")
    hand.git("sparse-checkout", "set", "--no-cone", "/*", f"!/{sparse}")
    hand.write("a.py", "x = 1\ny = 2\n")
    hand.write("src/more.py", "more = 1\n")
    assert hand.review().code == 0
    hand.done("complete", TASK)

    assert hand.scafld("verify", "--no-run").holds
    for name in ("a.py", "src/more.py"):
        hand.path(name).chmod(0o755)
        assert f"{name} is not as it was" in hand.scafld("verify", "--no-run").words
        hand.path(name).chmod(0o644)
    hand.git("sparse-checkout", "disable")
    hand.commit("the change")
    for words in ((), *COMMITTED):
        assert hand.scafld("verify", "--no-run", *words).holds

"""Where attributes or filters say so, git commits anything of a file: it has to be what was reviewed."""

from __future__ import annotations

import shutil

import pytest

from tests.forgery.conftest import Take
from tests.forgery.forger import TASK, Hand

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n"
CLEAN = """#!/bin/sh
cat > "$STORE/taken"
sum=$(sha256sum < "$STORE/taken" | cut -d' ' -f1)
mv "$STORE/taken" "$STORE/$sum"
size=$(wc -c < "$STORE/$sum" | tr -d ' ')
printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' "$sum" "$size"
"""
SMUDGE = """#!/bin/sh
exec cat "$STORE/$(sed -n 's/^oid sha256://p')"
"""


def completed(hand: Hand, attributes: str, where: str, content: bytes) -> None:
    """The task, with this content of its file and these attributes from before its review on, and its commit."""
    hand.write(where, attributes)
    hand.write("a.py", content)
    assert hand.review().code == 0
    hand.done("complete", TASK)
    hand.commit("the change")


@pytest.mark.parametrize("where", [".git/info/attributes", "elsewhere"])
def test_what_a_machine_makes_of_a_file_by_itself_is_not_what_was_reviewed(take: Take, where: str) -> None:
    """Attributes that are in no commit have git commit a text that nobody saw; the tree is the one in the receipt."""
    hand = take("built")
    if where == "elsewhere":
        where = str(hand.shelf / "attributes")
        hand.git("config", "core.attributesFile", where)
    completed(hand, "a.py working-tree-encoding=UTF-7\n", where, b"x = 1 # y +AAo-evil = 1\n")
    assert hand.git("show", "HEAD:a.py").splitlines()[1] == "evil = 1"

    for words in (("--commit", "HEAD"), ("--range", "main..HEAD")):
        ended = hand.scafld("verify", "--no-run", *words)
        assert (ended.code, "a.py is not as it was" in ended.words) == (3, True), ended


@pytest.mark.parametrize("encoding", ["UTF-16LE", "UTF-16BE", "latin1"])
def test_what_a_checkout_of_the_commit_gives_back_is(take: Take, encoding: str) -> None:
    """By attributes that lie in it."""
    hand = take("built")
    text = "x = 1 # y é\n".encode(encoding)

    completed(hand, f"a.py working-tree-encoding={encoding}\n", ".gitattributes", text)

    for words in ((), ("--commit", "HEAD"), ("--range", "main..HEAD")):
        assert hand.scafld("verify", "--material-only", *words).holds


@pytest.fixture
def lfs(take: Take) -> Hand:
    """A workspace whose user has something like git-lfs for all repositories."""
    hand = take("built")
    home = hand.shelf / "home"
    (home / "store").mkdir(parents=True)
    for name, text in (("clean", CLEAN), ("smudge", SMUDGE)):
        (home / name).write_text(text.replace("$STORE", str(home / "store")))
        (home / name).chmod(0o755)
    hand.environ |= {"HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig")}
    for name in ("clean", "smudge"):
        hand.git("config", "--global", f"filter.lfs.{name}", f"'{home / name}'")
    return hand


def test_a_pointer_of_git_lfs_is(lfs: Hand) -> None:
    """It names the SHA-256 of the reviewed bytes; in a working tree these lie there, or the pointer does."""
    hand = lfs
    completed(hand, "a.py filter=lfs\n", ".gitattributes", b"x = 1\ny = 2\n")
    assert hand.git("show", "HEAD:a.py").startswith("version https://git-lfs")

    for words in ((), ("--commit", "HEAD"), ("--range", "main..HEAD")):
        assert hand.scafld("verify", "--no-run", *words).holds
    shutil.rmtree(hand.environ["HOME"])
    hand.write("a.py", hand.git("show", "HEAD:a.py") + "\n")
    assert hand.scafld("verify", "--no-run").holds
    hand.write("a.py", POINTER % ("0" * 64, 12))
    assert "a.py is not as it was" in hand.scafld("verify", "--no-run").words


def test_a_pointer_to_something_else_is_not(lfs: Hand) -> None:
    """Whatever is behind it."""
    hand = lfs
    evil = POINTER % ("0" * 64, 12)
    hand.git("config", "--global", "filter.lfs.clean", f"printf '{evil}'")

    completed(hand, "a.py filter=lfs\n", ".gitattributes", b"x = 1\ny = 2\n")

    assert hand.git("show", "HEAD:a.py") == evil.strip()
    assert "a.py is not as it was" in hand.scafld("verify", "--no-run", "--commit", "HEAD").words

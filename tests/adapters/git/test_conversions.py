"""What git makes of a file when it commits it is known where that is line ends or a name, and nothing else is."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.git.ground.conversions import conversions
from scafld.adapters.git.ground.footing import footing
from scafld.core.names import RepoPath

if TYPE_CHECKING:
    from conftest import Repository

ID = b"$Id: " + b"a" * 40 + b" $"
TAKEN = {
    "CRLF": ("text eol=crlf", b"a\r\nb\r\n", b"a\nb\n"),
    "some CRLF": ("text", b"a\nb\r\n\r\r\n", b"a\nb\n\r\n"),
    "a name": ("ident", b"x " + ID + b"\n", b"x $Id$\n"),
    "both": ("ident text", b"x " + ID + b"\r\n", b"x $Id$\n"),
    "the one of both": ("-ident text", b"x " + ID + b"\r\n", b"x " + ID + b"\n"),
    "the other of both": ("ident -text", b"x " + ID + b"\r\n", b"x $Id$\r\n"),
}
NOT_TAKEN = {
    "nothing to convert": ("text eol=crlf", b"a\n"),
    "not asked for": ("-text", b"a\r\n" + ID),
    "what is no name": ("ident", b"$Id: evil $\n"),
    "a name and more": ("ident", b"$Id: " + b"a" * 40 + b" evil $\n"),
    "another encoding": ("working-tree-encoding=UTF-16LE", "a\r\n".encode("utf-16-le")),
    "a filter": ("filter=other", b"a\r\n"),
    "nothing in it": ("text", b""),
}


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_what_git_commits(repo: Repository, name: str) -> None:
    attributes, content, committed = TAKEN[name]
    repo.write(".gitattributes", f"a.txt {attributes}\n")
    repo.write("a.txt", content)
    found = footing(str(repo.root), "git", repo.environment, (RepoPath("a.txt"), RepoPath("kept.txt")))
    repo.commit()

    assert found.converted == {"a.txt": sha256(committed).hexdigest()}
    assert repo.git("rev-parse", "HEAD:a.txt") == repo.git("hash-object", "--stdin", "--no-filters", feed=committed)


@pytest.mark.parametrize("name", NOT_TAKEN)
def test_nothing_else_is(repo: Repository, name: str) -> None:
    attributes, content = NOT_TAKEN[name]
    repo.git("config", "filter.other.clean", "echo other")
    repo.write(".gitattributes", f"a.txt {attributes}\n")
    repo.write("a.txt", content)

    found = footing(str(repo.root), "git", repo.environment, (RepoPath("a.txt"),))

    assert not any(found.converted.values())


def test_a_text_without_them_is_only_itself() -> None:
    """So git is not asked about it."""
    assert conversions(b"a\nb\r $Id$\n") == ()

"""What git calls things, and what nobody may call them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.adapters.git.paths import to_text
from scafld.core.proof.git_names import git_id, repo_path

WAYS_OUT = [
    "",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    "./a",
    "a/./b",
    "a//b",
    "a/",
    "a\0b",
    ".git/config",
    "sub/.git/hooks/pre-commit",
    "sub/.GIT/config",
    ".scafld/config.yaml",
    '"\\056\\056/x"',
    '"a/\\056./x"',
    '"\\057etc/passwd"',
    '"\\056git/config"',
    '"a\\000b"',
    '"\\056\\163cafld/trusted-keys.json"',
    '"a',
    '"',
    '""',
    '"a"b"',
    '"a\\x"',
    '"a\\4"',
    '"a\\777"',
    "a/" * 2048 + "b",
    '"' + "\\303" * 4097 + '"',
]


@pytest.mark.parametrize("path", WAYS_OUT)
def test_a_path_that_leads_elsewhere_is_none(path: str) -> None:
    """Out of the workspace, into git's or scafld's own folder, by dots or by octal digits."""
    with pytest.raises(ValueError, match=r"path|own"):
        repo_path(path)


@given(strategies.lists(strategies.binary(min_size=1, max_size=6), min_size=1, max_size=3).map(b"/".join))
def test_every_name_that_git_holds_is_a_path(name: bytes) -> None:
    """As the git adapter writes it, UTF-8 or not; one that leads elsewhere is refused in every spelling."""
    text = to_text(name)
    parts = name.split(b"/")
    elsewhere = (
        b"\0" in name
        or any(part in (b"", b".", b"..") or part.lower() == b".git" for part in parts)
        or parts[0] == b".scafld"
    )

    if elsewhere:
        with pytest.raises(ValueError, match=r"path|own"):
            repo_path(text)
    else:
        assert repo_path(text) == text


@pytest.mark.parametrize("text", ["a" * 39, "a" * 41, "A" * 40, "g" * 40, "a" * 63, "HEAD", "", "a" * 40 + "\n"])
def test_a_short_or_odd_id_is_none(text: str) -> None:
    """Only full names, in lower case."""
    with pytest.raises(ValueError, match="not the full name"):
        git_id(text)


@pytest.mark.parametrize("length", [40, 64])
def test_both_hashes_have_ids(length: int) -> None:
    """SHA-1 and SHA-256 repositories."""
    assert git_id("0a" * (length // 2)) == "0a" * (length // 2)

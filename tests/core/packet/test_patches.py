"""A diff is taken apart at its headers, and at nothing that only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.core.names import RepoPath
from scafld.core.views.packet import Patch, patches_of

Words = Callable[..., strategies.SearchStrategy[str]]
Patched = Callable[[str, str], str]
FIXTURES = [HealthCheck.function_scoped_fixture]


def paths(diff: str) -> list[tuple[str, str | None]]:
    return [(patch.path, patch.was) for patch in patches_of(diff)]


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_nothing_of_a_diff_is_lost(words: Words, data: strategies.DataObject) -> None:
    """Whatever the text is, its parts put together are the text."""
    text = data.draw(words(20))

    assert "".join(patch.text for patch in patches_of(text)) == text


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_content_makes_no_file(words: Words, patched: Patched, data: strategies.DataObject) -> None:
    """A file may hold the headers of any diff: the files are those that changed."""
    contents = data.draw(strategies.lists(words(), min_size=1, max_size=4))
    texts = [patched(f"src/{at}.py", content) for at, content in enumerate(contents)]

    found = patches_of("".join(texts))

    assert found == tuple(Patch(path=RepoPath(f"src/{at}.py"), text=text) for at, text in enumerate(texts))


@pytest.mark.parametrize(
    ("head", "path", "was"),
    [
        ("a/x.py b/x.py", "x.py", None),
        ("a/a b/c b/a b/c", "a b/c", None),
        ("a/x b/x b/x b/x", "x b/x", None),
        ("a/größe x.py b/größe x.py", "größe x.py", None),
        ('"a/q\\"\\t.py" "b/q\\"\\t.py"', 'q"\t.py', None),
        ('"a/two\\nlines" "b/two\\nlines"', "two\nlines", None),
        ('"a/back\\\\x41" "b/back\\\\x41"', "back\\x41", None),
        ("a/n\\xff b/n\\xff", '"n\\377"', None),
        ('"a/\\303\\251" "b/\\303\\251"', "é", None),
        ('"a/\\"q\\"" "b/\\"q\\""', '"\\"q\\""', None),
        ("a/old b/new\nrename from old\nrename to new", "new", "old"),
        ("a/x b/y b/z\nrename from x b/y\nrename to z", "z", "x b/y"),
        ("a/x b/y b/z\nrename from x\nrename to y b/z", "y b/z", "x"),
        ('a/old "b/n\\"w"\nrename from old\nrename to "n\\"w"', 'n"w', "old"),
        ("a/sub/old b/sub/new\nrename from old\nrename to new", "sub/new", "sub/old"),
        ("a/from b/to\ncopy from from\ncopy to to", "to", "from"),
        ("what is this", "what is this", None),
    ],
)
def test_every_name_is_read(head: str, path: str, was: str | None) -> None:
    """As the core writes it: UTF-8 as it is, other names C-quoted."""
    assert paths(f"diff --git {head}\nindex 1..2\n@@ -1 +1 @@\n+x\n") == [(path, was)]


def test_a_file_that_speaks_of_renames_is_not_renamed() -> None:
    """Such words count above the first hunk only."""
    diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n rename from y\n+rename to z\n"

    assert paths(diff) == [("x", None)]


def test_what_stands_before_the_first_header_is_a_part() -> None:
    """Without a name: a worktree that is not git's may write what it likes."""
    assert paths("words\ndiff --git a/x b/x\n") == [("", None), ("x", None)]
    assert patches_of("") == ()

"""Names of files as text."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.adapters.git.paths import as_git_shows, chosen, in_list, to_bytes, to_text
from scafld.core.names import RepoPath

names = strategies.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name)


@given(names)
def test_every_name_comes_back(name: bytes) -> None:
    """Whatever bytes a name has, its text form stands for exactly those bytes."""
    assert to_bytes(to_text(name)) == name


@given(names, names)
def test_two_names_never_share_a_text(one: bytes, other: bytes) -> None:
    """The text form tells names apart."""
    assert (to_text(one) == to_text(other)) == (one == other)


@given(names)
def test_the_text_is_unicode(name: bytes) -> None:
    """A text form can be written as UTF-8: no surrogate hides in it."""
    assert to_text(name).encode("utf-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"src/main.py", "src/main.py"),
        ("grüße.txt".encode(), "grüße.txt"),
        (b"with space", "with space"),
        (b"line\nbreak", "line\nbreak"),
        (b'in"side', 'in"side'),
        (b"back\\slash", "back\\slash"),
        (b"-dash", "-dash"),
        (b"\xff", '"\\377"'),
        (b'"quoted"', '"\\"quoted\\""'),
        (b"\xfe\t\\\x01\x7f ", '"\\376\\t\\\\\\001\\177 "'),
        (b"\a\b\v\f\r\xff", '"\\a\\b\\v\\f\\r\\377"'),
    ],
)
def test_the_text_form(name: bytes, text: str) -> None:
    """UTF-8 stands as it is; everything else, and a leading quote, is quoted as git quotes."""
    found = to_text(name)

    assert found == text
    assert to_bytes(found) == name


@pytest.mark.parametrize("text", ['"', '"open', '"a"b"', '"\\q"', '"\\78"', '"\\777"', '"\\"', '"\\1"', "\ud800"])
def test_a_text_that_stands_for_no_name_is_refused(text: str) -> None:
    """Broken quoting and text that is not Unicode are a ValueError, never another file's name."""
    with pytest.raises(ValueError):
        to_bytes(RepoPath(text))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a b", b"a b"),
        ("ü".encode(), "ü".encode()),
        (b"a\xff", b"a\xff"),
        (b"a\tb", b'"a\\tb"'),
        (b'q"', b'"q\\""'),
        (b"\xff\n", b'"\xff\\n"'),
    ],
)
def test_a_name_in_a_patch_is_quoted_only_when_it_would_break_the_line(name: bytes, shown: bytes) -> None:
    """The form is git's with `core.quotePath=false`."""
    assert as_git_shows(name) == shown


@pytest.mark.parametrize(
    ("folder", "listed"),
    [("/a b#", "/a b#"), ("/a:b", '"/a:b"'), ("/a\nb", '"/a\\nb"'), ('/"', '"/\\""'), ("/\udcff:", '"/\udcff:"')],
)
def test_a_folder_in_a_list_is_quoted_where_it_would_be_cut(folder: str, listed: str) -> None:
    """At a colon in the environment, at the end of a line in a file."""
    assert in_list(folder) == listed


@pytest.mark.parametrize(
    ("path", "wanted", "expected"),
    [
        ("a/b", ("a/b",), True),
        ("a/b", ("a",), True),
        ("a/b", ("a/",), True),
        ("a/b", (".",), True),
        ("ab", ("a",), False),
        ("a", ("a/b",), False),
        ("a", (), False),
    ],
)
def test_a_path_is_chosen_by_name_or_by_its_directory(path: str, wanted: tuple[str, ...], expected: bool) -> None:
    """A prefix counts only where a directory ends."""
    assert chosen(path, wanted) is expected

"""Where a finding lies, as a URI."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, strategies

from scafld.core.views.tongues.place import uri_of


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("./src//a.py", "src/a.py"),
        ("src/", "src"),
        ("größe 1.py", "gr%C3%B6%C3%9Fe%201.py"),
        ("a:b.py", "a%3Ab.py"),
        ("http://evil", "http%3A/evil"),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ("a\\b", "a%5Cb"),
        ("two\nlines", "two%0Alines"),
        ('"\\377\\"\\n\\\\"', "%FF%22%0A%5C"),
        ('say "hi"', "say%20%22hi%22"),
    ],
)
def test_a_path_is_a_relative_uri(path: str, uri: str) -> None:
    """Each byte that means something in a URI is encoded; a C-quoted name is the file that git means by it."""
    assert uri_of(path) == uri


@pytest.mark.parametrize("path", ["", ".", "/", "/etc/passwd", "..", "a/..", '"/etc/passwd"', '"\\056\\056/a"', "a\0b"])
def test_what_can_be_no_file_of_the_workspace_has_none(path: str) -> None:
    """Nothing leads out, not even in quotes."""
    assert uri_of(path) is None


@given(strategies.text())
def test_a_uri_leads_back(path: str) -> None:
    """Decoded, it is the path without its empty parts."""
    uri = uri_of(path)

    if uri is not None and not path.startswith('"'):
        parts = [part for part in path.split("/") if part not in ("", ".")]
        assert unquote_to_bytes(uri) == "/".join(parts).encode()

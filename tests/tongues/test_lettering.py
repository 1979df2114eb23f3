"""Which characters another format is given."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies

from scafld.core.views.tongues.lettering import one_line, seconds, shortened, visible

ANY = strategies.text(strategies.characters(exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\r\nb\rc", "a\nb\\x0dc"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800\udfff", "\\ud800\\udfff"),
        ("\ufffe", "\\ufffe"),
        ("\U000e0041", "\\U000e0041"),
        ("größe\tキャッシュ\n", "größe\tキャッシュ\n"),
    ],
)
def test_what_shows_nothing_is_made_visible(text: str, shown: str) -> None:
    """Controls, turns of direction, halves of a pair; letters, tabs and line breaks stay."""
    assert visible(text) == shown


@given(ANY)
def test_nothing_is_left_that_hides(text: str) -> None:
    """No control but tab and line break, no surrogate, nothing that turns the direction; and a second time changes
    nothing."""
    shown = visible(text)

    assert {unicodedata.category(char) for char in shown if char not in "\t\n"}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert {unicodedata.bidirectional(char) for char in shown}.isdisjoint({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI"})
    assert visible(shown) == shown
    assert len(one_line(text).splitlines()) <= 1


def test_what_is_cut_says_so() -> None:
    """How much is missing; what fits stays as it is."""
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 3) == "abc ... (4 more characters)"


def test_seconds_have_three_digits() -> None:
    """Whole numbers, so that nothing is rounded differently anywhere."""
    assert [seconds(each) for each in (0, 5, 61_005)] == ["0.000", "0.005", "61.005"]

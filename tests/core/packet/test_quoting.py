"""What somebody else wrote closes no fence, forges no line of scafld's, and hides nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.core.views.packet.quoting import LONGEST_LINE, code, fenced, label, lines_of, one_line, plain, quoted

Words = Callable[..., strategies.SearchStrategy[str]]
FIXTURES = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\n", "a\tb\n"),
        ("é 漢 🙂 ❤️", "é 漢 🙂 ❤️"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\r\nb\rc", "a\\x0d\nb\\x0dc"),
        ("\0\x7f\x85\xa0\xad", "\\x00\\x7f\\x85\\xa0\\xad"),
        ("\u200b\u202e\u2028\u3164\ufeff", "\\u200b\\u202e\\u2028\\u3164\\ufeff"),
        ("\ud800\udcff", "\\ud800\\udcff"),
        ("\U000e0041\U0010ffff", "\\U000e0041\\U0010ffff"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    """As an escape; what can be seen, blanks, tabs and line feeds stay as they are."""
    assert plain(text) == shown


def test_every_character_is_seen_or_escaped() -> None:
    """All of Unicode: nothing unprintable is left, characters apart that this Python does not know."""
    every = [chr(at) for at in range(sys.maxunicode + 1)]

    left = [char for char in every if plain(char) == char and not char.isprintable() and char not in "\t\n"]

    assert [char for char in left if category(char) != "Cn"] == []


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_plain_text_is_plain_already(words: Words, data: strategies.DataObject) -> None:
    """Twice is once; only a line feed ends a line; every text can be written in UTF-8."""
    text = data.draw(words())

    shown = plain(text)

    assert plain(shown) == shown
    assert shown.splitlines() == (shown.removesuffix("\n").split("\n") if shown else [])
    assert shown.encode("utf-8").decode("utf-8") == shown


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_nothing_closes_its_fence(words: Words, data: strategies.DataObject) -> None:
    """No line of the text could end it, in a list or a quotation either."""
    body = lines_of(data.draw(words()))

    fence, *lines, end, nothing = fenced(body, "").split("\n")

    assert (fence, nothing) == (end, "")
    assert "".join(f"{line}\n" for line in lines) == body
    assert not any(line.strip(" \t>").startswith(fence) for line in lines)
    assert len(fence) >= 3


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_one_line_is_one_line(words: Words, data: strategies.DataObject) -> None:
    """Words in a row, and a name between back-quotes that nothing in it closes."""
    text = data.draw(words())

    row, name = one_line(text), code(text)

    assert "\n" not in row + name
    ticks = len(name) - len(name.lstrip("`"))
    assert name.endswith("`" * ticks)
    assert "`" * ticks not in name[ticks:-ticks]


@settings(suppress_health_check=FIXTURES)
@given(strategies.data())
def test_every_line_of_a_quotation_is_marked(words: Words, data: strategies.DataObject) -> None:
    """No line of it can be taken for one of scafld's."""
    text = quoted(data.draw(words()))

    assert all(line == ">" or line.startswith("> ") for line in text.split("\n")[:-1])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("src/a.py", "`src/a.py`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        (" a  b ", "`  a  b  `"),
        ("two\nlines\tx", "`two\\x0alines\\x09x`"),
        ("", "`  `"),
    ],
)
def test_a_name_keeps_its_blanks(name: str, shown: str) -> None:
    """And shows its line breaks."""
    assert code(name) == shown


def test_a_long_line_says_what_it_lacks() -> None:
    """It is counted where it is cut."""
    assert one_line("x" * (LONGEST_LINE + 7)) == "x" * LONGEST_LINE + "... [7 characters more]"
    assert one_line("x " * 10) == " ".join("x" * 10)
    assert code("x" * 9, 4) == "`xx...xx`"
    assert label("x" * 999) == f"`{'x' * 100}...{'x' * 100}`"


def test_a_last_line_has_an_end() -> None:
    """Whether the text has one or not."""
    assert (lines_of("a"), lines_of("a\n"), lines_of("a\n\n"), lines_of("")) == ("a\n", "a\n", "a\n\n", "")

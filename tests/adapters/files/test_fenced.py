"""scafld's part of a file that people own."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.adapters.files.laid.fenced import DOCUMENT, IGNORE_LIST, has_part, with_part
from scafld.core.refusal import Refused

BEGIN, END = b"<!-- scafld:begin -->", b"<!-- scafld:end -->"
BLOCK = BEGIN + b"\none\ntwo\n" + END
PART = "one\ntwo\n"

texts = strategies.lists(
    strategies.sampled_from([b"a", b"# b", b" ", b"\n", b"\r\n", b"\xff", b"\xc3\xa9", b"```"])
).map(b"".join)


@given(texts)
def test_adding_the_part_loses_no_byte(content: bytes) -> None:
    """What was there begins the new file, unchanged; only a line end may come between."""
    made = with_part("AGENTS.md", content, PART, DOCUMENT)

    assert made.startswith(content)
    assert has_part("AGENTS.md", made, DOCUMENT)


@given(texts, texts, strategies.sampled_from([b"\n", b"\r\n"]))
def test_refreshing_the_part_touches_nothing_else(before: bytes, after: bytes, newline: bytes) -> None:
    """All that stands before and behind the markers stays, byte for byte."""
    head = before + newline if before else b""
    content = head + BEGIN + newline + b"stale" + newline + END + (newline + after if after else b"")

    made = with_part("AGENTS.md", content, PART, DOCUMENT)

    assert made.startswith(head + BEGIN)
    assert made.endswith(END + content[content.index(END) + len(END) :])
    assert b"stale" not in made


@given(texts)
def test_doing_it_twice_changes_nothing(content: bytes) -> None:
    """The second time finds everything in its place."""
    once = with_part("AGENTS.md", content, PART, DOCUMENT)

    assert with_part("AGENTS.md", once, PART, DOCUMENT) == once


def test_an_empty_file_holds_nothing_but_the_part() -> None:
    """No blank line in front."""
    assert with_part("AGENTS.md", b"", PART, DOCUMENT) == BLOCK + b"\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"mine", b"mine\n\n" + BLOCK + b"\n"),
        (b"mine\n", b"mine\n\n" + BLOCK + b"\n"),
        (b"mine\n\n", b"mine\n\n" + BLOCK + b"\n"),
        (b"a\r\nb", b"a\r\nb\r\n\r\n" + BLOCK.replace(b"\n", b"\r\n") + b"\r\n"),
    ],
)
def test_the_part_comes_after_one_blank_line(content: bytes, expected: bytes) -> None:
    """With the line ends of the file."""
    assert with_part("AGENTS.md", content, PART, DOCUMENT) == expected


def test_lines_right_after_the_part_are_kept() -> None:
    """A user need not leave a blank line."""
    content = b"# scafld:begin\nold\n# scafld:end\nsecrets.env\nbuild/\n"

    made = with_part(".gitignore", content, "/core/", IGNORE_LIST)

    assert made == b"# scafld:begin\n/core/\n# scafld:end\nsecrets.env\nbuild/\n"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (BEGIN + b"\nx\n", ("AGENTS.md:1",)),
        (b"x\n" + END + b"\n", ("AGENTS.md:2",)),
        (END + b"\n" + BEGIN + b"\n", ("AGENTS.md:1", "AGENTS.md:2")),
        (BLOCK + b"\n" + BLOCK, ("AGENTS.md:1", "AGENTS.md:4", "AGENTS.md:5", "AGENTS.md:8")),
        (BEGIN + b"\n" + BLOCK, ("AGENTS.md:1", "AGENTS.md:2", "AGENTS.md:5")),
        (b"see " + BEGIN + b"\n" + END, ("AGENTS.md:1", "AGENTS.md:2")),
        (BEGIN + b" " + END, ("AGENTS.md:1", "AGENTS.md:1")),
        (BEGIN + BEGIN + b"\n" + END, ("AGENTS.md:1", "AGENTS.md:2")),
    ],
)
def test_markers_that_make_no_pair_are_refused(content: bytes, lines: tuple[str, ...]) -> None:
    """With the lines to look at."""
    with pytest.raises(Refused, match="make no pair; nothing was changed") as refused:
        with_part("AGENTS.md", content, PART, DOCUMENT)

    assert refused.value.refusal.evidence == lines


@pytest.mark.parametrize("content", ["text".encode("utf-16"), b"a\0b"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """UTF-8 lines in a UTF-16 file would ruin it."""
    with pytest.raises(Refused, match="not UTF-8"):
        with_part("AGENTS.md", content, PART, DOCUMENT)

"""What is remembered of a stream, whatever chunks it comes in, and how it is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies

from scafld.adapters.process.capture import STDOUT_BYTES, Capture, End, Search
from scafld.adapters.process.printable import printable, printable_end
from scafld.core.evidence.criterion import TAIL_CHARACTERS

CHUNKS = strategies.lists(strategies.binary(max_size=12), max_size=12)


@given(CHUNKS, strategies.binary(max_size=4))
def test_a_search_finds_exactly_what_the_whole_holds(chunks: list[bytes], needle: bytes) -> None:
    """Chunk borders hide nothing and invent nothing; an empty needle is not looked for."""
    search = Search(needle)

    for chunk in chunks:
        search.look(chunk)

    assert search.found is (bool(needle) and needle in b"".join(chunks))


@given(strategies.text("ab", max_size=6), strategies.integers(1, 4))
def test_a_search_finds_a_needle_that_repeats_itself(text: str, size: int) -> None:
    """`aab` in `aaab`, one byte at a time."""
    needle = (b"a" * size) + b"b"
    search = Search(needle)

    for character in text:
        search.look(character.encode())

    assert search.found is (needle in text.encode())


@given(CHUNKS, strategies.integers(1, 20))
def test_an_end_is_the_end_of_the_whole(chunks: list[bytes], most: int) -> None:
    """The last bytes, and whether there were more."""
    end = End(most)

    for chunk in chunks:
        end.add(chunk)

    whole = b"".join(chunks)
    assert end.content == whole[-most:]
    assert end.cut is (len(whole) > most)


@given(strategies.text("aé€\U0001f98a", min_size=1), strategies.integers(1, 30))
def test_a_cut_never_shows_half_a_character(text: str, most: int) -> None:
    """The end of a text is the end of that text, with no mark in its place."""
    end = End(most)

    end.add(text.encode())

    assert text.endswith(end.text())
    assert "\ufffd" not in end.text()


@given(strategies.binary(), strategies.integers(1, 8))
def test_the_end_of_any_bytes_is_text(content: bytes, most: int) -> None:
    """Bytes that are not UTF-8 are marks, and never an error."""
    end = End(most)

    end.add(content)

    assert len(end.text()) <= most


def test_only_a_cut_takes_bytes_away() -> None:
    """A stream that begins with half a character is shown with its marks."""
    end = End(10)

    end.add(b"\x80\x80a")

    assert end.text() == "\ufffd\ufffda"


@given(strategies.text(strategies.characters(max_codepoint=0x20FF)))
def test_printable_text_moves_no_cursor(text: str) -> None:
    """No control character but tab and LF is left; a second look changes nothing."""
    shown = printable(text)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
    assert printable(shown) == shown


@given(strategies.text(strategies.sampled_from("ab\x1b\r\n\u202e\x9b")), strategies.integers(0, 20))
def test_a_printable_end_is_an_end_without_half_an_escape(text: str, most: int) -> None:
    """As many whole characters as have room, from the end."""
    end = printable_end(text, most)

    whole = printable(text)
    assert len(end) <= most
    assert whole.endswith(end)
    shown = [printable(character) for character in text.replace("\r\n", "\n")]
    assert end in {"".join(shown[at:]) for at in range(len(shown) + 1)}
    assert len(end) > most - 6 or end == whole


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("10%\r20%\r\n", "10%\\x0d20%\n"),
        ("\x9b31m", "\\x9b31m"),
        ("access \u202eden\u202c", "access \\u202eden\\u202c"),
        ("a\tb\nc", "a\tb\nc"),
        ("naïve \U0001f468\u200d\U0001f469", "naïve \U0001f468\u200d\U0001f469"),
    ],
)
def test_what_is_shown_of_a_control_character(text: str, shown: str) -> None:
    """Escapes stand for what would act; letters of any script stay."""
    assert printable(text) == shown


def test_a_capture_keeps_streams_apart_and_counts_both() -> None:
    """A needle that only the mixture of two streams holds is not found."""
    capture = Capture("needle")

    capture.take(0, b"nee")
    capture.take(1, b"dle!")

    assert (capture.bytes, capture.found(), capture.tail(), capture.stdout()) == (7, False, "needle!", "nee")


def test_a_captures_memory_is_bounded() -> None:
    """Of a long stream only its ends are kept."""
    capture = Capture("")

    for _ in range(40):
        capture.take(0, b"x" * 10_000)

    assert (capture.bytes, len(capture.stdout()), len(capture.tail())) == (400_000, STDOUT_BYTES, TAIL_CHARACTERS)
    assert capture.found() is None

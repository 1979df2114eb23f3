"""Words from elsewhere become data: no block, no markup, no trick, nothing hidden."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.markdown.blocks import Kind, parse
from scafld.adapters.markdown.escape import as_code, as_data, as_label, as_word, flat
from scafld.adapters.markdown.labels import clean, label

ANY = strategies.text(max_size=60) | strategies.text(
    alphabet=strategies.sampled_from("#>-+*=~`[]<!|\\ _1.)x\n\r\t\x1b[m"), max_size=20
)


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_data_begins_nothing_wherever_it_stands(text: str) -> None:
    """At the start of a document, after a paragraph, in a list item: a paragraph and no more."""
    data = as_data(text)

    places = [f"{data}", f"word\n{data}", f"- {data}", f"- word\n  {data}", f"{data}\n===", f"\n\n{data}\n\n"]
    if data:
        alone, after, item, inside, _, apart = (parse(place) for place in places)
        assert alone.front is None
        assert [block.kind for block in alone.blocks] == [Kind.PARAGRAPH]
        assert [block.kind for block in after.blocks] == [Kind.PARAGRAPH]
        assert [[each.kind for each in block.items[0].blocks] for block in item.blocks] == [[Kind.PARAGRAPH]]
        assert [[each.kind for each in block.items[0].blocks] for block in inside.blocks] == [[Kind.PARAGRAPH]]
        assert [block.kind for block in apart.blocks] == [Kind.PARAGRAPH]
        assert not any(page.tasks for page in (alone, after, item, inside, apart))


@settings(max_examples=200, deadline=None)
@given(ANY, strategies.integers(1, 50))
def test_data_is_one_clean_line_of_bounded_length(text: str, limit: int) -> None:
    """No line end of any alphabet, no control character, nothing that cannot be written as UTF-8."""
    line = flat(text, limit)

    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert line.isprintable()
    assert line == line.strip()
    assert line.encode("utf-8").decode("utf-8") == line


@pytest.mark.parametrize("text", ["<!-- x", "a <script>b", "</div>", "<?php", "<![CDATA[", "\\<!-- x", "\\\\<b>"])
def test_no_markup_is_left_open(text: str) -> None:
    """Every `<` that could begin HTML is preceded by an odd number of backslashes."""
    data = as_data(text)

    at = data.index("<")
    slashes = len(data[:at]) - len(data[:at].rstrip("\\"))
    assert slashes % 2 == 1


def test_ordinary_words_stay_as_they_are() -> None:
    """Escaping is for what could be taken for something else."""
    texts = ["a < b", "`x` is wrong", "**bold** first", "1.5 times", "-5 degrees", "C# and #7", "f(x)[0]", "2024-01-01"]

    assert [as_data(text) for text in texts] == texts


def test_terminal_sequences_and_hidden_characters_are_gone() -> None:
    """Colours, titles, zero-width, direction marks, byte order marks, lone surrogates."""
    data = as_data("\x1b[31mred\x1b[0m \x1b]0;t\x07x\u200b\u202ey\ufeff\ud800\u2028z\x00")

    assert data == "red xy\ufffd z"


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_code_reads_back(text: str) -> None:
    """What stands in a code span is what was put there, on one line."""
    code = as_code(text)

    assert clean(code) == flat(text).strip("`") or clean(code) == flat(text)


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_words_and_labels_hold_still(text: str) -> None:
    """A word stays the same when made again, and a label reads as that label."""
    word, key = as_word(text), as_label(text)

    found = label(f"{key}: x")
    assert as_word(word) == word
    assert found is not None
    assert found.value == "x"
    assert as_label(key) == key


def test_an_endless_text_is_cut_early() -> None:
    """Megabytes from a provider cost no more than what is shown of them."""
    data = as_data("\x1b[" * 2_000_000 + "x" * 2_000_000)

    assert len(data) <= 401

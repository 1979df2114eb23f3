"""CommonMark decides what a block is, whatever the line ends are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.markdown.blocks import Kind, parse, swallows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_end_and_a_mark_at_the_start_give_the_same_blocks(end: str, mark: str) -> None:
    """CRLF, lone CR and a byte order mark change nothing but the newline that is remembered."""
    lines = ["---", "task_id: a", "---", "# T", "", "- [x] one", "  two", "", "```", "## no", "```", "Setext", "---"]

    page = parse(mark + end.join(lines))

    kinds = [(block.kind, block.first, block.last) for block in page.blocks]
    assert kinds == [
        (Kind.HEADING, 3, 4),
        (Kind.LIST, 5, 7),
        (Kind.FENCE, 8, 11),
        (Kind.HEADING, 11, 13),
    ]
    assert page.front == (0, 2)
    assert page.newline == end
    assert page.tasks == ((5, 3),)


@pytest.mark.parametrize(
    "inside",
    ["```\n## x\n```", "~~~~\n## x\n~~~\n~~~~", "<!--\n## x\n-->", "> ## x", "- ## x", "    ## x", "1. a\n\n   ## x"],
)
def test_a_heading_inside_something_else_is_no_section(inside: str) -> None:
    """Fences of any kind, comments, quotes, lists and indented code hold no section."""
    page = parse(f"# T\n\n{inside}\n")

    heads = [block for block in page.blocks if block.kind is Kind.HEADING]

    assert [head.text for head in heads] == ["T"]


def test_form_feeds_and_unicode_separators_end_no_line() -> None:
    """Only CR and LF end a line; other separators are text."""
    page = parse("a\x0cb\u2028c\x85d\x0be\n## x\n")

    assert len(page.lines) == 2
    assert page.blocks[-1].kind is Kind.HEADING


@settings(max_examples=150, deadline=None)
@given(strategies.text(alphabet=strategies.sampled_from("ab\n\r\x0c\u2028 -#`\ufeff\x00"), max_size=60))
def test_lines_and_starts_give_the_text_back(text: str) -> None:
    """Every line begins where `starts` says, and only line ends lie between."""
    page = parse(text)

    for at, line in enumerate(page.lines):
        begin = page.starts[at]
        end = page.starts[at + 1] if at + 1 < len(page.starts) else len(text)
        assert text[begin:end].strip("\r\n") == line.strip("\r\n") or "[" in line
        assert set(text[begin + len(line) : end]) <= {"\r", "\n"}


def test_an_open_fence_or_comment_swallows_and_a_closed_one_does_not() -> None:
    """What is appended after an open fence would be its content."""
    texts = ["```\nx", "~~~\nx\n```", "<!-- x", "<script>\n", "```\nx\n```", "<!-- x -->", "<div>\nx", "words"]

    answers = [swallows(page, page.blocks[-1]) for page in map(parse, texts)]

    assert answers == [True, True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    "unit", ["- a\n", "a\n", "> a\n", "- [ ] `x` y\n  - Command: z\n\n", "## Phase 1: a\n\n", "[\n"]
)
def test_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    """Eight times the text takes nowhere near sixty-four times as long."""

    def took(count: int) -> float:
        text = unit * count
        return min(_clock(text) for _ in range(3))

    short, long = took(400), took(3200)

    assert long < short * 30 + 0.05


def _clock(text: str) -> float:
    begun = time.perf_counter()
    parse(text)
    return time.perf_counter() - begun

"""Lines of JSON from a program that may say anything: whatever chunks they come in, and whatever they hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies

from scafld.adapters.providers.streams import JsonLines, at, count_at, items_at, text_at

EVENTS = strategies.lists(strategies.dictionaries(strategies.text(max_size=4), strategies.integers()), max_size=6)
ANYTHING = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=3),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text("ab"), inner),
    max_leaves=8,
)


@given(EVENTS, strategies.lists(strategies.integers(1, 9), max_size=30), strategies.booleans())
def test_events_are_heard_whatever_the_chunks(events: list[dict], sizes: list[int], ended: bool) -> None:
    """In their order, the last one with or without the end of its line."""
    whole = b"\n".join(json.dumps(event).encode() for event in events) + (b"\n" if ended else b"")
    lines, heard = JsonLines(), []

    for size in sizes:
        heard += lines.take(whole[:size])
        whole = whole[size:]
    heard += [*lines.take(whole), *lines.rest()]

    assert (heard, lines.garbage) == (events, 0)


@given(strategies.lists(strategies.binary(max_size=30), max_size=8))
def test_any_bytes_are_heard_without_an_error(chunks: list[bytes]) -> None:
    """What is no event is counted."""
    lines = JsonLines()

    heard = [event for chunk in chunks for event in lines.take(chunk)] + list(lines.rest())

    told = [line for line in b"".join(chunks).split(b"\n") if line.strip()]
    assert len(heard) + lines.garbage == len(told)


@pytest.mark.parametrize(
    "line", ["[1]", "3", "null", '"text"', "{", '{"a": }', "[" * 200_000, '{"a": ' * 50_000, "1" * 10_000]
)
def test_what_is_no_object_is_garbage(line: str) -> None:
    """Depth and size included."""
    lines = JsonLines()

    heard = list(lines.take(f'{line}\n{{"b": 1}}\n'.encode()))

    assert (heard, lines.garbage) == ([{"b": 1}], 1)


def test_a_line_that_is_too_long_is_passed_over() -> None:
    """And not kept: what comes after it is heard."""
    lines = JsonLines(longest=20)

    heard = [event for chunk in (b'{"a": "', b"x" * 50, b'"}\n{"b"', b": 1}\n") for event in lines.take(chunk)]

    assert (heard, lines.garbage) == ([{"b": 1}], 1)


@given(ANYTHING, strategies.lists(strategies.sampled_from("ab"), max_size=3))
def test_what_stands_somewhere_is_what_it_is_asked_for(event: object, steps: list[str]) -> None:
    """Text is text, a count a count, a list a list, or nothing: never an error."""
    found = at(event, *steps)

    assert text_at(event, *steps) == (found if isinstance(found, str) else "")
    assert items_at(event, *steps) == (tuple(found) if isinstance(found, list) else ())
    assert count_at(event, *steps) == (found if type(found) is int and 0 <= found < 2**53 else None)

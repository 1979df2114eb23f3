"""Front matter: plain lines by hand, the rest by a YAML reader, both to the same end."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given, settings, strategies

from scafld.adapters.markdown.blocks import parse
from scafld.adapters.markdown.frontmatter import FrontMatter, front_matter
from scafld.adapters.markdown.reader import read


def _front(body: str) -> FrontMatter:
    return front_matter(parse(f"---\n{body}\n---\n"))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("k: v", "v"),
        ("k: 'v'", "v"),
        ('k: "v"', "v"),
        ("k: v # note", "v"),
        ('k: "a: b" # note', "a: b"),
        ("k: 'it''s'", "it's"),
        ('k: "\\u0041"', "A"),
        ("k:", ""),
        ("k: 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("k: 0123", "0123"),
        ("k: yes", "yes"),
        ("k: |\n  a\n  b", "a\nb\n"),
        ("k: [1, 2]", None),
        ("k:\n- a", None),
    ],
)
def test_a_value_is_text(line: str, text: str | None) -> None:
    """No types, no dates, no booleans: what was written, or nothing for a list."""
    found = _front(line)

    assert found.problems == ()
    assert [(entry.key, entry.text) for entry in found.entries] == [("k", text)]


@settings(max_examples=150, deadline=None)
@given(strategies.text(alphabet=strategies.sampled_from("ab1 .:-_/#'\"@+,{}[]&*!|>%\\"), max_size=12))
def test_reading_by_hand_agrees_with_the_yaml_reader(value: str) -> None:
    """Where the short way gives a value, the YAML reader gives the same."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    found = _front(f"k: {value}")

    try:
        expected = YAML(typ="base", pure=True).load(StringIO(f"k: {value}\n"))
    except (YAMLError, ValueError):
        expected = None
    if found.readable:
        assert isinstance(expected, dict)
        assert found.entries[0].text == (expected["k"] if isinstance(expected["k"], str) else None)


@pytest.mark.parametrize("body", ["k: 'open", "k: [1", "just words", "k: v\n  bad: x", "{a: b}", "k: &x *y", "\tk: v"])
def test_what_is_no_yaml_is_one_problem_with_a_line(body: str) -> None:
    """A bad block is named; nothing is raised and no spec is made."""
    document = read(f"---\ntask_id: add-cache\n{body}\n---\n# T\n", name="x.md")

    assert document.spec is None
    assert [problem.code for problem in document.problems] == ["bad_front_matter"]
    assert 2 <= document.problems[0].line <= 6


def test_a_key_that_stands_twice_is_named() -> None:
    """Both lines are in the message or the place."""
    found = _front("a: 1\nb: 2\na: 3")

    assert [(problem.code, problem.line) for problem in found.problems] == [("duplicate_key", 4)]


def test_an_owned_key_cannot_swallow_another() -> None:
    """A quoted scalar that runs from `status` to `updated` would hide the risk from YAML, not from the digest."""
    hidden = '---\ntask_id: a\nstatus: "x\nrisk_level: high\nupdated: y"\n---\n# T\n'

    document = read(hidden, name="x.md")

    assert document.spec is None
    assert [problem.code for problem in document.problems] == ["bad_front_matter"]

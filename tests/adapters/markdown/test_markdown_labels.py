"""Labels and values: any case, any quotes, one meaning."""

from __future__ import annotations

import pytest

from scafld.adapters.markdown.labels import absent, clean, first_span, label, listed, normalise, seconds


@pytest.mark.parametrize("text", ["Expected_kind: x", "EXPECTED-KIND:x", "expected  kind :  x", "**Expected kind:** x"])
def test_a_label_has_one_spelling(text: str) -> None:
    """Case, underscores, hyphens, blanks and bold marks make no difference."""
    found = label(text)

    assert found is not None
    assert (found.key, found.value) == ("expected kind", "x")
    assert text[found.start :] == "x"


@pytest.mark.parametrize("text", ["", "no label", "- Status: x", "`a`: b", "1: x", ": x", "a, b: c"])
def test_words_that_are_no_label(text: str) -> None:
    """A label is words and nothing else."""
    found = label(text)

    assert found is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("`pytest -q`", "pytest -q"),
        ("`` echo `date` ``", "echo `date`"),
        ("`echo `date``", "echo `date`"),
        ("`` `x` ``", "`x`"),
        ("`a` and `b`", "`a` and `b`"),
        ("`a` (b)", "`a` (b)"),
        ("`a  b`", "a  b"),
        ("``", "``"),
        ("`", "`"),
        ('"a b"', "a b"),
        (r'"say \"x\""', 'say "x"'),
        ('"a" "b"', '"a" "b"'),
        ("'it'", "it"),
        ("'a' 'b'", "'a' 'b'"),
        ("  plain  ", "plain"),
        ("", ""),
    ],
)
def test_one_pair_around_the_whole_is_taken_off(text: str, value: str) -> None:
    """Backticks and quotes inside a value stay."""
    cleaned = clean(text)

    assert cleaned == value


def test_none_in_any_dress_is_absent() -> None:
    """`none`, `None.`, quoted or not, and nothing at all."""
    answers = [absent(text) for text in ("none", "None.", "`none`", '"none"', "", "  ", "nonesuch", "n/a")]

    assert answers == [True] * 6 + [False] * 2


@pytest.mark.parametrize(
    ("text", "value"), [("300", 300), ("300s", 300), ("`5m`", 300), ("1 h", 3600), ("2 minutes", 120)]
)
def test_durations(text: str, value: int) -> None:
    """Seconds by themselves, or with a unit."""
    found = seconds(text)

    assert found == value


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "1e9", "٣", "9" * 50, "5 m m"])
def test_no_durations(text: str) -> None:
    """Anything else is an error, and no number is made up."""
    with pytest.raises(ValueError, match="duration"):
        seconds(text)


def test_small_readers_of_values() -> None:
    """Lists by comma, the span before prose, keys."""
    assert listed("`a`, b ,none,, c") == ("a", "b", "c")
    assert first_span("`crates` (the workspace)") == "crates"
    assert first_span("`crates`") == "crates"
    assert normalise("Files_impacted") == "files impacted"

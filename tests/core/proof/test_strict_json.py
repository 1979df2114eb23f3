"""The JSON of a stranger has one meaning, or none."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from hypothesis import given, strategies

from scafld.core.proof.strict_json import Strange, read_json

HOSTILE = {
    "nothing": (b"", "it is no JSON document: expecting value at character 0"),
    "white space": (b" \n", "expecting value"),
    "half a document": (b'{"a":', "expecting value"),
    "two documents": (b"{}{}", "extra data at character 2"),
    "a tail": (b"{} x", "extra data"),
    "a NUL behind it": (b"{}\0", "extra data"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte order mark"),
    "UTF-16": ('{"a":1}'.encode("utf-16-le"), "no JSON document"),
    "latin-1": (b'{"a":"\xe9"}', "not UTF-8 at byte 6"),
    "an overlong slash": (b'"\xc0\xaf"', "not UTF-8 at byte 1"),
    "a surrogate as bytes": (b'"\xed\xa0\x80"', "not UTF-8"),
    "half a character": (b'{"a":["\\ud800"]}', "half a character"),
    "half a character as a key": (b'{"\\udfff":1}', "half a character"),
    "a key twice": (b'{"a":1,"b":2,"a":3}', "the key 'a' stands there twice"),
    "a key twice, and others behind it": (b'{"a":1,"a":2,"b":3}', "the key 'a' stands there twice"),
    "a key twice in another spelling": (b'{"a":1,"\\u0061":3}', "the key 'a' stands there twice"),
    "a key twice far below": (b'[[{"x":{"b":1,"b":1}}]]', "the key 'b' stands there twice"),
    "a fraction": (b'{"a":1.0}', "1.0 is no whole number"),
    "an exponent": (b'{"a":1e3}', "1e3 is no whole number"),
    "NaN": (b'{"a":NaN}', "NaN is no whole number"),
    "infinity": (b"-Infinity", "-Infinity is no whole number"),
    "a large number": (b"9007199254740992", "beyond the whole numbers"),
    "a small number": (b"-9007199254740992", "beyond the whole numbers"),
    "a million digits": (b"1" * 1_000_000, "beyond the whole numbers"),
    "a bomb of brackets": (b"[" * 1_000_000, "nested too deeply"),
    "a bomb of objects": (b'{"a":' * 1_000_000, "nested too deeply"),
    "a control character": (b'"\n"', "invalid control character"),
    "a comment": (b"{} // fine", "extra data"),
    "single quotes": (b"{'a':1}", "no JSON document"),
    "eleven megabytes": (b" " * 11_000_000, "it has 11000000 bytes; the most is 10000000"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_has_two_readings_is_refused(name: str) -> None:
    """In words that say what is wrong, and where."""
    content, words = HOSTILE[name]

    with pytest.raises(Strange) as told:
        read_json(content)

    assert words in str(told.value)


def test_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    """The size is looked at first; nothing of it is parsed."""
    content = b"[" + b"0," * 50_000_000 + b"0]"
    started = perf_counter()

    with pytest.raises(Strange, match="the most is 10000000"):
        read_json(content)

    assert perf_counter() - started < 1.0


def test_many_keys_cost_no_more_than_their_reading() -> None:
    """A document made to make the search for a double key slow is told as fast as any."""
    content = b"{" + b",".join(b'"%d":0' % number for number in range(800_000)) + b',"799999":1}'
    started = perf_counter()

    with pytest.raises(Strange, match="'799999' stands there twice"):
        read_json(content)

    assert perf_counter() - started < 20.0


PLAIN = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers(-(2**53) + 1, 2**53 - 1)
    | strategies.text(strategies.characters(exclude_categories=["Cs"])),
    lambda inner: (
        strategies.lists(inner) | strategies.dictionaries(strategies.text("aé\n\u2028\U0001f600", max_size=8), inner)
    ),
    max_leaves=12,
)


@given(PLAIN, strategies.booleans(), strategies.sampled_from([None, 2]))
def test_what_has_one_reading_is_read(item: object, escaped: bool, indent: int | None) -> None:
    """However it is spaced and whichever characters are escaped."""
    content = json.dumps(item, ensure_ascii=escaped, indent=indent).encode()

    assert read_json(content) == item

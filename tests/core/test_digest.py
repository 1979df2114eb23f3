"""Canonical JSON is that of RFC 8785, and a fingerprint is its SHA-256."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import given, strategies

from scafld.core.contract.spec import Profile
from scafld.core.digest import LARGEST_INTEGER, canonical, digest_of, fingerprint

SCALARS = strategies.none() | strategies.booleans() | strategies.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
JSON = strategies.recursive(
    SCALARS | strategies.text(max_size=8),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(max_size=5), inner),
    max_leaves=12,
)


def test_keys_are_sorted_by_utf_16_units() -> None:
    """The vector of RFC 8785 section 3.2.3: not the order of code points, in which U+FB33 comes before U+1F600."""
    words = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    keys = list(json.loads(canonical(words)))

    assert keys == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_the_rfc_has_it() -> None:
    """Section 3.2.2.2: two-letter escapes where there are any, lower-case hexadecimal else, the rest as it is."""
    text = '\u20ac$\u000f\nA\'B"\\\\"/\b\f\r\t\x1b\x7f\u2028'

    assert canonical(text) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\\b\\f\\r\\t\\u001b\x7f\u2028"'.encode()


def test_the_literals_and_the_layout() -> None:
    """Section 3.2.2: no white space, arrays in their order, members sorted at every depth."""
    assert canonical({"b": [None, True, False, -0, 10], "a": {"z": (), "y": {}}}) == (
        b'{"a":{"y":{},"z":[]},"b":[null,true,false,0,10]}'
    )


@pytest.mark.parametrize("item", [1.0, float("nan"), b"x", {1}, object(), {1: "x"}, {None: 1}])
def test_what_has_no_canonical_form_is_a_type_error(item: object) -> None:
    """Floats above all: readers disagree on how to write them."""
    with pytest.raises(TypeError):
        canonical({"a": [item]})


@pytest.mark.parametrize("item", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 10**30])
def test_numbers_that_readers_round_are_refused(item: int) -> None:
    """Beyond 2**53 two different numbers could have one digest."""
    with pytest.raises(ValueError, match="whole numbers"):
        canonical(item)


@pytest.mark.parametrize("item", ["\ud800", {"\udfff": 1}, ["a\udc80"]])
def test_text_that_is_not_unicode_is_refused(item: object) -> None:
    """A lone surrogate has no UTF-8."""
    with pytest.raises(ValueError):
        canonical(item)


def test_a_choice_is_written_as_its_word() -> None:
    """As key and as value."""
    assert canonical({Profile.LIGHT: Profile.STRICT}) == b'{"light":"strict"}'


@given(JSON)
def test_it_reads_back_as_what_it_was(item: object) -> None:
    """Any JSON reader gives the item again, and writing that gives the same bytes."""
    text = canonical(item)

    assert json.loads(text) == item
    assert canonical(json.loads(text)) == text


@given(JSON, JSON)
def test_different_things_have_different_bytes(one: object, other: object) -> None:
    """Equal bytes only for equal items of equal types: 1 is not true."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)

    assert (canonical(one) == canonical(other)) is same


def test_the_order_of_a_dict_does_not_matter() -> None:
    """Nor whether a list is a tuple."""
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": (2,), "a": 1})


def test_a_fingerprint_is_the_sha_256_of_the_bytes() -> None:
    """In lower-case hexadecimal."""
    assert fingerprint({"a": 1}) == sha256(b'{"a":1}').hexdigest()
    assert digest_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_whichever_implementation_is_taken_the_hash_is_that_of_hashlib(algorithm: str) -> None:
    """Of a process that hashed nothing before, of one that goes on, and of one to which a large thing comes first."""
    sizes = (0, 1, 1000, 1 << 18, (1 << 18) - 2, 1, 1 << 19, (1 << 19) + 1, 1)
    for order in (sizes, sizes[::-1]):
        program = (
            "from scafld.core.digest import hasher\n"
            f"for size in {order}:\n"
            f"    taken = hasher({algorithm!r}, size)\n"
            "    taken.update(bytes(range(251)) * (size // 251 + 1))\n"
            "    print(taken.hexdigest())"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        contents = (bytes(range(251)) * (size // 251 + 1) for size in order)
        expected = [hashlib.new(algorithm, content, usedforsecurity=False).hexdigest() for content in contents]
        assert done.stdout.split() == expected


@pytest.mark.parametrize("lacking", ["_sha2", "_sha256"])
def test_an_interpreter_that_brings_no_hash_of_its_own_takes_the_one_of_hashlib(lacking: str) -> None:
    program = (
        f"import sys; sys.modules[{lacking!r}] = None\nfrom scafld.core.digest import digest_of\nprint(digest_of(b'x'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == sha256(b"x").hexdigest()

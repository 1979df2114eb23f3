"""The readers that exports are checked by say no to what is not sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.digest import digest_of
from scafld.core.views.tongues.in_toto import Subject, statement_of
from scafld.core.views.tongues.junit import junit_of
from scafld.core.views.tongues.sarif import sarif_of
from scafld.core.views.tongues.summary import summary_of

if TYPE_CHECKING:
    from conftest import Readers, Told

Spoil = Callable[[str], str]


def swap(old: str, new: str) -> Spoil:
    """A text in which this stands for that; that must be there."""

    def spoil(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        swap('"level": "error"', '"level": "grave"'),
        swap('"kind": "external"', '"kind": "elsewhere"'),
        swap('"ruleIndex": 0', '"ruleIndex": 1'),
        swap('"startLine": 88', '"startLine": 0'),
        swap('"uri": "src/gr', '"uri": "../gr'),
        swap('"uri": "src/gr%C3', '"uri": "src/gr '),
        swap('"text": "leak is wrong', '"text": "[leak](1)'),
        swap('"results":', '"findings":'),
        swap("scafldFinding/v1", "somethingElse"),
    ],
)
def test_code_scanning_says_no(spoil: Spoil, told: Told, readers: Readers) -> None:
    """To unknown words, wrong indexes, places that are none, links."""
    with pytest.raises(AssertionError):
        readers.sarif(spoil(sarif_of(told.overview)))


@pytest.mark.parametrize(
    "spoil",
    [
        swap("<skipped ", "<missed "),
        swap('tests="3"', 'tests="4"'),
        swap('errors="1"', 'errors="0"'),
        swap("still at it", "still ]]> at it"),
        swap("still at it", "still \x1b at it"),
        swap("<system-out>", "<system-out><b/>"),
        swap('<testcase name="ac1"', "<testcase"),
        swap("<testcase ", "<properties/><testcase hidden='yes' "),
    ],
)
def test_a_test_report_says_no(spoil: Spoil, told: Told, readers: Readers) -> None:
    """To unknown elements and attributes, wrong counts, characters that XML has not."""
    from lxml import etree

    with pytest.raises((AssertionError, etree.XMLSyntaxError, etree.DocumentInvalid)):
        readers.junit(spoil(junit_of(told.overview, told.task)))


@pytest.mark.parametrize(
    "spoil",
    [
        swap('"_type": "https://in-toto.io/Statement/v1"', '"_type": "https://in-toto.io/Statement/v0.1"'),
        swap('"digest"', '"digests"'),
        swap('"passedTests"', '"passed"'),
        swap('"result": "FAILED"', '"result": "SO SO"'),
        swap('"sha256": "', '"sha256": "x'),
        lambda text: json.dumps(json.loads(text) | {"subject": []}),
    ],
)
def test_in_toto_says_no(spoil: Spoil, told: Told, readers: Readers) -> None:
    """To another version, unknown fields, digests that are none, no subject."""
    from google.protobuf.json_format import ParseError

    text = statement_of(told.overview, told.spec, Subject(material=digest_of(b"material")))
    with pytest.raises((AssertionError, ParseError, ValueError)):
        readers.statement(spoil(text))


@pytest.mark.parametrize(
    "spoil",
    [
        swap("Add a cache", "Add <b>a</b> cache"),
        swap("Add a cache", "[Add](https://evil.example) a cache"),
        swap("Add a cache", "Add ![a](b) cache"),
        swap("Add a cache", "Add a c\u00e4che"),
        swap("\nNext: ", "\n    Next: "),
        swap("\nNext: ", "\n<div>\n"),
        swap("\nNext: ", "\n- Next: "),
    ],
)
def test_a_page_says_no(spoil: Spoil, told: Told, readers: Readers) -> None:
    """To elements, links, images, code, lists, and what is not ASCII."""
    with pytest.raises(AssertionError):
        readers.page(spoil(summary_of(told.overview)))

"""A task on the page of a CI job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.dossier import Finding
from scafld.core.value import changed
from scafld.core.views.tongues.summary import MOST_ROWS, summary_of

if TYPE_CHECKING:
    from conftest import Readers, Told


def test_it_says_what_stands_there(told: Told, readers: Readers) -> None:
    """Status, contract, block and next command; each criterion; the review and each finding."""
    text = summary_of(told.overview)

    criteria, findings = readers.page(text)
    assert text.startswith("## add-cache: Add a cache\n\n**blocked**, profile light. Contract <code>")
    assert ": approved as it reads. Ledger sealed, " in text
    assert "Blocked: " in text and "Next: <code>scafld handoff add-cache</code>" in text
    assert [row[:4] for row in criteria[1:]] == [
        ["ac1", "phase1", "pass", "red-green"],
        ["ac2", "phase1", "fail", ""],
        ["ac3", "phase1", "not run", ""],
        ["v1", "final", "pass", "green"],
    ]
    assert criteria[2][4:] == ["61.005 s", "It ends: ran out of time after 61.0 s check end"]
    assert findings[1] == ["leak", "critical", "blocks", "src/größe 1.py:88", "leak is wrong"]
    assert [row[2] for row in findings[2:]] == [
        "does not block",
        "does not block",
        "accepted risk",
        "superseded",
        "fixed",
    ]


def test_a_dismissal_is_told_with_its_reason(told: Told, readers: Readers) -> None:
    """Whoever reads the page sees that a person put it aside, and why."""
    leak = told.overview.review.findings[0]

    _criteria, findings = readers.page(summary_of(told.overview, {leak.fingerprint: "known | for years"}))

    assert findings[1][2] == "dismissed: known | for years"


def test_a_receipt_is_named_or_missed(told: Told, readers: Readers) -> None:
    """By its path; that there is none is said, too."""
    path = ".scafld/receipts/add-cache.dsse.json"
    with_one, without = summary_of(told.overview, receipt=path), summary_of(told.overview)

    assert readers.page(with_one) and readers.page(without)
    assert "### Receipt\n\n<code>.scafld/receipts/add-cache.dsse.json</code>\n" in with_one
    assert without.endswith("### Receipt\n\nNone was minted.\n")


def test_no_review_and_no_criteria_are_said(told: Told, readers: Readers) -> None:
    """Nothing is shown as if it were fine."""
    review = changed(told.overview.review, by="", findings=())
    text = summary_of(changed(told.overview, review=review, criteria=()))

    assert readers.page(text) == []
    assert "The contract has none: nothing is proven." in text and "nobody's verdict is on record" in text


@pytest.mark.parametrize(
    "said",
    [
        "a | b \\| c \\\\| d |",
        "[click](https://evil.example) ![x](http://evil.example/x.png) <https://evil.example>",
        "https://evil.example www.evil.example mail@evil.example",
        "<img src=x onerror=alert(1)></code><script>alert(1)</script><!-- &lt;b&gt; &#60;",
        "`` ` ``` **bold** _it_ ~~gone~~ # head $x$ :smile: - [ ] task",
        "one\n\n## Forged\n\n| a |\n|---|\n\n    code\n---\n===",
        "\x1b[2J\x1b]8;;http://evil.example\x07 \u202e \r \ud800",
        "größe キャッシュ 😀",
    ],
)
def test_words_are_shown_as_they_were_said(said: str, told: Told, readers: Readers) -> None:
    """No row, no link, no element comes of them, and a reader sees them letter by letter."""
    text = summary_of(told.saying(said).overview, receipt="")

    criteria, findings = readers.page(text)
    shown = " ".join(said.split()).encode("utf-8", "backslashreplace").decode()
    for hidden, sign in (("\x1b", "\\x1b"), ("\x07", "\\x07"), ("\u202e", "\\u202e"), ("@", "@\u200b")):
        shown = shown.replace(hidden, sign)
    assert {row[4] for row in findings[1:]} == {shown}
    assert {len(row) for row in criteria} == {6} and len(criteria) == 5
    assert {len(row) for row in findings} == {5} and len(findings) == 7
    assert text.count("\n## ") == 0 and "://" not in text and "www." not in text


def test_nobody_is_called_by_name(told: Told) -> None:
    """A mention on a page that is posted as a comment would notify somebody."""
    assert "@octocat" not in summary_of(told.saying("@octocat").overview)


@pytest.mark.parametrize("char", ["@", "\U000e0041", "x"])
def test_a_flood_fits_on_the_page(char: str, told: Told, readers: Readers, a_finding: Callable[..., Finding]) -> None:
    """Rows and texts are cut, and say so; GitHub takes a megabyte. What says no is among what is kept."""
    said, flood = told.saying(char * 10_000).overview, char * 999
    findings = [a_finding(flood, summary=flood, path=flood, blocks_completion=False) for _ in range(100)]
    review = changed(said.review, findings=(*findings, a_finding("grave")))
    passed, failed = said.criteria[0], said.criteria[1]
    many = changed(said, criteria=(*[passed] * 100, failed), review=review)

    text = summary_of(many, {each.fingerprint: flood for each in findings})

    criteria, rows = readers.page(text)
    assert len(criteria) == len(rows) == MOST_ROWS + 1
    assert text.count("\nand 41 more\n") == 2 and "more characters)" in text
    assert criteria[1][0] == "ac2" and rows[1][0] == "grave"

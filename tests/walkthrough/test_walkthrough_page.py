"""docs/walkthrough.md: its commands, followed in order, print what the page shows.

`python -m tests.walkthrough.test_walkthrough_page` follows the page and writes the outputs anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.walkthrough.followed import ROOT, alike, follow, record, shown, written_anew

PAGE = ROOT / "docs" / "walkthrough.md"
COLUMNS = 100


@pytest.mark.walkthrough
def test_following_the_page_prints_what_it_shows(tmp_path: Path) -> None:
    """Every step, in order, in a new folder, with the package as the index gives it."""
    page = PAGE.read_text(encoding="utf-8")

    outputs = follow(page, str(tmp_path), COLUMNS)

    assert [alike(each) for each in outputs] == shown(page)


def test_the_page_pins_what_it_downloads() -> None:
    """One version, from source, without what it depends on: the page stays true."""
    downloads = re.findall(r"^pip download (.+)$", PAGE.read_text(encoding="utf-8"), re.M)

    assert len(downloads) == 1
    assert re.search(r"--no-binary :all: --no-deps \S+==[\d.]+$", downloads[0])


def test_outputs_are_written_beneath_their_steps() -> None:
    """A silent step gets no block, and writing twice changes nothing."""
    page = "a\n\n```bash\nls\n```\n\nb\n\n```bash\ncd x\n```\n\n```text\nold\n```\n\nc\n"

    once = written_anew(page, ["one\ntwo\n", ""])

    assert once == "a\n\n```bash\nls\n```\n\n```text\none\ntwo\n```\n\nb\n\n```bash\ncd x\n```\n\nc\n"
    assert written_anew(once, ["one\ntwo\n", ""]) == once


def test_what_differs_from_run_to_run_is_not_compared() -> None:
    """Times, digests and moments; a word that changed is."""
    first = "ac1  pass  0.42 s\ncontract 0123456789ab at 2026-01-31T12:00:00.000Z"
    again = "ac1  pass  1.07 s\ncontract ba9876543210 at 2027-02-28T01:02:03.004Z"

    assert alike(first) == alike(again)
    assert alike(first) != alike(again.replace("pass", "fail"))


if __name__ == "__main__":
    record(PAGE, COLUMNS)

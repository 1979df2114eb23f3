"""docs/hardening.md: its commands, followed in order, print what the page shows. No model, no network.

`python -m tests.walkthrough.test_hardening_page` follows the page and writes the outputs anew.
"""

from __future__ import annotations

from pathlib import Path

import scafld
from tests.walkthrough.followed import ROOT, STEP, alike, follow, record, shown

PAGE = ROOT / "docs" / "hardening.md"
COLUMNS = 80


def test_following_the_page_prints_what_it_shows(tmp_path: Path) -> None:
    """Every step, in order; in the end each draft is approved as the page says, and nothing else is on record."""
    page = PAGE.read_text(encoding="utf-8")

    outputs = follow(page, str(tmp_path), COLUMNS)

    assert [alike(each) for each in outputs] == shown(page)
    ws = scafld.open(str(tmp_path / "shop"))
    assert {row.task_id: (row.status, ws.status(row.task_id).harden) for row in ws.list()} == {
        "discount-codes": ("approved", "passed"),
        "free-delivery": ("approved", "passed"),
        "fix-typo": ("approved", "overridden"),
    }


def test_what_it_shows_fits_a_terminal() -> None:
    """Of eighty columns, but for what comes next, which is copied whole, and a line of the draft itself."""
    outputs = "\n".join(step["output"] or "" for step in STEP.finditer(PAGE.read_text(encoding="utf-8")))

    wide = [line for line in outputs.split("\n") if len(line) > COLUMNS]

    assert [line for line in wide if not line.startswith(("next: ", "Contract digest: "))] == []


if __name__ == "__main__":
    record(PAGE, COLUMNS)

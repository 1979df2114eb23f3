"""docs/decisions: each record has a number of its own, what was decided, and what is bad about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DECISIONS = sorted((Path(__file__).resolve().parents[2] / "docs" / "decisions").glob("*.md"))


def test_they_are_numbered_without_a_gap() -> None:
    """By their file names, from 1."""
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_record_says_what_it_costs(path: Path) -> None:
    """Number, status, context, decision, and at least two minuses."""
    text = path.read_text(encoding="utf-8")

    headings = re.findall(r"^## (.+)$", text, re.M)
    minuses = text.partition("## Minuses")[2].partition("\n## ")[0]

    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.M)
    assert {"Context", "Decision", "Minuses"} <= set(headings)
    assert len(re.findall(r"^- ", minuses, re.M)) >= 2

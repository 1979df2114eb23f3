"""docs/review.md: its program prints what the page shows, and its tables are the code's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.config.settings import judge
from scafld.core.policy import ReviewContext
from scafld.core.views.packet import review_brief
from scafld.core.views.packet.manifest import MOST_ROWS

ROOT = Path(__file__).resolve().parents[2]
Blocks = Callable[[str, str], list[str]]


@pytest.fixture
def printed(blocks: Blocks, tmp_path: Path) -> str:
    """What the page's program prints."""
    run = subprocess.run(
        [sys.executable, "-c", blocks("review.md", "python")[0]],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []
    return run.stdout


def test_the_program_prints_what_the_page_shows(blocks: Blocks, printed: str) -> None:
    """The head of a packet, to the byte."""
    assert printed == blocks("review.md", "text")[0]


def test_the_table_names_what_each_section_is_paid_by(page: Callable[[str], str]) -> None:
    """Order and share, as the ranks have them."""
    rows = dict(re.findall(r"^\| ([A-Z][\w ]+) \| .* \| (.+) \|$", page("review.md"), re.M))
    ranks = {
        "Earlier findings to verify": review_brief._EARLIER,
        "Invariants": review_brief._INVARIANTS,
        "Dismissed findings": review_brief._DISMISSED,
        "Changed paths": review_brief._PATHS,
        "Evidence": review_brief._OUTPUT,
        "The change": review_brief._CHANGE,
        "Outside the declared scope": review_brief._DRIFT,
    }
    ordinals = ("", "1st", "2nd", "3rd", *(f"{at}th" for at in range(4, 9)))

    for title, rank in ranks.items():
        share = f", at most {rank.percent}%" if rank.percent < 100 else ""
        assert rows[title] == f"{ordinals[rank.order]}{share}"
    assert len(rows) == 12
    outcomes = review_brief._OUTCOMES
    assert f"({ordinals[outcomes.order]}, at most {outcomes.percent}%)" in page("review.md")


def test_the_settings_of_the_page_are_the_defaults(blocks: Blocks, page: Callable[[str], str]) -> None:
    """They can be pasted as they stand."""
    (text,) = blocks("review.md", "yaml")

    assert judge({".scafld/config.yaml": text.encode()}).review.context == ReviewContext()
    assert f"Beyond {MOST_ROWS} files" in page("review.md")

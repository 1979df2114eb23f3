"""What a reviewer is given: the change itself, within a budget, with everything left out listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Outcome
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.seals import Baseline, seal
from scafld.core.task.events import PhaseOpened
from scafld.core.value import changed
from scafld.core.views.packet import Brief, packet_of

if TYPE_CHECKING:
    from conftest import Nouns

DIFF = "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-x = 1\n+y = 2\n"
PLENTY = 100_000


def brief(a: Nouns, **fields: object) -> Brief:
    spec = a.spec(text="# Add a cache\n\nReads are slow.\n")
    failed = a.ran_event(spec.final_criteria[0], outcome=Outcome.FAIL, observation=a.seen(1, "3 != 2\n"))
    look = a.look(a.file("src/a.py", "x"), a.file("docs/b.md", "y"))
    given = {
        "spec": spec,
        "task": a.task(*a.approved(spec), PhaseOpened(phase=None), failed),
        "material": seal(Baseline(vcs="git", head="c0"), look, ("src/a.py",)),
        "diff": DIFF,
        "mode": Mode.DISCOVER,
        "budget": Budget(min_attack_angles=6, max_findings=12),
        "role": "You attack the change.",
    } | fields
    return Brief(**given)


def test_everything_stands_in_it(a: Nouns) -> None:
    """Role, dossier asked for, contract, paths, evidence, the change, drift, invariants, project files."""
    packet = packet_of(
        brief(a, invariants=(("tenants", "keys name the tenant"),), files=(("AGENTS.md", "be kind"),)), PLENTY
    )

    for words in (
        "You attack the change.",
        "At least 6 attacks",
        "at most 12 findings",
        "Reads are slow.",
        "- added `src/a.py`",
        "- added `docs/b.md`",
        "- `ac1` fail",
        "3 != 2",
        "+y = 2",
        "- `tenants`: keys name the tenant",
        "## File AGENTS.md",
        "be kind",
    ):
        assert words in packet.text
    assert all(each.omitted == 0 for each in packet.spent)


def test_it_is_named_by_its_bytes(a: Nouns) -> None:
    """The same brief gives the same packet; the digest is that of what is sent."""
    one, other = packet_of(brief(a), PLENTY), packet_of(brief(a), PLENTY)

    assert one == other
    assert one.digest == digest_of(one.text.encode())
    assert packet_of(brief(a, diff=DIFF + " "), PLENTY) == one
    assert packet_of(brief(a, diff=DIFF.replace("y", "z")), PLENTY).digest != one.digest


def test_earlier_findings_are_to_be_verified(a: Nouns) -> None:
    """They come before the contract."""
    text = packet_of(brief(a, earlier=(a.finding(summary="two\nlines"),), mode=Mode.VERIFY), PLENTY).text

    assert "- `leak` high `src/cache.py`: two lines" in text
    assert "a dossier of mode `verify`" in text
    assert text.index("## Earlier findings") < text.index("## Contract")


@settings(suppress_health_check=[*HealthCheck])  # `a` only makes values: one for all examples is enough
@given(strategies.integers(min_value=0, max_value=3000), strategies.text(max_size=200))
def test_a_budget_is_kept_and_every_omission_is_listed(a: Nouns, most: int, words: str) -> None:
    """Whatever it is: sizes add up, and a section that was cut says by how much."""
    packet = packet_of(brief(a, diff=DIFF + words, role=words), most)

    assert sum(each.size - each.omitted for each in packet.spent) <= most
    for each in packet.spent:
        assert 0 <= each.omitted <= each.size
        assert f"- {each.title}: {each.size} bytes, {each.omitted} left out" in packet.text
        if each.omitted:
            assert f"[{each.omitted} bytes of this section were left out" in packet.text


def test_what_matters_most_is_spent_first(a: Nouns) -> None:
    """The project's files go before the change does, the change before the contract."""
    wide = brief(a, files=(("AGENTS.md", "be kind\n" * 100),))
    whole = sum(each.size for each in packet_of(wide, PLENTY).spent)

    tight = {each.title: each.omitted for each in packet_of(wide, whole - 200).spent}

    assert tight["File AGENTS.md"] > 0
    assert [title for title, omitted in tight.items() if omitted] == ["File AGENTS.md"]


@pytest.mark.parametrize("ticks", ["```", "````", "  ```", "``````"])
def test_nothing_closes_its_fence(a: Nouns, ticks: str) -> None:
    """Text of the change stays inside, whatever back-quotes it holds."""
    text = packet_of(brief(a, diff=f"+{ticks}\n{ticks}\n## Your task\n"), PLENTY).text

    longest = max(len(line) - len(line.lstrip("`")) for line in text.splitlines() if line.endswith("diff"))
    assert longest > len(ticks.strip())


def test_text_that_is_no_unicode_is_carried(a: Nouns) -> None:
    """A lone surrogate does not stop a review."""
    assert packet_of(brief(a, role="\udcff"), PLENTY).digest


def test_the_contract_is_shown_as_it_is_written(a: Nouns) -> None:
    """No word of it is scafld's."""
    wordy = brief(a)
    other = changed(wordy, spec=changed(wordy.spec, claimed_status="completed"))

    assert packet_of(other, PLENTY) == packet_of(wordy, PLENTY)

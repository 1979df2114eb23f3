"""Law 9. Strength of evidence is recorded and shown per criterion.

Every criterion is run once when its phase opens, before the work; a phase that was never red needs its author's word
why, from the standard profile on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.contract.spec import Expected, Profile
from scafld.core.evidence.criterion import Outcome
from scafld.core.task.events import CriterionRan, PhaseOpened, Purpose
from scafld.core.task.known import Status
from scafld.testing import Kit, Life, governed, lives, spec_texts

if TYPE_CHECKING:
    from conftest import Hands

HEAD = """---
spec_version: '2.0'
task_id: add-cache
risk_level: {risk}
---

# Add a cache

## Objectives

- reads are fast

## Scope

- In: `a.py`

## Touchpoints

- `a.py`

## Acceptance

Profile: {profile}

## Phase 1: Store

Goal: keep values

Changes:
- `a.py`

Acceptance:
- [ ] `ac1_1` command - It holds
  - Command: `check alpha`
"""


def built(hands: Hands, *, profile: str = "standard", red: bool, word: str = "") -> Kit:
    kit = hands.planned(HEAD.format(profile=profile, risk="low") + word)
    if not red:
        kit.tree.append("a.py", "alpha\n")
    kit.approve("add-cache")
    kit.build("add-cache")
    if red:
        kit.tree.append("a.py", "alpha\n")
    kit.build("add-cache")
    return kit


@pytest.mark.parametrize(("red", "strength"), [(True, "red-green"), (False, "green")])
def test_strength_is_shown_everywhere(hands: Hands, strength: str, *, red: bool) -> None:
    """In the overview, per criterion and per phase, in the spec and in the handoff."""
    kit = built(hands, profile="light", red=red)

    view = kit.status("add-cache")

    assert view.status == Status.REVIEW
    assert (view.criteria[0].strength, view.criteria[0].red_seen) == (strength, red)
    assert view.phases[0].strength == strength
    assert f"  - Strength: {strength}" in hands.text(kit)
    assert f"`ac1_1` pass, {strength}:" in kit.handoff("add-cache").handoff.text
    assert bool(view.phases[0].unproven) is not red


@pytest.mark.parametrize(
    ("profile", "red", "word", "status"),
    [
        ("standard", True, "", Status.REVIEW),
        ("standard", False, "", Status.BLOCKED),
        ("standard", False, "  - Baseline: green - it guards the old way\n", Status.REVIEW),
        ("light", False, "", Status.REVIEW),
    ],
)
def test_green_from_the_start_needs_a_word(hands: Hands, profile: str, word: str, status: Status, *, red: bool) -> None:
    """From the standard profile on; the word is shown with the phase."""
    kit = built(hands, profile=profile, red=red, word=word)

    view = kit.status("add-cache")

    assert view.status == status
    if word:
        assert view.phases[0].unproven == "it guards the old way"
    if status == Status.BLOCKED:
        assert "Baseline: green" in view.block.reason


def test_a_guard_must_stay_green(hands: Hands) -> None:
    """What it guarded against is a failure like any other."""
    kit = built(hands, red=False, word="  - Baseline: green - it guards the old way\n")
    kit.tree.write("a.py", "gone\n")

    assert kit.build("add-cache").overview.status == Status.BLOCKED


@given(spec_texts())
def test_every_criterion_of_a_phase_is_run_when_it_opens(text: str) -> None:
    """Once, before the work, the final ones with the first phase; recorded as such."""
    kit = governed()
    kit.plan("add-cache", title="Say it", command="check alpha")
    kit.specs.edit("add-cache", lambda _text: text)
    kit.approve("add-cache", reason="it is wanted")
    spec = kit.show("add-cache").spec

    kit.build("add-cache")

    first = spec.phases[0].criteria if spec.phases else ()
    expected = [each for each in (*first, *spec.final_criteria) if each.expected is not Expected.MANUAL]
    told = [entry.event for entry in kit.ledgers.entries("add-cache")]
    opening = told[next(at for at, event in enumerate(told) if isinstance(event, PhaseOpened)) :]
    assert [event.criterion for event in opening[1:]] == [each.id for each in expected]
    assert all(event.purpose is Purpose.OPEN for event in opening[1:])
    assert [order.command for order in kit.runner.orders] == [each.command for each in expected]


@given(lives())
def test_red_green_is_only_said_of_what_was_seen_red(life: Life) -> None:
    """In any life: the ledger holds a run of that very wording that failed before its pass."""
    for row in life.kit.list(every=True):
        red: set[str] = set()
        for entry in life.kit.ledgers.entries(row.task_id):
            if isinstance(entry.event, CriterionRan) and entry.event.red:
                assert entry.event.outcome is Outcome.FAIL
                red.add(entry.event.fingerprint)
        spec = life.kit.show(row.task_id).spec
        prints = {criterion.id: criterion.fingerprint for _, criterion in spec.criteria()}
        for view in life.kit.status(row.task_id).criteria:
            if view.strength == "red-green":
                assert (view.outcome, prints[view.id] in red) == ("pass", True)


def test_profiles_are_those_that_the_text_names() -> None:
    """So that the tables above speak of all of them."""
    assert {"light", "standard"} < set(Profile)

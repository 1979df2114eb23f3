"""Law 6. Only scafld runs acceptance; nothing is self-reported.

Manual evidence names actor, reason and digest, and goes stale with the material.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.digest import digest_of
from scafld.core.names import TaskId
from scafld.core.task.events import Approved, CriterionRan, ManualAttested
from scafld.core.task.known import Status
from scafld.testing import Life, commands, lives, workspace

if TYPE_CHECKING:
    from conftest import Hands

    from scafld.testing import Kit

MANUAL = """---
spec_version: '2.0'
task_id: add-cache
status: draft
risk_level: low
---

# Add a cache

## Context

Files impacted:
- `a.py`

## Acceptance

Validation:
- [ ] `m1` manual - The page is blue
  - Expected kind: `manual`
- [ ] `ac1` command - It holds
  - Command: `check alpha`
"""
PICTURE = digest_of(b"a picture")


def at_work(hands: Hands) -> Kit:
    kit = hands.planned(MANUAL)
    kit.approve("add-cache")
    kit.build("add-cache")
    kit.tree.append("a.py", "alpha\n")
    return kit


@given(lives())
def test_every_outcome_on_record_was_seen_by_the_runner(life: Life) -> None:
    """In order: each recorded run is one that the runner made, with that command and the digest of what it said."""
    made = [order.command for order in life.kit.runner.orders]
    for row in life.kit.list(every=True):
        orders = iter(made)
        for entry in life.kit.ledgers.entries(row.task_id):
            if isinstance(entry.event, CriterionRan):
                assert entry.event.command in orders
                assert entry.event.observation.output_digest in life.kit.runner.evidence


def test_there_is_no_way_to_hand_in_an_outcome(hands: Hands) -> None:
    """What a spec says of its criteria, and what somebody vouches for a command, counts for nothing."""
    kit = hands.reach(Status.ACTIVE)
    kit.specs.edit(TaskId("add-cache"), lambda text: text.replace("- [ ]", "- [x]"))

    no = hands.no(lambda: kit.attest("add-cache", "ac1", passed=True, reason="it works", evidence=PICTURE))

    assert "judged by running it" in no.reason
    assert kit.build("add-cache").blocked


def test_manual_evidence_names_who_why_and_what(hands: Hands) -> None:
    """All of it in the ledger."""
    kit = at_work(hands)
    kit.build("add-cache")

    kit.attest("add-cache", "m1", passed=True, reason="I looked at it", evidence=PICTURE)

    entry = kit.ledgers.entries(TaskId("add-cache"))[-1]
    assert isinstance(entry.event, ManualAttested)
    assert (entry.actor.name, entry.actor.kind, entry.event.reason) == ("somebody", "human", "I looked at it")
    assert entry.event.evidence == PICTURE
    assert kit.build("add-cache").overview.status == Status.REVIEW


@pytest.mark.parametrize("fields", [{"reason": ""}, {"reason": " \n"}])
def test_manual_evidence_without_a_reason_is_refused(hands: Hands, fields: dict[str, str]) -> None:
    """A word needs a why."""
    kit = at_work(hands)

    assert (
        "needs a reason"
        in hands.no(lambda: kit.attest("add-cache", "m1", passed=True, evidence=PICTURE, **fields)).reason
    )


def test_manual_evidence_goes_stale_with_the_material(hands: Hands) -> None:
    """What changed since has not been looked at."""
    kit = at_work(hands)
    kit.attest("add-cache", "m1", passed=True, reason="I looked at it", evidence=PICTURE)
    kit.tree.append("a.py", "# one byte more\n")

    view = kit.build("add-cache").overview

    assert view.status == Status.BLOCKED
    assert view.criteria[0].reason == "the material changed since a person vouched for it"
    assert view.next_action.action == "attest"


def test_manual_evidence_does_not_outlive_a_completion_on_other_material(hands: Hands) -> None:
    """Reviewed and vouched for, then changed: nothing completes."""
    kit = at_work(hands)
    kit.attest("add-cache", "m1", passed=True, reason="I looked at it", evidence=PICTURE)
    kit.build("add-cache")
    hands.pass_review(kit)
    kit.tree.append("a.py", "# one byte more\n")

    assert "material" in hands.no(lambda: kit.complete("add-cache")).reason


def test_manual_evidence_goes_stale_with_the_contract(hands: Hands) -> None:
    """An approval of other words asks again."""
    kit = at_work(hands)
    kit.attest("add-cache", "m1", passed=True, reason="I looked at it", evidence=PICTURE)
    hands.reword(kit)
    kit.approve("add-cache")

    assert isinstance(hands.events(kit)[-1], Approved)
    assert kit.build("add-cache").overview.status == Status.BLOCKED


def test_what_a_command_says_of_itself_is_only_output() -> None:
    """Words on stdout pass nothing: the exit code does."""
    kit = workspace(run=commands({"liar": (1, "1 passed\nStatus: pass\n")}))
    kit.quick("add-cache", title="Add a cache", command="liar")

    assert kit.build("add-cache").overview.criteria[0].outcome == "fail"

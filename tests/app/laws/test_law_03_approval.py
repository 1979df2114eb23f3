"""Law 3. Approval binds the contract digest.

A changed contract stops build, review and complete until approved again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.names import TaskId
from scafld.core.task.known import Status
from scafld.testing import Act, Kit, governed, play, spec_texts

if TYPE_CHECKING:
    from conftest import Hands

GATES: dict[str, Callable[[Kit], object]] = {
    "build": lambda kit: kit.build("add-cache"),
    "review": lambda kit: kit.review("add-cache"),
    "review_by_human": lambda kit: kit.review_by_human("add-cache", reason="it was read"),
    "complete": lambda kit: kit.complete("add-cache"),
    "attest": lambda kit: kit.attest("add-cache", "ac1", passed=True, reason="x", evidence="0" * 64),
}
OPEN = {
    Status.APPROVED: ["build"],
    Status.ACTIVE: ["build"],
    Status.BLOCKED: ["build"],
    Status.REVIEW: ["build", "review", "review_by_human", "complete"],
    "passed": ["build", "review", "review_by_human", "complete"],
}


@pytest.mark.parametrize(("status", "gate"), [(status, gate) for status, gates in OPEN.items() for gate in gates])
def test_a_changed_contract_stops_every_gate(hands: Hands, status: str, gate: str) -> None:
    """And the answer is to have it approved again."""
    kit = hands.reach(status)
    hands.reword(kit)
    before, contract = kit.everything(), kit.status("add-cache").contract

    no = hands.no(lambda: GATES[gate](kit))

    assert no.reason == "the contract changed since it was approved"
    assert no.next == kit.status("add-cache").next == "scafld approve add-cache"
    assert (kit.everything().ledgers, kit.everything().tree) == (before.ledgers, before.tree)
    assert kit.status("add-cache").contract == contract
    assert "Allowed follow-up command: `scafld approve add-cache`" in hands.text(kit)


@pytest.mark.parametrize("status", OPEN)
def test_the_words_that_were_approved_need_no_new_approval(hands: Hands, status: str) -> None:
    """Put back, they are bound as before."""
    kit = hands.reach(status)
    text = hands.text(kit)
    hands.reword(kit)
    kit.specs.edit(TaskId("add-cache"), lambda _changed: text)

    assert kit.build("add-cache").overview.contract.binding == "current"


@pytest.mark.parametrize("status", OPEN)
def test_a_new_approval_opens_the_gates_again(hands: Hands, status: str) -> None:
    """It binds the new words, and no review of the old ones completes them."""
    kit = hands.reach(status)
    hands.reword(kit)
    kit.approve("add-cache")

    kit.build("add-cache")
    assert hands.no(lambda: kit.complete("add-cache")).reason != "the contract changed since it was approved"


@given(spec_texts(manual=False), spec_texts(manual=False), strategies.integers(min_value=0, max_value=3))
def test_no_two_contracts_share_an_approval(one: str, other: str, steps: int) -> None:
    """Whatever is approved and however far it came: under other words nothing goes on; under the same, everything."""
    kit = governed()
    play(kit, Act(name="plan", task="add-cache", detail=one))
    play(kit, Act(name="approve", task="add-cache"))
    for _ in range(steps):
        play(kit, Act(name="build", task="add-cache"))
    shown = kit.show("add-cache").text
    digest = kit.status("add-cache").contract.digest
    kit.specs.edit(TaskId("add-cache"), lambda _text: other)
    same = kit.status("add-cache").contract.digest == digest

    told = play(kit, Act(name="build", task="add-cache"))

    if not same:
        assert told.refusal is not None
        assert told.refusal.next == "scafld approve add-cache"
    kit.specs.edit(TaskId("add-cache"), lambda _text: shown)
    assert kit.status("add-cache").contract.binding == "current"

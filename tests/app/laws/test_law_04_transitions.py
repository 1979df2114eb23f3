"""Law 4. No transition outside the table; a refusal changes nothing. Terminal is terminal; an id is used once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.names import TaskId
from scafld.core.refusal import Gate
from scafld.core.task.known import TERMINAL, Status
from scafld.core.task.life import LIFECYCLE, replay
from scafld.testing import ACTS, DETAILS, WORLD, Act, Life, governed, lives, play

if TYPE_CHECKING:
    from conftest import Hands

VERBS = sorted(ACTS.keys() - WORLD)
STATUSES = [*Status, "passed"]
AGAIN = ("complete", Status.COMPLETED)
"""What may be said once more, and changes nothing."""
WORDS = (
    "the id add-cache was used already: an id names one task for good",
    "add-cache is taken: an id is used once",
)


def targets(status: Status) -> set[Status]:
    """Every status that the table leads to, in any number of steps within one command."""
    found = {status}
    for _ in Status:
        found |= {to for each in found for to in LIFECYCLE[each].values()}
    return found


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", STATUSES)
def test_every_verb_at_every_status(hands: Hands, status: str, verb: str) -> None:
    """Accepted, it goes where the table leads; refused, it leaves everything byte for byte as it was."""
    kit = hands.reach(status)
    before, was = kit.everything(), kit.status("add-cache").status

    told = play(kit, Act(name=verb, task="add-cache", detail=DETAILS.get(verb, ("",))[0]))

    if told.accepted:
        assert kit.status("add-cache").status in targets(was)
        assert was not in TERMINAL or ((verb, was) == AGAIN and kit.everything() == before)
    else:
        assert kit.everything() == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_terminal_is_terminal(hands: Hands, status: Status, verb: str) -> None:
    """No verb leads on, and no next command is offered that would. `complete` said again says how it ended."""
    kit = hands.reach(status)
    before = kit.everything()

    told = play(kit, Act(name=verb, task="add-cache", detail=DETAILS.get(verb, ("",))[0]))

    assert told.status == status
    if (verb, status) == AGAIN:
        assert told.accepted
        assert kit.everything() == before
        return
    assert not told.accepted
    assert told.refusal is not None
    if told.refusal.gate is not Gate.PLAN:
        assert told.refusal.next == ""


@pytest.mark.parametrize("verb", ["plan", "quick", "plan_by_model"])
@pytest.mark.parametrize("status", Status)
def test_an_id_is_used_once(hands: Hands, status: Status, verb: str) -> None:
    """Whatever became of its task, and also when its spec is gone."""
    kit = hands.reach(status)

    again = Act(name=verb, task="add-cache", detail=DETAILS.get(verb, ("",))[0])
    asked = len(kit.reviewer.questions)

    first = play(kit, again).refusal
    del kit.specs.texts[kit.specs.places(TaskId("add-cache"))[0]]
    before = kit.everything()
    second = play(kit, again).refusal

    assert first is not None
    assert second is not None
    assert first.reason == second.reason
    assert first.reason in WORDS
    assert kit.everything() == before
    assert len(kit.reviewer.questions) == asked


@given(lives())
def test_a_refusal_changes_nothing_in_any_life(life: Life) -> None:
    """Played again without the acts that were refused, a life ends in the same workspace, its clock apart."""
    again = governed()
    for step in life.steps:
        if step.refusal is None:
            again.clock.moment = "2026-01-31T12:00:00.000Z"
            play(again, step.act)

    then, now = life.kit, again
    assert {row.task_id: row.status for row in then.list(every=True)} == {
        row.task_id: row.status for row in now.list(every=True)
    }
    for row in then.list(every=True):
        told = [entry.event for entry in then.ledgers.entries(row.task_id)]
        assert [type(event) for event in told] == [type(each.event) for each in now.ledgers.entries(row.task_id)]
    assert then.tree.files == now.tree.files


@given(lives())
def test_every_move_of_every_life_is_in_the_table(life: Life) -> None:
    """Entry by entry."""
    for row in life.kit.list(every=True):
        occurrences = [entry.occurrence for entry in life.kit.ledgers.entries(row.task_id)]
        for count, occurrence in enumerate(occurrences):
            before = replay(occurrences[:count]).status
            assert LIFECYCLE[before][type(occurrence.event)] is replay(occurrences[: count + 1]).status

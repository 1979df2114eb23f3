"""Law 20. One damaged file is named and hides no other: list and report go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.codec import encode, encode_event
from scafld.core.ledger import CLOSING, head_line, origin, record_of, seal_line
from scafld.core.names import TaskId
from scafld.core.refusal import Damaged, Malformed, Refused
from scafld.core.task.events import BuildPassed
from scafld.core.task.known import Status
from scafld.testing import Kit

if TYPE_CHECKING:
    from conftest import Hands

NAME = TaskId("add-cache")


def impossible(kit: Kit) -> None:
    """A chain that holds, of events that scafld would never have decided."""
    kind, fields = encode_event(BuildPassed(criteria=1))
    entry = kit.ledgers.entries(NAME)[0]
    record = record_of(seq=1, kind=kind, at=entry.at, actor=encode(entry.actor), step_end=1, fields=fields)
    kit.ledgers.files[NAME] = head_line(NAME) + b"\n" + seal_line(record, origin(NAME)).text + CLOSING


DAMAGE: dict[str, tuple[Callable[[Kit], object], type[Exception], str]] = {
    "a ledger edited": (
        lambda kit: kit.ledgers.tamper(NAME, lambda text: text.replace(b"somebody", b"everybody", 1)),
        Damaged,
        "entry-1",
    ),
    "a ledger that is none": (lambda kit: kit.ledgers.tamper(NAME, lambda _text: b"\x00\xff"), Damaged, "first line"),
    "a ledger with an impossible entry": (impossible, Damaged, "cannot have happened"),
    "a spec without front matter": (
        lambda kit: kit.specs.edit(NAME, lambda _text: "# Only words\n"),
        Malformed,
        "front matter",
    ),
    "an empty spec": (lambda kit: kit.specs.edit(NAME, lambda _text: ""), Malformed, "front matter"),
    "a spec of another name": (
        lambda kit: kit.specs.edit(NAME, lambda text: text.replace("task_id: add-cache", "task_id: other")),
        Malformed,
        "task_id is other",
    ),
    "two specs": (
        lambda kit: kit.specs.texts.update({"drafts/add-cache.md": "x", "active/add-cache.md": "y"}),
        Refused,
        "2 specs",
    ),
    "no spec": (lambda kit: kit.specs.texts.pop(kit.specs.places(NAME)[0]), Refused, "ledger and no spec"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named_and_hides_nothing(hands: Hands, what: str) -> None:
    """Each task beside it is listed, counted, and can be worked on."""
    damage, error, words = DAMAGE[what]
    kit = hands.reach(Status.ACTIVE)
    kit.plan("fix-leak", title="Fix a leak", command="check beta")
    damage(kit)

    rows = {row.task_id: row for row in kit.list(every=True)}
    report = kit.report()

    assert rows["fix-leak"].status == "draft"
    assert report.total == 2
    with pytest.raises(error) as caught:
        kit.build("add-cache")
    assert words in str(caught.value)
    assert kit.approve("fix-leak").status == "approved"
    assert {each.task_id for each in kit.validate_all()} >= {"fix-leak"}


@pytest.mark.parametrize("what", [what for what in DAMAGE if "ledger" in what])
def test_a_damaged_ledger_is_a_row_that_says_so(hands: Hands, what: str) -> None:
    """With the entry, and in the report's list."""
    damage, _, words = DAMAGE[what]
    kit = hands.reach(Status.ACTIVE)
    damage(kit)

    row = kit.list()[0]

    assert (row.status, row.ledger) == ("damaged", "damaged")
    assert words in row.problem
    assert kit.report().damaged == (("add-cache", row.problem),)


@pytest.mark.parametrize("what", DAMAGE)
def test_a_doctor_names_it_and_goes_on(hands: Hands, what: str) -> None:
    """It mends nothing that is not derived."""
    damage, _, words = DAMAGE[what]
    kit = hands.reach(Status.ACTIVE)
    kit.plan("fix-leak", title="Fix a leak", command="check beta")
    damage(kit)
    before = kit.everything()

    health = kit.doctor(repair=True)

    assert (health.tasks, health.well) == (2, False)
    assert any(words in symptom.what for symptom in health.symptoms)
    assert kit.everything() == before

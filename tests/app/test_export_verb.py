"""`export`: what is on record, for other tools, and the no where the ledger cannot say it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scafld.app.task.export import MEDIA_TYPES
from scafld.core.refusal import Damaged, Gate, Misused, Refused
from scafld.core.task.known import Status
from scafld.testing import fails

if TYPE_CHECKING:
    from conftest import Hands

EVERY = (*Status, "passed")


@pytest.mark.parametrize("status", EVERY)
def test_criteria_and_page_can_always_be_told(status: str, hands: Hands) -> None:
    """Wherever a task stands; an ASCII text with its media type, and nothing is written."""
    kit = hands.reach(status)
    before = kit.everything()

    for name in ("junit", "markdown"):
        told = kit.export(hands.task, format=name)

        assert (told.task_id, told.format, told.media_type) == (hands.task, name, MEDIA_TYPES[name])
        assert told.text.isascii() and told.text.endswith("\n")
    assert kit.everything() == before


@pytest.mark.parametrize("status", [Status.DRAFT, Status.APPROVED, Status.ACTIVE, Status.BLOCKED, Status.REVIEW])
def test_findings_need_a_review(status: Status, hands: Hands) -> None:
    """An empty list would say that somebody looked. The next command is the task's own."""
    kit = hands.reach(status)

    no = hands.no(lambda: kit.export(hands.task, format="sarif"))

    assert (no.gate, no.status, no.next) == (Gate.REVIEW, status, kit.status(hands.task).next)


def test_findings_are_those_of_the_last_review(hands: Hands) -> None:
    """With what they are worth now."""
    kit = hands.reach(Status.REVIEW)
    kit.reviewer.answers = [fails("leak")]
    kit.review(hands.task)

    (run,) = json.loads(kit.export(hands.task, format="sarif").text)["runs"]

    assert [each["ruleId"] for each in run["results"]] == ["review/leak"]
    assert (run["properties"]["standing"], run["properties"]["verdict"]) == ("failed", "fail")


@pytest.mark.parametrize("status", [each for each in EVERY if each != Status.COMPLETED])
def test_a_test_result_needs_one_tree(status: str, hands: Hands) -> None:
    """Before a task is completed nobody knows that all criteria ran on the same."""
    kit = hands.reach(status)

    no = hands.no(lambda: kit.export(hands.task, format="in-toto"))

    assert (no.gate, no.next) == (Gate.COMPLETE, kit.status(hands.task).next)


def test_a_test_result_is_about_the_sealed_tree(hands: Hands) -> None:
    """Its subject is the material that the completion recorded."""
    kit = hands.reach(Status.COMPLETED)

    statement = json.loads(kit.export(hands.task, format="in-toto").text)

    completed = hands.events(kit)[-1]
    assert statement["subject"][0]["digest"] == {"sha256": completed.material}  # type: ignore[attr-defined]
    assert statement["predicate"]["configuration"][0]["digest"] == {"sha256": completed.contract}  # type: ignore[attr-defined]
    assert statement["predicate"]["result"] == "PASSED"


def test_a_contract_that_was_changed_afterwards_has_no_result(hands: Hands) -> None:
    """A forger who rewords what was asked gets no attestation that it was met; the report says that it changed."""
    kit = hands.reach(Status.COMPLETED)
    hands.reword(kit)

    no = hands.no(lambda: kit.export(hands.task, format="in-toto"))

    assert (no.gate, no.next) == (Gate.COMPLETE, f"scafld show {hands.task}")
    assert 'name="contract.approval" value="changed"' in kit.export(hands.task, format="junit").text
    assert "changed since it was approved" in kit.export(hands.task, format="markdown").text


def test_a_status_written_by_hand_changes_no_export(hands: Hands) -> None:
    """What a spec shows is not read back."""
    kit = hands.reach(Status.REVIEW)
    told = kit.export(hands.task, format="junit")
    kit.specs.edit(hands.task, lambda text: text.replace("status: review", "status: completed", 1))  # type: ignore[arg-type]

    assert kit.export(hands.task, format="junit") == told
    with pytest.raises(Refused):
        kit.export(hands.task, format="in-toto")


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_damaged_ledger_exports_nothing(name: str, hands: Hands) -> None:
    """One edited byte in any entry, and there is no document, whatever the format."""
    kit = hands.reach(Status.COMPLETED)
    content = kit.ledgers.files[hands.task]  # type: ignore[index]
    kit.ledgers.files[hands.task] = content.replace(b'"outcome":"fail"', b'"outcome":"pass"', 1)  # type: ignore[index]
    assert kit.ledgers.files[hands.task] != content  # type: ignore[index]

    with pytest.raises(Damaged):
        kit.export(hands.task, format=name)


def test_a_format_that_is_none_is_named(hands: Hands) -> None:
    """With those that are, before the task is looked for."""
    kit = hands.reach(Status.DRAFT)

    with pytest.raises(Misused, match="there is no format 'pdf'; formats are sarif, junit, in-toto, markdown"):
        kit.export("nobody", format="pdf")


def test_a_task_that_is_not_there_is_refused(hands: Hands) -> None:
    """As everywhere."""
    kit = hands.reach(Status.DRAFT)

    assert hands.no(lambda: kit.export("nobody", format="junit")).gate is Gate.WORKSPACE

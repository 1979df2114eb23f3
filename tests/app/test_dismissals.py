"""Findings that a person takes out of the way: with a reason, for the code as it stands, and no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.names import Actor, ActorKind
from scafld.core.policy import Panel, Policy, Review
from scafld.core.task.events import FindingDismissed
from scafld.core.task.known import TERMINAL, Status
from scafld.core.value import changed
from scafld.testing import Kit, commands, fails, passes, scripted, workspace
from scafld.testing.kit import SOMEBODY

if TYPE_CHECKING:
    from conftest import Hands

    from scafld.core.views.overview import Overview

TASK = "add-cache"


def failed(*names: str, actor: Actor = SOMEBODY) -> Kit:
    """In review, which failed with these findings on `a.py`."""
    kit = workspace(
        files={"a.py": "x = 1\n", "b.py": "y = 1\n"},
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}),
        provider=scripted([fails(*names or ("leak",))]),
        actor=actor,
    )
    kit.quick(TASK, title="Add a cache", command="check", files=("a.py", "b.py"))
    kit.tree.append("a.py", "y = 2\n")
    kit.build(TASK)
    assert kit.review(TASK).review.standing == "failed"
    return kit


def dismissed(kit: Kit, name: str = "leak", reason: str = "the key holds the tenant") -> Overview:
    return kit.dismiss(TASK, name, reason=reason)


def raised_again(kit: Kit, *names: str) -> Overview:
    """Built anew, and reviewed by somebody who raises these."""
    kit.build(TASK)
    kit.reviewer.answers = [fails(*names) if names else passes()]
    return kit.review(TASK)


def test_the_last_blocker_that_is_dismissed_opens_the_gate(hands: Hands) -> None:
    """Its words stay where they were, with the reason; the task completes."""
    kit = failed()

    view = dismissed(kit)

    assert (view.review.standing, view.review.verdict, view.review.blockers) == ("passed", "pass", 0)
    assert [(each.finding, each.dismissed) for each in view.review.raised] == [("leak", "the key holds the tenant")]
    assert view.next == "scafld complete add-cache"
    assert "dismissed: the key holds the tenant" in kit.handoff(TASK).handoff.text
    assert "Dismissed: by a person, on this code" in hands.text(kit)
    assert kit.complete(TASK).overview.status == Status.COMPLETED
    entry = next(each for each in kit.ledgers.entries(TASK) if isinstance(each.event, FindingDismissed))
    assert (entry.actor, entry.event.reason, entry.event.summary) == (
        SOMEBODY,
        "the key holds the tenant",
        "leak is wrong",
    )


def test_one_of_two_leaves_the_other(hands: Hands) -> None:
    """The gate stays closed, and only the other is still held against the change."""
    kit = failed("leak", "race")

    view = dismissed(kit)

    assert (view.review.standing, view.review.blockers) == ("failed", 1)
    assert hands.no(lambda: kit.review(TASK)).blockers == ("race: race is wrong",)
    assert hands.no(lambda: kit.complete(TASK)).blockers == ("race: race is wrong",)
    assert dismissed(kit, "race").review.standing == "passed"


def test_it_is_not_raised_again_on_the_same_code(hands: Hands) -> None:
    """Another file moved: what was said of this one still holds, and is on record with the verdict."""
    kit = failed("leak", "race")
    dismissed(kit)
    kit.tree.append("b.py", "z = 1\n")

    view = raised_again(kit, "leak")

    assert (view.review.standing, view.review.blockers) == ("passed", 0)
    assert [(each.finding, each.dismissed) for each in view.review.raised] == [("leak", "the key holds the tenant")]
    assert len(hands.events(kit)[-1].dismissed) == 1


def test_on_other_code_it_counts_again(hands: Hands) -> None:
    """The file that it is about moved: nobody said anything of what stands there now."""
    kit = failed("leak", "race")
    dismissed(kit)
    kit.tree.append("a.py", "z = 1\n")

    view = raised_again(kit, "leak")

    assert (view.review.standing, view.review.blockers) == ("failed", 1)
    assert [each.dismissed for each in view.review.raised] == [""]


def test_a_repair_that_was_dismissed_and_taken_back_passes_nothing(hands: Hands) -> None:
    """What a person said of the repaired code opens no gate for the code as it was reviewed."""
    kit = failed()
    before = kit.tree.files["a.py"]
    kit.tree.append("a.py", "y = guarded(y)\n")
    assert dismissed(kit).review.standing == "failed"

    kit.tree.write("a.py", before)

    assert kit.status(TASK).review.standing == "failed"
    kit.build(TASK)
    assert kit.status(TASK).review.standing == "failed_unchanged"
    assert hands.no(lambda: kit.complete(TASK)).gate == "complete"


def test_a_dismissal_ahead_of_the_next_review_counts_in_it(hands: Hands) -> None:
    """For the code as it stood when it was given."""
    kit = failed()
    kit.tree.append("a.py", "y = guarded(y)\n")
    dismissed(kit)

    assert raised_again(kit, "leak").review.standing == "passed"


def test_a_dismissal_lets_nothing_else_through(hands: Hands) -> None:
    """Whatever else moves makes the review stale, as ever."""
    kit = failed()
    dismissed(kit)
    kit.tree.append("a.py", "z = 1\n")

    assert kit.status(TASK).review.standing == "stale_material"
    assert hands.no(lambda: kit.complete(TASK)).next == "scafld review add-cache"


def test_another_that_bears_its_name_is_another() -> None:
    """A finding on another file is not the one that was dismissed."""
    kit = failed("leak", "race")
    dismissed(kit)
    kit.tree.append("b.py", "z = 1\n")
    kit.build(TASK)
    reply = fails("leak")
    kit.reviewer.answers = [lambda question, tree: _elsewhere(reply(question, tree))]

    assert kit.review(TASK).review.standing == "failed"


def _elsewhere(reply: object) -> object:
    return changed(reply, answer=reply.answer.replace('"path": "a.py"', '"path": "b.py"'))


# Who may, and what.


@pytest.mark.parametrize("name", ["claude", "codex", "somebody"])
def test_an_agent_takes_nothing_away_that_was_found_against_it(hands: Hands, name: str) -> None:
    """Whatever it is called."""
    kit = failed(actor=Actor(kind=ActorKind.AGENT, name=name))
    before = kit.everything()

    no = hands.no(lambda: dismissed(kit))

    assert no.reason == f"{name} is an agent: a finding is dismissed by a person"
    assert kit.everything() == before


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_reason_is_needed(hands: Hands, reason: str) -> None:
    """Nothing changes without one."""
    kit = failed()
    before = kit.everything()

    assert hands.no(lambda: dismissed(kit, reason=reason)).expected == "--reason"
    assert kit.everything() == before


def test_a_finding_is_called_by_its_name_or_its_fingerprint(hands: Hands) -> None:
    """By eight digits of it; by less, or by another name, it is not found, and those that are there are told."""
    kit = failed("leak", "race")
    told = kit.status(TASK).review.raised[1].fingerprint

    assert hands.no(lambda: dismissed(kit, "typo")).expected == "one of leak, race"
    assert hands.no(lambda: dismissed(kit, told[:7])).expected == "one of leak, race"
    assert dismissed(kit, told[:8]).review.blockers == 1


@pytest.mark.parametrize("status", [*(each for each in Status if each is not Status.REVIEW), "passed"])
def test_where_there_is_no_finding_nothing_is_dismissed(hands: Hands, status: str) -> None:
    """And what is over stays as it ended."""
    kit = hands.reach(status)
    before = kit.everything()

    no = hands.no(lambda: dismissed(kit))

    assert no.gate == "review"
    assert kit.everything() == before
    assert (no.next == "") is (status in TERMINAL)


def test_of_a_panel_each_finding_is_dismissed_by_itself(hands: Hands) -> None:
    """Two seats that spoke of one place: the one that is left is told by its name, and fails the review."""
    seats = (scripted([fails("leak")], name="claude"), scripted([fails("race")], name="codex"))
    kit = workspace(
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}),
        provider=seats,
        policy=Policy(review=Review(panel=Panel())),
    )
    kit.quick(TASK, title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.build(TASK)
    assert kit.review(TASK).review.blockers == 1

    view = dismissed(kit)

    assert (view.review.standing, view.review.blockers) == ("failed", 1)
    assert [(each.finding, each.dismissed) for each in view.review.raised] == [
        ("leak", "the key holds the tenant"),
        ("race", ""),
    ]
    assert hands.no(lambda: kit.complete(TASK)).blockers == ("race: race is wrong",)
    assert dismissed(kit, "race").next == "scafld complete add-cache"

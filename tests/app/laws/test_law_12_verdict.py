"""Law 12. The verdict is derived from the findings by scafld, not taken from the reviewer.

Budgets asked for cannot be lowered by the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.evidence.dossier import Attack, AttackResult, Budget, Dossier, Mode, Verdict, dossier_problems
from scafld.core.evidence.panel import verdict_of
from scafld.core.policy import Panel, Policy, Review
from scafld.core.task.events import PanelReviewed, Reviewed, ReviewFailed
from scafld.core.task.known import Status
from scafld.core.value import changed
from scafld.testing import Kit, commands, dossiers, fails, hands_in, lazy, mends, passes, scripted, silent, workspace

if TYPE_CHECKING:
    from conftest import Hands


def in_review(*answers: object) -> Kit:
    kit = workspace(
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}), provider=scripted([*answers])
    )
    kit.quick("add-cache", title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.build("add-cache")
    return kit


@given(dossiers(), strategies.integers(min_value=1, max_value=8), strategies.integers(min_value=1, max_value=3))
def test_whatever_is_handed_in_is_judged_by_its_findings(dossier: Dossier, angles: int, findings: int) -> None:
    """A dossier that lacks anything is no verdict; one that does not says what its findings say."""
    kit = in_review(hands_in(dossier))
    budget = Budget(min_attack_angles=angles, max_findings=findings)

    view = kit.review("add-cache", min_attack_angles=angles, max_findings=findings)

    event = kit.ledgers.entries("add-cache")[-1].event
    if dossier_problems(dossier, mode=Mode.DISCOVER, budget=budget):
        assert isinstance(event, ReviewFailed)
        assert view.review.standing == "attempt_spent"
        assert len(kit.reviewer.questions) == 2
    else:
        blocks = any(each.blocks_completion and each.status == "open" for each in dossier.findings)
        assert isinstance(event, Reviewed)
        assert event.verdict is (Verdict.FAIL if blocks else Verdict.PASS)
        assert view.review.standing == ("failed" if blocks else "passed")


def test_an_answer_with_fewer_angles_is_no_review(hands: Hands) -> None:
    """It does not complete; it is asked to be mended once, and then somebody else may be asked, with a reason."""
    kit = in_review(lazy(), passes())

    view = kit.review("add-cache")

    assert view.review.standing == "attempt_spent"
    assert "5 attack angles were tried, asked for were 6" in view.review.attempt.problem
    assert "- 5 attack angles were tried" in kit.reviewer.questions[1].prompt
    again = 'scafld review add-cache --force --reason "the last attempt gave no verdict"'
    assert hands.no(lambda: kit.complete("add-cache")).next == again
    assert kit.review("add-cache", force=True, reason="it was lazy").review.standing == "passed"


def test_an_answer_that_is_mended_counts(hands: Hands) -> None:
    """As the one review that it is; that it had to be mended is on record."""
    kit = in_review(mends(lazy(), passes()))

    view = kit.review("add-cache")

    assert view.review.standing == "passed"
    assert [seat.repaired for seat in view.review.seats] == [True]
    assert len({question.attempt for question in kit.reviewer.questions}) == 1


@pytest.mark.parametrize(("angles", "standing"), [(6, "passed"), (7, "attempt_spent")])
def test_the_budget_is_the_one_that_was_asked_for(angles: int, standing: str) -> None:
    """Not the one the answer would like."""
    six = tuple(Attack(target="x", attack=f"{at}", result=AttackResult.CLEAN) for at in range(6))
    kit = in_review(hands_in(Dossier(summary="fine", mode=Mode.DISCOVER, attacks=six)))

    assert kit.review("add-cache", min_attack_angles=angles).review.standing == standing


def test_the_question_carries_the_budget(hands: Hands) -> None:
    """As data and in words."""
    kit = in_review(passes())

    kit.review("add-cache", min_attack_angles=4, max_findings=3)

    question = kit.reviewer.questions[0]
    assert question.terms.budget == Budget(min_attack_angles=4, max_findings=3)
    assert "At least 4 attacks" in question.prompt
    assert "at most 3 findings" in question.prompt


def test_an_answer_of_another_mode_is_no_review(hands: Hands) -> None:
    """To have verified is not to have looked."""
    kit = in_review(fails("leak"), hands_in(Dossier(summary="fine", mode=Mode.DISCOVER)))
    kit.review("add-cache")
    kit.tree.append("a.py", "z = 3\n")
    kit.build("add-cache")

    view = kit.review("add-cache")

    assert kit.reviewer.questions[1].terms.mode is Mode.VERIFY
    assert view.review.standing == "attempt_spent"
    assert "mode is discover, asked for was verify" in view.review.attempt.problem


def test_a_verdict_of_fail_is_repaired_by_work_only(hands: Hands) -> None:
    """Not by asking again, with or without force; a repair and a build reopen the gate."""
    kit = in_review(fails("leak"), passes())
    kit.review("add-cache")

    assert hands.no(lambda: kit.review("add-cache")).blockers == ("leak: leak is wrong",)
    assert hands.no(lambda: kit.review("add-cache", force=True, reason="please")).next == "scafld build add-cache"
    assert hands.no(lambda: kit.complete("add-cache")).actual == "failed"
    kit.build("add-cache")
    assert hands.no(lambda: kit.review("add-cache")).reason == "nothing changed since the review failed"
    kit.tree.append("a.py", "z = 3\n")
    kit.build("add-cache")
    assert kit.review("add-cache").review.standing == "passed"
    assert kit.complete("add-cache").overview.status == Status.COMPLETED


def test_a_finding_that_is_only_open_in_words_fails(hands: Hands) -> None:
    """A reviewer that calls its blocker harmless has a blocker all the same."""
    kit = in_review(lambda question, _tree: _praising(question))

    view = kit.review("add-cache")

    assert (view.review.verdict, view.review.summary) == ("fail", "PASS. verdict: pass. Ship it.")


def _praising(question: object) -> object:
    reply = fails("leak")(question, None)
    return changed(reply, answer=reply.answer.replace("Something was found.", "PASS. verdict: pass. Ship it."))


# A panel.


def panel(*answers: object, quorum: int = 0) -> Kit:
    """The same in review by a panel whose seats answer like this."""
    seats = tuple(scripted([answer], name=f"seat{at}") for at, answer in enumerate(answers, start=1))
    kit = workspace(
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1}),
        provider=seats,
        policy=Policy(review=Review(panel=Panel(quorum=quorum))),
    )
    kit.quick("add-cache", title="Add a cache", command="check", files=("a.py",))
    kit.tree.append("a.py", "y = 2\n")
    kit.build("add-cache")
    return kit


@given(
    strategies.lists(strategies.none() | dossiers(Mode.DISCOVER), min_size=2, max_size=3),
    strategies.integers(min_value=0, max_value=3),
)
def test_the_verdict_of_a_panel_is_derived_from_what_its_seats_handed_in(
    handed: list[Dossier | None], quorum: int
) -> None:
    """By the rule of the project: a seat that gave no acceptable dossier is silent, and what it would have said is
    nobody's to guess."""
    budget = Budget(min_attack_angles=2, max_findings=2)
    kit = panel(*(hands_in(each) if each is not None else silent() for each in handed), quorum=quorum)

    view = kit.review("add-cache", min_attack_angles=2, max_findings=2)

    whole = [each and not dossier_problems(each, mode=Mode.DISCOVER, budget=budget) for each in handed]
    event = kit.ledgers.entries("add-cache")[-1].event
    verdict = verdict_of(event.hearings, quorum, frozenset())
    assert [heard.dossier is not None for heard in event.hearings] == [bool(each) for each in whole]
    assert isinstance(event, ReviewFailed if verdict is None else PanelReviewed)
    assert view.review.standing == {None: "attempt_spent", Verdict.FAIL: "failed", Verdict.PASS: "passed"}[verdict]
    if not quorum:
        blocks = any(each.blockers for each, holds in zip(handed, whole, strict=True) if each and holds)
        assert (verdict is Verdict.FAIL) is blocks
        assert (verdict is Verdict.PASS) is (not blocks and all(whole))


def test_every_seat_is_held_to_the_same_budget(hands: Hands) -> None:
    """And is asked to mend its own answer only."""
    kit = panel(mends(lazy(), passes()), passes())

    view = kit.review("add-cache")

    assert [(seat.seat, seat.verdict, seat.repaired) for seat in view.review.seats] == [
        ("seat1", "pass", True),
        ("seat2", "pass", False),
    ]


def test_a_panels_verdict_of_fail_is_repaired_by_work_only(hands: Hands) -> None:
    """One seat is enough, and it is not outvoted by asking again."""
    kit = panel(passes(), fails("leak"))
    kit.review("add-cache")

    assert hands.no(lambda: kit.review("add-cache", force=True, reason="please")).blockers == ("leak: leak is wrong",)
    assert hands.no(lambda: kit.complete("add-cache")).actual == "failed"

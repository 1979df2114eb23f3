"""What an answer is held to: by its kind, and by what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.offer import Proposal
from scafld.core.contract.questions import Dimension
from scafld.core.evidence.dossier import Budget, Dossier, Mode
from scafld.core.evidence.questioning import HardenDossier
from scafld.core.evidence.terms import SHAPES, Subject, Terms, problems_of
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

REVIEW = Terms(subject=Subject.REVIEW, budget=Budget(min_attack_angles=6, max_findings=1))


def test_every_subject_has_its_answer() -> None:
    """And a tool of its own to hand it in with."""
    assert {Subject.REVIEW: Dossier, Subject.HARDEN: HardenDossier, Subject.PLAN: Proposal} == SHAPES
    assert [Terms(subject=each).tool for each in Subject] == ["submit_review", "submit_harden", "submit_plan"]


def test_a_review_is_held_to_its_mode_and_its_budget(a: Nouns) -> None:
    """Those that were asked for, not those it would like."""
    leak, race = a.finding("leak"), a.finding("race")

    assert problems_of(a.dossier(leak), REVIEW) == ()
    assert [each.code for each in problems_of(a.dossier(leak, race, attacks=5), changed(REVIEW, mode=Mode.VERIFY))] == [
        "wrong_mode",
        "too_few_attacks",
        "too_many_findings",
    ]


@pytest.mark.parametrize("mode", Mode)
def test_the_other_subjects_have_no_budget(a: Nouns, mode: Mode) -> None:
    """What binds a review binds nobody else."""
    tight = Terms(subject=Subject.HARDEN, mode=mode, budget=Budget(min_attack_angles=99, max_findings=1))

    assert problems_of(a.questioned(), tight) == ()
    assert [each.code for each in problems_of(a.questioned(a.probe(Dimension.PATH, anchor="")), tight)] == [
        "harden_no_anchor"
    ]

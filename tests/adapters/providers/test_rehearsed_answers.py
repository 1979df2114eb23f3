"""A rehearsal is acceptable wherever an answer can be made up, and says that nobody was asked."""

from __future__ import annotations

import pytest

from scafld.adapters.codec.answers import accept
from scafld.adapters.providers.rehearsal import rehearsal
from scafld.adapters.providers.seat import Means, Seat
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.evidence.hearing import Failure
from scafld.core.evidence.terms import Subject, Terms
from tests.adapters.providers.emulated import question

TERMS = [
    Terms(subject=Subject.REVIEW, mode=Mode.VERIFY, budget=Budget(min_attack_angles=4, max_findings=5)),
    Terms(subject=Subject.REVIEW, mode=Mode.DISCOVER, budget=Budget(min_attack_angles=1, max_findings=1)),
    Terms(subject=Subject.HARDEN),
]


@pytest.mark.parametrize("terms", TERMS)
def test_its_answer_holds(means: Means, terms: Terms) -> None:
    """To whatever terms; it authorises nothing."""
    provider = rehearsal(means, Seat(provider="local"))

    answer = accept(provider.ask(question(terms=terms), lambda pulse: None).answer, terms)

    assert "no model was asked" in answer.summary
    assert (provider.authorises, provider.vendor) == (False, "")


def test_it_makes_up_no_contract(means: Means) -> None:
    """A plan needs a model."""
    reply = rehearsal(means, Seat(provider="local")).ask(
        question(terms=Terms(subject=Subject.PLAN)), lambda pulse: None
    )

    assert (reply.answer, reply.failure) == ("", Failure.NO_SUBMISSION)

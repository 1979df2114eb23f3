"""How a round is answered by hand: nothing that a row takes is left out, and a terminal shows it as it stands."""

from __future__ import annotations

from scafld.adapters.markdown.rounds import ROW_LABELS, SHAPE_LABELS
from scafld.core.contract.questions import ASKED, SETTLED, Decision, Dimension, Result
from scafld.core.views.answering import answering


def test_every_row_and_every_word_is_there() -> None:
    """Each dimension with its question, each result, status and decision, and each kind of anchor."""
    text = " ".join(answering("round-3").split())

    assert set(ASKED) == set(Dimension)
    for dimension, question in ASKED.items():
        assert f"- {dimension}: {question}" in text
    for word in (*Result, *SETTLED, *Decision, "code:PATH:LINE", "spec_gap:FIELD", "archive:TASK", "### round-3"):
        assert word in text


def test_every_label_of_the_skeleton_is_spoken_of() -> None:
    """But for the question, which says what it is."""
    text = " ".join(answering("round-1").split())

    assert [label for label in (*ROW_LABELS, *SHAPE_LABELS) if label not in text] == ["Question"]


def test_it_fits_a_terminal() -> None:
    """Of eighty columns, also with a name that is longer than usual."""
    assert max(map(len, answering("round-1000").splitlines())) <= 80

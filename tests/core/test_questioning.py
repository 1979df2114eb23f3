"""What a model hands in that questioned a draft: the verdict is derived, and a gap is no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from scafld.core.contract.questions import Decision, Dimension, Result
from scafld.core.evidence.questioning import (
    BlockStatus,
    HardenDossier,
    HardenVerdict,
    Probe,
    ShapeJudged,
    as_round,
    harden_problems,
    wanted_by,
)
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

SETTLED = tuple(each for each in BlockStatus if each is not BlockStatus.OPEN)


def codes(dossier: HardenDossier) -> list[str]:
    return [problem.code for problem in harden_problems(dossier)]


def test_a_clean_dossier_passes(a: Nouns) -> None:
    """Six dimensions, each anchored, and the shape kept."""
    assert harden_problems(a.questioned()) == ()
    assert a.questioned().verdict is HardenVerdict.PASS


@pytest.mark.parametrize("result", [Result.CLEAN, Result.ADVISORY, Result.NOT_APPLICABLE])
def test_advice_asks_for_no_other_draft(a: Nouns, result: Result) -> None:
    """Nor does what does not apply."""
    dossier = a.questioned(a.probe(Dimension.TIMING, result))

    assert (harden_problems(dossier), dossier.verdict) == ((), HardenVerdict.PASS)


WANTS: dict[str, dict[str, object]] = {
    "shrink": {"decision": Decision.SHRINK},
    "reframe": {"decision": Decision.REFRAME},
    "reject": {"decision": Decision.REJECT},
    "edits": {"required_spec_edits": ("name the file",)},
}


@pytest.mark.parametrize("case", WANTS)
def test_whoever_wants_another_draft_has_answered(a: Nouns, case: str) -> None:
    """It is no problem of the dossier; it is what it says."""
    dossier = a.questioned(**WANTS[case])

    assert (harden_problems(dossier), dossier.verdict) == ((), HardenVerdict.NEEDS_REVISION)


@pytest.mark.parametrize("dimension", Dimension)
def test_an_open_block_asks_for_another_draft(a: Nouns, dimension: Dimension) -> None:
    """In any dimension; one that is settled does not."""
    blocks = a.probe(dimension, Result.BLOCKS)

    assert a.questioned(blocks).verdict is HardenVerdict.NEEDS_REVISION
    for status in SETTLED:
        assert a.questioned(changed(blocks, status=status)).verdict is HardenVerdict.PASS


@pytest.mark.parametrize("words", ["none", "None.", " N/A ", "", "n/a."])
def test_an_edit_that_only_says_that_there_is_none_is_none(a: Nouns, words: str) -> None:
    """Models fill every list that they are shown."""
    assert a.questioned(required_spec_edits=(words,)).verdict is HardenVerdict.PASS


@pytest.mark.parametrize("dimension", Dimension)
def test_a_dimension_that_was_not_looked_at_is_a_gap(a: Nouns, dimension: Dimension) -> None:
    """And one that is clean and something else beside it."""
    whole = a.questioned()
    rows = {each.dimension: each for each in whole.observations}

    fewer = changed(whole, observations=tuple(each for each in whole.observations if each.dimension is not dimension))
    twice = changed(whole, observations=(*whole.observations, rows[dimension]))

    assert codes(fewer) == ["harden_missing_dimension"]
    assert codes(twice) == ["harden_duplicate_dimension"] * 2


def test_two_things_may_be_wrong_in_one_dimension(a: Nouns) -> None:
    """Each a row of its own, and each counts."""
    whole = a.questioned(a.probe(Dimension.SCOPE, Result.ADVISORY))

    more = changed(whole, observations=(*whole.observations, a.probe(Dimension.SCOPE, Result.BLOCKS)))

    assert (harden_problems(more), more.verdict) == ((), HardenVerdict.NEEDS_REVISION)


GAPS: dict[str, tuple[dict[str, object], str]] = {
    "no anchor": ({"anchor": ""}, "harden_no_anchor"),
    "an anchor without a line": ({"anchor": "code:a.py"}, "harden_no_anchor"),
    "an anchor at line nought": ({"anchor": "code:a.py:0"}, "harden_no_anchor"),
    "an anchor of another kind": ({"anchor": "http://example.org"}, "harden_no_anchor"),
    "an anchor on two lines": ({"anchor": "spec_gap:scope\n## Acceptance"}, "harden_no_anchor"),
    "nothing said": ({"note": "", "result": Result.ADVISORY}, "harden_no_note"),
}


@pytest.mark.parametrize("case", GAPS)
def test_a_row_with_a_gap_is_said(a: Nouns, case: str) -> None:
    """A model can mend each of it."""
    fields, code = GAPS[case]
    row = changed(a.probe(Dimension.SCOPE), **fields)

    assert codes(a.questioned(row)) == [code]


@pytest.mark.parametrize("name", ["true_shape", "minimal_plan", "shared_owner"])
def test_a_shape_that_leaves_something_out_is_said(a: Nouns, name: str) -> None:
    """Each of the three."""
    assert codes(a.questioned(**{name: " \n"})) == ["harden_shape_incomplete"]


def test_an_empty_summary_is_said(a: Nouns) -> None:
    """Blanks are nothing."""
    assert codes(changed(a.questioned(), summary=" \t")) == ["no_summary"]


def test_a_gap_is_a_gap_whatever_else_is_wanted(a: Nouns) -> None:
    """To ask for another draft excuses no silence."""
    dossier = a.questioned(a.probe(Dimension.SCOPE, anchor=""), decision=Decision.REJECT)

    assert (codes(dossier), dossier.verdict) == (["harden_no_anchor"], HardenVerdict.NEEDS_REVISION)


@given(
    strategies.lists(strategies.sampled_from(BlockStatus), min_size=6, max_size=6),
    strategies.lists(strategies.sampled_from(Result), min_size=6, max_size=6),
    strategies.sampled_from(Decision),
    strategies.lists(strategies.sampled_from(("none", "name the file")), max_size=2),
)
def test_the_verdict_is_that_of_the_rows_and_the_shape(
    statuses: list[BlockStatus], results: list[Result], decision: Decision, edits: list[str]
) -> None:
    """Pass exactly when the shape is kept, no edit is asked for, and nothing that blocks is open."""
    rows = tuple(
        Probe(dimension=dimension, result=result, anchor="spec_gap:scope", note="x", status=status)
        for dimension, result, status in zip(Dimension, results, statuses, strict=True)
    )
    shape = ShapeJudged(
        decision=decision, true_shape="x", minimal_plan="x", shared_owner="x", required_spec_edits=tuple(edits)
    )
    dossier = HardenDossier(summary="x", shape=shape, observations=rows)
    open_block = any(each.result is Result.BLOCKS and each.status is BlockStatus.OPEN for each in rows)

    keeps = decision is Decision.KEEP and "name the file" not in edits and not open_block

    assert harden_problems(dossier) == ()
    assert dossier.verdict is (HardenVerdict.PASS if keeps else HardenVerdict.NEEDS_REVISION)


def test_it_reads_as_a_round_in_a_document(a: Nouns) -> None:
    """Word for word, so that a person and a model are held to the same."""
    probe = a.probe(Dimension.PATH, Result.ADVISORY, question="which?", recommended="this", if_unanswered="that")

    found = as_round(a.questioned(probe, adapter_boundaries=("none", "the wire")), "round-3")

    row = next(each for each in found.observations if each.dimension == "path")
    assert (found.id, found.summary, found.shape.decision) == ("round-3", "Looked at.", "keep")
    assert found.shape.adapter_boundaries == ("the wire",)
    assert (row.question, row.recommended, row.if_unanswered) == ("which?", "this", "that")


def test_what_a_model_wants_is_a_line_each(a: Nouns) -> None:
    """The shape, the edits, what blocks and is open; of no dossier nothing."""
    settled = a.probe(Dimension.TIMING, Result.BLOCKS, status=BlockStatus.FIXED)
    open_one = a.probe(Dimension.SCOPE, Result.BLOCKS, note="", question="which file?")
    dossier = a.questioned(settled, open_one, decision=Decision.REFRAME, required_spec_edits=("name it",))

    assert wanted_by(dossier) == ("the shape: reframe the task", "edit: name it", "scope: which file?")
    assert wanted_by(a.questioned(required_spec_edits=("None.",))) == ()
    assert wanted_by(None) == ()

"""Harden rounds that people fill in: opened, read, and judged."""

from __future__ import annotations

import pytest

from scafld.adapters.markdown.reader import read
from scafld.adapters.markdown.rounds import open_round, read_rounds
from scafld.core.contract.questions import Dimension, Round, problems_of_round
from scafld.core.value import changed

DIGEST = "a" * 64


MORE = "- scope\n  - Result: advisory\n  - Anchor: spec_gap:Scope\n  - Note: a caller is missing\n"


def _filled(text: str) -> str:
    for label, words in (
        ("Shape decision", "keep"),
        ("True shape", "one store"),
        ("Minimal plan", "a dictionary"),
        ("Shared owner", "src"),
    ):
        text = text.replace(f"{label}:", f"{label}: {words}")
    return text.replace("Result:", "Result: clean").replace("Anchor:", "Anchor: `code:src/a.py:1`")


def _opened(whole: str) -> str:
    return open_round(whole, "round-1", DIGEST, "2026-02-01T00:00:00.000Z")


def _round(text: str) -> Round:
    return read_rounds(text)[-1]


def test_an_opened_round_has_every_row_and_no_answer(whole: str) -> None:
    """Six dimensions and a shape wait; the contract does not move; `- none` gives way."""
    text = _opened(whole)

    (found,) = read_rounds(text)
    assert (found.id, found.status, found.contract_digest) == ("round-1", "in_progress", DIGEST)
    assert found.label("started") == "2026-02-01T00:00:00.000Z"
    assert tuple(row.dimension for row in found.observations) == tuple(Dimension)
    assert all(row.result == row.anchor == row.note == "" for row in found.observations)
    before, after = read(whole, name="x.md").spec, read(text, name="x.md").spec
    assert before is not None
    assert after is not None
    assert before.digest == after.digest
    assert "- none" not in text.split("## Harden Rounds")[1].split("## Planning Log")[0]
    assert text.replace(text[text.index("### round-1") : text.index("## Planning")], "- none\n\n") == whole


def test_a_second_round_follows_the_first(whole: str) -> None:
    """What was written in the first stays as it is."""
    first = _filled(_opened(whole))

    second = open_round(first, "round-2", DIGEST, "2026-02-02T00:00:00.000Z")

    assert [each.id for each in read_rounds(second)] == ["round-1", "round-2"]
    assert problems_of_round(read_rounds(second)[0]) == ()
    assert first[first.index("### round-1") : first.index("## Planning")].rstrip() in second


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_round_without_a_section_and_in_other_line_ends(end: str) -> None:
    """The section is made at the end, in the document's own line ends."""
    text = f"---{end}task_id: a{end}---{end}# T{end}"

    opened = open_round(text, "round-1", DIGEST, "x")

    assert opened.startswith(text)
    assert opened.replace(end, "").isprintable()
    assert len(read_rounds(opened)) == 1


def test_a_filled_round_passes(whole: str) -> None:
    """Nothing is missing."""
    found = _round(_filled(_opened(whole)))

    assert problems_of_round(found) == ()
    assert found.shape.decision == "keep"
    assert found.observations[0].anchor == "code:src/a.py:1"


def test_an_empty_round_says_everything_that_is_missing(whole: str) -> None:
    """The shape, and each row, once; each with a line and a way out."""
    text = _opened(whole)

    problems = problems_of_round(_round(text))

    codes = [problem.code for problem in problems]
    assert codes == ["harden_shape_undecided", *["harden_no_result"] * 6]
    lines = text.split("\n")
    assert [lines[each.line - 1] for each in problems if each.code == "harden_no_result"] == [
        f"- {d}" for d in Dimension
    ]
    assert all(problem.suggestion for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("Shape decision: keep", "Shape decision: Shrink", ["harden_shape_not_kept"]),
        ("Shape decision: keep", "Shape decision: squeeze", ["harden_shape_undecided"]),
        ("Required spec edits:", "Required spec edits: none; name the owner", ["harden_edits_required"]),
        ("Required spec edits:", "Required spec edits: None.; none", []),
        ("- timing\n", "- tempo\n", ["harden_unknown_dimension", "harden_missing_dimension"]),
        ("- timing\n", "- scope\n", [*["harden_duplicate_dimension"] * 2, "harden_missing_dimension"]),
        ("Observations:\n", f"Observations:\n{MORE}", ["harden_duplicate_dimension"]),
        ("- scope\n  - Result: clean\n", f"{MORE}- scope\n  - Result: advisory\n  - Question: why?\n", []),
        ("Shape decision: keep\nTrue shape: one store", "Shape decision:\nTrue shape: x", ["harden_shape_undecided"]),
        ("- timing\n", "- Observation: Timing\n", []),
        ("Result: clean", "Result: fine", ["harden_no_result"]),
        ("Result: clean", "Result: advisory", ["harden_no_note"]),
        ("Result: clean", "Result: blocks", ["harden_no_note", "harden_open_block"]),
        ("Result: clean\n", "Result: blocks\n  - Question: why?\n  - Status: accepted risk\n", []),
        ("Result: clean\n", "Result: N/A\n  - Note: no commands\n  - Anchor: none\n", []),
        ("Result: clean\n", "Result: clean\n  - Status: dunno\n", ["harden_bad_status"]),
        ("`code:src/a.py:1`", "src/a.py", ["harden_no_anchor"]),
        ("`code:src/a.py:1`", "code:src/a.py:0", ["harden_no_anchor"]),
        ("`code:src/a.py:1`", "code:src/a.py:3-9", []),
        ("`code:src/a.py:1`", "spec_gap:", ["harden_no_anchor"]),
        ("`code:src/a.py:1`", "spec_gap:Phase 1", []),
        ("`code:src/a.py:1`", "archive:*", ["harden_no_anchor"]),
        ("`code:src/a.py:1`", "archive:old-task", []),
    ],
)
def test_what_one_answer_makes_of_a_round(whole: str, old: str, new: str, codes: list[str]) -> None:
    """Each rule on its own, against a round that would pass."""
    filled = _filled(_opened(whole))

    found = _round(filled.replace(old, new, 1))

    assert old in filled
    assert [problem.code for problem in problems_of_round(found)] == codes


@pytest.mark.parametrize(
    ("anchor", "meant"),
    [
        ("src/a.py:3", "Anchor: code:src/a.py:3"),
        ("src/a.py:3-9", "Anchor: code:src/a.py:3-9"),
        ("src/a.py", "Anchor: code:PATH:LINE, spec_gap:FIELD or archive:TASK"),
        ("src a.py:x", "Anchor: code:PATH:LINE, spec_gap:FIELD or archive:TASK"),
    ],
)
def test_a_place_without_its_kind_is_told_as_it_is_meant(whole: str, anchor: str, meant: str) -> None:
    """Where it is a place; else the kinds of anchors are named."""
    found = _round(_filled(_opened(whole)).replace("`code:src/a.py:1`", anchor, 1))

    (problem,) = problems_of_round(found)

    assert (problem.message, problem.suggestion) == (f"design: {anchor!r} is no anchor", meant)


def test_words_go_on_over_lines(whole: str) -> None:
    """A note and a label may take several lines; a label keeps its first word on the matter."""
    text = (
        _filled(_opened(whole)).replace("one store", "one store\nfor all tenants").replace("Note:", "Note: a\n    b", 1)
    )

    found = _round(text)

    assert found.shape.true_shape == "one store for all tenants"
    assert found.observations[0].note == "a b"


def test_rounds_of_former_tools_are_read_without_observations() -> None:
    """Other lists are no observations, and what is not there is not made up."""
    text = (
        "---\ntask_id: a\n---\n# T\n\n## Harden Rounds\n\n### round-1\n\nStatus: passed\n"
        "Spec digest: `x`\n\nChecks:\n- path\n  - Result: passed\n"
    )

    found = _round(text)

    assert (found.status, found.contract_digest, found.observations) == ("passed", "x", ())
    assert "harden_missing_dimension" in {problem.code for problem in problems_of_round(found)}
    assert read_rounds("# T\n") == ()
    assert problems_of_round(changed(found, shape=found.shape)) == problems_of_round(found)

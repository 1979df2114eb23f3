"""What a model proposes as a contract, and what keeps it from becoming a draft at all."""

from __future__ import annotations

import pytest

from scafld.core.contract.offer import LONGEST_LIST, Proposal, ProposedCriterion, ProposedPhase, proposal_problems
from scafld.core.contract.spec import Risk, Size
from scafld.core.value import changed

CRITERION = ProposedCriterion(title="It is said", command="grep -q said a.py")
WHOLE = Proposal(
    title="Say it",
    summary="It is to be said.",
    size=Size.SMALL,
    risk=Risk.LOW,
    objectives=(),
    scope_in=(),
    scope_out=(),
    files=(),
    assumptions=(),
    risks=(),
    rollback=(),
    phases=(),
    criteria=(CRITERION,),
    log=("read a.py",),
    questions=(),
)
LISTS = tuple(name for name, item in ((name, getattr(WHOLE, name)) for name in WHOLE.__fields__) if item == ())


def phase(*criteria: ProposedCriterion) -> ProposedPhase:
    return ProposedPhase(name="One", goal="Say it", changes=("a.py",), criteria=criteria)


def codes(proposal: Proposal) -> list[str]:
    return [problem.code for problem in proposal_problems(proposal)]


def test_little_is_asked_of_a_proposal() -> None:
    """What a profile asks of the draft is told later, with the draft."""
    assert codes(WHOLE) == []
    assert codes(changed(WHOLE, criteria=(), phases=(phase(CRITERION),))) == []


GAPS: dict[str, tuple[dict[str, object], str]] = {
    "no title": ({"title": " "}, "empty_proposal"),
    "no summary": ({"summary": "\n"}, "empty_proposal"),
    "no criterion": ({"criteria": ()}, "no_criterion"),
    "a phase without one": ({"criteria": (), "phases": (phase(),)}, "no_criterion"),
    "a criterion without a command": ({"criteria": (changed(CRITERION, command=""),)}, "empty_criterion"),
    "a criterion without a title": ({"phases": (phase(changed(CRITERION, title=" ")),)}, "empty_criterion"),
    "no log": ({"log": ()}, "no_log"),
}


@pytest.mark.parametrize("case", GAPS)
def test_a_gap_is_said(case: str) -> None:
    """Wherever it is."""
    fields, code = GAPS[case]

    assert codes(changed(WHOLE, **fields)) == [code]


def test_all_gaps_are_said_at_once() -> None:
    """So that they are mended at once."""
    assert codes(changed(WHOLE, title="", summary="", criteria=(), log=())) == [
        "empty_proposal",
        "empty_proposal",
        "no_criterion",
        "no_log",
    ]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_is_endless(name: str) -> None:
    """A task is one change that can be reviewed at a sitting."""
    item = phase(CRITERION) if name == "phases" else "x"

    assert codes(changed(WHOLE, **{name: (item,) * LONGEST_LIST})) == []
    assert codes(changed(WHOLE, **{name: (item,) * (LONGEST_LIST + 1)})) == ["too_long"]


def test_every_list_is_meant() -> None:
    """So that the test above speaks of them all."""
    assert {*LISTS, "criteria", "log"} == {name for name in WHOLE.__fields__ if isinstance(getattr(WHOLE, name), tuple)}

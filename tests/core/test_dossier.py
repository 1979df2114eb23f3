"""A reviewer's dossier: the verdict is derived from it, and what keeps it from being accepted is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.evidence.dossier import (
    Attack,
    AttackResult,
    Budget,
    Dossier,
    FindingStatus,
    Mode,
    Severity,
    Verdict,
    dossier_problems,
)
from scafld.core.value import changed
from scafld.testing import dossiers

if TYPE_CHECKING:
    from conftest import Nouns

BUDGET = Budget(min_attack_angles=6, max_findings=2)


def problems(dossier: Dossier, mode: Mode = Mode.DISCOVER) -> list[str]:
    return [problem.code for problem in dossier_problems(dossier, mode=mode, budget=BUDGET)]


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, Verdict.FAIL),
        ({"status": FindingStatus.FIXED}, Verdict.PASS),
        ({"status": FindingStatus.ACCEPTED_RISK}, Verdict.PASS),
        ({"status": FindingStatus.SUPERSEDED}, Verdict.PASS),
        ({"blocks_completion": False}, Verdict.PASS),
        ({"blocks_completion": False, "severity": Severity.CRITICAL}, Verdict.PASS),
        ({"severity": Severity.LOW}, Verdict.FAIL),
    ],
)
def test_the_verdict_is_derived(a: Nouns, fields: dict[str, object], verdict: Verdict) -> None:
    """One open finding that blocks fails it, and nothing else does."""
    assert a.dossier(a.finding(**fields)).verdict is verdict


def test_one_blocker_among_many_fails(a: Nouns) -> None:
    """And is named."""
    dossier = a.dossier(a.finding("old", status=FindingStatus.FIXED), a.finding("new"))

    assert dossier.verdict is Verdict.FAIL
    assert [each.id for each in dossier.blockers] == ["new"]


@given(dossiers())
def test_verdict_and_blockers_agree(dossier: Dossier) -> None:
    """There is a blocker exactly when the verdict is fail."""
    assert bool(dossier.blockers) is (dossier.verdict is Verdict.FAIL)
    assert all(each.blocks_completion and each.status is FindingStatus.OPEN for each in dossier.blockers)


def test_a_whole_dossier_is_accepted(a: Nouns) -> None:
    """With and without findings."""
    assert problems(a.dossier()) == []
    assert problems(a.dossier(a.finding())) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"mode": Mode.VERIFY}, "wrong_mode"),
        ({"summary": " \n"}, "no_summary"),
        ({"attacks": ()}, "too_few_attacks"),
        ({"attacks": (Attack(target="", attack="x", result=AttackResult.CLEAN),) * 6}, "empty_attack"),
    ],
)
def test_what_a_dossier_lacks_is_said(a: Nouns, fields: dict[str, object], code: str) -> None:
    """So that the reviewer can mend it."""
    assert set(problems(changed(a.dossier(), **fields))) == {code}


@pytest.mark.parametrize(("tried", "skipped", "enough"), [(6, 0, True), (5, 0, False), (5, 4, False), (6, 4, True)])
def test_skipped_attacks_do_not_count(a: Nouns, tried: int, skipped: int, *, enough: bool) -> None:
    """The number asked for is of attacks that were tried; an answer cannot lower it."""
    idle = (Attack(target="x", attack="y", result=AttackResult.SKIPPED),) * skipped
    dossier = a.dossier(attacks=tried)

    found = problems(changed(dossier, attacks=(*dossier.attacks, *idle)))

    assert found == ([] if enough else ["too_few_attacks"])


def test_more_findings_than_asked_for(a: Nouns) -> None:
    """The gravest are to be kept."""
    assert problems(a.dossier(a.finding("a"), a.finding("b"), a.finding("c"))) == ["too_many_findings"]


def test_two_findings_of_one_name(a: Nouns) -> None:
    """Nobody could say which of them was repaired; each name is said once."""
    assert problems(a.dossier(a.finding("a"), a.finding("a"))) == ["duplicate_finding"]


@pytest.mark.parametrize("lacking", ["path", "evidence", "impact", "validation"])
def test_a_blocker_says_where_why_and_how_to_check(a: Nouns, lacking: str) -> None:
    """A finding that does not block may be shorter; the name of what lacks is said."""
    blocker = a.finding(**{lacking: " "})

    found = dossier_problems(a.dossier(blocker), mode=Mode.DISCOVER, budget=BUDGET)

    assert [each.code for each in found] == ["incomplete_finding"]
    assert lacking in found[0].message
    assert problems(a.dossier(changed(blocker, blocks_completion=False))) == []


@pytest.mark.parametrize("lacking", ["id", "summary"])
def test_every_finding_has_a_name_and_a_summary(a: Nouns, lacking: str) -> None:
    """Also one that does not block."""
    assert problems(a.dossier(changed(a.finding(blocks_completion=False), **{lacking: ""}))) == ["incomplete_finding"]


def test_all_problems_come_at_once(a: Nouns) -> None:
    """In one answer."""
    assert problems(Dossier(summary="", mode=Mode.VERIFY, findings=(a.finding(path=""),))) == [
        "wrong_mode",
        "no_summary",
        "too_few_attacks",
        "incomplete_finding",
    ]


def test_a_finding_is_known_again(a: Nouns) -> None:
    """By id, category and path, whatever its wording or its line."""
    finding = a.finding()

    assert changed(finding, summary="other words", line=1, severity=Severity.LOW).fingerprint == finding.fingerprint
    assert changed(finding, path="src/other.py").fingerprint != finding.fingerprint

"""What a contract must say, whatever its profile, and what its profile asks for besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.rules import profile_demands, rule_problems
from scafld.core.contract.spec import Context, Expected, Hazard, Profile, Spec, Start
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns


def codes(spec: Spec) -> list[str]:
    return [problem.code for problem in rule_problems(spec)]


def demanded(spec: Spec) -> list[str]:
    return [problem.code for problem in profile_demands(spec)]


def test_a_sound_contract_has_no_problem(a: Nouns) -> None:
    """One criterion and a title are enough."""
    assert codes(a.spec()) == []


@pytest.mark.parametrize("title", ["", "TODO", "<title>", "..."])
def test_a_title_says_something(a: Nouns, title: str) -> None:
    """Placeholder words say nothing."""
    assert codes(a.spec(title=title)) == ["no_title"]


def test_nothing_would_be_proven(a: Nouns) -> None:
    """A contract without a criterion is refused."""
    assert codes(changed(a.spec(), final_criteria=())) == ["no_criteria"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"command": ""}, "no_command"),
        ({"command": "  "}, "no_command"),
        ({"command": "true"}, "cannot_fail"),
        ({"command": "pytest || true"}, "cannot_fail"),
        ({"command": "TODO: a command"}, "cannot_fail"),
        ({"command": "scafld complete add-cache"}, "runs_scafld"),
        ({"start": Start.GREEN}, "green_without_reason"),
        ({"start": Start.GREEN, "start_reason": "TBD"}, "green_without_reason"),
        ({"cwd": "/etc"}, "bad_cwd"),
        ({"cwd": "~/x"}, "bad_cwd"),
        ({"cwd": "a/../.."}, "bad_cwd"),
        ({"label": "Browser"}, "kind_mismatch"),
        ({"expected": Expected.MANUAL}, "manual_command"),
        ({"expected": Expected.MANUAL, "command": "", "title": "TODO"}, "empty_manual"),
        ({"expected": Expected.BROWSER_EVIDENCE, "command": "TODO"}, "cannot_fail"),
        ({"expected": Expected.BROWSER_EVIDENCE, "command": ""}, "no_command"),
        ({"expected": Expected.EXIT_CODE_NONZERO, "command": "true"}, "cannot_fail"),
        ({"expected": Expected.NO_MATCHES, "command": "echo"}, "cannot_fail"),
    ],
)
def test_a_criterion_that_proves_nothing_is_named(a: Nouns, fields: dict[str, object], code: str) -> None:
    """With its line and a way out."""
    problems = rule_problems(a.spec(a.criterion(**fields)))

    assert [problem.code for problem in problems] == [code]
    assert problems[0].line == 9
    assert "ac1" in problems[0].message
    assert problems[0].suggestion


@pytest.mark.parametrize(
    "fields",
    [
        {"expected": Expected.MANUAL, "command": ""},
        {"expected": Expected.BROWSER_EVIDENCE, "command": "node shot.js"},
        {"expected": Expected.NO_MATCHES, "command": "grep -rn TODO src | head"},
        {"contains": "3 passed", "command": "pytest -q | tail -1"},
        {"start": Start.GREEN, "start_reason": "it guards the old behaviour"},
        {"cwd": "packages/a"},
        {"cwd": "a..b"},
        {"label": "browser", "expected": Expected.BROWSER_EVIDENCE},
    ],
)
def test_sound_criteria_are_let_be(a: Nouns, fields: dict[str, object]) -> None:
    """A pipe is no fault where the output is what is judged."""
    assert codes(a.spec(a.criterion(**fields))) == []


def test_all_problems_come_at_once(a: Nouns) -> None:
    """Of every criterion, phases included, in the order of judging."""
    spec = a.spec(
        a.criterion("v1", command="true"), phases=(a.phase(1, a.criterion("ac1_1", command="")),), title="TODO"
    )

    assert codes(spec) == ["no_title", "no_command", "cannot_fail"]


def whole(a: Nouns, profile: Profile) -> Spec:
    return a.spec(
        chosen_profile=profile,
        objectives=("reads are fast",),
        scope_in=("src/cache.py",),
        touchpoints=("`src/cache.py`",),
        risks=(Hazard(description="stale reads", mitigation="bound the age"),),
        rollback=("revert the commit",),
    )


@pytest.mark.parametrize("profile", Profile)
def test_a_contract_that_says_it_all(a: Nouns, profile: Profile) -> None:
    """Meets every profile."""
    assert demanded(whole(a, profile)) == []


@pytest.mark.parametrize(
    ("profile", "missing"),
    [
        (Profile.LIGHT, []),
        (Profile.STANDARD, ["no_objectives", "no_scope", "no_changes"]),
        (Profile.STRICT, ["no_objectives", "no_scope", "no_changes", "no_risks", "no_rollback"]),
    ],
)
def test_demands_grow_with_the_profile(a: Nouns, profile: Profile, missing: list[str]) -> None:
    """Each step asks for all that the step before asks for."""
    assert demanded(a.spec(chosen_profile=profile)) == missing


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"objectives": ("...",)}, "no_objectives"),
        ({"scope_in": ("none",), "scope_out": ()}, "no_scope"),
        ({"touchpoints": ("n/a",)}, "no_changes"),
        ({"risks": (Hazard(description="n/a"),)}, "no_risks"),
        ({"rollback": ("-",)}, "no_rollback"),
    ],
)
def test_placeholder_prose_is_nothing_said(a: Nouns, fields: dict[str, object], code: str) -> None:
    """Wherever it stands."""
    assert demanded(changed(whole(a, Profile.STRICT), **fields)) == [code]


@pytest.mark.parametrize(
    "fields",
    [{"scope_in": (), "scope_out": ("the wire format",)}, {"touchpoints": (), "context": Context(files=("a",))}],
)
def test_a_demand_can_be_met_in_more_than_one_place(a: Nouns, fields: dict[str, object]) -> None:
    """What is out is a scope too, and files in the context are declared changes."""
    assert demanded(changed(whole(a, Profile.STRICT), **fields)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": "TODO: what changes"},
        {"objectives": ("reads are fast", "TODO: more")},
        {"scope_out": ("TBD",)},
        {"touchpoints": ("`src/a.py`", "TODO")},
        {"risks": (Hazard(description="stale", mitigation="TODO"),)},
        {"rollback": ("revert", "TODO")},
    ],
)
@pytest.mark.parametrize("profile", Profile)
def test_a_gap_that_says_of_itself_to_be_one_stands_in_the_way(
    a: Nouns, profile: Profile, fields: dict[str, object]
) -> None:
    """Also beside prose that says enough, and under every profile."""
    assert demanded(changed(whole(a, profile), **fields)) == ["unwritten"]


def test_gaps_of_phases_and_criteria_are_named(a: Nouns) -> None:
    """With their lines."""
    phase = a.phase(2, a.criterion("ac2_1", title="TODO: what it shows", line=31), goal="TODO", line=20)

    problems = profile_demands(a.spec(phases=(phase,)))

    assert [(each.code, each.line) for each in problems] == [("unwritten", 20), ("unwritten", 31)]

"""What a contract is as a value: its digest, its profile, its criteria in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.commands import Detected, FoundCommand, Purpose
from scafld.core.contract.spec import Context, Expected, Profile, Risk, Start
from scafld.core.names import PhaseId, TaskId
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns


def test_the_digest_is_over_the_words_alone(a: Nouns) -> None:
    """What was read out of them, and what scafld shows beside them, is no part of it."""
    spec = a.spec(text="# Add a cache\n")

    assert changed(spec, claimed_status="completed", final_criteria=()).digest == spec.digest
    assert changed(spec, text="# Add a  cache\n").digest != spec.digest
    assert changed(spec, task_id=TaskId("other")).digest == spec.digest


def test_words_that_are_no_unicode_have_a_digest_too(a: Nouns) -> None:
    """A lone surrogate is no reason to fall over."""
    assert a.spec(text="\ud800").digest != a.spec(text="\ud801").digest


@pytest.mark.parametrize(
    ("risk", "chosen", "profile"),
    [
        (Risk.LOW, None, Profile.LIGHT),
        (Risk.MEDIUM, None, Profile.STANDARD),
        (Risk.HIGH, None, Profile.STRICT),
        (Risk.HIGH, Profile.LIGHT, Profile.LIGHT),
        (Risk.LOW, Profile.STRICT, Profile.STRICT),
    ],
)
def test_the_profile_is_chosen_or_what_the_risk_is_worth(
    a: Nouns, risk: Risk, chosen: Profile | None, profile: Profile
) -> None:
    """An explicit one wins."""
    assert a.spec(risk=risk, chosen_profile=chosen).profile is profile


def test_criteria_come_phase_by_phase_then_the_final_ones(a: Nouns) -> None:
    """In the order of judging."""
    phases = (a.phase(1), a.phase(2, a.criterion("ac2_1"), a.criterion("ac2_2")))

    found = a.spec(a.criterion("v1"), phases=phases).criteria()

    assert [(phase, each.id) for phase, each in found] == [
        ("phase1", "ac1_1"),
        ("phase2", "ac2_1"),
        ("phase2", "ac2_2"),
        (None, "v1"),
    ]


def test_a_phase_is_found_by_its_id(a: Nouns) -> None:
    """Or it is None."""
    spec = a.spec(phases=(a.phase(1), a.phase(2)))

    assert spec.phase(PhaseId("phase2")) is spec.phases[1]
    assert spec.phase(PhaseId("phase3")) is None


def test_declared_changes_come_from_everywhere(a: Nouns) -> None:
    """Packages, files, scope in, touchpoints and the changes of phases; never what is out of scope."""
    spec = a.spec(
        phases=(a.phase(1, changes=("e",)), a.phase(2, changes=("f",))),
        context=Context(packages=("a",), files=("b",)),
        scope_in=("c",),
        scope_out=("not this",),
        touchpoints=("d",),
    )

    assert spec.declared_changes() == ("a", "b", "c", "d", "e", "f")


@pytest.mark.parametrize(
    "fields",
    [
        {"command": "pytest"},
        {"expected": Expected.EXIT_CODE_NONZERO},
        {"exit_code": 3},
        {"contains": "x"},
        {"cwd": "src"},
        {"evidence_required": "a log"},
    ],
)
def test_evidence_for_another_wording_is_no_evidence(a: Nouns, fields: dict[str, object]) -> None:
    """What is asked is in the fingerprint."""
    assert a.criterion(**fields).fingerprint != a.criterion().fingerprint


@pytest.mark.parametrize(
    "fields", [{"title": "Other words"}, {"line": 3}, {"label": "test"}, {"timeout_s": 9}, {"start": Start.GREEN}]
)
def test_words_around_a_command_do_not_change_what_is_asked(a: Nouns, fields: dict[str, object]) -> None:
    """A command asks by what it does."""
    assert a.criterion(**fields).fingerprint == a.criterion().fingerprint


def test_a_manual_criterion_asks_by_its_title(a: Nouns) -> None:
    """It has nothing else to ask with."""
    manual = a.criterion(expected=Expected.MANUAL, command="")

    assert changed(manual, title="Other").fingerprint != manual.fingerprint


def test_fields_of_a_fingerprint_do_not_run_into_each_other(a: Nouns) -> None:
    """The end of one is not the beginning of the next."""
    assert a.criterion(contains="a", cwd="b").fingerprint != a.criterion(contains="ab", cwd="").fingerprint
    assert a.criterion(contains="", cwd="a").fingerprint != a.criterion(contains="a", cwd="").fingerprint


def test_the_first_command_that_tests_is_the_test_command() -> None:
    """None when the repository names none."""
    lint = FoundCommand(id="lint", toolchain="x", purpose=Purpose.LINT, title="Lint", command="ruff", source="a")
    test = changed(lint, id="test", purpose=Purpose.TEST)

    assert Detected(commands=(lint, test)).test_command is test
    assert Detected(commands=(lint,)).test_command is None

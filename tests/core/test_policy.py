"""What a project asks of scafld, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError

import pytest

from scafld.core.policy import (
    FIRST_LINE_KEYS,
    LIMITS,
    UNREAD,
    Check,
    Fallback,
    Policy,
    ProviderChoice,
    Rerun,
    Undeclared,
)
from scafld.core.value import changed


def test_a_project_that_says_nothing_gets_these_figures() -> None:
    """The defaults that the documentation promises."""
    policy = Policy()

    assert policy.execution.absolute_timeout_seconds == 300
    assert policy.execution.idle_timeout_seconds == 0
    assert policy.llm.recovery.max_attempts == 2
    assert policy.review.dossier.max_findings == 12
    assert policy.review.dossier.min_attack_angles == 6
    assert policy.review.dossier.rerun_policy is Rerun.VERIFY_OPEN_BLOCKERS
    assert policy.review.external.fallback_policy is Fallback.DISABLE
    assert policy.scope.undeclared is Undeclared.WARN
    assert policy.invariants.canonical == ()
    assert policy.checks.complete == policy.checks.phase == ()


def test_drafts_are_hardened_by_a_provider_only_when_one_is_named() -> None:
    """Hardening asks nobody by default; a review asks whoever is installed."""
    policy = Policy()

    assert policy.harden.external.provider is ProviderChoice.NOBODY
    assert policy.review.external.provider is ProviderChoice.AUTO


def test_a_policy_is_a_value() -> None:
    """It cannot be changed in place, and is equal to another that says the same."""
    policy = Policy()

    with pytest.raises(FrozenInstanceError):
        policy.version = "2"  # type: ignore[misc]  # the point of the test

    assert changed(policy) == policy
    assert hash(policy) == hash(Policy())
    assert changed(policy, version="x") != policy


def test_a_check_needs_an_id_and_a_command() -> None:
    """Nothing else; the rest is empty."""
    check = Check(id="unit", command="pytest -q")

    assert (check.title, check.cwd, check.timeout_seconds) == ("", "", 0)
    with pytest.raises(TypeError, match="command"):
        Check(id="unit")  # type: ignore[call-arg]  # the point of the test


def test_every_number_has_limits_and_keeps_them_by_default() -> None:
    """No figure of the configuration is unbounded, no limit is for a key that does not exist."""
    numbers = {key: item for key, item in leaves(Policy(), "") if type(item) is int}
    of_checks = {f"checks.{moment}.timeout_seconds": 0 for moment in ("phase", "complete")}

    assert set(numbers) | set(of_checks) == set(LIMITS)
    for key, item in (numbers | of_checks).items():
        least, most = LIMITS[key]
        assert least <= item <= most, key


def test_what_is_left_unread_is_no_setting() -> None:
    """A key is read, or accepted and left unread, never both."""
    read = {key for key, _item in leaves(Policy(), "")}

    assert read.isdisjoint(UNREAD)
    assert {"validation", "rubric", "tech_stack", "react", "safety"} <= FIRST_LINE_KEYS
    assert "verify" not in FIRST_LINE_KEYS


def leaves(item: object, prefix: str) -> Iterator[tuple[str, object]]:
    for name in getattr(item, "__fields__", ()):
        under = getattr(item, name)
        if hasattr(under, "__fields__"):
            yield from leaves(under, f"{prefix}{name}.")
        else:
            yield prefix + name, under

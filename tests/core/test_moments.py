"""Moments are UTC with milliseconds, and sort as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies

from scafld.core.moments import later, moment, moment_of, seconds_between
from scafld.core.names import Moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T13:00:00.5+01:00", "2026-01-31T12:00:00.500Z"),
        ("2026-01-31T12:00:00.123999Z", "2026-01-31T12:00:00.123Z"),
        ("2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00.000Z"),
    ],
)
def test_a_text_is_put_into_the_one_spelling(text: str, expected: str) -> None:
    """Other zones are turned, more digits cut off."""
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-31", "2026-01-31T12:00:00", "2026-13-01T00:00:00Z"])
def test_what_is_no_moment_is_a_value_error(text: str) -> None:
    """A time without a zone among them."""
    with pytest.raises(ValueError):
        moment(text)


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody knows when it was."""
    with pytest.raises(ValueError, match="zone"):
        moment_of(datetime(2026, 1, 31))


@given(
    strategies.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1)),
    strategies.integers(min_value=1, max_value=10**8),
)
def test_later_is_later_as_text_too(when: datetime, seconds: int) -> None:
    """And lies exactly so many seconds behind."""
    first = moment_of(when.replace(tzinfo=UTC))
    second = later(first, seconds)

    assert first < second
    assert seconds_between(first, second) == seconds
    assert seconds_between(second, first) == -seconds


def test_zones_do_not_change_a_distance() -> None:
    """A moment is one point in time."""
    there = datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2)))

    assert seconds_between(Moment("2026-01-31T12:00:00.000Z"), moment_of(there)) == 0

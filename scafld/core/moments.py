"""How moments are written, and how far one lies behind another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scafld.core.names import Moment


def moment_of(when: datetime) -> Moment:
    """A point in time as UTC with milliseconds; a time without a zone is a ValueError."""
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return Moment(when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def moment(text: str) -> Moment:
    """A moment that stands in a text in RFC 3339; ValueError when it is none."""
    return moment_of(datetime.fromisoformat(text))


def later(than: Moment, seconds: int) -> Moment:
    """So many seconds after."""
    return moment_of(datetime.fromisoformat(than) + timedelta(seconds=seconds))


def seconds_between(start: Moment, end: Moment) -> float:
    """How many seconds lie between two moments; negative when `end` came first."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()

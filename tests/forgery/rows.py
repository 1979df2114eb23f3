"""A row of the table of forgeries: what it is called, what the forger does, where it stops, and with what words.

A deed is Python over a `Hand` (see `forger.py`), on a task that stands at `stage`. `stops` is the command that says no:
`verify`, where a receipt is shown that does not show enough, or `review` or `complete`, which make none then. `more` is
what the forger puts into the environment of that command, `at` the commit that `verify` is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scafld.core.value import value
from tests.forgery.forger import Change, Hand

Deed = Callable[[Hand], object]
More = Callable[[Hand], Mapping[str, str]]


def nothing(hand: Hand) -> Mapping[str, str]:
    return {}


CROSS = "proof:\n  independence: cross-vendor\n"
"""A configuration that asks for a reviewer of another vendor."""


@value
class Row:
    """See the head of this module."""

    name: str
    deed: Deed
    stops: str = "verify"
    words: str
    stage: str = "completed"
    more: More = nothing
    at: str = ""


def old(name: str, change: Change, words: str = "no trusted key signed") -> Row:
    """Another story under the old signature."""
    return Row(name=f"{name}, under the old signature", deed=lambda hand: hand.payload(change), words=words)


def new(name: str, change: Change, words: str) -> Row:
    """Another predicate, signed by the trusted key: what gives it away is the story itself."""
    return Row(
        name=f"{name}, signed by the trusted key",
        deed=lambda hand: hand.retold(lambda told: change(told["predicate"])),
        words=words,
    )


def framed(name: str, change: Change, words: str) -> Row:
    """Another statement around the same predicate, signed by the trusted key."""
    return Row(name=name, deed=lambda hand: hand.retold(change), words=words)


def wrapped(name: str, change: Change, words: str) -> Row:
    """Another envelope."""
    return Row(name=name, deed=lambda hand: hand.envelope(change), words=words)


def does(name: str, deed: Deed, words: str, stage: str = "completed", more: More = nothing, at: str = "") -> Row:
    """Something, and `verify` says no."""
    return Row(name=name, deed=deed, words=words, stage=stage, more=more, at=at)


def ends(name: str, deed: Deed, words: str, stage: str = "reviewed", more: More = nothing) -> Row:
    """Something, and `complete` says no."""
    return Row(name=name, deed=deed, stops="complete", words=words, stage=stage, more=more)


def asks(name: str, deed: str, words: str, before: Deed = nothing, more: More = nothing) -> Row:
    """A reviewer, and `review` says no."""
    return Row(
        name=name,
        deed=lambda hand: (before(hand), hand.reviewer(deed)),
        stops="review",
        words=words,
        stage="built",
        more=more,
    )


# Deeds that many rows have.


def committed(*deeds: Deed) -> Deed:
    """The deeds, and all of it in a commit."""
    return lambda hand: ([deed(hand) for deed in deeds], hand.commit("tampered"))


def edit(hand: Hand) -> None:
    hand.append("a.py", "evil = 1\n")

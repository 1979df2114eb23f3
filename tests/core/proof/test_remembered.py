"""A ledger goes on from where the host left it, or it is another one."""

from __future__ import annotations

from hypothesis import given, strategies

from scafld.core.digest import digest_of
from scafld.core.proof.remembered import Remembered, break_in


def chain(start: str, count: int) -> list[str]:
    return [digest_of(f"{start}{number}".encode()) for number in range(count)]


@given(strategies.integers(1, 9), strategies.integers(0, 9))
def test_a_ledger_that_goes_on_holds(known: int, more: int) -> None:
    """Written on by this host or by others, by nothing or by much."""
    digests = chain("a", known + more)

    assert break_in(Remembered(head=digests[known - 1], entries=known), digests) == ""


@given(strategies.integers(2, 9), strategies.integers(1, 8))
def test_a_ledger_that_was_cut_back_is_told(known: int, left: int) -> None:
    """However much of it is left."""
    digests = chain("a", known)
    remembered = Remembered(head=digests[-1], entries=known)

    told = break_in(remembered, digests[: min(left, known - 1)])

    assert told.startswith("it was cut back: ")
    assert f"entry-{known}" in told


@given(strategies.integers(1, 9), strategies.integers(0, 9))
def test_a_chain_that_was_computed_anew_is_told(known: int, more: int) -> None:
    """Also where it is longer than the one that was."""
    remembered = Remembered(head=chain("a", known)[-1], entries=known)

    assert break_in(remembered, chain("b", known + more)).startswith("it was computed anew: ")


def test_a_ledger_that_is_gone_is_told() -> None:
    """Nothing is left of it."""
    assert break_in(Remembered(head=chain("a", 3)[-1], entries=3), ()).startswith("it is gone: ")


def test_what_was_never_written_here_is_not_judged() -> None:
    """Another machine's ledger is that machine's to remember."""
    assert break_in(None, chain("a", 3)) == ""

"""Who was asked, and what came of it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.core.evidence.hearing import UNSPENT, VENDORS, Failure, Hearing, Independence, Usage, independence_of

OPENAI, ANTHROPIC = VENDORS["codex"], VENDORS["claude"]


@pytest.mark.parametrize(
    ("author", "reviewers", "told"),
    [
        (ANTHROPIC, (OPENAI,), Independence.CROSS_VENDOR),
        (ANTHROPIC, (ANTHROPIC,), Independence.SAME_VENDOR),
        (ANTHROPIC, (OPENAI, "google"), Independence.CROSS_VENDOR),
        (ANTHROPIC, (OPENAI, ANTHROPIC), Independence.SAME_VENDOR),
        (ANTHROPIC, (OPENAI, ""), Independence.UNKNOWN),
        (ANTHROPIC, (ANTHROPIC, ""), Independence.UNKNOWN),
        (ANTHROPIC, (), Independence.UNKNOWN),
        ("", (OPENAI,), Independence.UNKNOWN),
        ("", (), Independence.UNKNOWN),
    ],
)
def test_independence_is_derived_from_what_was_seen_of_both(
    author: str, reviewers: tuple[str, ...], told: Independence
) -> None:
    """One reviewer of the author's own vendor takes it away; one that nobody can tell leaves it unknown."""
    assert independence_of(author, reviewers) is told


@given(strategies.sampled_from(("", *VENDORS.values())), strategies.lists(strategies.sampled_from(("", "a", OPENAI))))
def test_one_more_reviewer_makes_nobody_more_independent(author: str, reviewers: list[str]) -> None:
    """Of whichever vendor: a panel is no further from the author than its nearest seat."""
    rising = (Independence.UNKNOWN, Independence.SAME_VENDOR, Independence.CROSS_VENDOR)
    before = independence_of(author, tuple(reviewers))

    for more in ("", OPENAI, "a"):
        after = independence_of(author, (*reviewers, more))
        assert not reviewers or rising.index(after) <= rising.index(before)


NUMBERS = strategies.none() | strategies.integers(min_value=0, max_value=10**12)
USAGES = strategies.builds(
    Usage, input_tokens=NUMBERS, output_tokens=NUMBERS, cached_tokens=NUMBERS, cost_microdollars=NUMBERS
)


@given(USAGES, USAGES, USAGES)
def test_what_runs_consumed_adds_up_in_any_order(one: Usage, other: Usage, third: Usage) -> None:
    """A run that tells nothing adds nothing; what neither tells stays unknown."""
    assert one.and_more(other) == other.and_more(one)
    assert one.and_more(other).and_more(third) == one.and_more(other.and_more(third))
    assert one.and_more(Usage()) == one
    for name in ("input_tokens", "output_tokens", "cached_tokens", "cost_microdollars"):
        told = [getattr(each, name) for each in (one, other) if getattr(each, name) is not None]
        assert getattr(one.and_more(other), name) == (sum(told) if told else None)


@pytest.mark.parametrize("failure", Failure)
def test_only_a_failure_before_any_work_costs_nothing(failure: Failure) -> None:
    """Whatever else went wrong, a model may have worked."""
    assert Hearing(seat="x", provider="x", failure=str(failure)).spent is (failure not in UNSPENT)


def test_an_answer_and_a_word_nobody_knows_may_have_been_paid_for() -> None:
    """In doubt it was."""
    assert Hearing(seat="x", provider="x").spent
    assert Hearing(seat="x", provider="x", failure="of a kind that is still to come").spent

"""Whatever a program did, why nothing came of it is one reason of few, in one harmless line that says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from scafld.adapters.providers import claude, codex, gemini
from scafld.adapters.providers.brand import Brand
from scafld.adapters.providers.diagnosis import LONGEST, diagnose, failure_of_status, sentence
from scafld.adapters.providers.told import Told
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.hearing import Failure

BRANDS = (claude.BRAND, codex.BRAND, gemini.BRAND)
CRAFTED = ["\x1b[2J\u202e\ud800" * 90, "401", "status: 429", "a\nb"]
TEXTS = strategies.text(max_size=400) | strategies.sampled_from(CRAFTED)


def seen(ended: Ended = Ended.EXITED, **fields: object) -> Observation:
    given = {"duration_ms": 1234, "output_digest": digest_of(b""), "output_bytes": 0, "exit_code": None}
    return Observation(ended=ended, **(given | fields))


@given(
    strategies.sampled_from(BRANDS),
    strategies.sampled_from(Ended),
    strategies.none() | strategies.integers(0, 255),
    TEXTS,
    TEXTS,
    strategies.integers(0, 999),
)
def test_it_is_one_harmless_line(brand: Brand, ended: Ended, code: int | None, trouble: str, errors: str, status: int):
    """Whatever was said and however it ended: never longer than a line, never empty, never a control character."""
    told = Told()
    told.fails(trouble, status)
    told.errors.add(errors.encode("utf-8", "surrogatepass"))

    found = diagnose(brand, seen(ended, exit_code=code, problem=trouble), told)

    assert 0 < len(found.words) <= LONGEST
    assert found.words.isprintable()


@given(strategies.sampled_from(BRANDS), strategies.text("abcxyz 0189-_", min_size=8, max_size=40), TEXTS, TEXTS)
def test_it_never_repeats_a_secret(brand: Brand, secret: str, before: str, after: str) -> None:
    """Wherever it stood in what the program said."""
    told = Told()
    told.fails(f"{before}{secret}{after}")

    assert secret not in diagnose(brand, seen(exit_code=1), told, (secret,)).words


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("failure", sorted(set(Failure) - {Failure.INVALID, Failure.CANCELLED, Failure.CHANGED}))
def test_each_reason_has_its_words(brand: Brand, failure: Failure) -> None:
    """Who, what, and what to do; with room for what is known of it."""
    words = sentence(brand, failure, "detail " * 40)

    assert brand.name in words
    assert "(detail detail" in words
    assert len(words) <= LONGEST


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, None),
        (302, None),
        (400, Failure.REJECTED),
        (401, Failure.NOT_LOGGED_IN),
        (403, Failure.REJECTED),
        (404, Failure.REJECTED),
        (413, Failure.REJECTED),
        (429, Failure.RATE_LIMITED),
        (500, Failure.UNREACHABLE),
        (503, Failure.UNREACHABLE),
        (529, Failure.RATE_LIMITED),
        (0, None),
    ],
)
def test_a_status_says_which(status: int, failure: Failure | None) -> None:
    """Before any words."""
    assert failure_of_status(status) is failure


def test_trouble_that_was_overcome_is_none() -> None:
    """A program that reached its model again ended for another reason."""
    told = Told()
    told.fails("rate limit", 429)
    told.says("Looks good.")

    assert diagnose(claude.BRAND, seen(exit_code=0), told).failure is Failure.NO_SUBMISSION

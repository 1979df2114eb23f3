"""Who was asked, and what came of it: as observed while a model worked, never as it says of itself.

A hearing is one reviewer's part in a review. Whether it counts, and what it counts for, is decided elsewhere.
"""

from __future__ import annotations

from enum import StrEnum

from scafld.core.evidence.dossier import Dossier
from scafld.core.names import Digest
from scafld.core.value import value


class Failure(StrEnum):
    """Why nothing usable came from a provider, so that people and programs know what to do about it."""

    NOT_INSTALLED = "not_installed"
    NOT_LOGGED_IN = "not_logged_in"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    OUT_OF_TIME = "out_of_time"
    SILENT = "silent"
    NO_SUBMISSION = "no_submission"
    INVALID = "invalid"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    CHANGED = "changed"


UNSPENT = frozenset(
    {Failure.NOT_INSTALLED, Failure.NOT_LOGGED_IN, Failure.RATE_LIMITED, Failure.UNREACHABLE, Failure.REJECTED}
)
"""Failures before a model did any work: asking again pays nothing twice."""


class Independence(StrEnum):
    """How far a reviewer is from the author of the change, as derived from what was seen of both."""

    UNKNOWN = "unknown"
    SAME_VENDOR = "same_vendor"
    CROSS_VENDOR = "cross_vendor"
    HUMAN = "human"


VENDORS = {"claude": "anthropic", "codex": "openai", "gemini": "google"}
"""Whose models an agent of this name runs."""


def independence_of(author: str, reviewers: tuple[str, ...]) -> Independence:
    """Of vendors: the author's as far as it was seen, and each reviewer's ("" when nobody can tell)."""
    if not author or not reviewers or not all(reviewers):
        return Independence.UNKNOWN
    return Independence.SAME_VENDOR if author in reviewers else Independence.CROSS_VENDOR


@value
class Usage:
    """What a run consumed, as its program tells; None where it does not. Money in millionths of a US dollar."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cost_microdollars: int | None = None

    def and_more(self, other: Usage) -> Usage:
        """Both together; what neither tells stays unknown."""
        return Usage(
            input_tokens=_sum(self.input_tokens, other.input_tokens),
            output_tokens=_sum(self.output_tokens, other.output_tokens),
            cached_tokens=_sum(self.cached_tokens, other.cached_tokens),
            cost_microdollars=_sum(self.cost_microdollars, other.cost_microdollars),
        )


@value
class Unverified:
    """A place that a finding cites and that was not there when the review ended; `reason` says what is not."""

    path: str
    line: int | None
    reason: str


@value
class Hearing:
    """One reviewer, and what came of asking it: a dossier, or `problem` and `failure`.

    `seat` names it among several; `vendor`, `model`, `version`, `binary` (SHA-256), `session`, `usage` and `output` (an
    evidence digest) are as observed, empty or None when not. `denied`: what it tried and was not let.
    `unverified`: the places that its findings cite and that are not there.
    """

    seat: str
    provider: str
    dossier: Dossier | None = None
    problem: str = ""
    failure: str = ""
    authorises: bool = True
    vendor: str = ""
    model: str = ""
    version: str = ""
    binary: Digest | None = None
    session: str = ""
    usage: Usage = Usage()
    denied: tuple[str, ...] = ()
    repaired: bool = False
    output: Digest | None = None
    unverified: tuple[Unverified, ...] = ()

    @property
    def spent(self) -> bool:
        """Whether the model may have worked, so that asking again would be paid for again."""
        return self.failure not in UNSPENT


# Private.


def _sum(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other

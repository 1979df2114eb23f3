"""What readers are told of those who were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.questions import Dimension, Result
from scafld.core.evidence.hearing import Failure, Independence, Usage
from scafld.core.task.events import (
    FindingDismissed,
    HardenFailed,
    HardenOpened,
    HumanReviewed,
    ReviewAbandoned,
    ReviewFailed,
)
from scafld.core.task.known import RoundState, Task
from scafld.core.task.standing import Reviewing
from scafld.core.views.heard import harden_word, hardening_view, review_view

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.evidence.dossier import Finding
    from scafld.core.evidence.hearing import Hearing
    from scafld.core.task.events import Event
    from scafld.core.views.heard import ReviewView


def panel(a: Nouns, *hearings: Hearing, told: tuple[Event, ...] = (), quorum: int = 0) -> ReviewView:
    """What is told of a panel after these hearings, and of what came after it."""
    spec = a.spec()
    seats = tuple(each.seat for each in hearings)
    started = a.started(spec, a.sha("m"), provider="panel", seats=seats, quorum=quorum, author="anthropic")
    task = a.task(*a.built(spec), started, a.panel(spec, a.sha("m"), *hearings, quorum=quorum), *told)
    return review_view(task, Reviewing.FAILED)


def dismissal(a: Nouns, finding: Finding) -> FindingDismissed:
    return FindingDismissed(
        finding=finding.id,
        fingerprint=finding.fingerprint,
        path=finding.path,
        code=None,
        material=a.sha("m"),
        summary=finding.summary,
        reason="it cannot happen",
    )


def test_of_nothing_nothing_is_told(a: Nouns) -> None:
    """Lists are empty, never absent."""
    view = review_view(a.task(*a.built(a.spec())), Reviewing.READY)

    assert (view.by, view.verdict, view.seats, view.raised, view.dismissals) == ("", "", (), (), ())
    assert (view.attempt, view.blockers, view.independence) == (None, 0, Independence.UNKNOWN)
    assert hardening_view(Task(), None) is None


def test_every_seat_of_a_panel_is_told(a: Nouns) -> None:
    """Its verdict, its dossier in figures, and who it was, as observed."""
    usage = Usage(input_tokens=5, cost_microdollars=7)
    one = a.hearing(a.finding("leak"), seat="claude:opus", provider="claude", vendor="anthropic", usage=usage)
    other = a.hearing(seat="codex", provider="codex", model="gpt", version="0.1", session="s", denied=("curl",))

    view = panel(a, one, other)

    assert [(seat.seat, seat.verdict, seat.findings, seat.attacks) for seat in view.seats] == [
        ("claude:opus", "fail", 1, 6),
        ("codex", "pass", 0, 6),
    ]
    assert (view.seats[0].vendor, view.seats[0].usage) == ("anthropic", usage)
    assert (view.seats[1].model, view.seats[1].version, view.seats[1].denied) == ("gpt", "0.1", ("curl",))
    assert (view.by, view.verdict, view.blockers, view.author) == ("panel", "fail", 1, "anthropic")


def test_a_seat_that_was_silent_is_told_with_its_reason(a: Nouns) -> None:
    """It has no verdict, and the panel one all the same where it decides nothing."""
    view = panel(a, a.hearing(a.finding(), seat="claude"), a.silent(Failure.OUT_OF_TIME, seat="codex"))

    assert [(seat.verdict, seat.problem, seat.failure) for seat in view.seats] == [
        ("fail", "", ""),
        ("", "it was out_of_time", "out_of_time"),
    ]


def test_who_raised_what_is_told(a: Nouns) -> None:
    """Each finding once, with every seat that holds it."""
    leak, race = a.finding("leak"), a.finding("race", path="src/other.py")

    view = panel(a, a.hearing(leak, race, seat="claude"), a.hearing(leak, seat="codex"))

    assert [(each.finding, each.seats, each.dismissed) for each in view.raised] == [
        ("leak", ("claude", "codex"), ""),
        ("race", ("claude",), ""),
    ]
    assert [each.id for each in view.findings] == ["leak", "race"]


def test_a_dismissed_finding_is_told_with_its_reason(a: Nouns) -> None:
    """It stays among the findings, and blocks no more."""
    leak = a.finding("leak")

    view = panel(a, a.hearing(leak, seat="claude"), a.hearing(seat="codex"), told=(dismissal(a, leak),))

    assert [(each.finding, each.dismissed) for each in view.raised] == [("leak", "it cannot happen")]
    assert [seat.verdict for seat in view.seats] == ["pass", "pass"]
    assert (view.verdict, view.blockers, [each.reason for each in view.dismissals]) == (
        "pass",
        0,
        ["it cannot happen"],
    )


def test_a_dismissal_beside_another_finding_leaves_that_one_to_be_seen(a: Nouns) -> None:
    """Two seats that spoke of one place under two names: what fails the review is told by name."""
    leak, race = a.finding("leak", line=88), a.finding("race", line=89)
    hearings = (a.hearing(leak, seat="claude"), a.hearing(race, seat="codex"))

    together, apart = panel(a, *hearings), panel(a, *hearings, told=(dismissal(a, leak),))

    assert [each.seats for each in together.raised] == [("claude", "codex")]
    assert (apart.verdict, apart.blockers) == ("fail", 1)
    assert [(each.finding, each.dismissed) for each in apart.raised] == [("leak", "it cannot happen"), ("race", "")]


@pytest.mark.parametrize(
    ("ending", "problem", "spent"),
    [
        (ReviewFailed(attempt="review-1", reason="too slow", failure="out_of_time"), "too slow", True),
        (ReviewFailed(attempt="review-1", reason="no key", failure="not_logged_in"), "no key", False),
        (ReviewAbandoned(attempt="review-1", reason="it hangs"), "given up: it hangs", True),
    ],
)
def test_an_attempt_without_a_verdict_is_told(a: Nouns, ending: Event, problem: str, *, spent: bool) -> None:
    """With whether it may have been paid for."""
    task = a.task(*a.built(a.spec()), a.started(a.spec(), a.sha("m")), ending)

    attempt = review_view(task, Reviewing.ATTEMPT_FAILED).attempt

    assert (attempt.running, attempt.problem, attempt.spent) == (False, problem, spent)


def test_a_failed_panel_shows_what_came_of_it_all_the_same(a: Nouns) -> None:
    """The seats that answered, too."""
    hearings = (a.hearing(seat="claude"), a.silent(seat="codex"))
    failed = ReviewFailed(attempt="review-1", reason="codex: it was silent", failure="silent", hearings=hearings)
    task = a.task(*a.built(a.spec()), a.started(a.spec(), a.sha("m"), seats=("claude", "codex")), failed)

    view = review_view(task, Reviewing.ATTEMPT_SPENT)

    assert (view.verdict, [(seat.seat, seat.verdict) for seat in view.attempt.seats]) == (
        "",
        [("claude", "pass"), ("codex", "")],
    )


def test_a_person_is_a_person(a: Nouns) -> None:
    """With no seat and no vendor, and independent as one."""
    human = HumanReviewed(reason="read it", contract=a.spec().digest, material=a.sha("m"))

    view = review_view(a.task(*a.built(a.spec()), human), Reviewing.PASSED)

    assert (view.by, view.seats, view.summary, view.independence) == ("human", (), "read it", Independence.HUMAN)


# Hardening.


def test_a_round_by_hand_is_told(a: Nouns) -> None:
    """By nobody, and with nothing wanted."""
    view = hardening_view(a.task(HardenOpened(round="round-1", contract=a.sha())), RoundState.OPEN)

    assert (view.round, view.state, view.by, view.wanted, view.dossier, view.seat) == (
        "round-1",
        RoundState.OPEN,
        "",
        (),
        None,
        None,
    )


def test_what_a_model_said_of_a_draft_is_told(a: Nouns) -> None:
    """Its summary, what it wants, the whole dossier, and who it was."""
    probe = a.probe(Dimension.PATH, Result.BLOCKS, note="no such file")
    task = a.task(a.asked(a.spec()), a.answered(a.spec(), probe))

    view = hardening_view(task, RoundState.NEEDS_REVISION)

    assert (view.by, view.summary, view.wanted) == ("codex", "Looked at.", ("path: no such file",))
    assert (view.dossier, view.seat.provider, view.problem) == (task.round.dossier, "codex", "")


def test_a_model_that_never_came_back_is_said_to_be_gone(a: Nouns) -> None:
    """Its round is on record as asked; what is seen now is told."""
    view = hardening_view(a.task(a.asked(a.spec())), RoundState.FAILED)

    assert (view.state, view.problem) == (RoundState.FAILED, "the model never came back")


@pytest.mark.parametrize(
    ("told", "state", "word"),
    [
        ((), None, "not_run"),
        (("asked",), RoundState.ASKED, "in_progress"),
        (("asked",), RoundState.FAILED, "failed"),
        (("asked", "failed"), RoundState.FAILED, "failed"),
        (("asked", "wants"), RoundState.NEEDS_REVISION, "needs_revision"),
        (("asked", "passes"), RoundState.PASSED, "passed"),
        (("asked about another", "passes on another"), RoundState.PASSED, "stale"),
    ],
)
def test_hardening_in_a_word(a: Nouns, told: tuple[str, ...], state: RoundState | None, word: str) -> None:
    """What it is worth for this draft."""
    spec = a.spec()
    words = {
        "asked": a.asked(spec),
        "asked about another": a.asked(a.spec(text="other")),
        "failed": HardenFailed(round="round-1", reason="x", hearing=a.silent()),
        "wants": a.answered(spec, required_spec_edits=("name it",)),
        "passes": a.answered(spec),
        "passes on another": a.answered(a.spec(text="other")),
    }

    assert harden_word(spec, a.task(*(words[each] for each in told)), state) == word

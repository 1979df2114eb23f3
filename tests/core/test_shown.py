"""What a spec shows of its task: drawn from the replay, never read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.questions import Dimension, Result
from scafld.core.evidence.criterion import Outcome
from scafld.core.names import PhaseId
from scafld.core.task.events import (
    Cancelled,
    Completed,
    FindingDismissed,
    HardenAbandoned,
    HardenFailed,
    HardenOpened,
    HardenPassed,
    HumanReviewed,
    PhaseOpened,
    Planned,
    Purpose,
)
from scafld.core.task.known import Task
from scafld.core.views.projection import Projection
from scafld.core.views.shown import projection_of

if TYPE_CHECKING:
    from conftest import Nouns


def state(shown: Projection) -> dict[str, str]:
    return dict(shown.current_state)


def test_nothing_on_record_shows_nothing(a: Nouns) -> None:
    """The spec is left as it stands."""
    assert projection_of(a.spec(), Task()) == Projection()


def test_a_draft_shows_its_state(a: Nouns) -> None:
    """In words of the document: no fraction of a second, no underscore."""
    spec = a.spec()
    planned = Planned(title="T", size=spec.size, risk=spec.risk, profile=spec.profile, contract=spec.digest)

    shown = projection_of(spec, a.task(planned))

    assert (shown.status, shown.harden_status, shown.updated) == ("draft", "not_run", "2026-01-31T12:00:01Z")
    assert state(shown)["Allowed follow-up command"] == "scafld approve add-cache"
    assert state(shown)["Review gate"] == "not_started"
    assert shown.review is None


def test_phases_and_criteria_are_shown(a: Nouns) -> None:
    """Completed, active, blocked, pending; with evidence, its entry and its strength."""
    spec = a.spec(phases=(a.phase(1), a.phase(2)))
    one, two = PhaseId("phase1"), PhaseId("phase2")
    first, second = (phase.criteria[0] for phase in spec.phases)
    done = a.spec(phases=(a.phase(1),))
    task = a.task(*a.built(done)[:-1], PhaseOpened(phase=two))
    failed = a.ran_event(second, phase=two, outcome=Outcome.FAIL, reason="exit 1")
    blocked = a.task(failed, a.blocked("ac2_1", phase="phase2"), start=task)

    before, after = projection_of(spec, task), projection_of(spec, blocked)

    assert [(each.id, each.status) for each in before.phases] == [(one, "completed"), (two, "active")]
    assert [each.status for each in after.phases] == ["completed", "blocked"]
    assert [(each.id, each.status, each.strength) for each in after.criteria] == [
        (first.id, "pass", "red-green"),
        (second.id, "fail", ""),
    ]
    assert after.criteria[1].evidence == "exit 1"
    assert after.criteria[1].source_event == f"entry-{task.entries + 1}"
    assert state(after)["Blockers"] == "ac2_1"


@pytest.mark.parametrize(("red", "words"), [(True, "red before the work"), (False, "green before the work: a guard")])
def test_what_was_seen_before_the_work_is_pending(a: Nouns, words: str, *, red: bool) -> None:
    """It says how the criterion began."""
    spec = a.spec()
    early = a.ran_event(spec.final_criteria[0], purpose=Purpose.OPEN, red=red)

    shown = projection_of(spec, a.task(*a.approved(spec), PhaseOpened(phase=None), early)).criteria[0]

    assert (shown.status, shown.evidence) == ("pending", words)


def test_a_verdict_is_shown_with_all_its_words(a: Nouns) -> None:
    """Findings with where and why, attacks with their results, and whether it authorises."""
    spec = a.spec()
    verdict = a.reviewed(spec, a.sha("m"), a.finding(), model="m-1", authorises=False)

    review = projection_of(spec, a.task(*a.built(spec), a.started(spec, a.sha("m")), verdict)).review

    pairs = dict(review.pairs)
    assert (pairs["Verdict"], pairs["Provider"]) == ("fail", "command:m-1")
    assert pairs["Authorises"] == "no: a rehearsal"
    assert len(review.attacks) == 6
    assert dict(review.findings[0].details)["Location"] == "src/cache.py:88"
    assert "Category" not in dict(review.findings[0].details)


def test_a_person_is_shown_as_the_reviewer(a: Nouns) -> None:
    """With the reason."""
    spec = a.spec()
    human = HumanReviewed(reason="read it", contract=spec.digest, material=a.sha("m"))

    pairs = dict(projection_of(spec, a.task(*a.built(spec), human)).review.pairs)

    assert (pairs["Provider"], pairs["Summary"], pairs["Verdict"]) == ("human", "read it", "pass")


def test_the_end_is_shown(a: Nouns) -> None:
    """With its reason, and no command."""
    spec = a.spec()
    gone = projection_of(spec, a.task(*a.approved(spec), Cancelled(reason="not wanted")))
    done = projection_of(spec, a.task(*a.built(spec), Completed(contract=spec.digest, material=a.sha())))

    assert (state(gone)["Reason"], state(gone)["Allowed follow-up command"]) == ("not wanted", "")
    assert (state(done)["Status"], state(done)["Current phase"]) == ("completed", "final")


def test_a_round_by_hand_shows_how_it_ended(a: Nouns) -> None:
    """When, and on which draft; while it is open nothing of it is written: it is being filled in."""
    spec = a.spec()
    opened = HardenOpened(round="round-1", contract=a.sha("before"))
    passed = HardenPassed(round="round-1", contract=spec.digest)
    given_up = HardenAbandoned(round="round-1", reason="not now")

    def shown(*told: object) -> list[dict[str, str]]:
        return [dict(each.pairs) for each in projection_of(spec, a.task(*told)).rounds]

    assert shown(opened) == []
    assert shown(opened, passed) == [
        {"Status": "passed", "Ended": "2026-01-31T12:00:02Z", "Contract digest": spec.digest}
    ]
    assert shown(opened, given_up) == [
        {"Status": "given up", "Ended": "2026-01-31T12:00:02Z", "Contract digest": a.sha("before")}
    ]


@pytest.mark.parametrize(("overrides", "word"), [((), "in_progress"), (("round-1 is open",), "overridden")])
def test_hardening_in_a_word(a: Nouns, overrides: tuple[str, ...], word: str) -> None:
    """As far as the ledger tells."""
    spec = a.spec()
    told = [HardenOpened(round="round-1", contract="x")]
    if overrides:
        told.append(a.approved(spec, overrides=overrides)[1])

    assert projection_of(spec, a.task(*told)).harden_status == word


def test_a_panel_is_shown_seat_by_seat(a: Nouns) -> None:
    """With the rule by which its verdicts were added up."""
    spec = a.spec()
    hearings = (a.hearing(seat="claude"), a.hearing(a.finding(), seat="codex"), a.silent(seat="gemini"))
    started = a.started(spec, a.sha("m"), seats=("claude", "codex", "gemini"))

    def pairs(quorum: int) -> dict[str, str]:
        event = a.panel(spec, a.sha("m"), *hearings, quorum=quorum)
        return dict(projection_of(spec, a.task(*a.built(spec), started, event)).review.pairs)

    assert pairs(0)["Panel"] == "claude pass, codex fail, gemini gave no verdict"
    assert (pairs(0)["Rule"], pairs(0)["Verdict"]) == ("any blocker fails", "fail")
    assert (pairs(1)["Rule"], pairs(1)["Verdict"]) == ("1 must pass", "pass")


def test_a_dismissed_finding_is_shown_as_one(a: Nouns) -> None:
    """It is listed, and does not block."""
    spec, finding = a.spec(), a.finding()
    gone = FindingDismissed(
        finding="leak",
        fingerprint=finding.fingerprint,
        path=finding.path,
        code=None,
        material=a.sha("m"),
        summary="x",
        reason="x",
    )
    told = (a.started(spec, a.sha("m")), a.reviewed(spec, a.sha("m"), finding), gone)

    review = projection_of(spec, a.task(*a.built(spec), *told)).review

    assert (dict(review.pairs)["Verdict"], review.findings[0].blocks) == ("pass", False)
    assert dict(review.findings[0].details)["Dismissed"] == "by a person, on this code"


def test_independence_is_shown(a: Nouns) -> None:
    """As derived."""
    spec = a.spec()
    told = (
        a.started(spec, a.sha("m"), author="anthropic"),
        a.reviewed(spec, a.sha("m"), vendor="openai"),
    )

    pairs = dict(projection_of(spec, a.task(*a.built(spec), *told)).review.pairs)

    assert pairs["Independence"] == "cross vendor"


def test_a_round_by_a_model_is_shown_once_it_is_over(a: Nouns) -> None:
    """Row by row; one by hand stands in the document already, one at work says nothing yet."""
    spec = a.spec()
    probe = a.probe(Dimension.PATH, Result.BLOCKS, note="no such file", question="which?")
    answer = a.answered(spec, probe, required_spec_edits=("name it", "and it"))

    assert projection_of(spec, a.task(HardenOpened(round="round-1", contract="x"))).rounds == ()
    assert projection_of(spec, a.task(a.asked(spec))).rounds == ()
    (shown,) = projection_of(spec, a.task(a.asked(spec), answer)).rounds

    pairs = dict(shown.pairs)
    assert (shown.id, pairs["Status"], pairs["Provider"]) == ("round-1", "needs_revision", "codex")
    assert pairs["Required spec edits"] == "name it; and it"
    row = next(each for each in shown.observations if each.dimension == "path")
    assert dict(row.pairs) == {
        "Result": "blocks",
        "Anchor": "code:src/cache.py:1",
        "Note": "no such file",
        "Question": "which?",
        "Status": "open",
    }


def test_a_round_without_an_answer_is_shown_with_its_reason(a: Nouns) -> None:
    """And with no row."""
    failed = HardenFailed(round="round-1", reason="it was silent", hearing=a.silent())

    shown = projection_of(a.spec(), a.task(a.asked(a.spec()), failed))

    assert dict(shown.rounds[0].pairs)["Summary"] == "it was silent"
    assert (shown.rounds[0].observations, shown.harden_status) == ((), "error")

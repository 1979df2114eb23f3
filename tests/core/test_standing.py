"""What approval, evidence and review on record are worth for what stands there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.spec import Expected, Start
from scafld.core.evidence.criterion import Outcome, Strength
from scafld.core.evidence.hearing import UNSPENT, Failure
from scafld.core.moments import later
from scafld.core.names import PhaseId
from scafld.core.task.events import (
    Approved,
    BuildPassed,
    HardenAbandoned,
    HardenFailed,
    HardenOpened,
    HumanReviewed,
    ManualAttested,
    PhaseOpened,
    Purpose,
    ReviewAbandoned,
    ReviewFailed,
)
from scafld.core.task.known import RoundState, Task
from scafld.core.task.standing import (
    Binding,
    Reviewing,
    binding_of,
    hardening,
    is_passed,
    lacks_red,
    next_phase,
    questioned_before,
    review_standing,
    sent_before,
    standing_of,
    standings,
    was_sent,
)
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Criterion, Spec
    from scafld.core.task.events import Event


# The approval.


def test_an_approval_binds_one_contract(a: Nouns) -> None:
    """None, the very words, or others."""
    spec = a.spec()
    task = a.task(*a.approved(spec))

    assert binding_of(Task(), spec.digest) is Binding.NONE
    assert binding_of(task, spec.digest) is Binding.CURRENT
    assert binding_of(task, changed(spec, text="other").digest) is Binding.CHANGED


def test_the_last_approval_counts(a: Nouns) -> None:
    """Going back to words that were approved before needs a new approval."""
    first, second = a.spec(), changed(a.spec(), text="other")
    task = a.task(*a.approved(first), *a.approved(second)[1:])

    assert binding_of(task, first.digest) is Binding.CHANGED


# The evidence.


def at_work(a: Nouns, spec: Spec, *told: Event) -> Task:
    return a.task(*a.approved(spec), PhaseOpened(phase=None), *told)


def test_nothing_on_record(a: Nouns) -> None:
    """Is not run, and proves nothing."""
    spec = a.spec()

    found = standings(spec, Task())[0]

    assert (found.outcome, found.reason, found.strength, found.result) == (
        None,
        "not run yet",
        Strength.DECLARED,
        None,
    )


@pytest.mark.parametrize(
    ("red", "outcome", "strength"),
    [
        (True, Outcome.PASS, Strength.RED_GREEN),
        (False, Outcome.PASS, Strength.GREEN),
        (True, Outcome.FAIL, Strength.DECLARED),
    ],
)
def test_a_run_and_its_strength(a: Nouns, outcome: Outcome, strength: Strength, *, red: bool) -> None:
    """What fails proves nothing."""
    spec = a.spec()
    task = at_work(a, spec, a.ran_event(spec.final_criteria[0], red=red, outcome=outcome))

    found = standings(spec, task)[0]

    assert (found.outcome, found.strength, found.red) == (outcome, strength, red)


def test_a_run_before_the_work_is_no_outcome(a: Nouns) -> None:
    """It shows where the work began."""
    spec = a.spec()
    task = at_work(a, spec, a.ran_event(spec.final_criteria[0], purpose=Purpose.OPEN))

    assert standings(spec, task)[0].outcome is None


def test_evidence_for_other_words_is_none(a: Nouns) -> None:
    """A criterion that was changed is not run yet."""
    spec = a.spec()
    task = at_work(a, spec, a.ran_event(spec.final_criteria[0], red=True))

    found = standing_of(task, changed(spec.final_criteria[0], command="make test"), None, None)

    assert (found.outcome, found.red, found.strength) == (None, False, Strength.DECLARED)
    assert "worded differently" in found.reason


def vouched(a: Nouns, spec: Spec, criterion: Criterion, **fields: object) -> ManualAttested:
    given = {"outcome": Outcome.PASS, "contract": spec.digest, "material": a.sha("m")} | fields
    return ManualAttested(
        criterion=criterion.id,
        phase=None,
        fingerprint=criterion.fingerprint,
        reason="it was looked at",
        evidence=a.sha("picture"),
        **given,
    )


def test_a_persons_word_counts_on_what_it_was_given_for(a: Nouns) -> None:
    """The same material and contract; as declared."""
    manual = a.criterion(expected=Expected.MANUAL, command="")
    spec = a.spec(manual)
    task = at_work(a, spec, vouched(a, spec, manual))

    same = standing_of(task, manual, None, a.sha("m"))
    unseen = standing_of(task, manual, None, None)
    moved = standing_of(task, manual, None, a.sha("n"))

    assert (same.outcome, same.strength) == (Outcome.PASS, Strength.DECLARED)
    assert unseen.outcome is Outcome.PASS
    assert (moved.outcome, moved.reason) == (None, "the material changed since a person vouched for it")


def test_a_persons_word_goes_stale_with_the_contract(a: Nouns) -> None:
    """An approval of other words takes it away."""
    manual = a.criterion(expected=Expected.MANUAL, command="")
    spec = a.spec(manual)
    task = at_work(a, spec, vouched(a, spec, manual))

    again = a.task(*a.approved(changed(spec, text="other"))[1:], start=task)

    assert standing_of(again, manual, None, a.sha("m")).reason == "the contract changed since a person vouched for it"


# The phases.


def test_phases_are_passed_in_their_order(a: Nouns) -> None:
    """The next is the first that is not behind the work."""
    spec = a.spec(phases=(a.phase(1), a.phase(2)))
    one = a.spec(phases=(a.phase(1),))

    assert next_phase(spec, Task()) is spec.phases[0]
    assert next_phase(spec, a.task(*a.built(one))) is spec.phases[1]
    assert next_phase(spec, a.task(*a.built(spec))) is None


@pytest.mark.parametrize("fields", [{"command": "other"}, {"contains": "x"}])
def test_a_phase_whose_criteria_changed_is_not_behind_the_work(a: Nouns, fields: dict[str, object]) -> None:
    """It has to pass in its present wording."""
    spec = a.spec(phases=(a.phase(1),))
    task = a.task(*a.built(spec))
    reworded = changed(spec.phases[0], criteria=(a.criterion("ac1_1", **fields),))

    assert is_passed(task, spec.phases[0])
    assert not is_passed(task, reworded)
    assert not is_passed(task, changed(spec.phases[0], criteria=(*spec.phases[0].criteria, a.criterion("new"))))


def test_a_phase_whose_criterion_failed_since_is_not_behind_the_work(a: Nouns) -> None:
    """Evidence can be lost again."""
    spec = a.spec(phases=(a.phase(1),))
    failed = a.ran_event(spec.phases[0].criteria[0], outcome=Outcome.FAIL, phase=PhaseId("phase1"))

    assert not is_passed(a.task(*a.built(spec), failed), spec.phases[0])


@pytest.mark.parametrize(
    ("criteria", "red", "lacks"),
    [
        ([{}], False, True),
        ([{}], True, False),
        ([{"start": Start.GREEN, "start_reason": "a guard"}], False, False),
        ([{"expected": Expected.MANUAL, "command": ""}], False, False),
        ([{"expected": Expected.MANUAL, "command": ""}, {}], False, True),
        ([], False, False),
    ],
)
def test_lacking_red(a: Nouns, criteria: list[dict[str, object]], *, red: bool, lacks: bool) -> None:
    """Commands ran, none was seen red, and nobody says why."""
    asked = tuple(a.criterion(f"ac{at}", **fields) for at, fields in enumerate(criteria))
    task = at_work(a, a.spec(), *(a.ran_event(each, red=red) for each in asked))

    assert lacks_red(task, asked) is lacks


# The review.


def review(a: Nouns, *told: Event, contract: str = "", material: str | None = "m", seconds: int = 60) -> Reviewing:
    spec = a.spec()
    task = a.task(*a.built(spec), *told)
    seen = None if material is None else a.sha(material)
    return review_standing(task, contract or spec.digest, seen, later(a.now, seconds))


def passed(a: Nouns, *findings: object, **fields: object) -> tuple[Event, ...]:
    spec = a.spec()
    return a.started(spec, a.sha("m")), a.reviewed(spec, a.sha("m"), *findings, **fields)


def failed(a: Nouns) -> tuple[Event, ...]:
    return passed(a, a.finding())


AGAIN = BuildPassed(criteria=1)


def test_nobody_was_asked(a: Nouns) -> None:
    """The gate is ready."""
    assert review(a) is Reviewing.READY


@pytest.mark.parametrize(("seconds", "standing"), [(60, Reviewing.RUNNING), (3600, Reviewing.LAPSED)])
def test_a_lease_ends_by_itself(a: Nouns, seconds: int, standing: Reviewing) -> None:
    """At its end, not after."""
    assert review(a, a.started(a.spec(), a.sha("m")), seconds=seconds) is standing


@pytest.mark.parametrize(("alive", "standing"), [(True, Reviewing.RUNNING), (False, Reviewing.LAPSED)])
def test_a_process_that_is_gone_ends_its_lease(a: Nouns, standing: Reviewing, *, alive: bool) -> None:
    """At once; one that is there has no longer than its lease."""
    spec = a.spec()
    task = a.task(*a.built(spec), a.started(spec, a.sha("m")))

    assert review_standing(task, spec.digest, a.sha("m"), a.now, alive=alive) is standing
    assert review_standing(task, spec.digest, a.sha("m"), later(a.now, 3600), alive=alive) is Reviewing.LAPSED


def gone(failure: str, name: str = "review-1") -> ReviewFailed:
    return ReviewFailed(attempt=name, reason="x", failure=failure)


@pytest.mark.parametrize("failure", Failure)
def test_an_attempt_without_a_verdict(a: Nouns, failure: Failure) -> None:
    """Is no review; where a model may have worked, this material was sent, and no other."""
    started = a.started(a.spec(), a.sha("m"))
    standing = Reviewing.ATTEMPT_FAILED if failure in UNSPENT else Reviewing.ATTEMPT_SPENT

    assert review(a, started, gone(failure)) is standing
    assert review(a, started, gone(failure), material=None) is standing
    assert review(a, started, gone(failure), material="n") is Reviewing.ATTEMPT_FAILED
    assert review(a, started, gone(failure), contract="0" * 64) is Reviewing.ATTEMPT_FAILED


def test_what_was_given_up_was_sent(a: Nouns) -> None:
    """Nobody knows how far it came."""
    given_up = ReviewAbandoned(attempt="review-1", reason="somebody said so")

    assert review(a, a.started(a.spec(), a.sha("m")), given_up) is Reviewing.ATTEMPT_SPENT


def test_a_failed_attempt_hides_the_verdict_before_it(a: Nouns) -> None:
    """Who asked again wants to know."""
    again = a.started(a.spec(), a.sha("m"), "review-2")

    assert review(a, *passed(a), again, gone("silent", "review-2")) is Reviewing.ATTEMPT_SPENT
    assert review(a, *passed(a), again, gone("rejected", "review-2")) is Reviewing.ATTEMPT_FAILED


def sent(a: Nouns, material: str, number: int, failure: str) -> tuple[Event, ...]:
    name = f"review-{number}"
    return a.started(a.spec(), a.sha(material), name), gone(failure, name)


def test_what_was_sent_is_remembered_whatever_was_sent_after_it(a: Nouns) -> None:
    """A change that is put back, and a second provider that was not there, make it no new material."""
    first = sent(a, "m", 1, "out_of_time")

    assert review(a, *first, *sent(a, "n", 2, "rejected")) is Reviewing.ATTEMPT_SPENT
    assert review(a, *first, *sent(a, "n", 2, "silent")) is Reviewing.ATTEMPT_SPENT
    assert review(a, *first, *sent(a, "m", 2, "not_logged_in")) is Reviewing.ATTEMPT_SPENT
    assert review(a, *first, *sent(a, "n", 2, "silent"), material="o") is Reviewing.ATTEMPT_FAILED


def test_a_verdict_on_other_material_does_not_free_what_was_sent(a: Nouns) -> None:
    """Passed, failed and repaired: put back, the first material is still the one without an answer."""
    spec = a.spec()
    first, other = sent(a, "m", 1, "silent"), a.started(spec, a.sha("n"), "review-2")
    passing = a.reviewed(spec, a.sha("n"), attempt="review-2")
    failing = a.reviewed(spec, a.sha("n"), a.finding(), attempt="review-2")

    assert review(a, *first, other, passing) is Reviewing.ATTEMPT_SPENT
    assert review(a, *first, other, passing, material="o") is Reviewing.STALE_MATERIAL
    assert review(a, *first, other, failing) is Reviewing.FAILED
    assert review(a, *first, other, failing, AGAIN) is Reviewing.ATTEMPT_SPENT


@pytest.mark.parametrize(("authorises", "standing"), [(True, Reviewing.PASSED), (False, Reviewing.ATTEMPT_SPENT)])
def test_an_answer_frees_what_was_sent(a: Nouns, standing: Reviewing, *, authorises: bool) -> None:
    """That of a reviewer; a rehearsal answers for nobody."""
    spec = a.spec()
    again = a.started(spec, a.sha("m"), "review-2")
    answer = a.reviewed(spec, a.sha("m"), attempt="review-2", authorises=authorises)
    task = a.task(*a.built(spec), *sent(a, "m", 1, "silent"), again, answer)

    assert was_sent(task, spec.digest, a.sha("m")) is not authorises
    assert review_standing(task, spec.digest, a.sha("m"), later(a.now, 60)) is standing


def test_what_is_at_work_was_sent(a: Nouns) -> None:
    """To whom, and no other material."""
    spec = a.spec()
    task = a.task(*a.built(spec), a.started(spec, a.sha("m"), provider="codex"))

    assert sent_before(task, spec.digest, a.sha("m")).provider == "codex"
    assert not was_sent(task, spec.digest, a.sha("n"))
    assert not was_sent(a.task(*a.built(spec)), spec.digest, None)


def test_a_verdict_that_authorises(a: Nouns) -> None:
    """On this contract and this material; a tree that was not looked at is taken as unchanged."""
    assert review(a, *passed(a)) is Reviewing.PASSED
    assert review(a, *passed(a), material=None) is Reviewing.PASSED


@pytest.mark.parametrize(
    ("where", "standing"),
    [({"material": "n"}, Reviewing.STALE_MATERIAL), ({"contract": "0" * 64}, Reviewing.STALE_CONTRACT)],
)
def test_a_verdict_on_something_else_is_stale(a: Nouns, where: dict[str, str], standing: Reviewing) -> None:
    """Material or contract."""
    assert review(a, *passed(a), **where) is standing


def test_a_rehearsal_authorises_nothing(a: Nouns) -> None:
    """Whatever it says."""
    assert review(a, *passed(a, authorises=False)) is Reviewing.REHEARSED


def test_a_verdict_of_fail_is_repaired_by_work_and_a_build(a: Nouns) -> None:
    """A build after it, on another material or contract; a build alone changes nothing."""
    assert review(a, *failed(a)) is Reviewing.FAILED
    assert review(a, *failed(a), material="n") is Reviewing.FAILED
    assert review(a, *failed(a), AGAIN) is Reviewing.FAILED_UNCHANGED
    assert review(a, *failed(a), AGAIN, material="n") is Reviewing.READY
    assert review(a, *failed(a), AGAIN, contract="0" * 64) is Reviewing.READY


def test_a_persons_review_seals_too(a: Nouns) -> None:
    """It goes stale like any other."""
    spec = a.spec()
    human = HumanReviewed(reason="read it", contract=spec.digest, material=a.sha("m"))

    assert review(a, human) is Reviewing.PASSED
    assert review(a, human, material="n") is Reviewing.STALE_MATERIAL


def test_a_lapsed_approval_does_not_make_a_review(a: Nouns) -> None:
    """A new approval in review leads back to work; the old verdict stands for the old contract."""
    spec = a.spec()
    other = changed(spec, text="other")
    approval = Approved(
        contract=other.digest, title=other.title, size=other.size, risk=other.risk, profile=other.profile
    )
    task = a.task(*a.built(spec), *passed(a), approval)

    assert review_standing(task, other.digest, a.sha("m"), a.now) is Reviewing.STALE_CONTRACT


# Hardening.


@pytest.mark.parametrize(
    ("seconds", "alive", "state"),
    [
        (60, None, RoundState.ASKED),
        (60, True, RoundState.ASKED),
        (60, False, RoundState.FAILED),
        (3600, True, RoundState.FAILED),
    ],
)
def test_a_round_whose_model_is_gone_failed(a: Nouns, seconds: int, state: RoundState, *, alive: bool | None) -> None:
    """Its process, or its lease."""
    assert hardening(a.task(a.asked(a.spec())), later(a.now, seconds), alive=alive) is state


def test_a_round_that_is_over_stands_as_it_ended(a: Nouns) -> None:
    """Whatever the hour; of none there is nothing to say."""
    spec = a.spec()
    passed_round = a.task(a.asked(spec), a.answered(spec))
    by_hand = a.task(HardenOpened(round="round-1", contract=spec.digest))

    assert hardening(passed_round, later(a.now, 99_999), alive=False) is RoundState.PASSED
    assert hardening(by_hand, later(a.now, 99_999), alive=False) is RoundState.OPEN
    assert hardening(Task(), a.now) is None


def test_a_draft_that_a_model_has_worked_on_is_remembered(a: Nouns) -> None:
    """Through a round by hand, and through a round on another draft; one that it passed is not."""
    spec, other = a.spec(), a.spec(text="other")
    failed = HardenFailed(round="round-1", reason="x", hearing=a.silent())
    by_hand = HardenOpened(round="round-2", contract=spec.digest), HardenAbandoned(round="round-2", reason="x")
    free = HardenFailed(round="round-1", reason="x", hearing=a.silent(Failure.NOT_INSTALLED))

    for told in ((a.asked(spec),), (a.asked(spec), failed), (a.asked(spec), failed, *by_hand)):
        assert questioned_before(a.task(*told), spec.digest).id == "round-1"
        assert questioned_before(a.task(*told), other.digest) is None
    elsewhere = a.task(a.asked(spec), failed, a.asked(other, "round-2"), a.answered(other, name="round-2"))
    assert questioned_before(elsewhere, spec.digest).id == "round-1"
    assert questioned_before(elsewhere, other.digest) is None
    assert questioned_before(a.task(a.asked(spec), free), spec.digest) is None
    assert questioned_before(a.task(*by_hand[:1]), spec.digest) is None

"""What readers are told of one task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.contract.problems import Problem
from scafld.core.evidence.criterion import Outcome, Strength
from scafld.core.evidence.seals import Baseline, seal
from scafld.core.names import PhaseId
from scafld.core.task.events import (
    HardenOpened,
    HardenPassed,
    PhaseOpened,
    PhasePassed,
    Purpose,
    ReviewFailed,
)
from scafld.core.task.known import Status, Task
from scafld.core.task.standing import Binding, Reviewing
from scafld.core.value import changed
from scafld.core.views.overview import Overview, Surroundings, overview_of, weakest

if TYPE_CHECKING:
    from conftest import Nouns

    from scafld.core.contract.spec import Spec

ONE = PhaseId("phase1")


def around(a: Nouns, **fields: object) -> Surroundings:
    given = {
        "path": ".scafld/specs/active/add-cache.md",
        "problems": (),
        "demands": (),
        "material": None,
        "now": a.now,
        "most_attempts": 2,
        "ledger": "sealed",
    } | fields
    return Surroundings(**given)


def told(a: Nouns, spec: Spec, task: Task, **fields: object) -> Overview:
    return overview_of(spec, task, around(a, **fields))


def test_nothing_on_record(a: Nouns) -> None:
    """Lists are empty, never absent, and next is there."""
    view = told(a, a.spec(), Task(), ledger="none")

    assert (view.status, view.entries, view.last_at, view.harden) == (Status.DRAFT, 0, None, "not_run")
    assert (view.block, view.material, view.review.standing) == (None, None, Reviewing.READY)
    assert (view.contract.binding, view.contract.approved) == (Binding.NONE, None)
    assert view.next == view.next_action.command == "scafld approve add-cache"


def test_next_is_the_next_action(a: Nouns) -> None:
    """Also where something is left to be settled: problems and demands alike."""
    found = Problem(code="x", message="bad")

    for fields in ({"problems": (found,)}, {"demands": (found,)}):
        assert told(a, a.spec(), Task(), **fields).next == "scafld validate add-cache"


def test_phases_and_what_they_prove(a: Nouns) -> None:
    """A chain is as strong as its weakest link; the final criteria stand last."""
    spec = a.spec(
        a.criterion("v1"), phases=(a.phase(1, a.criterion("ac1_1"), a.criterion("ac1_2", command="make")), a.phase(2))
    )
    first, second = spec.phases[0].criteria
    task = a.task(
        *a.approved(spec),
        PhaseOpened(phase=ONE),
        a.ran_event(first, phase=ONE, purpose=Purpose.OPEN, red=True, outcome=Outcome.FAIL),
        a.ran_event(first, phase=ONE),
        a.ran_event(second, phase=ONE),
        PhasePassed(phase=ONE),
    )

    phases = told(a, spec, task).phases

    assert [(each.id, each.status, each.passed, each.total, each.strength) for each in phases] == [
        ("phase1", "passed", 2, 2, Strength.GREEN),
        ("phase2", "pending", 0, 1, Strength.DECLARED),
        (None, "pending", 0, 1, Strength.DECLARED),
    ]
    assert phases[0].duration_ms == 24


@pytest.mark.parametrize(("blocked", "status"), [(False, "open"), (True, "blocked")])
def test_the_open_phase(a: Nouns, status: str, *, blocked: bool) -> None:
    """Is open, or blocked with its block."""
    spec = a.spec(phases=(a.phase(1),))
    told_of = (a.blocked("ac1_1", phase="phase1"),) if blocked else ()
    view = told(a, spec, a.task(*a.approved(spec), PhaseOpened(phase=ONE), *told_of))

    assert view.phases[0].status == status
    assert (view.block is not None) is blocked
    if view.block:
        assert (view.block.failing, view.block.attempts, view.block.most) == (("ac1_1",), 1, 2)


def test_a_criterion_and_where_its_evidence_stands(a: Nouns) -> None:
    """The entry, the output, and the tail only where it fails."""
    spec = a.spec()
    criterion = spec.final_criteria[0]
    failed = a.ran_event(criterion, outcome=Outcome.FAIL, observation=a.seen(1, "3 != 2\n"))
    start = a.task(*a.approved(spec), PhaseOpened(phase=None))

    failing = told(a, spec, a.task(failed, start=start)).criteria[0]
    passing = told(a, spec, a.task(changed(failed, outcome=Outcome.PASS), start=start)).criteria[0]
    unseen = told(a, spec, start).criteria[0]

    assert (failing.outcome, failing.exit_code, failing.entry, failing.tail) == ("fail", 1, "entry-4", "3 != 2\n")
    assert (passing.outcome, passing.tail, passing.output) == ("pass", "", a.sha("3 != 2\n"))
    assert (unseen.outcome, unseen.entry, unseen.exit_code, unseen.duration_ms) == ("not_run", "", None, None)


def test_the_review_gate(a: Nouns) -> None:
    """The last verdict and the last attempt, each as it was."""
    spec = a.spec()
    start = a.task(*a.built(spec), a.started(spec, a.sha("m")))
    verdict = a.task(a.reviewed(spec, a.sha("m"), a.finding()), start=start)
    silent = a.task(
        a.started(spec, a.sha("m"), "review-2"), ReviewFailed(attempt="review-2", reason="silent"), start=verdict
    )
    moved = seal(Baseline(vcs="git", head="c0"), a.look(a.file("src/a.py", "x")), ("src/a.py",))

    running = told(a, spec, start).review
    failed = told(a, spec, verdict).review
    last = told(a, spec, silent).review

    assert (running.standing, running.attempt.running, running.by, running.reviews) == (Reviewing.RUNNING, True, "", 0)
    assert (failed.standing, failed.verdict, failed.findings[0].id) == (Reviewing.FAILED, "fail", "leak")
    assert (last.standing, last.verdict, last.attempt.problem) == (Reviewing.ATTEMPT_SPENT, "fail", "silent")
    assert told(a, spec, silent, material=moved).review.standing is Reviewing.ATTEMPT_FAILED


def test_the_material_and_what_was_not_touched(a: Nouns) -> None:
    """A declared place where nothing changed is a warning, once something changed at all."""
    spec = a.spec()
    task = a.task(*a.approved(spec))
    look = a.look(a.file("src/a.py", "x"))
    material = seal(Baseline(vcs="git", head="c0"), look, ("src/a.py", "src/b.py"))
    nothing = seal(Baseline(vcs="git", head="c0"), a.look(), ("src/b.py",))

    view = told(a, spec, task, material=material)

    assert view.material.unmatched == ("src/b.py",)
    assert view.warnings == ("declared, and nothing changed there: src/b.py",)
    assert told(a, spec, task, material=nothing).warnings == ()


def test_a_ledger_without_a_chain_is_warned_of(a: Nouns) -> None:
    """Nothing in it authorises anything."""
    assert "without a chain" in told(a, a.spec(), Task(), ledger="unsealed").warnings[0]


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ([], "not_run"),
        (["open"], "in_progress"),
        (["open", "pass"], "passed"),
        (["open", "other"], "stale"),
        (["open", "other", "approve"], "passed"),
        (["open", "override"], "overridden"),
    ],
)
def test_hardening_in_a_word(a: Nouns, events: list[str], word: str) -> None:
    """What it is worth for this draft."""
    spec = a.spec()
    words = {
        "open": HardenOpened(round="round-1", contract="x"),
        "pass": HardenPassed(round="round-1", contract=spec.digest),
        "other": HardenPassed(round="round-1", contract="x"),
        "approve": a.approved(spec)[1],
        "override": a.approved(spec, overrides=("round-1 is open",))[1],
    }

    assert told(a, spec, a.task(*(words[each] for each in events))).harden == word


@pytest.mark.parametrize(
    ("strengths", "least"),
    [
        ((), Strength.DECLARED),
        ((Strength.RED_GREEN,), Strength.RED_GREEN),
        ((Strength.RED_GREEN, Strength.GREEN), Strength.GREEN),
        ((Strength.GREEN, Strength.DECLARED, Strength.RED_GREEN), Strength.DECLARED),
    ],
)
def test_weakest(strengths: tuple[Strength, ...], least: Strength) -> None:
    """Of nothing it is what is merely declared."""
    assert weakest(strengths) is least

"""Law 10. `complete` runs every criterion again on the very tree that was reviewed.

The tree must not move while it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from scafld.core.evidence.criterion import Outcome
from scafld.core.names import TaskId
from scafld.core.policy import Check, Checks, Policy, ScopeRules, Undeclared
from scafld.core.task.events import Completed, CriterionRan, HumanReviewed, Purpose, Reviewed
from scafld.core.task.known import Status
from scafld.testing import Kit, Life, commands, lives, workspace

if TYPE_CHECKING:
    from conftest import Hands

ASIDE: dict[str, Callable[[Kit], object]] = {
    "a file in scope": lambda kit: kit.tree.append("a.py", "more\n"),
    "its mode": lambda kit: kit.tree.write("a.py", kit.tree.files["a.py"], executable=True),
    "its name": lambda kit: kit.tree.rename("a.py", "c.py"),
    "its being there": lambda kit: kit.tree.delete("a.py"),
}


def while_it_runs(kit: Kit, act: Callable[[Kit], object]) -> None:
    """The criterion's command passes, and something else happens meanwhile."""

    def run(_files: Mapping[str, str]) -> int:
        act(kit)
        return 0

    kit.runner.script["check alpha"] = run


def test_every_criterion_runs_again(hands: Hands) -> None:
    """And is recorded as run for the completion."""
    kit = hands.reach("passed")
    before = len(kit.runner.orders)

    done = kit.complete("add-cache")

    assert (done.blocked, len(kit.runner.orders)) == (False, before + 1)
    assert [event.purpose for event in hands.events(kit) if isinstance(event, CriterionRan)][-1] is Purpose.COMPLETE


@pytest.mark.parametrize("what", ASIDE)
def test_a_tree_that_moved_since_the_review_does_not_complete(hands: Hands, what: str) -> None:
    """Nothing is run, nothing recorded."""
    kit = hands.reach("passed")
    ASIDE[what](kit)
    runs, ledger = len(kit.runner.orders), kit.ledger("add-cache")

    no = hands.no(lambda: kit.complete("add-cache"))

    assert (no.actual, no.next) == ("stale material", "scafld review add-cache")
    assert (len(kit.runner.orders), kit.ledger("add-cache")) == (runs, ledger)


@pytest.mark.parametrize("what", ASIDE)
def test_a_tree_that_moves_while_it_is_judged_does_not_complete(hands: Hands, what: str) -> None:
    """Though every criterion passed."""
    kit = hands.reach("passed")
    while_it_runs(kit, ASIDE[what])
    ledger = kit.ledger("add-cache")

    no = hands.no(lambda: kit.complete("add-cache"))

    assert "the tree changed while the criteria ran" in no.reason
    assert kit.ledger("add-cache") == ledger


def test_a_contract_that_changes_while_it_is_judged_does_not_complete(hands: Hands) -> None:
    """What ran was another contract's."""
    kit = hands.reach("passed")
    while_it_runs(kit, hands.reword)
    ledger = kit.ledger("add-cache")

    no = hands.no(lambda: kit.complete("add-cache"))

    assert (no.next, kit.ledger("add-cache")) == ("scafld approve add-cache", ledger)


def test_a_ledger_that_is_forged_while_it_is_judged_does_not_complete(hands: Hands) -> None:
    """It is read again."""
    from scafld.core.refusal import Damaged

    kit = hands.reach("passed")
    name = TaskId("add-cache")
    while_it_runs(kit, lambda one: one.ledgers.tamper(name, lambda text: text.replace(b"somebody", b"everybody", 1)))

    with pytest.raises(Damaged, match="entry-1"):
        kit.complete("add-cache")


def test_a_criterion_that_fails_on_the_reviewed_tree_sends_back_to_work(hands: Hands) -> None:
    """It is on record, and the review no longer stands for a completion until the work is built again."""
    kit = hands.reach("passed")
    kit.runner.script["check alpha"] = 1

    done = kit.complete("add-cache")

    assert (done.blocked, done.overview.status, done.overview.block.failing) == (True, Status.BLOCKED, ("ac1",))
    assert hands.no(lambda: kit.complete("add-cache")).status == "blocked"


def test_a_commit_of_what_was_reviewed_is_no_move(hands: Hands) -> None:
    """The same material, committed."""
    kit = hands.reach("passed")
    kit.tree.commit()

    assert kit.complete("add-cache").overview.status == Status.COMPLETED


@given(lives())
def test_whatever_completed_ran_everything_on_what_was_reviewed(life: Life) -> None:
    """In any life: behind the completion stand a pass of every criterion and an authorising review of that material."""
    for row in life.kit.list(every=True):
        told = [entry.event for entry in life.kit.ledgers.entries(row.task_id)]
        if not isinstance(told[-1], Completed):
            continue
        spec = life.kit.show(row.task_id).spec
        runs = [event for event in told if isinstance(event, CriterionRan) and event.purpose is Purpose.COMPLETE]
        last = {event.criterion: event.outcome for event in runs}
        reviews = [event for event in told if isinstance(event, (Reviewed, HumanReviewed))]
        assert all(last[each.id] is Outcome.PASS for _, each in spec.criteria() if each.command)
        assert (reviews[-1].contract, reviews[-1].material) == (told[-1].contract, told[-1].material)
        assert isinstance(reviews[-1], HumanReviewed) or reviews[-1].authorises
        assert told[-1].contract == spec.digest


# The project's own rules.

CHECK = Check(id="lint", command="make lint", title="Lint")


def strict(policy: Policy, *, lint: int = 0) -> Kit:
    """A standard task in review that passed it, in a project with this policy."""
    kit = workspace(
        run=commands({"check": lambda files: 0 if "y" in files["a.py"] else 1, "make lint": lint}), policy=policy
    )
    kit.quick("add-cache", title="Add a cache", command="check", files=("a.py",))
    kit.cancel("add-cache", reason="a standard one is wanted")
    text = (
        "---\ntask_id: fix-leak\n---\n\n# Fix a leak\n\n## Objectives\n\n- none leaks\n\n## Scope\n\n- In: `a.py`\n\n"
        "## Touchpoints\n\n- `a.py`\n\n## Acceptance\n\nProfile: standard\n\nValidation:\n- [ ] `v1` it holds\n"
        "  - Command: `check`\n"
    )
    kit.plan("fix-leak", title="Fix a leak", command="check")
    kit.specs.edit(TaskId("fix-leak"), lambda _text: text)
    kit.approve("fix-leak")
    kit.build("fix-leak")
    kit.tree.append("a.py", "y = 2\n")
    kit.build("fix-leak")
    kit.review("fix-leak")
    return kit


@pytest.mark.parametrize(("lint", "status"), [(0, Status.COMPLETED), (1, Status.BLOCKED)])
def test_the_projects_own_checks_run_too(lint: int, status: Status) -> None:
    """From the standard profile on."""
    kit = strict(Policy(checks=Checks(complete=(CHECK,))), lint=lint)

    assert kit.complete("fix-leak").overview.status == status


@pytest.mark.parametrize("undeclared", Undeclared)
def test_drift_is_said_or_refused_as_the_project_has_it(hands: Hands, undeclared: Undeclared) -> None:
    """A change outside the declared scope."""
    kit = strict(Policy(scope=ScopeRules(undeclared=undeclared)))
    kit.tree.append("b.py", "drift\n")

    assert [change.path for change in kit.status("fix-leak").material.drift] == ["b.py"]
    if undeclared is Undeclared.REFUSE:
        assert hands.no(lambda: kit.complete("fix-leak")).blockers == ("added b.py",)
    else:
        assert kit.complete("fix-leak").overview.status == Status.COMPLETED

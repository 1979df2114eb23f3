"""Law 7. No checks is not proven, never a pass.

Not found, a timeout and "no tests ran" are never a pass, whatever was expected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scafld.core.evidence.criterion import Ended
from scafld.core.names import TaskId
from scafld.core.task.known import Status
from scafld.testing import Exit, Kit, commands, workspace

if TYPE_CHECKING:
    from conftest import Hands

UNFIT = {
    "not found": Exit(code=127, output="sh: 1: x: not found"),
    "not executable": Exit(code=126),
    "timeout": Exit(ended=Ended.TIMEOUT),
    "silent": Exit(ended=Ended.IDLE),
    "killed": Exit(ended=Ended.SIGNALLED, signal=9),
    "killed, as the shell tells it": Exit(code=137),
    "not started": Exit(ended=Ended.NOT_STARTED),
    "no tests, exit 0": Exit(code=0, output="collected 0 items\n\nno tests ran in 0.01s\n"),
    "no tests, exit 5": Exit(code=5, output="no tests ran in 0.01s\n"),
    "unittest": Exit(code=0, output="Ran 0 tests in 0.000s\n\nOK\n"),
    "go": Exit(code=0, output="?   example.org/a [no test files]\n"),
}
KINDS = ("exit_code_zero", "exit_code_nonzero", "no_matches", "browser_evidence")


def spec(kind: str, code: str = "") -> str:
    exact = f"  - Expected exit code: {code}\n" if code else ""
    return (
        "---\nspec_version: '2.0'\ntask_id: add-cache\nrisk_level: low\n---\n\n# Add a cache\n\n## Acceptance\n\n"
        f"Validation:\n- [ ] `ac1` command - It holds\n  - Command: `run it`\n  - Expected kind: `{kind}`\n{exact}"
    )


def started(text: str, told: Exit) -> Kit:
    kit = workspace(run=commands({"run it": told}))
    kit.plan("add-cache", title="Say it", command="run it")
    kit.specs.edit(TaskId("add-cache"), lambda _text: text)
    kit.approve("add-cache")
    kit.build("add-cache")
    return kit


@pytest.mark.parametrize("how", UNFIT)
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_proves_nothing_blocks(kind: str, how: str) -> None:
    """Whatever was expected: a search for which there is nothing to find is the one that may be silent."""
    kit = started(spec(kind), UNFIT[how])

    view = kit.build("add-cache").overview

    assert view.status == Status.BLOCKED
    assert view.criteria[0].outcome == "fail"
    assert not view.criteria[0].red_seen or UNFIT[how].code in (0, 5)


@pytest.mark.parametrize("code", [126, 127, 137])
def test_not_even_when_just_that_code_was_expected(code: int) -> None:
    """Nobody proves anything with a command that is not there."""
    for kind in ("exit_code_zero", "exit_code_nonzero"):
        assert started(spec(kind, str(code)), Exit(code=code)).build("add-cache").blocked


@pytest.mark.parametrize("how", UNFIT)
def test_what_passed_once_does_not_complete_on_it(hands: Hands, how: str) -> None:
    """The last run counts."""
    kit = hands.reach("passed")
    kit.runner.script["check alpha"] = UNFIT[how]

    done = kit.complete("add-cache")

    assert (done.blocked, done.overview.status) == (True, Status.BLOCKED)


def test_a_contract_without_a_check_is_not_approved(hands: Hands) -> None:
    """It would be proven by nothing."""
    kit = hands.planned("---\ntask_id: add-cache\nrisk_level: low\n---\n\n# Add a cache\n\n## Acceptance\n\nNone.\n")

    no = hands.no(lambda: kit.approve("add-cache"))

    assert "nothing would be proven" in no.blockers[0]
    assert kit.status("add-cache").next == "scafld validate add-cache"


def test_what_was_never_run_is_said_to_be_so(hands: Hands) -> None:
    """In every status before a build it is neither pass nor fail."""
    for status in (Status.DRAFT, Status.APPROVED, Status.ACTIVE, Status.CANCELLED):
        assert hands.reach(status).status("add-cache").criteria[0].outcome == "not_run"

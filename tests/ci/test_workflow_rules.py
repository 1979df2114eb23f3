"""What the workflows and the action may do, held as they are read by GitHub: as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.files.laid.workflows import LANES, unpinned, workflow
from scafld.core.version import VERSION

Steps = Callable[[Any], list[Any]]
CHANGE = re.compile(r"head\.(sha|ref)|refs/pull|head_ref|merge_commit_sha")
"""By these words a workflow names what a change brings."""


@pytest.fixture(params=["trusted", "acceptance"])
def lane(request: pytest.FixtureRequest) -> Any:
    """Each workflow in turn."""
    return request.getfixturevalue(request.param)


def checkouts(steps: list[Any]) -> list[Any]:
    return [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]


def test_no_job_may_write(lane: Any) -> None:
    """Nothing is allowed but what each job names, and each names what it reads."""
    assert lane["permissions"] == {}
    assert {job: found["permissions"] for job, found in lane["jobs"].items()} in (
        {"material": {"contents": "read"}, "verdict": {"actions": "read"}},
        {"acceptance": {"contents": "read"}},
    )


def test_no_expression_stands_in_a_script(lane: Any, action: Any, all_steps: Steps) -> None:
    """Whoever names a branch would write a part of the script."""
    scripts = [step["run"] for found in (lane, action) for step in all_steps(found) if "run" in step]

    assert len(scripts) > 2
    assert [text for text in scripts if "${{" in text] == []


def test_a_checkout_is_whole_and_leaves_no_token(lane: Any, all_steps: Steps) -> None:
    """All history, for what is compared; no credentials, for what runs later."""
    (found,) = checkouts(all_steps(lane))

    assert found["with"]["fetch-depth"] == 0
    assert found["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", LANES)
def test_every_action_is_pinned(path: str) -> None:
    """By the full digest of a commit."""
    assert b"uses:" in workflow(path)
    assert unpinned(workflow(path)) == ()


def test_the_trusted_lane_checks_nothing_of_a_change_out(trusted: Any, all_steps: Steps) -> None:
    """The checkout names the base, and no script moves the working tree."""
    (found,) = checkouts(all_steps(trusted))
    scripts = " ".join(step.get("run", "") for step in all_steps(trusted))

    assert found["with"]["ref"] == "refs/heads/${{ github.event.pull_request.base.ref }}"
    assert not CHANGE.search(str(found["with"]))
    assert re.search(r"git (checkout|switch|merge |reset|pull|worktree|restore|apply|read-tree)", scripts) is None
    assert list(trusted["on"]) == ["pull_request_target"]
    assert "--material-only" in scripts


def test_the_lane_that_runs_code_is_never_privileged(acceptance: Any) -> None:
    """It runs on events whose token and caches are a change's own, and is handed no secret and no token."""
    assert set(acceptance["on"]) == {"pull_request", "push"}
    text = workflow(LANES[1]).decode("utf-8")
    assert re.findall(r"secrets|github\.token|GITHUB_TOKEN|actions/cache|id-token", text) == []


def test_one_name_stands_for_both_lanes(trusted: Any, acceptance: Any) -> None:
    """For the default branch alone, always told, never by a skipped job: that would count as a success."""
    verdict = trusted["jobs"]["verdict"]

    assert verdict["needs"] == "material" and verdict["if"] == "always()"
    assert "&& 'scafld' ||" in verdict["name"] and "== github.event.repository.default_branch" in verdict["name"]
    names = [job["name"] for found in (trusted, acceptance) for job in found["jobs"].values()]
    assert len(set(names)) == len(names) and "scafld" not in names


def test_a_change_of_its_base_is_looked_at_again(trusted: Any) -> None:
    """Else what holds against a weak branch would hold against main."""
    assert trusted["on"]["pull_request_target"]["types"] == ["opened", "synchronize", "reopened", "edited"]


def test_scafld_is_installed_at_the_version_that_wrote_it(lane: Any, all_steps: Steps) -> None:
    """Outside of the checkout, and with nothing of it on Python's way."""
    (install,) = (step["run"] for step in all_steps(lane) if step.get("name") == "Install scafld")

    assert lane["env"] == {"SCAFLD_VERSION": VERSION}
    assert install.startswith('cd "$RUNNER_TEMP"\n') and '"scafld==$SCAFLD_VERSION"' in install
    assert [line for line in install.splitlines() if "python" in line and " -I -m " not in line] == []


def test_the_action_hands_every_input_on_by_the_environment(action: Any, all_steps: Steps) -> None:
    """And only so; it uses no other action."""
    (step,) = all_steps(action)

    assert set(action["inputs"]) == {"base", "head", "mode", "python-version", "scafld-version", "sarif"}
    assert sorted(step["env"].values()) == sorted(f"${{{{ inputs.{name} }}}}" for name in action["inputs"])
    assert step["run"] == 'bash "$GITHUB_ACTION_PATH/verify.sh"'


def test_every_line_of_the_action_that_names_an_input_is_in_its_script(action: Any, all_steps: Steps) -> None:
    """What is handed on is used."""
    (step,) = all_steps(action)
    text = (Path(__file__).resolve().parents[2] / ".github/actions/scafld-verify/verify.sh").read_text()

    assert [name for name in step["env"] if f"${name}" not in text and f"${{{name}" not in text] == []

"""The scripts of the workflows, run on a real repository with a remote: what they fetch, ask and say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Script = Callable[[Any, str], str]
FETCH = "Fetch the change as objects"
HOLD = "Hold the receipts against the change"
ALONE = "See that the change leaves the other lane alone"
MERGED = "Hold the receipts against the merge candidate, and run acceptance again"
AROUND = {"NUMBER": "1", "TOKEN": "t", "GITHUB_SERVER_URL": "https://github.com"}


@pytest.fixture
def told(runner: Any) -> Callable[[], list[str]]:
    """A scafld that only writes down what it was asked; what that is."""
    log = runner.folder / "log"
    runner.program(runner.temp / "scafld/bin/scafld", f'printf "%s\\n" "$@" > {log}')
    return lambda: log.read_text().splitlines()


def test_the_trusted_lane_holds_the_change_against_the_base(
    trusted: Any, step_script: Script, hub: Any, runner: Any, told: Callable[[], list[str]]
) -> None:
    """The change is there as objects, the working tree is the base's, and no branch of the change's appears."""
    hub.write("evil.py", "raise SystemExit\n")
    hub.commit("change")
    head = hub.propose()
    base = hub.git(hub.base, "rev-parse", "HEAD")

    fetched = runner.run(step_script(trusted, FETCH), hub.base, AROUND)
    held = runner.run(step_script(trusted, HOLD), hub.base, {"HEAD": head})

    assert (fetched.returncode, held.returncode) == (0, 0), fetched.stderr + held.stderr
    assert told() == ["verify", "--ci", "--material-only", "--range", f"{base}..{head}"]
    assert not (hub.base / "evil.py").exists()
    assert hub.git(hub.base, "rev-parse", "HEAD", "refs/scafld/head").split() == [base, head]


def test_the_token_is_masked_and_left_nowhere(trusted: Any, step_script: Script, hub: Any, runner: Any) -> None:
    """Not in the repository's configuration, and only behind a mask in the log."""
    hub.write("a", "1")
    hub.commit("change")
    hub.propose()

    done = runner.run(step_script(trusted, FETCH), hub.base, {**AROUND, "TOKEN": "very-secret"})

    configured = (hub.base / ".git/config").read_text()
    masked = "eC1hY2Nlc3MtdG9rZW46dmVyeS1zZWNyZXQ="
    assert done.stdout.splitlines() == [f"::add-mask::{masked}"]
    assert "secret" not in configured and masked not in configured


def test_a_change_that_rewrites_the_other_lane_is_stopped(
    trusted: Any, step_script: Script, hub: Any, runner: Any
) -> None:
    """It would say itself what its acceptance is worth. One that leaves it alone goes on, whatever main did since."""
    hub.write("a.py", "x = 1\n")
    hub.commit("fine")
    fine = hub.propose()
    runner.run(step_script(trusted, FETCH), hub.base, AROUND)
    hub.write("a.py", "x = 2\n")
    hub.write(".github/workflows/scafld-acceptance.yml", "on: []\n")
    hub.commit("rewrites")
    rewrites = hub.propose()
    runner.run(step_script(trusted, FETCH), hub.base, AROUND)
    (hub.base / ".github/workflows/scafld-acceptance.yml").write_text("on: push\n")
    hub.git(hub.base, "commit", "-qam", "main moved on")

    good, bad = (runner.run(step_script(trusted, ALONE), hub.base, {"HEAD": head}) for head in (fine, rewrites))

    assert (good.returncode, good.stdout) == (0, "")
    assert bad.returncode == 1 and bad.stdout.startswith("::error::this change rewrites .github/workflows/")


def answers(runner: Any, *words: str) -> None:
    """A gh that answers these one after the other, the last for ever, and a sleep that does not."""
    told = runner.folder / "answers"
    told.write_text("".join(f"{each}\n" for each in words))
    runner.program(
        runner.bin / "gh",
        f'head -n 1 {told}; if [ "$(wc -l < {told})" -gt 1 ]; then sed -i 1d {told}; fi; echo "$*" >> {told}.asked',
    )
    runner.program(runner.bin / "sleep", f"echo . >> {told}.slept")


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        (("completed success",), 0, "both lanes hold"),
        (("null null", "queued null", "in_progress null", "completed success"), 0, "both lanes hold"),
        (("", "completed action_required", "completed success"), 0, "both lanes hold"),
        (("completed failure",), 1, "::error::the acceptance lane ended with failure"),
        (("in_progress null", "completed cancelled"), 1, "::error::the acceptance lane ended with cancelled"),
        (("completed skipped",), 1, "::error::the acceptance lane ended with skipped"),
        (("completed action_required",), 1, "::error::the acceptance lane did not end"),
        (("null null",), 1, "::error::the acceptance lane did not end"),
    ],
)
def test_the_verdict_waits_for_the_other_lane(
    trusted: Any, step_script: Script, runner: Any, said: tuple[str, ...], code: int, words: str
) -> None:
    """Only a run that ended well is a yes: no run at all, one that waits for leave, a skipped one is none."""
    answers(runner, *said)

    around = {"MATERIAL": "success", "HEAD": "c" * 40, "GITHUB_REPOSITORY": "o/r"}
    done = runner.run(step_script(trusted, "Add both lanes up"), runner.folder, around)

    assert (done.returncode, done.stdout.splitlines()[-1][: len(words)]) == (code, words), done.stderr
    asked = (runner.folder / "answers.asked").read_text().splitlines()[0]
    lane = "actions/workflows/scafld-acceptance.yml/runs?event=pull_request&head_sha=" + "c" * 40
    assert asked.startswith(f"api repos/o/r/{lane}&per_page=1 ")


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped", ""])
def test_nothing_makes_up_for_the_trusted_lane(trusted: Any, step_script: Script, runner: Any, result: str) -> None:
    """Where it did not hold, the other is not even asked."""
    answers(runner, "completed success")

    done = runner.run(step_script(trusted, "Add both lanes up"), runner.folder, {"MATERIAL": result})

    assert done.returncode == 1 and f"the material lane ended with {result}" in done.stdout
    assert not (runner.folder / "answers.asked").exists()


def test_acceptance_is_run_on_the_merge_candidate(
    acceptance: Any, step_script: Script, hub: Any, runner: Any, told: Callable[[], list[str]]
) -> None:
    """Held against the branch that it would be merged into, as that is now."""
    hub.git(hub.work, "checkout", "-q", "-b", "feature")
    hub.write("a.py", "x = 1\n")
    hub.commit("change")
    hub.git(hub.work, "checkout", "-q", "main")
    hub.write("b.py", "b = 1\n")
    main = hub.commit("main moved on")
    hub.git(hub.work, "merge", "-q", "--no-ff", "-m", "candidate", "feature")
    candidate = hub.git(hub.work, "rev-parse", "HEAD")

    done = runner.run(step_script(acceptance, MERGED), hub.work, {"GITHUB_EVENT_NAME": "pull_request", "BEFORE": ""})

    assert done.returncode == 0, done.stderr
    assert told() == ["verify", "--ci", "--range", f"{main}..{candidate}"]


@pytest.mark.parametrize("lost", [False, True])
def test_main_is_verified_after_a_push(
    acceptance: Any, step_script: Script, hub: Any, runner: Any, told: Callable[[], list[str]], lost: bool
) -> None:
    """From what was there before; where that is not to be had (a first push, a forced one), from the last commit."""
    first = hub.git(hub.work, "rev-parse", "HEAD")
    hub.write("a.py", "x = 1\n")
    second = hub.commit("two")
    hub.write("a.py", "x = 2\n")
    third = hub.commit("three")

    around = {"GITHUB_EVENT_NAME": "push", "BEFORE": "0" * 40 if lost else first}
    done = runner.run(step_script(acceptance, MERGED), hub.work, around)

    assert done.returncode == 0, done.stderr
    assert told()[-1] == f"{second if lost else first}..{third}"


def test_a_no_of_scafld_is_a_no_of_the_lane(
    trusted: Any, acceptance: Any, step_script: Script, hub: Any, runner: Any
) -> None:
    """Its exit code is the step's."""
    runner.program(runner.temp / "scafld/bin/scafld", "exit 3")
    hub.write("a.py", "x = 1\n")
    head = hub.commit("two")

    held = runner.run(step_script(trusted, HOLD), hub.work, {"HEAD": head})
    merged = runner.run(step_script(acceptance, MERGED), hub.work, {"GITHUB_EVENT_NAME": "pull_request"})

    assert (held.returncode, merged.returncode) == (3, 3)


@pytest.mark.parametrize("name", ["venv", "pip", "ensurepip", "runpy", "sitecustomize"])
def test_the_checkout_is_not_on_pythons_way(
    acceptance: Any, step_script: Script, hub: Any, runner: Any, name: str
) -> None:
    """A module that a change plants there is not what installs scafld."""
    mark = runner.folder / "ran"
    (hub.work / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    script = step_script(acceptance, "Install scafld").replace("-m venv scafld", "-m venv --without-pip scafld")

    done = runner.run(script, hub.work, {"SCAFLD_VERSION": "0", "PYTHONPATH": str(hub.work)})

    assert "No module named pip" in done.stderr
    assert not mark.exists()


def test_what_the_criteria_need_is_set_up_where_a_project_says_how(
    acceptance: Any, step_script: Script, hub: Any, runner: Any
) -> None:
    """By a script of its own; without one nothing happens."""
    script = step_script(acceptance, "Install what the criteria need")
    without = runner.run(script, hub.work, {})
    hub.write(".github/scafld-setup.sh", "echo set up; exit 4\n")

    done = runner.run(script, hub.work, {})

    assert (without.returncode, without.stdout) == (0, "")
    assert (done.returncode, done.stdout) == (4, "set up\n")

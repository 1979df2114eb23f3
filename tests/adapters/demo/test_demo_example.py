"""The example of the demo: its bug is real, its first repair is not one, and its reviewer is right every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.demo.stage import REVIEWER, Stage

After = Callable[..., str]
ACTS = ("start", "wish", "first", "second", "repair")
PACKET = "One JSON object on standard output: a dossier of mode `{mode}`\n\n- modified `catalog/prices.py`\n\n{diff}\n"


def _unittest(repository: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-m", "unittest", *words],
        cwd=repository,
        env={"PATH": os.defpath},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def _reviewed(stage: Stage, mode: str = "discover", diff: str = "") -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, os.path.join(stage.folder, REVIEWER)],
        cwd=stage.repository,
        input=PACKET.format(mode=mode, diff=diff),
        env={"PATH": os.defpath},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    dossier: dict[str, Any] = json.loads(run.stdout)
    return dossier


def test_the_shop_has_tests_and_they_pass(after: After) -> None:
    """The bug is one that nobody tested for."""
    assert _unittest(after("start"), "discover").returncode == 0


def test_the_contract_s_test_fails_before_the_work_for_the_right_reason(after: After) -> None:
    """It runs two tests, and one of them is shown the other customer's price."""
    run = _unittest(after("start", "wish"), "tests.test_two_customers")

    assert run.returncode == 1
    assert "Ran 2 tests" in run.stderr
    assert "AssertionError: 310 != 250" in run.stderr


def test_the_first_repair_is_not_one(after: After) -> None:
    """Names run together: the other test fails now."""
    run = _unittest(after("start", "wish", "first"), "tests.test_two_customers")

    assert run.returncode == 1
    assert "AssertionError: 2 != 1" in run.stderr
    assert "310" not in run.stderr


@pytest.mark.parametrize("acts", [ACTS[:4], ACTS], ids=["second", "repair"])
def test_from_the_second_repair_on_every_check_passes(acts: tuple[str, ...], after: After) -> None:
    """Green, also while forget() is still wrong: that is what a reviewer is for."""
    assert _unittest(after(*acts), "discover").returncode == 0


@pytest.mark.parametrize(
    ("acts", "found"),
    [
        (ACTS[:1], {"price-leak"}),
        (ACTS[:3], {"name-clash", "forget-forgets-nothing"}),
        (ACTS[:4], {"forget-forgets-nothing"}),
        (ACTS, set()),
    ],
    ids=["start", "first", "second", "repair"],
)
def test_the_reviewer_finds_what_is_there(acts: tuple[str, ...], found: set[str], stage: Stage, after: After) -> None:
    """Its findings follow from the code that it runs, not from how often it was asked."""
    after(*acts)

    dossier = _reviewed(stage)

    assert {each["id"] for each in dossier["findings"]} >= found
    assert bool(dossier["findings"]) == bool(found)
    assert len(dossier["attacks"]) >= 6


def test_a_finding_points_at_the_line(stage: Stage, after: After) -> None:
    """Path and line are those of the method that is wrong, and the evidence is what was seen."""
    repository = after(*ACTS[:4])
    lines = Path(repository, "catalog/prices.py").read_text(encoding="utf-8").splitlines()

    (finding,) = _reviewed(stage)["findings"]

    assert finding["path"] == "catalog/prices.py"
    assert lines[finding["line"] - 1].strip().startswith("def forget(")
    assert "still gave 250" in finding["evidence"]


def test_the_reviewer_answers_in_the_mode_it_was_asked_in(stage: Stage, after: After) -> None:
    """A dossier of another mode would be refused."""
    after(*ACTS)

    assert _reviewed(stage, mode="verify")["mode"] == "verify"


def test_the_reviewer_sees_a_bent_check(stage: Stage, after: After) -> None:
    """A change of the contract's own test blocks, a new test does not."""
    after(*ACTS)

    bent = _reviewed(stage, diff="+++ b/tests/test_two_customers.py")
    new = _reviewed(stage, diff="+++ b/tests/test_kept.py")

    assert [each["id"] for each in bent["findings"]] == ["bent-check"]
    assert new["findings"] == []


def test_the_reviewer_leaves_the_repository_as_it_was(stage: Stage, after: After) -> None:
    """Not even compiled modules are left behind."""
    repository = after(*ACTS)
    before = sorted(str(path) for path in Path(repository).rglob("*"))

    _reviewed(stage)

    assert sorted(str(path) for path in Path(repository).rglob("*")) == before


def test_a_packet_without_the_change_is_no_review(stage: Stage, after: After) -> None:
    """Told of another change, the reviewer gives no verdict."""
    after(*ACTS)

    run = subprocess.run(
        [sys.executable, os.path.join(stage.folder, REVIEWER)],
        cwd=stage.repository,
        input="a dossier of mode `discover`\n\n- modified `README.md`\n",
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert (run.returncode, run.stdout) == (1, "")
    assert "names no change of catalog/prices.py" in run.stderr


def test_each_repair_has_a_size_of_its_own(stage: Stage) -> None:
    """Python takes a compiled module for fresh when size and second are the same; the acts follow within a second."""
    sizes = []
    for act in ("start", "first", "second", "repair"):
        stage.lay(act)
        sizes.append(len(stage.read("catalog/prices.py").encode()))

    assert len(set(sizes)) == len(sizes)

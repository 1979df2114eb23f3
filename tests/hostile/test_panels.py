"""Two reviewers on the real command line: what each says is seen by everybody, and one that misbehaves spoils it for
both."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.conftest import PATIENCE_S, TASK, Desk, Ended
from tests.hostile.culprit import script

SEATS = ["command", "command-2"]
PASSES = "answer(summary='It holds.')"
FAILS = "answer(summary='It leaks.', findings=[finding(id='leak', summary='The key lacks the tenant.')])"
AGREES = "answer(summary='It drips.', findings=[finding(id='drip', summary='Look at the key.', line=2)])"
Ask = Callable[..., Ended]


@pytest.fixture
def ask(desk: Desk) -> Ask:
    """Ask a panel of two that does these deeds."""

    def _ask(*deeds: str, quorum: int = 0, apart: bool = False) -> Ended:
        desk.panel([script(deed) for deed in deeds], quorum)
        return (desk.apart if apart else desk)("review", TASK)

    return _ask


def told(desk: Desk) -> Any:
    return desk("status", TASK, "--json").told["result"]["review"]


def everywhere(desk: Desk) -> dict[str, str]:
    """What each reader is told, white space apart."""
    texts = {
        "terminal": desk("status", TASK).out,
        "handoff": desk("handoff", TASK).out,
        "spec": desk.workspace().show(TASK).text,
        "json": json.dumps(told(desk)),
    }
    return {name: " ".join(text.split()) for name, text in texts.items()}


def test_disagreement_fails_and_both_are_seen(desk: Desk, ask: Ask) -> None:
    """By whoever looks, wherever: what each seat says, and who holds what against the change."""
    ended = ask(PASSES, FAILS)

    found, texts = told(desk), everywhere(desk)
    assert ended.code == 4
    assert (found["standing"], found["verdict"], found["by"], found["blockers"]) == ("failed", "fail", "panel", 1)
    assert [(each["seat"], each["verdict"], each["summary"], each["attacks"]) for each in found["seats"]] == [
        ("command", "pass", "It holds.", 6),
        ("command-2", "fail", "It leaks.", 6),
    ]
    assert found["raised"][0]["seats"] == ["command-2"]
    assert "command pass 0 findings, 6 angles" in texts["terminal"]
    assert "command-2 fail 1 finding, 6 angles" in texts["terminal"]
    assert "raised by command-2" in texts["terminal"]
    assert "- command: pass - command-2: fail" in texts["handoff"]
    assert "Panel: command pass, command-2 fail" in texts["spec"]
    assert "Rule: any blocker fails" in texts["spec"]
    for name in ("terminal", "handoff", "spec", "json"):
        assert "The key lacks the tenant." in texts[name], name
    for name in ("handoff", "spec", "json"):
        assert all(f"{seat}: angle 5" in texts[name] for seat in SEATS), name
    assert "command: It holds. / command-2: It leaks." in texts["spec"]


def test_one_thing_that_both_found_is_told_once(desk: Desk, ask: Ask) -> None:
    """With both their names."""
    ended = ask(FAILS, AGREES)

    assert ended.code == 4
    assert [each["seats"] for each in told(desk)["raised"]] == [SEATS]
    assert "raised by command, command-2" in everywhere(desk)["terminal"]


def test_a_quorum_passes_over_the_one_that_disagrees(desk: Desk, ask: Ask) -> None:
    """And shows what it held against the change."""
    ended = ask(FAILS, PASSES, quorum=1)

    texts = everywhere(desk)
    assert ended.code == 0
    assert told(desk)["standing"] == "passed"
    assert "Rule: 1 must pass" in texts["spec"]
    assert all("The key lacks the tenant." in text for text in texts.values())
    assert desk("complete", TASK).code == 0


def test_a_quorum_of_all_fails_with_one(desk: Desk, ask: Ask) -> None:
    """Two of two must pass."""
    assert ask(PASSES, FAILS, quorum=2).code == 4
    assert told(desk)["standing"] == "failed"


@pytest.mark.parametrize("lost", ["sys.exit(1)", "pass", "print('Looks good')", "os.kill(os.getpid(), 9)"])
def test_one_that_is_lost_leaves_no_verdict(desk: Desk, ask: Ask, lost: str) -> None:
    """A pass of the other is none for both; both are on record, and what the one did is said by its name."""
    ended = ask(PASSES, lost)

    found = told(desk)
    assert ended.code == 4
    assert (found["verdict"], found["attempt"]["running"], found["attempt"]["spent"]) == ("", False, True)
    assert found["attempt"]["problem"].startswith("command-2: ")
    assert [each["verdict"] for each in found["attempt"]["seats"]] == ["pass", ""]
    assert "command pass 0 findings" in everywhere(desk)["terminal"]
    assert desk("review", TASK).code == 4
    assert desk("complete", TASK).code == 3


def test_a_blocker_fails_whatever_became_of_the_other(desk: Desk, ask: Ask) -> None:
    """Nobody has to be asked again to know that."""
    ended = ask("sys.exit(1)", FAILS)

    assert ended.code == 4
    assert told(desk)["standing"] == "failed"
    assert "command none the command ended with exit 1" in everywhere(desk)["terminal"]


def test_one_that_changes_something_fails_it_for_both(desk: Desk, ask: Ask) -> None:
    """Nobody can tell which of them it was; what they handed in is on record."""
    ended = ask(PASSES, f"append('b.py', 'z'); {PASSES}")

    found = told(desk)
    assert ended.code == 4
    assert (found["verdict"], found["attempt"]["failure"], found["attempt"]["changed"]) == ("", "changed", ["b.py"])
    assert [each["verdict"] for each in found["attempt"]["seats"]] == ["pass", "pass"]
    assert desk("complete", TASK).code == 3


def test_one_that_never_ends_is_ended_and_the_other_heard(desk: Desk, ask: Ask) -> None:
    """At its limit."""
    desk.limits(1, 0)

    ended = ask("forever()", FAILS)

    assert ended.code == 4
    assert [(each["verdict"], each["failure"]) for each in told(desk)["seats"]] == [("", "out_of_time"), ("fail", "")]
    assert desk.left_running() == []


@pytest.fixture
def at_work(desk: Desk, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A panel of two that is at work, and would be for ever."""
    line = desk.shelf / "line"
    os.mkfifo(line)
    reading = os.open(line, os.O_RDWR | os.O_NONBLOCK)
    deed = f"open({str(line)!r}, 'w').write('!'); forever()"
    desk.panel([script(deed), script(deed)], 0)
    with subprocess.Popen(
        [sys.executable, "-m", "scafld", "review", TASK],
        cwd=desk.root,
        env=desk.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        heard = b""
        while len(heard) < 2:
            assert select.select([reading], [], [], PATIENCE_S)[0], "they were not asked"
            heard += os.read(reading, 2)
        os.close(reading)
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_ctrl_c_ends_both(desk: Desk, at_work: subprocess.Popen[str], number: signal.Signals) -> None:
    """Both are gone, and both are on record as stopped."""
    at_work.send_signal(number)

    _, err = at_work.communicate(timeout=30)
    found = told(desk)
    assert (at_work.returncode, desk.left_running()) == (5, [])
    assert "the review was stopped" in err
    assert found["attempt"]["failure"] == "cancelled"
    assert [(each["seat"], each["problem"]) for each in found["attempt"]["seats"]] == [
        (seat, "was cancelled") for seat in SEATS
    ]


def test_a_lease_that_is_given_up_ends_both(desk: Desk, at_work: subprocess.Popen[str]) -> None:
    """At their next sign of life."""
    code = desk("review", TASK, "--abandon").code

    _, err = at_work.communicate(timeout=30)
    assert (code, at_work.returncode, desk.left_running()) == (0, 4, [])
    assert "its answer is void" in " ".join(err.split())


def test_a_death_ends_both(desk: Desk, at_work: subprocess.Popen[str]) -> None:
    """Also that of scafld itself, which says nothing of it; one command goes on."""
    at_work.kill()

    at_work.communicate(timeout=30)
    status = desk("status", TASK, "--json").told["result"]
    assert desk.left_running() == []
    assert status["review"]["standing"] == "lapsed"
    assert (
        status["next_action"]["command"] == f'scafld review {TASK} --force --reason "the last attempt gave no verdict"'
    )


def test_more_must_pass_than_there_are(desk: Desk, ask: Ask) -> None:
    """Is said before anybody is asked."""
    ended = ask(PASSES, PASSES, quorum=3)

    assert ended.code == 2
    assert "review.panel.quorum is 3" in ended.err
    assert told(desk)["standing"] == "ready"


def test_the_path_to_a_program_is_no_panel(desk: Desk, ask: Ask, tmp_path: Path) -> None:
    """Who names a reviewer gets that one, whatever panel is configured."""
    ask(FAILS, FAILS)
    (desk.root / "a.py").write_text("y = 3\n", encoding="utf-8")
    desk("build", TASK)

    ended = desk("review", TASK, "--mode", "discover", "--provider-command", desk.script(script(PASSES)))

    assert ended.code == 0
    assert [each["seat"] for each in told(desk)["seats"]] == ["command"]

"""Laws 17 and 22: stopped while a criterion or a reviewer is at work: nobody is left, nothing is lost, life goes on."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import scafld
from scafld.core.refusal import Refused

PATIENCE_S = 30
ONE = """
import sys
import scafld
from scafld.core.refusal import ScafldError

root, act, reviewer = sys.argv[1:4]
ws = scafld.open(root)
try:
    if act == "review":
        ws.review("add-y", provider="command", provider_command=reviewer)
    else:
        getattr(ws, act)("add-y")
except ScafldError as error:
    print(type(error).__name__, str(error), flush=True)
    sys.exit(int(error.exit))
"""
REVIEWER = """
import json, sys
sys.stdin.read()
attack = {"target": "the change", "attack": "tried", "result": "clean"}
print(json.dumps({"mode": "discover", "summary": "nothing found", "attacks": [attack] * 6, "findings": []}))
"""


class Line:
    """A named pipe: commands write a word to it when they are at work, and it ends when the last of them is over."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._holding = os.open(path, os.O_WRONLY)

    def wait_for_word(self) -> None:
        assert self._read()

    def wait_for_the_end(self) -> None:
        os.close(self._holding)
        while self._read():
            pass

    def close(self) -> None:
        os.close(self._reading)

    def _read(self) -> bytes:
        ready, _, _ = select.select([self._reading], [], [], PATIENCE_S)
        assert ready, f"a process is still at work after {PATIENCE_S} s"
        return os.read(self._reading, 4096)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    made = Line(tmp_path / "line")
    yield made
    made.close()


@pytest.fixture
def waiting(tmp_path: Path, line: Line) -> str:
    """A program that says that it is at work, starts another one that is too, and does not end by itself."""
    path = tmp_path / "waiting.sh"
    path.write_text(f"exec 9>'{line.path}'\ntrap '' TERM\necho ready >&9\nsleep 600 &\nwhile :; do sleep 600; done\n")
    return f"sh '{path}'"


@pytest.fixture
def start(repository: Path, environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start one command on the task, as a process of its own."""
    with ExitStack() as started:

        def _start(act: str, reviewer: str = "") -> subprocess.Popen[str]:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", ONE, str(repository), act, reviewer],
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    start_new_session=True,
                )
            )
            started.callback(process.kill)
            return process

        yield _start


def planned(repository: Path, environment: dict[str, str], command: str) -> scafld.Workspace:
    ws = scafld.open(str(repository), environ=environment)
    ws.plan("add-y", title="Add y", command=command, files=("src/a.py",))
    ws.approve("add-y")
    return ws


def to_review(repository: Path, environment: dict[str, str]) -> scafld.Workspace:
    ws = planned(repository, environment, "grep -q y src/a.py")
    ws.build("add-y")
    (repository / "src" / "a.py").write_text("y = 1\n")
    ws.build("add-y")
    return ws


def entries(ws: scafld.Workspace) -> list[str]:
    return [each.kind for each in ws.log("add-y")]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_that_ends_while_a_criterion_runs_leaves_nobody_and_nothing(
    repository: Path,
    environment: dict[str, str],
    line: Line,
    waiting: str,
    start: Callable[..., subprocess.Popen[str]],
    number: signal.Signals,
) -> None:
    """Nothing of the step is on record, every process of the criterion is gone though it ignores a kind word, the task
    is free at once, and the next build does what this one was to do. Who can still speak says that it was stopped."""
    (repository / "go").write_text("wait")
    ws = planned(repository, environment, f"test ! -e go || exec {waiting}; grep -q y src/a.py")
    before = entries(ws)
    building = start("build")
    line.wait_for_word()

    building.send_signal(number)

    code = building.wait(PATIENCE_S)
    line.wait_for_the_end()
    assert entries(ws) == before
    assert code == (-9 if number == signal.SIGKILL else 5)
    assert building.stdout is not None
    assert ("Cancelled" in building.stdout.read()) == (number != signal.SIGKILL)
    (repository / "go").unlink()
    assert ws.build("add-y").kind == "opened"
    assert str(ws.status("add-y").status) == "active"


def test_a_kill_during_a_review_leaves_an_attempt_that_one_command_goes_on_from(
    repository: Path,
    environment: dict[str, str],
    tmp_path: Path,
    line: Line,
    waiting: str,
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    """The reviewer is gone, the attempt is on record as running. The same material is not sent again without a word;
    with one, the review passes and the task completes."""
    ws = to_review(repository, environment)
    reviewing = start("review", waiting)
    line.wait_for_word()

    reviewing.kill()

    reviewing.wait(PATIENCE_S)
    line.wait_for_the_end()
    (tmp_path / "reviewer.py").write_text(REVIEWER)
    reviewer = f"'{sys.executable}' '{tmp_path / 'reviewer.py'}'"
    assert entries(ws)[-1] == "review_start"
    action = ws.status("add-y").next_action
    assert action.action == "review_again"
    with pytest.raises(Refused, match="was sent to command already") as told:
        ws.review("add-y", provider="command", provider_command=reviewer)
    assert told.value.refusal.next == action.command
    ws.review("add-y", provider="command", provider_command=reviewer, force=True, reason="it was killed")
    assert str(ws.complete("add-y").overview.status) == "completed"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_review_that_is_stopped_is_on_record_as_stopped(
    repository: Path,
    environment: dict[str, str],
    line: Line,
    waiting: str,
    start: Callable[..., subprocess.Popen[str]],
    number: signal.Signals,
) -> None:
    """Nobody has to give up its lease; the next review says why it asks about the same once more."""
    ws = to_review(repository, environment)
    reviewing = start("review", waiting)
    line.wait_for_word()

    reviewing.send_signal(number)

    code = reviewing.wait(PATIENCE_S)
    line.wait_for_the_end()
    assert code == 5
    assert entries(ws)[-2:] == ["review_start", "review_fail"]
    assert ws.status("add-y").next_action.action == "review_again"


def test_the_task_is_not_held_while_a_reviewer_works(
    repository: Path,
    environment: dict[str, str],
    line: Line,
    waiting: str,
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    """Looking and giving up do not wait for the reviewer; its answer to a lease that was given up is void."""
    ws = to_review(repository, environment)
    reviewing = start("review", waiting)
    line.wait_for_word()

    action = ws.status("add-y").next_action.action
    ws.abandon_review("add-y", reason="too slow")
    reviewing.send_signal(signal.SIGTERM)

    assert reviewing.wait(PATIENCE_S) in (4, 5)
    line.wait_for_the_end()
    assert action == "wait_for_review"
    assert entries(ws)[-2:] == ["review_start", "review_abandon"]


def test_different_tasks_do_not_wait_for_each_other(
    repository: Path,
    environment: dict[str, str],
    line: Line,
    waiting: str,
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    """While one builds, another is planned, approved and built; and everybody may look at the first."""
    ws = planned(repository, environment, waiting)
    building = start("build")
    line.wait_for_word()

    stepped = ws.quick("other", title="Other", command="grep -q z src/a.py", files=("src/a.py",))
    rows = {row.task_id: str(row.status) for row in ws.list()}
    status = str(ws.status("add-y").status)

    assert stepped.kind == "opened"
    assert (rows["add-y"], status) == ("approved", "approved")
    building.kill()
    building.wait(PATIENCE_S)
    line.wait_for_the_end()
    assert json.loads((repository / ".scafld/runs/other/session.json").read_bytes())["task_id"] == "other"

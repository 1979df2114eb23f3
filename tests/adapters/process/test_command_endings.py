"""Nothing outlives a step: limits, stragglers, people who stop it, and damage to the runner itself (law 22)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from scafld.adapters.process.group import Group, Launch, launch_of
from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Beat, Order
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.names import task_id

Run = Callable[..., Observation]
Host = Callable[[str], "subprocess.Popen[str]"]
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who descends from whom")
LIVE = "exec 3>line; echo ready >&3"
"""Hold the pipe of the fixture `line` in this process and all that it starts."""


def lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_command_that_takes_too_long_is_ended(run: Run) -> None:
    """SIGTERM first; the observation says timeout, and no exit code."""
    seen = run("echo $$; sleep 30", limit_ms=200)

    assert (seen.ended, seen.exit_code, seen.signal) == (Ended.TIMEOUT, None, 15)
    assert not lives(seen.tail)


def test_a_command_that_is_silent_for_too_long_is_ended(run: Run) -> None:
    """Silence is counted from the last byte, not from the start."""
    seen = run("for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; sleep 30", idle_ms=400)

    assert (seen.ended, seen.tail) == (Ended.IDLE, "1\n2\n3\n4\n5\n")
    assert seen.duration_ms >= 800


def test_a_command_that_ignores_sigterm_is_killed(run: Run) -> None:
    """Grace is short, and then it is over."""
    seen = run("trap '' TERM; echo $$; while :; do sleep 1; done", limit_ms=200)

    assert (seen.ended, seen.signal) == (Ended.TIMEOUT, 9)
    assert not lives(seen.tail)


def test_a_command_may_tidy_up_when_its_time_is_over(run: Run) -> None:
    """A trap runs and is heard, and an exit code 0 out of it is still no exit."""
    seen = run("trap 'echo tidied; exit 0' TERM; while :; do sleep 0.05; done", limit_ms=200)

    assert (seen.ended, seen.exit_code) == (Ended.TIMEOUT, None)
    assert seen.tail.endswith("tidied\n")


def test_a_command_that_never_stops_talking_is_ended(run: Run) -> None:
    """A flood of output keeps no limit from being looked at."""
    seen = run("yes", limit_ms=200)

    assert seen.ended is Ended.TIMEOUT
    assert seen.output_bytes > 0


@linux
def test_everything_a_late_command_started_is_ended_with_it(run: Run, line) -> None:
    """Own groups, own sessions, ignored signals: nothing holds the pipe any more."""
    seen = run(
        f"{LIVE}; setsid sh -c 'trap \"\" TERM; sleep 30; sleep 30' & (sleep 30 & sleep 30) & wait", limit_ms=300
    )

    assert seen.ended is Ended.TIMEOUT
    line.wait_for_the_end()


def test_a_background_child_that_holds_stdout_holds_no_step(run: Run) -> None:
    """The step is over with its shell; the child is ended and counted."""
    seen = run("sleep 30 & echo $!")

    assert (seen.ended, seen.exit_code, seen.stragglers) == (Ended.EXITED, 0, 1)
    assert not lives(seen.tail)
    assert seen.duration_ms < 10_000


@linux
def test_a_daemon_in_a_session_of_its_own_is_found(run: Run, line) -> None:
    """Forked twice, with a session of its own and no descriptor of the command's."""
    daemon = "(setsid sh -c 'echo $$ >&3; trap \"\" TERM HUP; sleep 30; sleep 30' >/dev/null 2>&1 </dev/null &)"

    seen = run(f"{LIVE}; {daemon}; sleep 0.1; exit 4")

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 4)
    assert seen.stragglers >= 1
    line.wait_for_the_end()


@linux
def test_thirty_stragglers_are_thirty(run: Run, line) -> None:
    """Each in its own session; all ended, all counted."""
    seen = run(f"{LIVE}; i=0; while [ $i -lt 30 ]; do setsid -f sleep 30; i=$((i+1)); done")

    assert (seen.exit_code, seen.stragglers) == (0, 30)
    line.wait_for_the_end()


@linux
def test_stragglers_that_keep_forking_are_ended(run: Run, line) -> None:
    """A process that replaces itself faster than it can be looked up does not get away."""
    seen = run(
        f"{LIVE}; cat >spawn <<'END'\ntrap '' TERM\nsetsid sh spawn & sleep 0.01\nEND\nsh spawn & sleep 0.1; echo over"
    )

    assert (seen.ended, seen.tail) == (Ended.EXITED, "over\n")
    assert seen.stragglers >= 1
    line.wait_for_the_end()


def test_what_ends_by_itself_is_no_straggler_and_is_heard(run: Run) -> None:
    """The last process of a pipe may be a moment later than the shell."""
    seen = run("(sleep 0.03; echo late) & echo early")

    assert (seen.stragglers, seen.tail) == (0, "early\nlate\n")


def test_output_in_the_pipe_is_not_lost_when_the_shell_is_over(run: Run) -> None:
    """More than one chunk is still in the pipe, while a child keeps it open."""
    seen = run("sleep 30 & head -c 300000 /dev/zero; printf last")

    assert seen.output_bytes == 300_004
    assert seen.tail.endswith("last")


@linux
def test_a_command_that_kills_its_warden_is_no_success(run: Run, line) -> None:
    """How it ended is not known; what is left of it is ended all the same."""
    seen = run(f"{LIVE}; kill -9 $PPID; sleep 30; exit 0")

    assert (seen.ended, seen.exit_code) == (Ended.SIGNALLED, None)
    assert "not known" in seen.problem
    line.wait_for_the_end()


def test_a_command_that_kills_its_warden_kindly_has_no_luck(run: Run) -> None:
    """The warden listens to scafld only."""
    seen = run("kill -TERM $PPID; kill -HUP $PPID; kill -INT $PPID; sleep 0.1; exit 7")

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 7)


@linux
def test_a_command_that_stops_its_warden_is_ended_one_by_one(run: Run, line) -> None:
    """A warden that does not answer is not waited for beyond a bound."""
    seen = run(f"{LIVE}; kill -STOP $PPID; setsid sleep 30 & sleep 30", limit_ms=100)

    assert seen.ended is Ended.TIMEOUT
    assert "one by one" in seen.problem
    line.wait_for_the_end()


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_person_can_stop_a_command(host: Host, line, number: signal.Signals) -> None:
    """The command and what it started are ended, and the caller gets its observation."""
    process = host(f"run('{LIVE}; setsid sleep 30 & sleep 30')")
    line.wait_for("ready")

    process.send_signal(number)
    said, talk = process.communicate(timeout=20)

    assert (json.loads(said)["ended"], talk, process.returncode) == ("cancelled", "", 0)
    line.wait_for_the_end()


def test_a_second_interrupt_is_heard_too(host: Host, line) -> None:
    """While a command takes its time to end, another Ctrl-C does no harm and ends it at once."""
    process = host(f"run('''trap \"echo asked >&3\" TERM; {LIVE}; while :; do sleep 0.01; done''')")
    line.wait_for("ready")

    process.send_signal(signal.SIGINT)
    line.wait_for("asked")
    process.send_signal(signal.SIGINT)
    said, talk = process.communicate(timeout=20)

    assert (json.loads(said), talk) == ({"ended": "cancelled", "signal": 9, "exit_code": None}, "")
    line.wait_for_the_end()


def test_interrupts_are_the_hosts_again_afterwards(host: Host) -> None:
    """After a command Ctrl-C is KeyboardInterrupt as before."""
    process = host(
        "run('true')\ntry:\n  os.kill(os.getpid(), signal.SIGINT)\nexcept KeyboardInterrupt:\n  print('mine')"
    )

    said, _ = process.communicate(timeout=20)

    assert said.splitlines()[1:] == ["mine"]


@linux
def test_a_killed_host_takes_its_commands_along(host: Host, line) -> None:
    """SIGKILL cannot be handled, and still nothing is left, daemons neither."""
    process = host(f"run('{LIVE}; setsid -f sleep 60; sleep 60')")
    line.wait_for("ready")

    process.kill()

    process.communicate(timeout=20)
    line.wait_for_the_end()


def test_a_part_that_a_killed_host_left_is_swept(host: Host, run: Run, line, evidence: Path) -> None:
    """The next command of the task removes what nobody holds."""
    process = host(f"run('{LIVE}; sleep 60')")
    line.wait_for("ready")
    process.kill()
    process.communicate(timeout=20)
    left = [name for name in os.listdir(evidence) if name.startswith(".part-")]

    seen = run("echo next")

    assert len(left) == 1
    assert os.listdir(evidence) == [f"{seen.output_digest}.txt"]


def test_a_keyboard_interrupt_out_of_the_watch_ends_the_command(runner: ShellRunner) -> None:
    """A host that handles Ctrl-C itself and raises is served the same."""

    def stop(beat: Beat) -> None:
        raise KeyboardInterrupt

    seen = runner(Order(task=task_id("add-cache"), label="ac1", command="echo $$; sleep 30", limit_ms=20_000), stop)

    assert seen.ended is Ended.CANCELLED
    assert not lives(seen.tail)


def test_an_error_out_of_the_watch_ends_the_command_and_flies(runner: ShellRunner, root: Path, evidence: Path) -> None:
    """A bug of the caller leaves no process and no half file behind."""

    def fail(beat: Beat) -> None:
        raise ZeroDivisionError

    order = Order(task=task_id("add-cache"), label="ac1", command="echo $$ >pid; exec sleep 30", limit_ms=20_000)

    with pytest.raises(ZeroDivisionError):
        runner(order, fail)

    assert not lives((root / "pid").read_text(encoding="ascii"))
    assert os.listdir(evidence) == []


def test_a_full_disk_ends_the_command_and_is_said(host: Host, root: Path, evidence: Path) -> None:
    """A file may not grow: the reason and what to do, no half file, no process."""
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))\n"
    process = host(limit + "run('echo $$ >pid; head -c 9000 /dev/zero; exec sleep 30')")

    said, talk = process.communicate(timeout=20)

    answer = json.loads(said)
    assert (answer["error"], talk) == ("Unavailable", "")
    assert "File too large" in answer["said"]
    assert "run the same command again" in answer["next"]
    assert os.listdir(evidence) == []
    assert not lives((root / "pid").read_text(encoding="ascii"))


def test_a_process_without_descriptors_says_so(host: Host) -> None:
    """No more open files is the world's problem, in words."""
    process = host("resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))\nrun('true')")

    said, talk = process.communicate(timeout=20)

    assert (json.loads(said)["error"], talk) == ("Unavailable", "")
    assert "no command can be started" in said


def test_commands_in_threads_do_not_touch_each_other(run: Run, line) -> None:
    """One command's end ends nothing of another's, and each hears its own output."""
    seen: dict[str, Observation] = {}
    commands = {"long": f"{LIVE}; sleep 0.4 & wait; echo long", "short": "sleep 30 & echo short"}
    threads = [Thread(target=lambda name=name: seen.update({name: run(commands[name])})) for name in commands]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (seen["long"].tail, seen["long"].stragglers) == ("long\n", 0)
    assert (seen["short"].tail, seen["short"].stragglers) == ("short\n", 1)


def test_no_descriptor_and_no_child_is_left_in_the_host(run: Run) -> None:
    """After success, failure and timeout the process is as it was."""
    run("true")
    before = os.listdir("/dev/fd")

    run("exit 3", keep_stdout=True)
    run("sleep 30", limit_ms=50)
    run("true", cwd="missing")
    run("x" * 300_000)

    assert os.listdir("/dev/fd") == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(("order", "tidied"), [("end_kindly", True), ("end_at_once", False)])
def test_kindly_lets_a_trap_run_and_at_once_does_not(root: Path, order: str, tidied: bool) -> None:
    """The two ways to end a group differ in what the command may still do."""
    command = "trap 'touch tidied; exit' TERM; echo; while :; do sleep 0.01; done"
    launch = launch_of(("/bin/sh", "-c", command), str(root), {"PATH": "/usr/bin:/bin"}, pipes=1)
    assert isinstance(launch, Launch)

    with Group(launch) as group:
        group.feed()
        os.set_blocking(group.outputs[0], True)
        os.read(group.outputs[0], 1)
        getattr(group, order)()
        while os.read(group.outputs[0], 100):
            pass

    assert (root / "tidied").exists() is tidied

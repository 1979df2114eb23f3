"""Ctrl-C and its like: one calm line, exit 5, nothing left running, nothing half recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.showing import Showing

Scafld = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[bytes]"]


def held(folder: Path) -> tuple[str, str]:
    """A named pipe, and a command that writes its process id to it and then waits for its end."""
    pipe = folder / "begun"
    os.mkfifo(pipe)
    return str(pipe), f"echo $$ > {pipe}; exec sleep 600"


def until_begun(pipe: str) -> int:
    """Wait until the command runs; its process id."""
    with open(pipe, encoding="ascii") as file:
        return int(file.read())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_build_that_is_stopped(number: signal.Signals, scafld: Scafld, workspace: Path, process: Start) -> None:
    """Exit 5 and one line; the criterion is dead, the ledger as it was, and the next build takes the same step."""
    pipe, command = held(workspace.parent)
    script = workspace / "check.sh"
    script.write_text("exit 1\n", encoding="utf-8")
    scafld("quick", "t", "--title", "T", "--command", "sh check.sh")
    script.write_text(f"{command}\n", encoding="utf-8")
    ledger = workspace / ".scafld" / "runs" / "t" / "session.json"
    before = ledger.read_bytes()

    run = process("build", "t", cwd=workspace)
    pid = until_begun(pipe)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)

    assert (run.returncode, out) == (5, b"")
    assert len(err.splitlines()) == 1 and err.startswith(b"error: ")
    assert not is_alive(pid)
    assert ledger.read_bytes() == before
    script.write_text("exit 0\n", encoding="utf-8")
    assert scafld("build", "t").code == 0


def test_a_stopped_build_is_an_envelope_too(scafld: Scafld, workspace: Path, process: Start) -> None:
    """A harness that stops a command reads the same five keys."""
    pipe, command = held(workspace.parent)
    (workspace / "check.sh").write_text("exit 1\n", encoding="utf-8")
    scafld("quick", "t", "--title", "T", "--command", "sh check.sh")
    (workspace / "check.sh").write_text(f"{command}\n", encoding="utf-8")

    run = process("build", "t", "--json", cwd=workspace)
    until_begun(pipe)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=60)

    told = json.loads(out)
    assert (run.returncode, err) == (5, b"")
    assert (told["ok"], told["error"]["code"], told["error"]["exit_code"]) == (False, "cancelled", 5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_review_that_is_stopped(number: signal.Signals, scafld: Scafld, built: Path, process: Start) -> None:
    """Exit 5; the attempt is on record as cancelled, its lease is over, and another review can begin."""
    pipe, command = held(built.parent)

    run = process("review", "add-y", "--provider-command", command, cwd=built)
    pid = until_begun(pipe)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)

    told = scafld("status", "add-y", "--json").told["result"]["review"]["attempt"]
    assert (run.returncode, out) == (5, b""), err
    assert err.splitlines()[0].startswith(b"error: the review was stopped")
    assert not is_alive(pid)
    assert (told["running"], told["problem"]) == (False, "was cancelled")
    assert scafld("review", "add-y", "--human-reviewed", "--reason", "read it").code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda number: number.name)
def test_a_command_that_runs_nothing_is_stopped_as_calmly(
    number: signal.Signals, scafld: Scafld, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is heard from the first moment of a command, not only while a criterion runs."""
    signal.signal(number, signal.SIG_DFL)
    scafld("list")

    def act() -> Reply:
        signal.raise_signal(number)
        raise AssertionError("it was not heard")

    assert signal.getsignal(number) != signal.SIG_DFL
    assert Showing(name="list", given={}, environ={}).run(act) == 5
    assert capsys.readouterr().err == "error: stopped; what was recorded stays recorded\n"

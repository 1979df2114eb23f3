"""The real CLIs are ended when their time is up or somebody says stop, with every process they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from agents import dossier
from model_server import Fault, ModelServer, Say, in_order
from review_bench import PATIENCE_S, TASK, Bench

pytestmark = [
    pytest.mark.clis,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are counted in /proc"),
]
SLOW = in_order(Say("too late", Fault(delay_s=90)))


def test_a_review_ends_when_its_time_is_up(bench: Bench) -> None:
    """absolute_max_seconds: the attempt is on record, nothing of the CLI is left, and another model may be asked."""
    bench.configure("review: {external: {absolute_max_seconds: 12}}\n")

    ended, model = bench.review(SLOW)

    assert ended.code == 4, ended.said
    assert model.requests, "the model was never asked"
    assert bench.hearing["failure"] == "out_of_time"
    assert "absolute_max_seconds" in ended.said
    assert bench.at_work() == []


def test_a_review_ends_when_nothing_is_heard(bench: Bench) -> None:
    """idle_timeout_seconds: a CLI that is silent for so long is taken for hung."""
    bench.configure("review: {external: {idle_timeout_seconds: 8, absolute_max_seconds: 60}}\n")

    ended, model = bench.review(SLOW)

    assert ended.code == 4, ended.said
    assert model.requests, "the model was never asked"
    assert bench.hearing["failure"] == "silent"
    assert bench.at_work() == []


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM), ids=lambda number: number.name)
def test_a_review_that_is_stopped_leaves_nothing_behind(bench: Bench, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM: exit 5, no process of the CLI is left, and the next review needs no other command."""
    with ModelServer(bench.agent.api, SLOW) as model:
        bench.point_at(model)
        process = start(bench)
        assert model.reached.wait(PATIENCE_S)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 5, out + err
    assert bench.at_work() == []
    again, _ = bench.review(bench.agent.hands_in(dossier()), "--force", "--reason", "it was stopped")
    assert again.code == 0, again.said


def test_a_terminal_that_stops_all_at_once_leaves_nothing_behind(bench: Bench) -> None:
    """A terminal's Ctrl-C reaches the whole foreground group; the CLI's own group is scafld's to end."""
    with ModelServer(bench.agent.api, SLOW) as model:
        bench.point_at(model)
        process = start(bench)
        assert model.reached.wait(PATIENCE_S)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 5
    assert bench.at_work() == []


def test_a_review_whose_scafld_is_killed_leaves_nothing_behind(bench: Bench) -> None:
    """SIGKILL: the CLI ends soon after, and one named command brings the task forward."""
    with ModelServer(bench.agent.api, SLOW) as model:
        bench.point_at(model)
        process = start(bench)
        assert model.reached.wait(PATIENCE_S)
        process.kill()
        process.communicate(timeout=PATIENCE_S)
        gone = threading.Event()
        for _ in range(100):
            if not bench.at_work():
                break
            gone.wait(0.1)
        assert bench.at_work() == []

    assert bench.scafld("status", TASK).code == 0
    bench.scafld("review", TASK, "--abandon", "--reason", "it was killed")
    again, _ = bench.review(bench.agent.hands_in(dossier()), "--force", "--reason", "it was killed")
    assert again.code == 0, again.said


def start(bench: Bench) -> subprocess.Popen[str]:
    """A review in a process group of its own."""
    return subprocess.Popen(
        bench.argv(*bench.asking()),
        cwd=bench.root,
        env=bench.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )

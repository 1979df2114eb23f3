"""Acts that run side by side: results in order, errors when all are over, and one Ctrl-C for all of them."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from subprocess import Popen

import pytest

from scafld.adapters.process.abreast import abreast
from scafld.adapters.process.interrupts import Interrupts, stop_all
from scafld.core.refusal import Cancelled

Host = Callable[[str], "Popen[str]"]
PANEL = """
from scafld.adapters.process.abreast import abreast
def one(number):
    order = Order(task=task_id("add-cache"), label="r", command=f"exec 3>line; echo ready{number} >&3; sleep 60",
                  limit_ms=50_000)
    return runner(order, lambda beat: None).ended
print(json.dumps(abreast(tuple(lambda number=number: one(number) for number in range(3)))))
"""


def test_results_come_in_the_order_of_the_acts() -> None:
    """Whoever is ready first; the first act runs in the caller's own thread."""
    second = threading.Event()
    here = threading.get_ident()

    def first() -> tuple[str, bool]:
        assert second.wait(20)
        return "first", threading.get_ident() == here

    def later() -> tuple[str, bool]:
        second.set()
        return "second", threading.get_ident() == here

    assert abreast((first, later)) == (("first", True), ("second", False))


def test_nothing_to_do_is_nothing_done() -> None:
    """No act, no thread."""
    assert abreast(()) == ()


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_an_error_waits_for_the_others(failing: int) -> None:
    """Which end as they would have; the first error in order is raised."""
    ended: list[int] = []

    def act(number: int) -> int:
        if number >= failing:
            raise ZeroDivisionError(number)
        ended.append(number)
        return number

    with pytest.raises(ZeroDivisionError) as raised:
        abreast(tuple(lambda number=number: act(number) for number in range(3)))

    assert raised.value.args == (failing,)
    assert sorted(ended) == list(range(failing))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, Cancelled("somebody stopped it")])
def test_an_act_that_is_broken_off_stops_the_others(error: type[BaseException] | BaseException) -> None:
    """They are told as if by Ctrl-C, and it is raised when they are over."""
    told: list[int] = []
    listening = threading.Event()

    def other() -> None:
        with Interrupts() as interrupts:
            listening.set()
            os.set_blocking(interrupts.descriptor, True)
            told.append(interrupts.count())

    def first() -> None:
        assert listening.wait(20)
        raise error

    with pytest.raises((KeyboardInterrupt, SystemExit, Cancelled)):
        abreast((first, other))

    assert told == [1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_command_of_a_panel(host: Host, line, number: signal.Signals) -> None:
    """Those in other threads too, and the process itself goes on."""
    process = host(PANEL)
    for at in range(3):
        line.wait_for(f"ready{at}")

    os.kill(process.pid, number)
    said, talk = process.communicate(timeout=30)

    assert (json.loads(said), talk, process.returncode) == (["cancelled"] * 3, "", 0)


def test_who_begins_after_the_signal_hears_it_too() -> None:
    """A panel that is stopped while one of it has not started yet is stopped as a whole."""
    heard: list[int] = []

    def late() -> None:
        with Interrupts() as interrupts:
            heard.append(interrupts.count())

    with Interrupts():
        os.kill(os.getpid(), signal.SIGTERM)
        abreast((late, late))
    with Interrupts() as afterwards:
        heard.append(afterwards.count())

    assert heard == [1, 1, 0]


def test_a_thread_that_is_over_is_written_to_no_more() -> None:
    """Its descriptor may be a file of somebody else by now."""
    with Interrupts() as closed:
        pass
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    closed.note()
    stop_all()

    with pytest.raises(BlockingIOError):
        os.read(reading, 1)
    for descriptor in (reading, writing):
        os.close(descriptor)

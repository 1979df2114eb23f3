"""Which signals are heard while a command runs, and whose they are before and after."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Thread

import pytest

from scafld.adapters.process.interrupts import Interrupts

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
OWN = (signal.default_int_handler, signal.SIG_DFL, signal.SIG_DFL, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Python's own handlers before a test, and what stood there after it."""
    before = [(number, signal.getsignal(number)) for number in HEARD]
    for number, handler in zip(HEARD, OWN, strict=True):
        signal.signal(number, handler)
    yield
    for number, handler in before:
        signal.signal(number, handler)


def test_signals_are_counted_and_raise_nothing() -> None:
    """Each is heard once; between two looks they add up."""
    with Interrupts() as interrupts:
        quiet = interrupts.count()
        for number in HEARD:
            os.kill(os.getpid(), number)

        assert (quiet, interrupts.count(), interrupts.count()) == (0, 4, 0)


def test_pythons_own_handlers_stand_again_afterwards() -> None:
    """Also after an error in the block."""
    with pytest.raises(ZeroDivisionError), Interrupts():
        raise ZeroDivisionError

    assert tuple(signal.getsignal(number) for number in HEARD) == OWN


def test_a_handler_that_raises_a_ctrl_c_is_pythons_own_for_any_signal() -> None:
    """As the command line has it for SIGTERM: it is counted like the others, and stands again afterwards."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        counted = interrupts.count()

    assert (counted, signal.getsignal(signal.SIGTERM)) == (1, signal.default_int_handler)


def test_what_the_host_handles_or_ignores_stays_the_hosts() -> None:
    """A handler of the host is called, an ignored signal is ignored, and neither is an interrupt."""
    heard: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGHUP)
        counted = interrupts.count()

    assert (heard, counted) == ([signal.SIGTERM], 0)


def test_a_thread_takes_no_signal_over() -> None:
    """Python gives signals to the main thread only; there is no error, and nothing changes."""
    seen: list[object] = []

    def look() -> None:
        with Interrupts() as interrupts:
            seen.extend((signal.getsignal(signal.SIGINT), interrupts.count()))

    thread = Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [signal.default_int_handler, 0]

"""How a person stops a running command: Ctrl-C and its like become bytes in a pipe while a block runs.

Python gives signals to the main thread only. What the main thread hears while it is in such a block, every other block
hears too, in whatever thread: several models are asked side by side, and one Ctrl-C is meant for all of them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from types import FrameType

_HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_PYTHONS_OWN = (signal.SIG_DFL, signal.default_int_handler)
"""The end of the process, or KeyboardInterrupt, which the command line has for the others too."""


class Interrupts:
    """`with Interrupts() as interrupts`: SIGINT, SIGTERM, SIGHUP and SIGQUIT make `interrupts.descriptor` readable.

    Only signals whose handling is Python's own are taken over: one that the host ignores or handles itself stays with
    the host. Outside the main thread none is taken: there a block hears what an enclosing block of the main thread
    hears, also what that one heard before this one began. The handlers stand again after the block.
    """

    def __init__(self) -> None:
        self.descriptor, self._written = os.pipe()
        os.set_blocking(self.descriptor, False)
        os.set_blocking(self._written, False)
        self._taken: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}
        self._closing = Lock()
        self._open = True

    def __enter__(self) -> Interrupts:
        with _REGISTERING:
            _Hall.present = (*_Hall.present, self)
        for number in _HEARD:
            found = signal.getsignal(number)
            if found in _PYTHONS_OWN:
                with suppress(ValueError):
                    signal.signal(number, _forward)
                    self._taken[number] = found
        if _Hall.heard and not self._taken:
            self.note()
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._taken.items():
            signal.signal(number, handler)
        if self._taken:
            _Hall.heard = 0
        with _REGISTERING:
            _Hall.present = tuple(each for each in _Hall.present if each is not self)
        with self._closing:
            self._open = False
            os.close(self.descriptor)
            os.close(self._written)

    def count(self) -> int:
        """How many came since the last look."""
        try:
            return len(os.read(self.descriptor, 64))
        except BlockingIOError:
            return 0

    def note(self) -> None:
        """One more came. From a signal's handler, which may interrupt the very lines that close the pipe: it never
        waits, and never writes to a descriptor that may be somebody else's by now."""
        if self._closing.acquire(blocking=False):
            try:
                if self._open:
                    with suppress(OSError):
                        os.write(self._written, b"!")
            finally:
                self._closing.release()


def stop_all() -> None:
    """As if somebody had pressed Ctrl-C: every block that is open now hears it."""
    for each in _Hall.present:
        each.note()


# Private.


class _Hall:
    """Everybody who listens now, and how many signals they were told of since the handlers were taken over."""

    present: tuple[Interrupts, ...] = ()
    heard = 0


_REGISTERING = Lock()
"""Held while `present` is replaced; who only reads it needs none."""


def _forward(_number: int, _frame: object) -> None:
    _Hall.heard += 1
    stop_all()

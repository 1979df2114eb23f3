"""How a person stops a running command: Ctrl-C and its like become bytes in a pipe while a block runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_DEFAULTS: dict[signal.Signals, Callable[[int, FrameType | None], object] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


class Interrupts:
    """`with Interrupts() as interrupts`: SIGINT, SIGTERM and SIGHUP make `interrupts.descriptor` readable.

    Only signals whose handling is Python's own are taken over: one that the host ignores or handles itself stays with
    the host. Outside the main thread none is, for Python gives none there. The handlers stand again after the block.
    """

    def __init__(self) -> None:
        self.descriptor, self._written = os.pipe()
        os.set_blocking(self.descriptor, False)
        os.set_blocking(self._written, False)
        self._taken: list[signal.Signals] = []

    def __enter__(self) -> Interrupts:
        for number, default in _DEFAULTS.items():
            if signal.getsignal(number) == default:
                with suppress(ValueError):
                    signal.signal(number, self._note)
                    self._taken.append(number)
        return self

    def __exit__(self, *_error: object) -> None:
        for number in self._taken:
            signal.signal(number, _DEFAULTS[number])
        os.close(self.descriptor)
        os.close(self._written)

    def count(self) -> int:
        """How many came since the last look."""
        try:
            return len(os.read(self.descriptor, 64))
        except BlockingIOError:
            return 0

    # Private.

    def _note(self, _number: int, _frame: object) -> None:
        with suppress(OSError):
            os.write(self._written, b"!")

"""That long work lives: on a terminal one line that is written over, on a pipe a plain line now and then."""

from __future__ import annotations

from _thread import allocate_lock  # a millisecond less than all of `threading`, which only a panel needs
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from scafld.adapters.cli.console import Console, cells, cut, line_of, pad

if TYPE_CHECKING:
    from scafld.app.ask import Pulse
    from scafld.app.check import Beating, Begun, Done

HEARTBEAT_MS = 30_000
"""How long a pipe hears nothing while something runs."""


class Progress:
    """`with Progress(stderr, console, quiet=False) as progress`: told while criteria run (`tell`) and while a reviewer
    works (`watch`); the line is gone after the block. It is written over with blanks, so that no escape is needed.

    `quiet`: nothing but a terminal hears of it. A stream that is gone stops no work.
    """

    def __init__(self, stream: TextIO, console: Console, *, quiet: bool) -> None:
        self._stream = stream
        self._console = console
        self._quiet = quiet
        self._shown = False
        self._told_ms = 0
        self._pulses: dict[str, Pulse] = {}
        self._lock = allocate_lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._clear()

    def tell(self, told: Begun | Beating | Done) -> None:
        from scafld.app.check import Beating, Begun

        match told:
            case Begun():
                self._told_ms = 0
                self._show(told.ask.criterion.id, told.ask.criterion.command, 0, told.limit_ms)
            case Beating():
                criterion = told.ask.criterion
                self._show(criterion.id, criterion.command, told.beat.elapsed_ms, told.limit_ms)
            case _:
                self._clear()

    def watch(self, pulse: Pulse) -> None:
        """Told by one model, or by several side by side, each from a thread of its own."""
        with self._lock:
            self._pulses[pulse.provider] = pulse
            words = "; ".join(_lives(each) for each in self._pulses.values())
            self._show("asked", words, pulse.elapsed_ms, 0)

    # Private.

    def _show(self, name: str, words: str, elapsed_ms: int, limit_ms: int) -> None:
        time = f"{elapsed_ms // 1000} s" + (f" / {limit_ms // 1000} s" if limit_ms else "")
        if self._console.live:  # a few columns are left free: `^C` is echoed behind the line
            room = self._console.width - cells(time) - 5
            self._shown = True
            self._put(f"\r{pad(cut(f'  {line_of(name)}  {line_of(words)}', room), room)}  {time}")
        elif not self._quiet and elapsed_ms >= self._told_ms + HEARTBEAT_MS:
            self._told_ms = elapsed_ms
            self._put(f"{line_of(name)} goes on: {time}{_talk(name, words)}\n")

    def _clear(self) -> None:
        if self._shown:
            self._shown = False
            self._put(f"\r{' ' * (self._console.width - 1)}\r")

    def _put(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()


# Private.


def _lives(pulse: Pulse) -> str:
    """What one model is seen to do."""
    what = pulse.last or (f"{pulse.output_bytes} bytes so far" if pulse.output_bytes else "no word yet")
    tokens = f", {pulse.tokens} tokens" if pulse.tokens else ""
    return f"{pulse.provider}: {what}{tokens}"


def _talk(name: str, words: str) -> str:
    """What a pipe is told beside the time: of a model what it does, of a criterion nothing."""
    return f", {line_of(words)}" if name == "asked" else ""

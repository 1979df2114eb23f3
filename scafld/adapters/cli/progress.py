"""That long work lives: on a terminal one line that is written over, on a pipe nothing but the results."""

from __future__ import annotations

import sys

from scafld.adapters.cli.console import Console, plain
from scafld.app.check import Beat, Beating, Begun, Done


class Progress:
    """Told while criteria run (`tell`) and while a reviewer works (`watch`). Writes to stderr, and only if it lives."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._shows = console.live and not quiet

    def tell(self, told: Begun | Beating | Done) -> None:
        match told:
            case Begun():
                self._over(f"  {told.ask.criterion.id}  {plain(told.ask.criterion.command)}", 0, told.limit_ms)
            case Beating():
                words = f"  {told.ask.criterion.id}  {plain(told.ask.criterion.command)}"
                self._over(words, told.beat.elapsed_ms, told.limit_ms)
            case Done():
                self._clear()

    def watch(self, beat: Beat) -> None:
        self._over(f"  the reviewer is at work, {beat.output_bytes} bytes so far", beat.elapsed_ms, 0)

    def _over(self, words: str, elapsed_ms: int, limit_ms: int) -> None:
        if not self._shows:
            return
        limit = f" / {limit_ms // 1000} s" if limit_ms else ""
        time = f"  {elapsed_ms / 1000:.0f} s{limit}"
        room = self._console.width - len(time) - 1
        sys.stderr.write(f"\r\x1b[2K{words[:room]}{time}")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._shows:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

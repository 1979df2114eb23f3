"""The front door: parse plain words by the table, load one command, run it, show it, end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from scafld.adapters.cli.arguments import Given, parse
from scafld.adapters.cli.console import Console, console_of
from scafld.core.value import value


@value
class Call:
    """One command to be run: what it was given, and the world that it runs in. `cwd` is absolute."""

    given: Given
    console: Console
    environ: Mapping[str, str]
    cwd: str

    def text(self, name: str) -> str:
        """What was given for a text, "" when nothing was."""
        found = self.given.get(name, "")
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int | None:
        found = self.given.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool:
        return bool(self.given.get(name, False))

    def many(self, name: str) -> tuple[str, ...]:
        found = self.given.get(name, ())
        return found if isinstance(found, tuple) else ()

    def open(self) -> Any:
        """The workspace that the command is about, told of what goes on."""
        from scafld.adapters import local
        from scafld.adapters.cli.actor import actor_of
        from scafld.adapters.cli.progress import Progress

        progress = Progress(self.console, quiet=self.flag("json"))
        return local.open(
            self.text("root") or None,
            environ=self.environ,
            start=self.cwd,
            actor=actor_of(self.environ, terminal=sys.stdin.isatty()),
            tell=progress.tell,
            watch=progress.watch,
        )


def main(words: list[str], environ: Mapping[str, str]) -> int:
    """Run these words and give the exit code."""
    if words == ["--version"]:
        from scafld.version import VERSION

        sys.stdout.write(f"scafld {VERSION}\n")
        return 0
    _listen(environ)
    parsed = parse(words) if words else None
    if parsed is not None:
        return run(parsed.command.name, parsed.given, environ)
    if not words or not _asks_for_more(words):
        return run("overview", {"json": "--json" in words}, environ)
    from scafld.adapters.cli.explaining import explain

    return explain(words, environ)


def run(name: str, given: Given, environ: Mapping[str, str]) -> int:
    """Run one command of the table and show what it gives; the exit code."""
    from scafld.adapters.cli.commands import HANDLERS
    from scafld.adapters.cli.showing import show

    console = console_of(environ)
    return show(name, given, console, environ, lambda: _handle(HANDLERS[name](), given, console, environ))


# Private.


def _handle(handler: Callable[[Call], Any], given: Given, console: Console, environ: Mapping[str, str]) -> Any:
    return handler(Call(given=given, console=console, environ=environ, cwd=os.getcwd()))


def _asks_for_more(words: list[str]) -> bool:
    """Whether there is anything but options that stand before a command."""
    return any(word not in ("--json",) for word in words)


def _listen(environ: Mapping[str, str]) -> None:
    if environ.get("SCAFLD_LOG", "").lower() in ("debug", "1"):
        from scafld.adapters.trace import listen

        listen(sys.stderr)

"""The front door: parse plain words by the table, load one command, run it, show it, end.

What it imports at once is paid for by every command; `--version` pays for nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def main(words: list[str], environ: Mapping[str, str]) -> int:
    """Run these words, to the last byte of output, and give the exit code."""
    _settle_streams()
    if words == ["--version"]:
        return _version()
    if set(words) == {"--version", "--json"}:
        return run("version", {"json": True}, environ)
    if _logs(environ):
        from scafld.adapters.local import listen

        listen(sys.stderr)
    from scafld.adapters.cli.arguments import parse

    parsed = parse(words)
    if parsed is not None:
        return run(parsed.command.name, parsed.given, environ)
    if _asks_for_help(words):
        from scafld.adapters.cli.helping import help_about

        return help_about(words, environ)
    from scafld.adapters.cli.explaining import explain

    return explain(words, environ)


def run(name: str, given: dict[str, object], environ: Mapping[str, str]) -> int:
    """Run one command of the table and show what it gives; the exit code."""
    import signal

    from scafld.adapters.cli.call import call_of
    from scafld.adapters.cli.handlers import HANDLERS
    from scafld.adapters.cli.reply import Reply
    from scafld.adapters.cli.showing import Showing

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)

    def act() -> Reply:
        call = call_of(given, environ)
        with call.progress:
            return HANDLERS[name]()(call)

    return Showing(name=name, given=given, environ=environ).run(act)


# Private.


def _settle_streams() -> None:
    """Every stream is there and takes every text: a closed one swallows it, a narrow one escapes it."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115  # the process's own, to its end
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _version() -> int:
    from scafld.core.version import VERSION

    try:
        sys.stdout.write(f"scafld {VERSION}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        sys.stderr.write(f"error: the output cannot be written: {error.strerror}\n")
        return 1
    return 0


def _asks_for_help(words: list[str]) -> bool:
    before = words[: words.index("--")] if "--" in words else words
    return "--help" in before or "-h" in before or before[:1] == ["help"]


def _logs(environ: Mapping[str, str]) -> bool:
    return environ.get("SCAFLD_LOG", "").lower() in ("debug", "1")

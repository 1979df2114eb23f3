"""The front door: parse plain words by the table, load one command, run it, show it, end.

What it imports at once is paid for by every command; `--version` pays for nothing else.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the words and in the environment of this process, to the last byte of output; gives the exit code."""
    _settle_streams()
    try:
        return answer(sys.argv[1:])
    except KeyboardInterrupt:
        return 5


def answer(words: list[str]) -> int:
    """Run these words in this process; the exit code."""
    if "--version" in words and set(words) <= {"--version", "--json"}:
        return _version(json="--json" in words)
    _listen()
    from scafld.adapters.cli.arguments import parse

    parsed = parse(words)
    if parsed is not None:
        return run(parsed.command.name, parsed.given)
    if _asks_for_help(words):
        from scafld.adapters.cli.helping import help_about

        return help_about(words)
    from scafld.adapters.cli.explaining import explain

    return explain(words)


def run(name: str, given: dict[str, object]) -> int:
    """Run one command of the table and show what it gives; the exit code."""
    import signal

    from scafld.adapters.cli.call import call_of
    from scafld.adapters.cli.handlers import HANDLERS
    from scafld.adapters.cli.showing import Showing

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    showing = Showing(name=name, given=given, environ=os.environ)
    return showing.run(lambda: HANDLERS[name]()(call_of(given, os.environ)))


# Private.


def _settle_streams() -> None:
    """Every stream is there and takes every text: a closed one swallows it, a narrow one escapes it."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _version(*, json: bool) -> int:
    from scafld.version import VERSION

    if not json:
        return _say(f"scafld {VERSION}\n")
    from scafld.adapters.cli.reply import Reply
    from scafld.adapters.cli.showing import Showing

    showing = Showing(name="version", given={"json": True}, environ=os.environ)
    return showing.run(lambda: Reply(result={"version": VERSION}))


def _say(text: str) -> int:
    try:
        sys.stdout.write(text)
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


def _listen() -> None:
    if os.environ.get("SCAFLD_LOG", "").lower() in ("debug", "1"):
        from scafld.adapters.trace import listen

        listen(sys.stderr)

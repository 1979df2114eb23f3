"""How a reply leaves the process: one envelope or one page on stdout, talk on stderr, the code for the shell.

A reader who goes away (`scafld list | head`) ends the showing quietly and changes nothing about the code.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TextIO

from scafld.adapters.cli.arguments import Given
from scafld.adapters.cli.console import BOLD, YELLOW, Console, console_of, line_of, plain
from scafld.adapters.cli.errors import is_bug, reply_to
from scafld.adapters.cli.reply import Reply
from scafld.core.refusal import Exit
from scafld.core.value import value

GONE = 141
"""What a shell sees of a command whose reader went away while it still had work to do: 128 and SIGPIPE."""


@value
class Showing:
    """Where one command's reply goes: what it is called, what it was given, and the environment of the process."""

    name: str
    given: Given
    environ: Mapping[str, str]

    def run(self, act: Callable[[], Reply]) -> int:
        """Run `act`, show what it gives or what it raises, and give the code of the process."""
        try:
            reply = self._reply(act)
        except BrokenPipeError:
            return GONE
        try:
            self._put(reply)
        except _Gone:
            return int(reply.exit)
        except _Unwritten as error:
            return self._unwritten(error, reply)
        except (Exception, KeyboardInterrupt) as error:
            return self._interrupted(error)
        return int(reply.exit)

    # Private.

    def _reply(self, act: Callable[[], Reply]) -> Reply:
        try:
            return act()
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as error:
            return self._answer(error)

    def _answer(self, error: BaseException) -> Reply:
        debug = self.environ.get("SCAFLD_LOG", "").lower() == "debug"
        if is_bug(error) and debug:
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        reply = reply_to(error, self._console(sys.stderr))
        return _with_debug(reply) if is_bug(error) and not debug else reply

    def _interrupted(self, error: BaseException) -> int:
        """Something went wrong while a page was written that is read as it is shown."""
        reply = self._answer(error)
        with suppress(_Gone, _Unwritten):
            self._put(reply)
        return int(reply.exit)

    def _unwritten(self, error: _Unwritten, reply: Reply) -> int:
        with suppress(_Gone, _Unwritten):
            _write(sys.stderr, f"error: the output cannot be written: {error}\n")
            _flush(sys.stderr)
        return int(reply.exit or Exit.RUNTIME)

    def _put(self, reply: Reply) -> None:
        if self.given.get("json"):
            from scafld.adapters.cli.envelope import envelope

            _write(sys.stdout, envelope(self.name, reply) + "\n")
        elif reply.told is not None and reply.result is None:
            self._page(reply, sys.stderr)
        else:
            self._page(reply, sys.stdout)
        _flush(sys.stdout)
        _flush(sys.stderr)

    def _page(self, reply: Reply, stream: TextIO) -> None:
        """Lines and `next:` on one stream; beside a document, which has stdout for itself, they are talk."""
        if reply.exact:
            _exact(reply.exact)
            stream = sys.stderr
        if reply.text:
            _document(reply.text)
            stream = sys.stderr
        _lines(stream, reply.lines)
        if reply.warnings:
            _flush(sys.stdout)
            note = self._console(sys.stderr).paint("note:", YELLOW)
            _lines(sys.stderr, tuple(f"{note} {line_of(each)}" for each in reply.warnings))
        if reply.next:
            then = f"        then: {self._rooted(reply.then)}" if reply.then else ""
            _lines(stream, (f"{self._console(stream).paint('next:', BOLD)} {self._rooted(reply.next)}{then}",))

    def _rooted(self, words: str) -> str:
        """A command with the workspace that was named, so that it can be run as it stands."""
        root = self.given.get("root")
        if not isinstance(root, str) or not root:
            return line_of(words)
        from shlex import quote

        return line_of(words.replace("scafld ", f"scafld --root {quote(root)} ", 1))

    def _console(self, stream: TextIO) -> Console:
        return console_of(stream, self.environ)


# Private.


class _Gone(Exception):
    """Nobody reads any more."""


class _Unwritten(Exception):
    """A stream takes nothing more; the message says why."""


def _with_debug(reply: Reply) -> Reply:
    from shlex import join

    from scafld.core.value import changed

    words = ["scafld", *sys.argv[1:]]
    return changed(reply, next=f"SCAFLD_LOG=debug {join(words)}")


def _document(text: str) -> None:
    """A document whole, and plain: the exact text is in the file it came from, and in the envelope."""
    whole = plain(text.replace("\r\n", "\n"))
    _write(sys.stdout, whole if whole.endswith("\n") else whole + "\n")
    _flush(sys.stdout)


def _exact(content: bytes) -> None:
    """These bytes as they are; on a terminal, where nobody counts them, plain."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        _document(content.decode("utf-8", "replace"))
        return
    _flush(sys.stdout)
    _careful(lambda: sys.stdout.buffer.write(content))
    _flush(sys.stdout)


def _lines(stream: TextIO, lines: Iterable[str]) -> None:
    """All at once when they are there; one by one when they are still being made."""
    if isinstance(lines, tuple):
        _write(stream, "".join(line.rstrip() + "\n" for line in lines))
        return
    for line in lines:
        _write(stream, line.rstrip() + "\n")


def _write(stream: TextIO, text: str) -> None:
    _careful(lambda: stream.write(text))


def _flush(stream: TextIO) -> None:
    _careful(stream.flush)


def _careful(act: Callable[[], object]) -> None:
    try:
        act()
    except BrokenPipeError as error:
        raise _Gone from error
    except OSError as error:
        raise _Unwritten(error.strerror or str(error)) from error

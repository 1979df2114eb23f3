"""The streams of the process: colour only where it is welcome, data on stdout, a reader who may go away."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.console import Console, console_of
from scafld.adapters.cli.progress import HEARTBEAT_MS, Progress
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.showing import GONE, Showing
from scafld.app.ask import Pulse
from scafld.app.check import Beat, Beating, Begun, Done
from scafld.core.contract.spec import Criterion
from scafld.core.evidence.criterion import Judgement, Outcome
from scafld.core.names import criterion_id
from scafld.core.task.decide.step import Ask, Ran

Scafld = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[bytes]"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "colour", "live"),
    [
        (Terminal(), {"TERM": "xterm"}, True, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True, True),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (Terminal(), {}, False, False),
        (io.StringIO(), {"TERM": "xterm"}, False, False),
    ],
)
def test_what_a_stream_can(stream: io.StringIO, environ: dict[str, str], colour: bool, live: bool) -> None:
    """Colour and a line that is written over: on a terminal that is not dumb, and colour only if nobody refuses it."""
    console = console_of(stream, environ)

    assert (console.colour, console.live) == (colour, live)


@pytest.mark.parametrize(
    ("said", "width"),
    [("120", 120), ("8", 40), ("0", 80), ("-5", 80), ("wide", 80), ("", 80), ("٣٠٠", 80), ("9" * 9, 80)],
)
def test_the_width_that_the_environment_says(said: str, width: int) -> None:
    """COLUMNS when it is a sensible number, else what the terminal says, else 80."""
    assert console_of(io.StringIO(), {"COLUMNS": said}).width == width


def on_a_terminal(words: list[str], cwd: Path, environ: Mapping[str, str]) -> bytes:
    """What a command writes to a terminal, both streams as one."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    root = str(Path(__file__).resolve().parents[2])
    run = subprocess.Popen(
        [sys.executable, "-m", "scafld", *words],
        cwd=cwd,
        env={**environ, "PYTHONPATH": root},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        written += more
    os.close(ours)
    run.wait(timeout=60)
    return written


def test_on_a_terminal_there_is_colour_and_nothing_else(quick: Path, environ: Mapping[str, str]) -> None:
    """A blocked build shows its life on the way, in blanks and carriage returns; of escapes there are only colours."""
    written = on_a_terminal(["build", "add-y"], quick, {**environ, "TERM": "xterm-256color"})

    assert b"\x1b[31mfail" in written
    assert b"\r  ac1  grep -q y a.py" in written
    left = written
    for code in (b"0", b"1", b"2", b"31", b"32", b"33"):
        left = left.replace(b"\x1b[" + code + b"m", b"")
    assert b"\x1b" not in left
    assert left.rstrip().splitlines()[-1].startswith(b"next: scafld handoff add-y")


@pytest.mark.parametrize("more", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_where_colour_is_not_welcome_there_is_no_escape(
    more: dict[str, str], quick: Path, environ: Mapping[str, str]
) -> None:
    """Not one, even on a terminal, even while a criterion runs."""
    written = on_a_terminal(["build", "add-y"], quick, {**environ, **more})

    assert b"blocked: 1 of 1 criteria fail" in written
    assert b"\x1b" not in written


def ask(command: str = "sleep 3\x1b[2J\nx") -> Ask:
    return Ask(criterion=Criterion(id=criterion_id("ac1"), title="t", command=command), phase=None)


def test_a_terminal_sees_that_work_lives() -> None:
    """Criterion, elapsed, limit on one line that is written over, and gone after the work."""
    stream = Terminal()
    with Progress(stream, Console(live=True), quiet=True) as progress:
        progress.tell(Begun(ask=ask(), limit_ms=300_000))
        progress.tell(Beating(ask=ask(), beat=Beat(elapsed_ms=1500, output_bytes=0), limit_ms=300_000))
        shown = stream.getvalue().split("\r")
        progress.tell(Done(ran=Ran(ask=ask(), observation=None, judgement=Judgement(outcome=Outcome.PASS, reason=""))))

    assert [line.split() for line in shown[1:]] == [
        ["ac1", "sleep", "3\\x1b[2J", "x", "0", "s", "/", "300", "s"],
        ["ac1", "sleep", "3\\x1b[2J", "x", "1", "s", "/", "300", "s"],
    ]
    assert all(len(line) == 77 for line in shown[1:])
    assert stream.getvalue().endswith("\r" + " " * 79 + "\r")


def test_a_terminal_sees_a_reviewer_at_work_and_then_nothing_of_it() -> None:
    """The line is cleared when the review ends, however it ends."""
    stream = Terminal()

    with pytest.raises(KeyboardInterrupt), Progress(stream, Console(live=True), quiet=False) as progress:
        progress.watch(Pulse(provider="codex", elapsed_ms=65_000, output_bytes=0))
        progress.watch(Pulse(provider="codex", elapsed_ms=66_000, output_bytes=12, last="Read a.py", tokens=7))
        raise KeyboardInterrupt

    said = stream.getvalue().split("\r")
    assert " ".join(said[1].split()) == "asked codex: no word yet 65 s"
    assert " ".join(said[2].split()) == "asked codex: Read a.py, 7 tokens 66 s"
    assert said[-2:] == [" " * 79, ""]


def test_a_pipe_hears_a_heartbeat_now_and_then() -> None:
    """A line each half minute, plain; none for a machine that asked for JSON, and none from short work."""
    heard, quiet = io.StringIO(), io.StringIO()
    for stream in (heard, quiet):
        with Progress(stream, Console(), quiet=stream is quiet) as progress:
            progress.tell(Begun(ask=ask("pytest"), limit_ms=300_000))
            for elapsed_ms in (500, HEARTBEAT_MS - 1, HEARTBEAT_MS, HEARTBEAT_MS + 500, 2 * HEARTBEAT_MS):
                progress.tell(
                    Beating(ask=ask("pytest"), beat=Beat(elapsed_ms=elapsed_ms, output_bytes=0), limit_ms=300_000)
                )

    assert heard.getvalue().splitlines() == ["ac1 goes on: 30 s / 300 s", "ac1 goes on: 60 s / 300 s"]
    assert quiet.getvalue() == ""


def test_a_stream_that_is_gone_stops_no_work() -> None:
    """Nobody has to watch."""

    class Gone(Terminal):
        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    stream = Gone()
    with Progress(stream, Console(live=True), quiet=False) as progress:
        progress.watch(Pulse(provider="codex", elapsed_ms=1, output_bytes=0))

    assert stream.getvalue() == ""


def test_a_reader_who_goes_away_is_no_error(process: Start, workspace: Path) -> None:
    """`scafld list --all | head -0`: no traceback, no word, and the code of the command."""
    read, write = os.pipe()
    os.close(read)

    run = process("list", "--all", cwd=workspace, stdout=write)
    os.close(write)
    _, said = run.communicate(timeout=60)

    assert (run.returncode, said) == (0, b"")


def test_a_reader_who_goes_away_while_the_work_goes_on(workspace: Path, environ: Mapping[str, str]) -> None:
    """A handler that writes on its way ends as a shell expects of it."""

    def act() -> Reply:
        raise BrokenPipeError

    assert Showing(name="demo", given={}, environ=environ).run(act) == GONE


def test_a_full_disk_behind_stdout_is_told(process: Start, workspace: Path) -> None:
    """What cannot be written is no success."""
    full = os.open("/dev/full", os.O_WRONLY)

    run = process("list", cwd=workspace, stdout=full)
    os.close(full)
    _, said = run.communicate(timeout=60)

    assert run.returncode == 1
    assert said == b"error: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_breaks_nothing(closed: str, workspace: Path, environ: Mapping[str, str]) -> None:
    """As a daemon or a hook may call it."""
    root = str(Path(__file__).resolve().parents[2])

    run = subprocess.run(
        ["/bin/sh", "-c", f"exec '{sys.executable}' -m scafld list {closed}"],
        cwd=workspace,
        env={**environ, "PYTHONPATH": root},
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert (run.returncode, run.stderr) == (0, b"")


def test_a_narrow_encoding_escapes_what_it_has_no_letter_for(process: Start, workspace: Path, scafld: Scafld) -> None:
    """A page is never lost to an encoding."""
    scafld("plan", "t", "--title", "Füge hinzu 界", "--command", "grep -q y a.py")

    run = process("list", cwd=workspace, PYTHONIOENCODING="ascii")
    page, said = run.communicate(timeout=60)

    assert (run.returncode, said) == (0, b"")
    assert b"F\\xfcge hinzu \\u754c" in page


def test_a_document_has_stdout_for_itself(scafld: Scafld, quick: Path) -> None:
    """`scafld handoff T > page.md` is the page; what comes next is talk."""
    ended = scafld("handoff", "add-y")

    kept = sorted((quick / ".scafld" / "runs" / "add-y" / "handoffs").glob("*.md"))
    assert ended.out == kept[0].read_text(encoding="utf-8")
    assert ended.err == "next: scafld build add-y\n"


def test_a_page_that_is_read_as_it_is_shown_can_still_fail(capsys: pytest.CaptureFixture[str]) -> None:
    """What was proved is shown, what stops it is told, and the code says so."""

    def lines() -> Any:
        yield "first"
        raise OSError(5, "Input/output error", "session.json")

    code = Showing(name="log", given={}, environ={}).run(lambda: Reply(lines=lines()))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "first\n")
    assert said.err == "error: Input/output error: session.json\n"

"""The provider that any command can be: whatever the command does, there is a reply, and nobody is left running."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.files.pages import Pages
from scafld.adapters.process.program import Bounds, Program
from scafld.adapters.providers.command import command
from scafld.adapters.providers.seat import Means, Seat
from scafld.app.ask import Pulse, Question, Reply
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.hearing import Failure
from scafld.core.refusal import Cancelled, Unavailable
from scafld.core.value import changed
from tests.adapters.providers.emulated import ANSWER, question

TEXT = json.dumps(ANSWER)
Ask = Callable[..., Reply]


@pytest.fixture
def run_command(means: Means, root: Path, pulses: list[Pulse]) -> Ask:
    """Ask a shell command, for real; its evidence is kept in the workspace."""
    (root / "answer.json").write_text(TEXT, encoding="utf-8")
    real = changed(means, save=Pages(scafld_dir=str(root / ".scafld")).save)

    def _ask(text: str, asked: Question | None = None) -> Reply:
        provider = command(real, Seat(provider="command", command=text))
        return provider.ask(asked or question(), pulses.append)

    return _ask


def test_a_command_is_given_the_packet_and_gives_an_answer(run_command: Ask, root: Path) -> None:
    """On stdin and stdout, in the workspace; the packet is kept as evidence under its digest."""
    reply = run_command("cat > seen && cat answer.json", question("the packet"))

    assert (reply.problem, reply.failure, reply.answer) == ("", None, TEXT)
    assert (root / "seen").read_text() == "the packet"
    kept = root / ".scafld" / "runs" / "add-cache" / "evidence" / f"{digest_of(b'the packet')}.txt"
    assert kept.read_text() == "the packet"
    assert reply.output is not None


def test_a_packet_arrives_to_the_last_byte(run_command: Ask, root: Path) -> None:
    """Large, with text that is no Unicode, NULs and what a shell would read."""
    prompt = "\udcff\0$(touch pwned)`'\"\n" * 50_000

    run_command("cat > seen", question(prompt))

    assert (root / "seen").read_bytes() == prompt.encode("utf-8", "backslashreplace")
    assert not (root / "pwned").exists()


def test_a_command_finds_a_chosen_environment(run_command: Ask, environ: dict[str, str]) -> None:
    """What any program needs; no key of anybody, and its PATH as it was: it is the project's own command."""
    environ |= {"ANTHROPIC_API_KEY": "no", "OPENAI_API_KEY": "no"}
    script = "import json, os; print(json.dumps(dict(os.environ)))"

    reply = run_command(f"{shlex.quote(sys.executable)} -IS -c {shlex.quote(script)}")

    found = json.loads(reply.answer)
    assert set(found) - {"LC_CTYPE", "PWD", "SHLVL", "_", "OLDPWD"} == {"HOME", "PATH", "LANG", "TMPDIR"}
    assert found["PATH"] == environ["PATH"]


def test_talk_on_stderr_is_no_part_of_the_answer(run_command: Ask) -> None:
    """Before, between and after."""
    reply = run_command("echo thinking >&2; cat answer.json; echo '{' >&2")

    assert reply.answer == TEXT


def test_a_long_answer_is_whole(run_command: Ask) -> None:
    """As long as any answer may be; what is longer is cut, and too long for whoever reads it."""
    long = run_command("head -c 900000 /dev/zero | tr '\\0' x")
    longer = run_command("head -c 9000000 /dev/zero | tr '\\0' x")

    assert (len(long.answer), len(longer.answer)) == (900_000, 4 * 2**20 + 1)


@pytest.mark.parametrize("text", ["echo Looks good", "cat answer.json answer.json", r"printf '\377\376{'"])
def test_an_answer_is_read_by_others(run_command: Ask, text: str) -> None:
    """What was printed is handed on, unread: whoever reads it says what is wrong with it, and asks again."""
    assert run_command(text).failure is None


PROBLEMS: dict[str, tuple[str, Failure, str]] = {
    "nothing": ("true", Failure.NO_SUBMISSION, "printed no answer"),
    "only stderr": ("cat answer.json >&2", Failure.NO_SUBMISSION, "printed no answer"),
    "a failure after the answer": ("cat answer.json; exit 3", Failure.CRASHED, "ended with exit 3"),
    "a failure with words": ("echo 'no key' >&2; exit 1", Failure.CRASHED, "ended with exit 1: no key"),
    "a failure with hostile words": (r"printf '\033[2J\0\377%500s\n' x >&2; exit 1", Failure.CRASHED, "exit 1"),
    "a program that is not there": ("no-such-reviewer --now", Failure.NOT_INSTALLED, "not found"),
    "a file that is no program": ("./answer.json", Failure.NOT_INSTALLED, "cannot be run"),
    "one that is not there, without a shell": ("exec no-such-reviewer", Failure.NOT_INSTALLED, "not found"),
    "a tool that is not there, after work": ("cat answer.json; no-such-tool", Failure.CRASHED, "exit 127"),
    "another tool that is not there": ("true; no-such-tool", Failure.CRASHED, "exit 127"),
    "a code that says not found": ("exit 127", Failure.CRASHED, "exit 127"),
    "a shell's mistake": ("if then", Failure.CRASHED, "exit 2"),
    "its own death": ("kill -9 $$", Failure.CRASHED, "signal 9"),
    "an unclosed quote": ("echo 'a", Failure.CRASHED, "exit 2"),
    "a NUL": ("echo \0", Failure.CRASHED, "NUL"),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_whatever_the_command_does_is_a_reply(run_command: Ask, kind: str) -> None:
    """In one harmless line, with the digest of its output; never an error."""
    text, failure, words = PROBLEMS[kind]

    reply = run_command(text)

    assert (reply.answer, reply.failure) == ("", failure)
    assert words in reply.problem
    assert len(reply.problem) <= 200
    assert reply.problem.isprintable()
    assert reply.output is not None


def test_a_command_that_does_not_end_is_ended(run_command: Ask, root: Path) -> None:
    """At its limit, with all that it started: what comes too late is no answer."""
    pipe = root / "line"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    text = "exec 9>line; trap '' TERM; sleep 60 & sleep 60; cat answer.json"

    reply = run_command(text, question(limit_ms=300))

    assert (reply.answer, reply.failure) == ("", Failure.OUT_OF_TIME)
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_a_silent_command_is_ended(run_command: Ask) -> None:
    """And called so."""
    assert run_command("sleep 60", question(idle_ms=300)).failure is Failure.SILENT


def test_a_child_left_behind_holds_nobody_up(run_command: Ask) -> None:
    """Who answers and leaves a process that keeps stdout open has answered."""
    assert run_command("cat answer.json; sleep 60 &").answer == TEXT


def test_a_command_that_reads_nothing_has_answered(run_command: Ask) -> None:
    """However large the packet is."""
    assert run_command("cat answer.json", question("x" * 3_000_000)).answer == TEXT


@pytest.mark.parametrize(
    "text", ["cat answer.json # a note", "cat answer.json;", "cat answer.json;\n", "(cat answer.json)"]
)
def test_a_command_is_read_as_it_stands(run_command: Ask, text: str) -> None:
    """A comment, a semicolon or a line break at its end takes nothing with it."""
    assert run_command(text).answer == TEXT


def test_the_program_is_named_by_its_digest(run_command: Ask, root: Path) -> None:
    """When the command names it by a path; what is looked up is not guessed at."""
    script = root / "review er.sh"
    script.write_text("#!/bin/sh\ncat answer.json\n")
    script.chmod(0o755)

    named = [
        run_command(f"{shlex.quote(str(script))} --now").binary,
        run_command("'./review er.sh'").binary,
        run_command("cat answer.json").binary,
        run_command("./no-such").binary,
        run_command(". /").binary,
    ]

    digest = digest_of(script.read_bytes())
    assert named == [digest, digest, None, None, None]


def test_a_watcher_is_told_while_it_works(run_command: Ask, pulses: list[Pulse]) -> None:
    """For how long, and how much it said."""
    run_command("echo x; sleep 60", question(limit_ms=1200))

    assert (pulses[-1].provider, pulses[-1].output_bytes) == ("command", 2)


def test_somebody_who_stops_it_is_heard(means: Means) -> None:
    """A reviewer that was stopped at the terminal is no reviewer that failed."""

    def stopped(_program: Program, _bounds: Bounds, _listen: object, _watch: object) -> Observation:
        return Observation(ended=Ended.CANCELLED, duration_ms=1, output_digest=digest_of(b""), output_bytes=0)

    provider = command(changed(means, run=stopped), Seat(provider="command", command="cat"))

    with pytest.raises(Cancelled):
        provider.ask(question(), lambda pulse: None)


def test_a_packet_that_cannot_be_kept_is_not_sent(means: Means) -> None:
    """What a reviewer was given is evidence: without it nobody is asked."""

    def full(_task: str, _content: bytes) -> str:
        raise Unavailable("the disk is full")

    def never(_program: Program, _bounds: Bounds, _listen: object, _watch: object) -> Observation:
        raise AssertionError("it was asked")

    provider = command(changed(means, run=never, save=full), Seat(provider="command", command="cat"))

    with pytest.raises(Unavailable, match="full"):
        provider.ask(question(), lambda pulse: None)


def test_python_is_a_reviewer_too(run_command: Ask) -> None:
    """The commonest kind of command: an interpreter with a script of its own."""
    text = f"import sys; sys.stdin.read(); print({TEXT!r})"

    reply = run_command(f"{shlex.quote(sys.executable)} -S -E -c {shlex.quote(text)}")

    assert reply.answer.strip() == TEXT
    assert reply.binary == digest_of(Path(sys.executable).read_bytes())

"""The reviewer that any command can be: whatever the command does, there is a reply, and nobody is left running."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.files.pages import Pages
from scafld.adapters.process.runner import ShellRunner
from scafld.adapters.providers.command import CommandReviewer
from scafld.app.ask import Question, Reply
from scafld.app.check import Order
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.evidence.dossier import Budget, Mode
from scafld.core.names import task_id
from scafld.core.refusal import Cancelled, Unavailable

NAME = task_id("add-cache")
ANSWER = json.dumps(
    {"mode": "discover", "summary": "s", "attacks": [{"target": "t", "attack": "a", "result": "clean"}], "findings": []}
)
Ask = Callable[..., Reply]


def question(prompt: str = "the packet", limit_ms: int = 20_000) -> Question:
    return Question(
        task=NAME,
        attempt="review-9",
        prompt=prompt,
        mode=Mode.DISCOVER,
        budget=Budget(min_attack_angles=1, max_findings=5),
        limit_ms=limit_ms,
        idle_ms=0,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "work 'space'\n"
    root.mkdir()
    (root / "answer.json").write_text(ANSWER)
    return root


@pytest.fixture
def ask(root: Path) -> Ask:
    """Ask a shell command to review, for real."""
    runner = ShellRunner(
        root=str(root), runs=str(root / ".scafld" / "runs"), environment={"PATH": os.environ.get("PATH", os.defpath)}
    )
    save = Pages(scafld_dir=str(root / ".scafld")).save

    def _ask(command: str, asked: Question | None = None) -> Reply:
        reviewer = CommandReviewer(command=command, root=str(root), run=runner, save=save)
        return reviewer.provider().ask(asked or question(), lambda beat: None)

    return _ask


def test_a_command_is_given_the_packet_and_gives_a_dossier(ask: Ask, root: Path) -> None:
    """On stdin and stdout, in the workspace; the packet is kept as evidence under its digest."""
    reply = ask("cat > seen && cat answer.json")

    assert (reply.problem, reply.dossier is not None) == ("", True)
    assert (root / "seen").read_text() == "the packet"
    kept = root / ".scafld" / "runs" / "add-cache" / "evidence" / f"{digest_of(b'the packet')}.txt"
    assert kept.read_text() == "the packet"
    assert reply.output is not None


def test_a_packet_arrives_to_the_last_byte(ask: Ask, root: Path) -> None:
    """Large, with text that is no Unicode, NULs and what a shell would read."""
    prompt = "\udcff\0$(touch pwned)`'\"\n" * 50_000

    ask("cat > seen", question(prompt))

    assert (root / "seen").read_bytes() == prompt.encode("utf-8", "backslashreplace")
    assert not (root / "pwned").exists()


def test_talk_on_stderr_is_no_part_of_the_answer(ask: Ask) -> None:
    """Before, between and after."""
    reply = ask("echo thinking >&2; cat answer.json; echo '{' >&2")

    assert reply.dossier is not None


PROBLEMS: dict[str, tuple[str, str]] = {
    "nothing": ("true", "it is empty"),
    "prose": ("echo Looks good", "not one JSON object"),
    "only stderr": ("cat answer.json >&2", "it is empty"),
    "an answer twice": ("cat answer.json answer.json", "not one JSON object"),
    "a failure after the answer": ("cat answer.json; exit 3", "ended with exit 3"),
    "a failure with words": ("echo 'no key' >&2; exit 1", "ended with exit 1: no key"),
    "a failure with hostile words": (r"printf '\033[2J\0\377%500s\n' x >&2; exit 1", "ended with exit 1"),
    "a program that is not there": ("no-such-reviewer --now", "exit 127"),
    "a shell's mistake": ("if then", "exit 2"),
    "its own death": ("kill -9 $$", "was ended (signalled)"),
    "bytes that are no text": (r"printf '\377\376{'", "not one JSON object"),
    "too much": ("head -c 9000000 /dev/zero; cat answer.json", "not one JSON object"),
    "an unclosed quote": ("echo 'a", "exit 2"),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_whatever_the_command_does_is_a_reply(ask: Ask, kind: str) -> None:
    """In words, with the digest of its output; never an error."""
    command, words = PROBLEMS[kind]

    reply = ask(command)

    assert reply.dossier is None
    assert words in reply.problem
    assert len(reply.problem) < 500
    assert reply.output is not None


def test_a_command_that_does_not_end_is_ended(ask: Ask, root: Path) -> None:
    """At its limit, with all that it started: what comes too late is no answer."""
    pipe = root / "line"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    reply = ask("exec 9>line; trap '' TERM; sleep 60 & sleep 60; cat answer.json", question(limit_ms=300))

    assert reply.dossier is None
    assert "was ended (timeout)" in reply.problem
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_a_child_left_behind_holds_nobody_up(ask: Ask) -> None:
    """Who answers and leaves a process that keeps stdout open has answered."""
    reply = ask("cat answer.json; sleep 60 &")

    assert reply.dossier is not None


def test_a_command_that_reads_nothing_has_answered(ask: Ask) -> None:
    """However large the packet is."""
    reply = ask("cat answer.json", question("x" * 3_000_000))

    assert reply.dossier is not None


@pytest.mark.parametrize(
    "command", ["cat answer.json # a note", "cat answer.json;", "cat answer.json;\n", "(cat answer.json)"]
)
def test_a_command_is_read_as_it_stands(ask: Ask, command: str) -> None:
    """A comment, a semicolon or a line break at its end takes nothing with it."""
    assert ask(command).dossier is not None


def test_the_program_is_named_by_its_digest(ask: Ask, root: Path) -> None:
    """When the command names it by a path; what is looked up is not guessed at."""
    script = root / "review er.sh"
    script.write_text("#!/bin/sh\ncat answer.json\n")
    script.chmod(0o755)

    named = [
        ask(f"{shlex.quote(str(script))} --now").binary,
        ask("'./review er.sh'").binary,
        ask("cat answer.json").binary,
        ask("./no-such").binary,
        ask(". /").binary,
    ]

    digest = digest_of(script.read_bytes())
    assert named == [digest, digest, None, None, None]


def test_somebody_who_stops_it_is_heard(root: Path) -> None:
    """A reviewer that was stopped at the terminal is no reviewer that failed."""

    def stopped(_order: Order, _watch: object) -> Observation:
        return Observation(ended=Ended.CANCELLED, duration_ms=1, output_digest=digest_of(b""), output_bytes=0)

    reviewer = CommandReviewer(command="cat", root=str(root), run=stopped, save=lambda _task, _content: "/packet")

    with pytest.raises(Cancelled):
        reviewer.ask(question(), lambda beat: None)


def test_a_packet_that_cannot_be_kept_is_not_sent(root: Path) -> None:
    """What a reviewer was given is evidence: without it nobody is asked."""

    def full(_task: str, _content: bytes) -> str:
        raise Unavailable("the disk is full")

    def never(_order: Order, _watch: object) -> Observation:
        raise AssertionError("it was asked")

    reviewer = CommandReviewer(command="cat", root=str(root), run=never, save=full)

    with pytest.raises(Unavailable, match="full"):
        reviewer.ask(question(), lambda beat: None)


def test_python_is_a_reviewer_too(ask: Ask) -> None:
    """The commonest kind of command: an interpreter with a script of its own."""
    text = f"import sys; sys.stdin.read(); print({ANSWER!r})"

    reply = ask(f"{shlex.quote(sys.executable)} -S -E -c {shlex.quote(text)}")

    assert reply.dossier is not None
    assert reply.binary == digest_of(Path(sys.executable).read_bytes())

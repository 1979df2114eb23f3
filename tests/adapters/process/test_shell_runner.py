"""What the runner tells of a command: how it ended, what it said, where it ran and what it found there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Beat, Order
from scafld.core.evidence.criterion import TAIL_CHARACTERS, Ended, Observation
from scafld.core.names import task_id
from scafld.core.value import changed

Run = Callable[..., Observation]


def test_a_command_that_succeeds(run: Run) -> None:
    """Exit code 0 is an exit, and neither a signal nor a problem."""
    seen = run("true")

    assert (seen.ended, seen.exit_code, seen.signal, seen.problem) == (Ended.EXITED, 0, None, "")


@pytest.mark.parametrize("code", [1, 3, 126, 127, 137, 255])
def test_the_shells_own_exit_code_is_kept(run: Run, code: int) -> None:
    """Codes with a custom meaning, 128 + n too, are told as they are."""
    seen = run(f"exit {code}")

    assert (seen.ended, seen.exit_code, seen.signal) == (Ended.EXITED, code, None)


def test_a_command_that_does_not_exist_is_127(run: Run) -> None:
    """Not found is an exit of the shell with 127 and its words."""
    seen = run("no-such-command-anywhere")

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 127)
    assert "no-such-command-anywhere" in seen.tail


def test_a_file_that_cannot_be_executed_is_126(run: Run, root: Path) -> None:
    """A file without the executable bit is 126, not 127."""
    (root / "plain").write_text("#!/bin/sh\n", encoding="utf-8")

    seen = run("./plain")

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 126)


@pytest.mark.parametrize("number", [9, 11, 15])
def test_a_shell_killed_from_outside_has_a_signal_and_no_exit_code(run: Run, number: int) -> None:
    """A signal is told as a signal."""
    seen = run(f"kill -{number} $$; sleep 30")

    assert (seen.ended, seen.exit_code, seen.signal) == (Ended.SIGNALLED, None, number)


@pytest.mark.parametrize("command", ["", "  \n\t "])
def test_an_empty_command_is_not_started(run: Run, command: str) -> None:
    """The shell would call it a success."""
    seen = run(command)

    assert (seen.ended, seen.exit_code, seen.problem) == (Ended.NOT_STARTED, None, "there is no command")


@pytest.mark.parametrize("limit_ms", [0, -1])
def test_a_command_without_a_limit_is_not_started(run: Run, limit_ms: int) -> None:
    """There is no wait without a bound."""
    seen = run("true", limit_ms=limit_ms)

    assert (seen.ended, seen.problem) == (Ended.NOT_STARTED, "the command has no time limit")


@pytest.mark.parametrize(
    ("command", "said"),
    [("echo a\0b", "NUL"), ("echo \ud800", "not Unicode"), ("echo " + "x" * 300_000, "Argument list too long")],
)
def test_a_command_the_system_cannot_take_is_not_started(run: Run, command: str, said: str) -> None:
    """The observation says why, and nothing is raised."""
    seen = run(command)

    assert seen.ended is Ended.NOT_STARTED
    assert said in seen.problem


@pytest.mark.parametrize("command", ["-e /", "+x", "--version"])
def test_a_command_that_begins_with_a_dash_is_no_option_of_the_shell(run: Run, command: str) -> None:
    """`sh -c -e` would run nothing and succeed."""
    seen = run(command)

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 127)


def test_a_command_of_several_lines_is_one_script(run: Run) -> None:
    """Newlines and quotes reach the shell as they stand."""
    seen = run("for word in 'a b' c\ndo\n  echo \"<$word>\"\ndone")

    assert seen.tail == "<a b>\n<c>\n"


def test_stdout_and_stderr_are_kept_in_the_order_they_were_written(run: Run) -> None:
    """One pipe has one order."""
    seen = run("echo 1; echo 2 >&2; echo 3; echo 4 >&2")

    assert seen.tail == "1\n2\n3\n4\n"


def test_the_evidence_file_holds_what_was_said_under_its_digest(run: Run, evidence: Path) -> None:
    """Name, digest, length and content agree; nobody else can read it; nothing else is left in the folder."""
    seen = run("printf 'one\\ntwo\\n'")

    file = evidence / f"{seen.output_digest}.txt"
    assert file.read_bytes() == b"one\ntwo\n"
    assert seen.output_digest == sha256(b"one\ntwo\n").hexdigest()
    assert seen.output_bytes == 8
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(evidence) == [file.name]


def test_the_same_output_twice_is_one_file(run: Run, evidence: Path) -> None:
    """A digest is a name."""
    first = run("echo same")
    second = run("printf 'same\\n'")

    assert first.output_digest == second.output_digest
    assert len(os.listdir(evidence)) == 1


@pytest.mark.parametrize(("command", "fields"), [("true", {}), ("true", {"cwd": "nowhere"})])
def test_no_output_is_an_empty_file(run: Run, evidence: Path, command: str, fields: dict[str, str]) -> None:
    """Every digest that is told has its file, also when nothing was started."""
    seen = run(command, **fields)

    assert (seen.output_bytes, seen.tail) == (0, "")
    assert (evidence / f"{seen.output_digest}.txt").read_bytes() == b""


def test_the_evidence_of_a_running_command_can_be_followed(run: Run, root: Path) -> None:
    """What was said is on disk before the command is over."""
    look = "echo early; until grep -q early .scafld/runs/add-cache/evidence/.part-*; do :; done; echo seen"

    seen = run(look)

    assert (seen.ended, seen.tail) == (Ended.EXITED, "early\nseen\n")


def test_much_output_is_counted_whole_and_kept_in_part(runner: ShellRunner, evidence: Path) -> None:
    """20 MB go by; beginning and end are kept, the file says what is not, and its digest is its own."""
    small = changed(runner, kept_bytes=100_000)
    command = "echo first; head -c 20000000 /dev/zero | tr '\\0' x; echo last"

    seen = small(Order(task=task_id("add-cache"), label="ac1", command=command, limit_ms=20_000), lambda beat: None)

    content = (evidence / f"{seen.output_digest}.txt").read_bytes()
    assert (seen.exit_code, seen.output_bytes) == (0, 20_000_011)
    assert content.startswith(b"first\nxxx")
    assert content.endswith(b"xxxlast\n")
    assert b"bytes are left out here" in content
    assert len(content) < 200_000
    assert sha256(content).hexdigest() == seen.output_digest


def test_the_tail_is_bounded_and_harmless(run: Run) -> None:
    """Escapes are shown, not sent; the last characters are the ones that are kept."""
    seen = run("printf '\\033[31mred\\033[0m\\r\\n\\tend \\007'")
    long = run("head -c 9000 /dev/zero | tr '\\0' y; printf END")

    assert seen.tail == "\\x1b[31mred\\x1b[0m\n\tend \\x07"
    assert len(long.tail) == TAIL_CHARACTERS
    assert long.tail.endswith("yEND")


def test_output_that_is_not_utf8_is_kept_as_bytes_and_shown_with_marks(run: Run, evidence: Path) -> None:
    """The file has the bytes, the tail has U+FFFD."""
    seen = run("printf 'caf\\351 \\360\\237\\246\\212 \\377'")

    assert (evidence / f"{seen.output_digest}.txt").read_bytes() == b"caf\xe9 \xf0\x9f\xa6\x8a \xff"
    assert seen.tail == "caf\ufffd \U0001f98a \ufffd"


def test_a_needle_is_found_wherever_it_stands(run: Run) -> None:
    """Also far before the tail, in two writes, and on stderr; None when none was asked for."""
    early = run("echo 3 passed; head -c 200000 /dev/zero", needle="3 passed")
    halved = run("printf '3 pas'; sleep 0.05; printf 'sed'", needle="3 passed")
    stderr = run("echo 3 passed >&2", needle="3 passed", keep_stdout=True)

    assert (early.found, halved.found, stderr.found) == (True, True, True)
    assert run("echo 2 passed", needle="3 passed").found is False
    assert run("echo 3 passed").found is None


def test_stdout_is_kept_apart_when_asked_for(run: Run) -> None:
    """stderr is evidence too, but not in the way of JSON on stdout."""
    command = 'echo warning >&2; echo \'{"url": "/"}\'; echo more >&2'

    apart = run(command, keep_stdout=True)
    together = run(command)

    assert apart.stdout == '{"url": "/"}\n'
    assert sorted(apart.tail.splitlines()) == ["more", "warning", '{"url": "/"}']
    assert together.stdout == ""


def test_the_command_runs_in_its_working_directory(run: Run, root: Path) -> None:
    """The workspace's root, or a folder in it, also through a link that stays inside."""
    (root / "pkg" / "inner").mkdir(parents=True)
    (root / "link").symlink_to("pkg/inner")

    seen = [run("pwd -P", cwd=cwd).tail.strip() for cwd in ("", ".", "pkg/inner", "link", "pkg/../pkg")]

    assert seen == [str(root), str(root), str(root / "pkg" / "inner"), str(root / "pkg" / "inner"), str(root / "pkg")]


@pytest.mark.parametrize(
    ("cwd", "said"),
    [
        ("..", "leads out of the workspace"),
        ("pkg/../../..", "leads out of the workspace"),
        ("out", "leads out of the workspace"),
        ("sibling", "leads out of the workspace"),
        ("/", "is absolute"),
        ("missing", "is no folder"),
        ("file", "is no folder"),
        ("loop", "is no folder"),
        ("nul\0", "cannot be a folder's name"),
        ("x" * 5000, "is no folder"),
    ],
)
def test_a_working_directory_outside_or_missing_starts_nothing(run: Run, root: Path, cwd: str, said: str) -> None:
    """Dots and links are resolved first; a folder whose name only begins like the workspace's is outside."""
    (root / "file").write_text("", encoding="utf-8")
    (root / "loop").symlink_to("loop")
    (root / "out").symlink_to("/")
    beside = Path(f"{root}-beside")
    beside.mkdir()
    (root / "sibling").symlink_to(beside)

    seen = run("touch ran", cwd=cwd)

    assert seen.ended is Ended.NOT_STARTED
    assert said in seen.problem
    assert not any((folder / "ran").exists() for folder in (root, root.parent, beside, Path("/")))


def test_a_command_finds_the_given_environment_and_nothing_else(runner: ShellRunner, run: Run) -> None:
    """Nothing of the environment of the process that runs it, nor of the interpreters in between."""
    given = changed(runner, environment={"PATH": "/usr/bin:/bin", "COLOUR": "grün \udce9", "EMPTY": ""})

    seen = given(Order(task=task_id("add-cache"), label="ac1", command="env", limit_ms=20_000), lambda beat: None)

    found = dict(line.split("=", 1) for line in seen.tail.splitlines())
    assert found.keys() - {"PWD", "SHLVL", "OLDPWD", "_"} == {"PATH", "COLOUR", "EMPTY"}
    assert (found["COLOUR"], found["EMPTY"]) == ("grün \ufffd", "")


def test_an_environment_larger_than_a_pipe_arrives(runner: ShellRunner) -> None:
    """Several hundred kilobytes of variables are given piece by piece."""
    large = changed(runner, environment={f"LARGE_{number}": "x" * 50_000 for number in range(8)})
    command = 'echo "${#LARGE_0} ${#LARGE_7}"'

    seen = large(Order(task=task_id("add-cache"), label="ac1", command=command, limit_ms=20_000), lambda beat: None)

    assert (seen.ended, seen.tail) == (Ended.EXITED, "50000 50000\n")


@pytest.mark.parametrize("name", ["", "A=B", "A\0B", "\ud800"])
def test_an_environment_no_process_can_have_starts_nothing(runner: ShellRunner, name: str) -> None:
    """A variable that would be lost or split is a problem, not a surprise."""
    odd = changed(runner, environment={name: "1"})

    seen = odd(Order(task=task_id("add-cache"), label="ac1", command="true", limit_ms=20_000), lambda beat: None)

    assert seen.ended is Ended.NOT_STARTED
    assert "environment" in seen.problem


def test_a_command_has_no_input_and_no_terminal(run: Run) -> None:
    """Nothing waits for somebody to type."""
    seen = run("cat; (: </dev/tty) 2>/dev/null && echo terminal; echo over")

    assert seen.tail == "over\n"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which signals are ignored")
def test_a_command_inherits_no_descriptor_and_ignores_no_signal(run: Run) -> None:
    """Three descriptors, and SIGPIPE and its like as in a fresh shell."""
    with open(os.devnull, "rb") as file:
        given = os.dup2(file.fileno(), 57, inheritable=True)

    seen = run("[ -e /dev/fd/57 ] && echo leaked; [ -e /dev/fd/3 ] && echo leaked; grep SigIgn /proc/self/status")

    os.close(given)
    name, ignored = seen.tail.split()
    assert name == "SigIgn:"
    assert int(ignored, 16) & 0x7FFFFFFF == 0


def test_a_running_command_gives_signs_of_life(runner: ShellRunner) -> None:
    """The watch is told how long it has run and how much it said."""
    beats: list[Beat] = []
    order = Order(task=task_id("add-cache"), label="ac1", command="printf 12345; sleep 1.2", limit_ms=20_000)

    seen = runner(order, beats.append)

    assert [beat.output_bytes for beat in beats] == [5, 5]
    assert 0 < beats[0].elapsed_ms < beats[1].elapsed_ms <= seen.duration_ms

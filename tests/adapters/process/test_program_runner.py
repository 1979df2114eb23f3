"""A program run by its argv: what it finds, who listens, and that nothing of it is left."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.process.program import Bounds, Program, ProgramRunner
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.names import task_id

RunProgram = Callable[..., Observation]
ECHO = """
import json, os, sys
print(json.dumps([sys.argv[1:], dict(os.environ), sys.stdin.read(), os.getcwd()]))
print("talk", file=sys.stderr)
"""


@pytest.fixture
def heard() -> dict[int, bytearray]:
    """What a listener was given, by stream."""
    return {0: bytearray(), 1: bytearray()}


@pytest.fixture
def run_program(root: Path, heard: dict[int, bytearray]) -> RunProgram:
    """Run Python with a script and more words; further fields are those of the program and its bounds."""
    runner = ProgramRunner(root=str(root), runs=str(root / ".scafld" / "runs"))

    def _run(script: str, *words: str, limit_ms: int = 20_000, idle_ms: int = 0, **fields: object) -> Observation:
        given = {"argv": (sys.executable, "-IS", "-c", script, *words), "environment": {"LC_ALL": "C.UTF-8"}} | fields
        bounds = Bounds(task=task_id("add-cache"), limit_ms=limit_ms, idle_ms=idle_ms)
        return runner(Program(**given), bounds, lambda stream, chunk: heard[stream].extend(chunk), lambda beat: None)

    return _run


def test_a_program_finds_what_it_was_given_and_nothing_else(run_program: RunProgram, root: Path, heard) -> None:
    """Words that a shell would read, its own environment, its stdin to the last byte, the workspace to work in."""
    words = ("a b", "$(touch pwned)", "", "`'\"\n")

    seen = run_program(ECHO, *words, environment={"LC_ALL": "C.UTF-8", "MINE": "ÿ"}, stdin="prompt ÿ\n".encode())

    argv, environment, stdin, cwd = json.loads(heard[0])
    assert (argv, stdin, cwd) == (list(words), "prompt ÿ\n", str(root))
    assert {name: environment[name] for name in environment if name != "LC_CTYPE"} == {
        "LC_ALL": "C.UTF-8",
        "MINE": "ÿ",
    }
    assert (seen.ended, seen.exit_code, bytes(heard[1])) == (Ended.EXITED, 0, b"talk\n")
    assert not (root / "pwned").exists()


def test_stdin_waits_for_nobody(run_program: RunProgram, heard) -> None:
    """However large it is, and whether or not the program reads it."""
    ignored = run_program("print('done')", stdin=b"x" * 3_000_000)
    read = run_program("import sys; print(len(sys.stdin.buffer.read()))", stdin=b"x" * 3_000_000)

    assert (ignored.exit_code, read.exit_code) == (0, 0)
    assert bytes(heard[0]) == b"done\n3000000\n"


def test_a_program_without_stdin_finds_it_empty(run_program: RunProgram, heard) -> None:
    """It is not the terminal's."""
    run_program("import sys; print(repr(sys.stdin.read()))")

    assert bytes(heard[0]) == b"''\n"


def test_a_program_works_where_it_is_told_to(run_program: RunProgram, tmp_path: Path, heard) -> None:
    """Outside of the workspace too: it is an instrument, and no acceptance command."""
    run_program("import os; print(os.getcwd())", cwd=str(tmp_path.resolve()))

    assert heard[0].decode().strip() == str(tmp_path.resolve())


def test_everything_is_kept_as_evidence(run_program: RunProgram, root: Path) -> None:
    """Both streams, under the digest that is observed."""
    seen = run_program("import sys; print('out'); print('err', file=sys.stderr)")

    kept = root / ".scafld" / "runs" / "add-cache" / "evidence" / f"{seen.output_digest}.txt"
    assert sorted(kept.read_text().splitlines()) == ["err", "out"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"argv": ("/no/such/program",)}, "No such file"),
        ({"argv": ("python3",)}, "absolute path"),
        ({"argv": ()}, "absolute path"),
        ({"limit_ms": 0}, "no time limit"),
        ({"environment": {"A": "\0"}}, "NUL"),
        ({"cwd": "/no/such/folder"}, "No such file"),
    ],
)
def test_what_cannot_be_started_is_told(run_program: RunProgram, fields: dict[str, object], words: str) -> None:
    """In an observation like any other."""
    seen = run_program("print()", **fields)

    assert seen.ended is Ended.NOT_STARTED
    assert words in seen.problem


def test_a_program_that_forks_is_ended_with_its_children(run_program: RunProgram, root: Path) -> None:
    """At its limit, and those that left its session too."""
    script = """
import os, time
child = os.fork()
if child == 0:
    os.setsid()
else:
    open("child", "w").write(str(child))
time.sleep(60)
"""
    seen = run_program(script, limit_ms=700)

    assert seen.ended is Ended.TIMEOUT
    if sys.platform == "linux":
        with pytest.raises(ProcessLookupError):
            os.kill(int((root / "child").read_text()), 0)


def test_a_listener_that_fails_ends_the_program(root: Path) -> None:
    """Its error is the caller's, and no process is left behind it."""
    runner = ProgramRunner(root=str(root), runs=str(root / ".scafld" / "runs"))
    script = "import os, time; open('pid', 'w').write(str(os.getpid())); print('x', flush=True); time.sleep(60)"
    program = Program(argv=(sys.executable, "-IS", "-c", script), environment={})

    def fail(_stream: int, _chunk: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner(program, Bounds(task=task_id("add-cache"), limit_ms=20_000), fail, lambda beat: None)

    with pytest.raises(ProcessLookupError):
        os.kill(int((root / "pid").read_text()), 0)

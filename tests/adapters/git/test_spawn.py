"""Asking a program one question."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scafld.adapters.git.spawn import Asked
from scafld.core.refusal import Unavailable


def python(code: str, *, feed: bytes = b"") -> Asked:
    return Asked([sys.executable, "-S", "-c", code], {"GIVEN": "yes"}, feed=feed)


def descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def test_the_answer_and_the_complaint_are_kept_apart() -> None:
    """stdout is the answer; stderr never gets into it."""
    with python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)") as asked:
        answer = asked.answer()

    assert (answer.code, answer.out, answer.err) == (3, b"out\n", b"err\n")


def test_both_pipes_may_be_fuller_than_a_pipe_is() -> None:
    """A megabyte on stderr does not stop a megabyte on stdout."""
    with python("import sys; sys.stderr.write('e' * 1_000_000); sys.stdout.write('o' * 1_000_000)") as asked:
        answer = asked.answer()

    assert (len(answer.out), len(answer.err)) == (1_000_000, 1_000_000)


def test_a_megabyte_of_stdin_gets_through_while_the_answer_comes_back() -> None:
    """Neither side waits for the other."""
    code = "import sys\nfor line in sys.stdin: sys.stdout.write(line)"
    feed = b"line\n" * 200_000

    with python(code, feed=feed) as asked:
        answer = asked.answer()

    assert answer.out == feed


def test_a_program_that_does_not_read_its_stdin_is_heard_all_the_same() -> None:
    """A closed stdin is no error of the asker."""
    with python("print('no thanks')", feed=b"x" * 1_000_000) as asked:
        answer = asked.answer()

    assert (answer.code, answer.out) == (0, b"no thanks\n")


def test_stdin_without_a_feed_is_empty() -> None:
    """A program that reads does not take the terminal's words."""
    with python("import sys; print(repr(sys.stdin.read()))") as asked:
        assert asked.answer().out == b"''\n"


def test_only_the_environment_given_is_handed_on() -> None:
    """Nothing of the caller's own environment gets through."""
    with python("import os; print('HOME' in os.environ, os.environ['GIVEN'])") as asked:
        assert asked.answer().out == b"False yes\n"


def test_a_program_that_is_not_there_is_unavailable() -> None:
    """The name of it is said, and no descriptor is lost."""
    before = descriptors()

    with pytest.raises(Unavailable, match="no-such-program cannot be started"):
        Asked(["/nowhere/no-such-program"], {})

    assert descriptors() == before


def test_a_program_that_does_not_end_is_ended() -> None:
    """The limit holds, the process is gone, and no descriptor is lost."""
    before = descriptors()
    asked = python("import os\nos.read(os.pipe()[0], 1)")
    pid = asked.pid

    with asked, pytest.raises(Unavailable, match=r"no answer within 0\.1 seconds"):
        asked.answer(limit=0.1)

    assert descriptors() == before
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_leaving_the_block_without_asking_ends_it() -> None:
    """An exception elsewhere leaves no process behind."""
    with pytest.raises(RuntimeError), python("import os\nos.read(os.pipe()[0], 1)") as asked:
        pid = asked.pid
        raise RuntimeError

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_program_ended_by_a_signal_says_which() -> None:
    """The code is minus the signal's number."""
    with python("import os; os.kill(os.getpid(), 15)") as asked:
        assert asked.answer().code == -15


@pytest.mark.parametrize(
    ("err", "expected"),
    [
        ("warning: x\\nfatal: bad\\nhint: y\\n", "fatal: bad"),
        ("error: which one\\nfatal: all of it failed\\n", "error: which one"),
        ("one\\ntwo\\n\\n", "two"),
        ("", "exit 1"),
    ],
)
def test_the_complaint_is_the_line_that_says_most(err: str, expected: str) -> None:
    """The first error wins, then the last line, then the exit code."""
    with python(f"import sys; sys.stderr.write('{err}'); sys.exit(1)") as asked:
        assert asked.answer().complaint() == expected


def test_looking_does_not_import_what_is_slow(tmp_path: Path) -> None:
    """The hot path does without subprocess, dulwich, dataclasses and the like."""
    heavy = "{'subprocess', 'dulwich', 'dataclasses', 'tempfile', 'inspect', 'pathlib'}"
    root = Path(__file__).parents[3]
    code = (
        f"import sys; sys.path.insert(0, {os.fspath(root)!r})\n"
        "from scafld.adapters.git import git_tree, worktree\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )

    with Asked([sys.executable, "-S", "-B", "-c", code], {"PATH": os.environ["PATH"]}) as asked:
        answer = asked.answer()

    assert (answer.out, answer.err) == (b"[]\n", b"")

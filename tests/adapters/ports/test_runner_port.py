"""What every Runner tells of a command, whether it runs it or plays it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from scafld.adapters.memory.commits import MemoryTree
from scafld.adapters.memory.scripts import Exit, MemoryRunner, Script
from scafld.adapters.process.runner import ShellRunner
from scafld.app.check import Beat, Order, Runner
from scafld.core.evidence.criterion import TAIL_CHARACTERS, Ended, Observation
from scafld.core.names import task_id

PLAYED: Script = {
    "true": 0,
    "exit 3": 3,
    "printf 'one\\ntwo\\n'": (0, "one\ntwo\n"),
    "printf ä; exit 1": (1, "ä"),
    "printf out; printf err >&2": Exit(output="outerr", stdout="out"),
    "kill -9 $$": Exit(ended=Ended.SIGNALLED, signal=9),
    "head -c 9000 /dev/zero | tr '\\0' x": (0, "x" * 9000),
    "grep -q y a.py": lambda files: 0 if "y" in files["a.py"] else 1,
}


class World:
    """A file `a.py`, and something that runs commands beside it."""

    def __init__(self, runner: Runner, write: Callable[[str], object]) -> None:
        self.runner = runner
        self.write = write

    def run(self, command: str, **fields: object) -> Observation:
        given = {"task": task_id("add-cache"), "label": "ac1", "command": command, "limit_ms": 20_000} | fields
        return self.runner(Order(**given), lambda beat: None)


def real(folder: Path) -> World:
    root = folder.resolve()
    (root / "a.py").write_text("x\n", encoding="utf-8")
    runner = ShellRunner(
        root=str(root), runs=str(root / ".scafld" / "runs"), environment={"PATH": "/usr/local/bin:/usr/bin:/bin"}
    )
    return World(runner, lambda text: (root / "a.py").write_text(text, encoding="utf-8"))


def played(_folder: Path) -> World:
    tree = MemoryTree({"a.py": "x\n"})
    return World(MemoryRunner(tree, PLAYED), lambda text: tree.write("a.py", text))


@pytest.fixture(params=[real, played], ids=["shell", "memory"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Each runner in turn."""
    made: World = request.param(tmp_path)
    return made


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("exit 3", 3)])
def test_an_exit_code_is_told(world: World, command: str, code: int) -> None:
    """And that it was one."""
    seen = world.run(command)

    assert (seen.ended, seen.exit_code, seen.signal, seen.problem) == (Ended.EXITED, code, None, "")
    assert seen.duration_ms >= 0


def test_what_is_not_there_is_127(world: World) -> None:
    """In the shell's words."""
    seen = world.run("no-such-command-anywhere")

    assert (seen.ended, seen.exit_code) == (Ended.EXITED, 127)
    assert "not found" in seen.tail


def test_a_signal_is_no_exit(world: World) -> None:
    """It has a number and no code."""
    seen = world.run("kill -9 $$")

    assert (seen.ended, seen.exit_code, seen.signal) == (Ended.SIGNALLED, None, 9)


@pytest.mark.parametrize(
    ("command", "output"), [("printf 'one\\ntwo\\n'", b"one\ntwo\n"), ("printf ä; exit 1", "ä".encode())]
)
def test_output_is_named_by_its_bytes(world: World, command: str, output: bytes) -> None:
    """Digest, size, and the end of it as text."""
    seen = world.run(command)

    assert (seen.output_digest, seen.output_bytes) == (sha256(output).hexdigest(), len(output))
    assert seen.tail == output.decode()


def test_only_the_end_is_kept_as_text(world: World) -> None:
    """The digest is of all of it."""
    seen = world.run("head -c 9000 /dev/zero | tr '\\0' x")

    assert (seen.output_bytes, len(seen.tail)) == (9000, TAIL_CHARACTERS)
    assert seen.output_digest == sha256(b"x" * 9000).hexdigest()


@pytest.mark.parametrize(("needle", "found"), [("", None), ("two", True), ("e\nt", True), ("three", False)])
def test_a_text_is_looked_for_when_one_is_wanted(world: World, needle: str, *, found: bool | None) -> None:
    """In the whole output."""
    assert world.run("printf 'one\\ntwo\\n'", needle=needle).found is found


def test_stdout_is_kept_apart_when_it_is_wanted(world: World) -> None:
    """And only then."""
    command = "printf out; printf err >&2"

    assert world.run(command, keep_stdout=True).stdout == "out"
    assert world.run(command).stdout == ""


def test_what_a_command_sees_are_the_files_as_they_are(world: World) -> None:
    """Then, not before."""
    before = world.run("grep -q y a.py")
    world.write("y\n")

    assert (before.exit_code, world.run("grep -q y a.py").exit_code) == (1, 0)


def test_who_watches_is_told_at_least_nothing_wrong(world: World) -> None:
    """A sign of life never claims more output than there was."""
    beats: list[Beat] = []
    order = Order(task=task_id("add-cache"), label="ac1", command="printf 'one\\ntwo\\n'", limit_ms=20_000)

    seen = world.runner(order, beats.append)

    assert all(0 <= beat.output_bytes <= seen.output_bytes for beat in beats)

"""What the story is played on: a folder of its own, the example's files, and the real command line run in it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from difflib import ndiff

from scafld.core.refusal import Misused, Unavailable
from scafld.core.value import value

Say = Callable[[str], None]
"""Port: one line of text for whoever watches."""

REPOSITORY = "shop"
REVIEWER = "reviewer.py"
MARGIN = 2
"""How many columns commands and their output are set in."""


@value
class Ended:
    """How a command ended: its exit code, and its output as a terminal would have shown it."""

    code: int
    text: str


@value
class Stage:
    """`folder` (absolute) holds the repository, and beside it the reviewer. `python`: how commands call Python."""

    folder: str
    environ: Mapping[str, str]
    python: str
    width: int
    say: Say

    @property
    def repository(self) -> str:
        return os.path.join(self.folder, REPOSITORY)

    def lay(self, act: str) -> tuple[str, ...]:
        """Write the files of one act into the repository; gives what changed, as lines for a reader."""
        told: list[str] = []
        for name, text in _files(act):
            told += _changed_lines(name, self.read(name), text)
            self.write(name, text)
        return tuple(told)

    def scafld(self, *words: str) -> Ended:
        """Run the real command line in the repository, in a process of its own. The ledger names who ran it."""
        actor = "agent:script" if words[0] in ("build", "review") else "human:person"
        return self._run([sys.executable, "-P", "-c", _START, _CODE, *words], {"SCAFLD_ACTOR": actor})

    def git(self, *words: str) -> Ended:
        """Run git in the repository."""
        return self._run(["git", *words], {})

    def contract(self) -> str:
        """What the contract of the example says, from its summary on."""
        return _example("contract.md").replace("{python}", self.python)

    def read(self, path: str) -> str:
        """A file of the repository, "" when it is not there."""
        return _text(os.path.join(self.repository, path))

    def write(self, path: str, text: str) -> None:
        """Write a file of the repository."""
        _write(os.path.join(self.repository, path), text)

    def has_git(self) -> bool:
        return shutil.which("git", path=self.environ.get("PATH")) is not None

    def _run(self, command: list[str], more: Mapping[str, str]) -> Ended:
        try:
            done = subprocess.run(
                command,
                cwd=self.repository,
                env={**self.environ, **more},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=LIMIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{os.path.basename(command[0])} did not answer: {error}") from error
        return Ended(code=done.returncode, text=done.stdout)


HOST = "host"
"""Where this host's key and its memory of ledgers lie, beside the repository: nothing of the caller's is touched."""

MOST_LINES = 6
"""A change of more lines is told by their number."""
LIMIT_S = 120
"""How long one command may take; each of them takes well under a second."""


def set_stage(folder: str | None, environ: Mapping[str, str], say: Say, width: int) -> Stage:
    """A stage in `folder`, which must be empty or not there yet (Misused when not), or in a new temporary one, with the
    reviewer beside the repository."""
    try:
        whole = os.path.abspath(folder or tempfile.mkdtemp(prefix="scafld-demo-"))
        os.makedirs(whole, exist_ok=True)
        if os.listdir(whole):
            raise Misused(f"{folder} is not empty: the demo builds in a folder of its own", next="scafld demo")
        os.mkdir(os.path.join(whole, REPOSITORY))
        _write(os.path.join(whole, REVIEWER), _example(REVIEWER))
    except OSError as error:
        place = folder or "the folder for temporary files"
        raise Unavailable(f"{place} cannot be used: {error.strerror}", next="scafld demo --keep PATH") from error
    host = os.path.join(whole, HOST)
    chosen = _environment(environ, width) | {"SCAFLD_CONFIG_HOME": host, "SCAFLD_STATE_HOME": host}
    python = "python3" if shutil.which("python3", path=chosen["PATH"]) else shlex.quote(sys.executable)
    return Stage(folder=whole, environ=chosen, python=python, width=width, say=say)


# Private.

_CODE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
_EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "example")
_START = """
import runpy, sys
code = sys.argv.pop(1)
if code not in sys.path: sys.path.insert(0, code)
sys.argv[0] = "scafld"
runpy.run_module("scafld", run_name="__main__", alter_sys=True)
"""
_PASSED_ON = frozenset({"HOME", "LANG", "PATH", "TERM", "TMPDIR", "USER"})


def _environment(inherited: Mapping[str, str], width: int) -> dict[str, str]:
    """What the story's commands find: nothing that points at the caller's own repository, workspace or Python."""
    chosen = {name: text for name, text in inherited.items() if name in _PASSED_ON or name.startswith("LC_")}
    path = (os.path.dirname(sys.executable), *chosen.get("PATH", os.defpath).split(os.pathsep))
    return chosen | {
        "PATH": os.pathsep.join(dict.fromkeys(path)),
        "COLUMNS": str(width - MARGIN - 1),
        "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _files(act: str) -> list[tuple[str, str]]:
    """The files of an act: where each belongs in the repository, and its text."""
    top = os.path.join(_EXAMPLE, act)
    found = []
    for folder, _folders, names in sorted(os.walk(top)):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), top)
            found.append((_real_name(path), _text(os.path.join(folder, name))))
    return found


def _real_name(path: str) -> str:
    """Example files bear `.txt`, so that no tool takes them for code of scafld; a hidden one begins with `dot-`."""
    folder, name = os.path.split(path.removesuffix(".txt"))
    return os.path.join(folder, f".{name.removeprefix('dot-')}" if name.startswith("dot-") else name)


def _example(name: str) -> str:
    return _text(os.path.join(_EXAMPLE, f"{name}.txt"))


def _changed_lines(name: str, before: str, after: str) -> list[str]:
    """What a person wants to see of a change: its lines where they are few, else how many."""
    if not before:
        return [f"{name}  new, {len(after.splitlines())} lines"]
    lines = [line for line in ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]
    if len(lines) > MOST_LINES:
        count = [sum(line[0] == sign for line in lines) for sign in "+-"]
        return [f"{name}  {count[0]} lines more, {count[1]} fewer"]
    return [name, *(f"  {line[0]} {line[2:].strip()}" for line in lines)] if lines else []


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)

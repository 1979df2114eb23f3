"""What only the vendors' programs could do, done by emulated ones: each stops where the table says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scafld.core.value import value
from tests.adapters.providers.emulated import PROGRAMS, Step, install
from tests.hostile.conftest import TASK, Desk

PASS = {
    "mode": "discover",
    "summary": "Read it.",
    "attacks": [{"target": "a.py", "attack": f"angle {number}", "result": "clean"} for number in range(6)],
    "findings": [],
}
FINDING = {
    "id": "broken",
    "summary": "It breaks.",
    "severity": "high",
    "blocks_completion": True,
    "path": "a.py",
    "line": 1,
    "evidence": "seen",
    "impact": "harm",
    "validation": "run it",
}
FAIL = PASS | {"findings": [FINDING]}
LAZY = PASS | {"attacks": []}
ODD = "\x1b[2J\x1b]0;owned\x07\u202e\n# Heading\n---"
OUT = "os.environ['TMPDIR'] + '/answer.json'"
LAST = "flag('--output-last-message')"
BIG = {"input_tokens": 10**300, "output_tokens": -5, "cache_read_input_tokens": "many"}


def message(text: str) -> Step:
    return ("emit", {"type": "assistant", "message": {"model": "m", "content": [{"type": "text", "text": text}]}})


def init(**fields: str) -> Step:
    return ("emit", {"type": "system", "subtype": "init", "model": "claude-opus-5-5"} | fields)


@value
class Row:
    """`program` is one of the emulated ones; `stops` and `words` are those of `table.py`."""

    name: str
    program: str
    steps: tuple[Step, ...]
    stops: str
    words: str = ""


ROWS = (
    Row(name="hands in twice", program="claude", steps=(("hand_in", FAIL), ("hand_in", PASS)), stops="failed"),
    Row(
        name="takes it back in words",
        program="claude",
        steps=(("hand_in", FAIL), message(json.dumps(PASS))),
        stops="failed",
    ),
    Row(
        name="hands in, and then mends", program="claude", steps=(("hand_in", LAZY), ("hand_in", PASS)), stops="passed"
    ),
    Row(name="hands in too little", program="claude", steps=(("hand_in", LAZY),), stops="no_submission"),
    Row(name="says it and hands in nothing", program="claude", steps=(message("All good."),), stops="no_submission"),
    Row(
        name="quotes an answer",
        program="claude",
        steps=(message(f"Not this: {json.dumps(PASS)}"),),
        stops="no_submission",
    ),
    Row(
        name="writes the answer by hand",
        program="claude",
        steps=(("run", f"open({OUT}, 'w').write('{{}}')"),),
        stops="invalid",
    ),
    Row(
        name="links the answer",
        program="claude",
        steps=(("run", f"os.symlink('/etc/passwd', {OUT})"),),
        stops="no_submission",
    ),
    Row(
        name="puts a pipe for the answer",
        program="claude",
        steps=(("run", f"os.mkfifo({OUT})"),),
        stops="no_submission",
    ),
    Row(
        name="puts a folder for the answer",
        program="claude",
        steps=(("run", f"os.mkdir({OUT})"),),
        stops="no_submission",
    ),
    Row(name="answers and fails", program="claude", steps=(("hand_in", PASS), ("exit", 1)), stops="passed"),
    Row(name="answers and dies", program="claude", steps=(("hand_in", PASS), ("signal", 9)), stops="passed"),
    Row(
        name="bears hostile names",
        program="claude",
        steps=(init(model=ODD, session_id=ODD), ("hand_in", PASS)),
        stops="passed",
    ),
    Row(
        name="counts absurdly",
        program="claude",
        steps=(("emit", {"type": "result", "usage": BIG, "total_cost_usd": 1e308}), ("hand_in", PASS)),
        stops="passed",
    ),
    Row(
        name="is turned away",
        program="claude",
        steps=(("emit", {"type": "result", "is_error": True, "api_error_status": 429, "result": ODD}), ("exit", 1)),
        stops="rate_limited",
    ),
    Row(
        name="links its last message",
        program="codex",
        steps=(("run", f"os.symlink('/etc/passwd', {LAST})"),),
        stops="no_submission",
    ),
    Row(
        name="puts a pipe for its last message",
        program="codex",
        steps=(("run", f"os.mkfifo({LAST})"),),
        stops="no_submission",
    ),
    Row(
        name="writes a last message of 50 MB",
        program="codex",
        steps=(("run", f"open({LAST}, 'w').write('{{' * (50 << 20))"),),
        stops="invalid",
    ),
    Row(
        name="puts a pipe among its sessions",
        program="codex",
        steps=(("run", "os.mkfifo(os.environ['CODEX_HOME'] + '/sessions/2026/rollout-9.jsonl')"), ("hand_in", PASS)),
        stops="passed",
    ),
    Row(
        name="locks its folder",
        program="codex",
        steps=(("hand_in", PASS), ("run", "os.chmod(os.environ['CODEX_HOME'] + '/sessions', 0)")),
        stops="passed",
    ),
    Row(
        name="answers in pieces, twice", program="gemini", steps=(("hand_in", PASS), ("hand_in", FAIL)), stops="invalid"
    ),
    Row(
        name="floods with what is no event",
        program="gemini",
        steps=(("flood", 50 << 20), ("hand_in", PASS)),
        stops="passed",
    ),
    Row(name="says one line of 20 MB", program="gemini", steps=(("line", 20 << 20), ("hand_in", PASS)), stops="passed"),
)


@pytest.fixture
def tools(desk: Desk) -> Path:
    """A folder on the PATH, outside of the workspace."""
    folder = desk.shelf / "tools"
    folder.mkdir()
    home = desk.shelf / "home"
    home.mkdir()
    desk.environ |= dict.fromkeys(("SCAFLD_CONFIG_HOME", "SCAFLD_STATE_HOME"), desk.environ["HOME"])
    desk.environ |= {"PATH": os.pathsep.join((str(folder), desk.environ["PATH"])), "HOME": str(home)}
    desk.environ |= {"TMPDIR": str(home)}
    return folder


def told(desk: Desk) -> Any:
    return desk("status", TASK, "--json").told["result"]["review"]


def stopped(desk: Desk, stops: str, code: int) -> None:
    found = told(desk)
    if stops in ("passed", "failed"):
        assert (found["standing"], code) == (stops, 0 if stops == "passed" else 4), found["attempt"]
    else:
        assert (found["attempt"]["failure"], code) == (stops, 4), found["attempt"]
    assert desk.left_running() == []
    page = desk("status", TASK).out
    assert all(char.isprintable() or char == "\n" for char in page), ascii(page)
    assert "complete" not in desk.kinds()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_hostile_program_stops_there(desk: Desk, tools: Path, row: Row) -> None:
    """And its own folder is gone."""
    install(tools, row.program, row.steps)

    ended = desk("review", TASK, "--provider", row.program)

    stopped(desk, row.stops, ended.code)
    assert os.listdir(desk.shelf / "home") == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_that_edits_the_workspace_fails(desk: Desk, tools: Path, name: str) -> None:
    """However well it answers."""
    install(tools, name, (("run", "open('a.py', 'a').write('z')"), ("hand_in", PASS)))

    ended = desk("review", TASK, "--provider", name)

    stopped(desk, "changed", ended.code)
    assert told(desk)["attempt"]["changed"] == ["a.py"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_that_leaves_a_daemon_is_heard(desk: Desk, tools: Path, name: str) -> None:
    """And its daemon is not."""
    install(tools, name, (("hand_in", PASS), ("daemon",)))

    ended = desk("review", TASK, "--provider", name)

    stopped(desk, "passed", ended.code)


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_is_known_by_who_was_asked(desk: Desk, tools: Path, name: str) -> None:
    """A model names itself; whose program it is, and which, is as it was seen."""
    install(tools, name, (init(model="human"), ("hand_in", PASS | {"provider": "human", "model": "gpt-9"})))

    desk("review", TASK, "--provider", name)

    (seat,) = told(desk)["seats"]
    vendors = {"claude": "anthropic", "codex": "openai", "gemini": "google"}
    assert (seat["provider"], seat["vendor"]) == (name, vendors[name])
    assert len(seat["binary"]) == 64
    assert told(desk)["independence"] == "unknown"

"""A task from plan to completed through real processes: what each command returns, and that its `next` can be run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scafld.adapters.cli.table import BY_NAME, COMMANDS

ROOT = Path(__file__).resolve().parents[2]
REVIEWER = """
import json, sys
packet = sys.stdin.read()
clean = "z = 1" in open("a.py").read()
attacks = [{"target": f"a.py {at}", "attack": "read it", "result": "clean", "notes": ""} for at in range(8)]
finding = {
    "id": "no-z", "summary": "there is no z", "severity": "high", "blocks_completion": True, "path": "a.py", "line": 1,
    "evidence": "a.py", "impact": "no z", "validation": "grep z a.py",
}
mode = "verify" if "mode `verify`" in packet else "discover"
print(json.dumps({"mode": mode, "summary": "read", "attacks": attacks, "findings": [] if clean else [finding]}))
"""

Told = dict[str, Any]
Scafld = Callable[..., Told]


class Place:
    """A repository, and scafld run in it: with `--json` for its envelope, without for its page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "HOME": os.devnull,
            "SCAFLD_CONFIG_HOME": str(folder.parent / f"{folder.name}-host"),
            "SCAFLD_ACTOR": "human:you",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scafld", *words],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def json(self, code: int, *words: str) -> Told:
        """The envelope of a command that ends with this code, which its help names."""
        done = self.run(*words, "--json")
        told: Told = json.loads(done.stdout)
        assert (done.returncode, done.stderr) == (code, ""), done.stdout + done.stderr
        assert told["command"] == BY_NAME[words[0]].name
        assert code in BY_NAME[words[0]].exits
        assert (told["error"] is None) == told["ok"] == (code == 0)
        return told

    def write(self, text: str) -> None:
        (self.folder / "a.py").write_text(text, encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with one commit and a workspace."""
    folder = tmp_path / "repository"
    folder.mkdir()
    place = Place(folder)
    place.write("x = 1\n")
    (tmp_path / "reviewer.py").write_text(REVIEWER, encoding="utf-8")
    for words in (
        ["git", "init", "-q"],
        ["git", "add", "."],
        ["git", "-c", "user.name=you", "-c", "user.email=you@localhost", "commit", "-qm", "first"],
    ):
        subprocess.run(words, cwd=folder, env=place.environ, check=True, timeout=60)
    place.json(0, "init")
    return place


def next_of(told: Told) -> str:
    """The command that an envelope names as the next."""
    if told["error"] is not None:
        return str(told["error"]["next"])
    return str(told["result"]["next_action"]["command"])


def test_a_life_by_following_next(place: Place) -> None:
    """Every `next` can be run as it stands on the way from a draft to completed; the codes say where it stood."""
    command = f"{shlex.quote(sys.executable)} ../reviewer.py"
    config = json.dumps({"review": {"external": {"command": command}}})
    (place.folder / ".scafld" / "config.yaml").write_text(config, encoding="utf-8")
    place.json(0, "plan", "add-y", "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    place.json(0, "approve", "add-y")
    opened = place.json(0, "build", "add-y")
    blocked = place.json(3, "build", "add-y")
    place.write("x = 1\ny = 1\n")
    built = place.json(0, "build", "add-y")
    refused = place.json(3, "complete", "add-y")
    failed = place.json(4, "review", "add-y", "--provider", "command")
    place.write("x = 1\ny = 1\nz = 1\n")
    repaired = place.json(0, "build", "add-y")
    passed = place.json(0, "review", "add-y", "--provider", "command")
    done = place.json(0, "finalize", "add-y")

    statuses = [told["result"]["status"] for told in (opened, blocked, built, failed, repaired, passed, done)]
    assert statuses == ["active", "blocked", "review", "review", "review", "review", "completed"]
    assert "1 of 1 criteria" in blocked["error"]["message"]
    assert (refused["result"], refused["error"]["gate"]["gate"]) == (None, "complete")
    assert [each["id"] for each in failed["result"]["review"]["findings"]] == ["no-z"]
    assert next_of(done) == ""
    for told in (opened, blocked, built, refused, failed, repaired):
        program, *words = shlex.split(next_of(told))
        assert program == "scafld"
        assert place.run(*words).returncode != 2


def test_the_commands_that_look_agree(place: Place) -> None:
    """status, list, report, log, handoff, show and doctor tell of one task; none of them changes it."""
    place.json(0, "quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py")

    status = place.json(0, "status", "add-y")["result"]
    (row,) = place.json(0, "list")["result"]["tasks"]
    report = place.json(0, "report")["result"]
    log = place.json(0, "log", "add-y")["result"]["entries"]
    handoff = place.json(0, "handoff", "add-y", "--role", "executor")["result"]
    shown = place.json(0, "show", "add-y")["result"]
    health = place.json(0, "doctor")["result"]

    assert status["status"] == row["status"] == "active"
    assert (report["total"], report["by_status"]) == (1, {"active": 1})
    assert [each["seq"] for each in log] == list(range(1, status["entries"] + 1))
    assert handoff["text"].startswith("# add-y")
    assert (handoff["role"], handoff["gate"]) == ("executor", "active")
    assert shown["text"] == (place.folder / shown["path"]).read_text(encoding="utf-8")
    assert (health["tasks"], health["entries"]) == (1, len(log))
    assert place.json(0, "status", "add-y")["result"] == status


def test_the_other_ends_of_a_life(place: Place) -> None:
    """A task is given up with a reason, once; without one it is not."""
    for name in ("one", "two"):
        place.json(0, "quick", name, "--title", "A title", "--command", "grep -q y a.py")

    place.json(3, "fail", "one")
    failed = place.json(0, "fail", "one", "--reason", "cannot be done")
    cancelled = place.json(0, "cancel", "two", "--reason", "not wanted")
    place.json(3, "cancel", "one", "--reason", "again")

    assert [told["result"]["status"] for told in (failed, cancelled)] == ["failed", "cancelled"]
    assert place.json(0, "list")["result"]["tasks"] == []
    assert len(place.json(0, "list", "--all")["result"]["tasks"]) == 2


def test_manual_evidence_needs_every_word(place: Place) -> None:
    """What is missing is named; with all of it the gate judges."""
    place.json(0, "plan", "look", "--title", "Look", "--command", "grep -q y a.py")

    few = place.json(2, "build", "look", "--criterion", "ac1", "--reason", "saw it")
    words = ("--criterion", "ac1", "--disposition", "pass", "--evidence-digest", "0" * 64, "--reason", "saw it")
    refused = place.json(3, "build", "look", *words)

    assert "--disposition" in few["error"]["message"]
    assert "--evidence-digest" in few["error"]["message"]
    assert "--criterion" not in few["error"]["message"]
    assert refused["error"]["gate"]["gate"] == "build"


def test_a_review_shows_what_it_would_send(place: Place) -> None:
    """The packet on stdout and nothing else, and nothing written."""
    place.json(0, "quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py")
    place.write("x = 1\ny = 1\n")
    before = place.json(0, "build", "add-y")["result"]["entries"]

    shown = place.run("review", "add-y", "--print-context")

    assert shown.stdout.startswith("# Review of add-y")
    assert "+y = 1" in shown.stdout
    assert place.json(0, "status", "add-y")["result"]["entries"] == before


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_answers_without_a_workspace(tmp_path: Path, command: Any) -> None:
    """One envelope with a code that its help names; those that need a workspace end with 6."""
    place = Place(tmp_path)
    words = {"quick": ["x", "--title", "t", "--command", "make test"], "completion": ["bash"], "demo": ["--keep", "."]}
    words |= {"export": ["x", "--format", "sarif"], "keys": ["list"]}
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    given = words.get(command.name, ["x"] if command.positional else [])
    expected = {"init": 0, "completion": 0, "demo": 2}.get(command.name, 6)

    told = place.json(expected, command.name, *given)

    assert told["ok"] == (expected == 0)


def test_wrong_documents_are_answers(place: Place) -> None:
    """A spec that cannot be read: every problem; a ledger that was edited: named, and nothing leans on it."""
    place.json(0, "quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py")
    place.json(0, "plan", "torn", "--title", "Torn", "--command", "grep -q y a.py")
    ledger = place.folder / ".scafld" / "runs" / "add-y" / "session.json"
    ledger.write_bytes(ledger.read_bytes().replace(b"Add y", b"Add z", 1))
    (place.folder / ".scafld" / "specs" / "drafts" / "torn.md").write_text("no front matter\n", encoding="utf-8")

    invalid = place.json(3, "validate", "torn")
    every = place.json(3, "validate", "--all")
    unread = place.json(3, "status", "torn")
    forged = place.json(6, "build", "add-y")
    ill = place.json(6, "doctor")
    rows = place.json(0, "list")["result"]["tasks"]

    (spec,) = invalid["result"]["specs"]
    assert set(spec) >= {"task_id", "path", "valid", "problems"}
    assert set(spec["problems"][0]) == {"line", "code", "message", "suggestion"}
    assert len(every["result"]["specs"]) == 2
    assert unread["error"]["problems"]
    assert "entry" in forged["error"]["message"]
    assert any("add-y" in each["subject"] for each in ill["result"]["symptoms"])
    assert {row["task_id"] for row in rows} == {"add-y", "torn"}


HEAVY = {"typer", "click", "rich", "pydantic", "ruamel", "markdown_it", "dulwich", "structlog", "asyncio"} | {
    "dataclasses",
    "inspect",
    "subprocess",
    "traceback",
    "argparse",
    "difflib",
}


def test_what_must_be_quick_loads_nothing_heavy(place: Place) -> None:
    """status, list, report, handoff, help and the version answer without a package, and without half the library."""
    place.json(0, "quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py")
    place.json(0, "status", "add-y")
    code = (
        "import os, sys\nfrom scafld.__main__ import main\nleave = os._exit\n"
        "def end(code):\n    sys.stdout.flush()\n    print('\\n'.join(sys.modules), file=sys.stderr)\n"
        "    sys.stderr.flush()\n    leave(code)\n"
        "os._exit = end\nmain()\n"
    )

    for words in (["status", "add-y"], ["list"], ["report"], ["handoff", "add-y"], ["--version"], ["build", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=place.folder,
            env=place.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        loaded = {line.partition(".")[0] for line in done.stderr.splitlines()}
        assert "scafld" in loaded, words
        assert sorted(loaded & HEAVY) == [], words
    assert "scafld.core.value" not in done.stderr or words != ["--version"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_is_one(place: Place, shell: str) -> None:
    """The shell itself finds nothing wrong with it, where there is that shell."""
    text = place.run("completion", shell).stdout
    script = place.folder / f"completion.{shell}"
    script.write_text(text, encoding="utf-8")

    assert all(command.name in text for command in COMMANDS)
    try:
        checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return
    assert (checked.returncode, checked.stderr) == (0, "")


def test_bash_completes_commands_flags_and_tasks(place: Place) -> None:
    """From the table, and from the specs that lie there."""
    place.json(0, "plan", "add-y", "--title", "Add y", "--command", "grep -q y a.py")

    def completes(*words: str) -> list[str]:
        line = " ".join(shlex.quote(word) for word in words)
        code = (
            f'eval "$(cat script)"; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _scafld; echo "${{COMPREPLY[@]}}"'
        )
        (place.folder / "script").write_text(place.run("completion", "bash").stdout, encoding="utf-8")
        done = subprocess.run(
            ["bash", "-c", code],
            cwd=place.folder,
            env=place.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert completes("scafld", "sta") == ["status"]
    assert completes("scafld", "status", "ad") == ["add-y"]
    assert completes("scafld", "plan", "--ti") == ["--title"]

"""Real processes that live whole lives in a real repository, and are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scafld
from tests.crash.forking import Forker

SOURCE = str(Path(scafld.__file__).parents[1])
PATIENCE_S = 60.0
HOST = """
import os, signal, sys
import scafld
from scafld.core.refusal import Refused

root, acks, reviewer = sys.argv[1:4]
log = os.open(acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

def note(*words):
    os.write(log, (" ".join(words) + "\\n").encode())

def done(task, command):
    head = os.pread(ledger := os.open(f"{root}/.scafld/runs/{task}/session.json", os.O_RDONLY), 1 << 30, 0)
    os.close(ledger)
    note("done", task, command, head[-70:-6].decode())
    os.fsync(log)

def call(task, name, act, /, **more):
    note("begins", task, name)
    act(task, **more)
    done(task, name)

def live(task):
    ws = scafld.open(root, environ=dict(os.environ))
    for _ in range(20):
        try:
            overview = ws.status(task)
        except Refused:
            call(task, "plan", ws.plan, title="Add y", command=f"grep -q y src/{task}.py", files=(f"src/{task}.py",))
            continue
        status, action = str(overview.status), overview.next_action.action
        if status == "completed":
            return
        if status == "draft":
            call(task, "approve", ws.approve)
        elif action == "complete":
            call(task, "complete", ws.complete)
        elif action == "wait_for_review":
            call(task, "abandon", ws.abandon_review)
        elif status == "review":
            again = {"force": True, "reason": "it was killed"} if action == "review_again" else {}
            call(task, "review", ws.review, provider="command", provider_command=reviewer, **again)
        else:
            if status in ("active", "blocked"):
                with open(f"{root}/src/{task}.py", "w") as file:
                    file.write("y = 1\\n")
            call(task, "build", ws.build)
    note("stuck", task, status, action)
    os._exit(9)

print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        try:
            live(line.strip())
        except BaseException as error:
            note("raised", line.strip(), type(error).__name__, str(error).replace("\\n", " "))
            os._exit(8)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
REVIEWER = """
import json, sys
sys.stdin.read()
attack = {"target": "the change", "attack": "tried", "result": "clean"}
print(json.dumps({"mode": "discover", "summary": "nothing found", "attacks": [attack] * 6, "findings": []}))
"""


class Host(Forker):
    """A process that knows scafld already and starts another one for each life: a life costs no start of Python.

    `acks`: what each of these processes wrote down, flushed to disk, after each command that was reported as done.
    """

    def __init__(self, root: Path, shelf: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.acks = shelf / "acks"
        (shelf / "reviewer.py").write_text(REVIEWER)
        reviewer = f"'{sys.executable}' -S -E '{shelf / 'reviewer.py'}'"
        super().__init__(HOST, (str(root), str(self.acks), reviewer), environment, ready="ready")

    def live(self, task: str, killed_after_s: float | None = None) -> int:
        """Go on with the life of a task."""
        return self.tell(task, killed_after_s)

    def notes(self) -> list[list[str]]:
        """All that was written down: `begins TASK COMMAND`, `done TASK COMMAND DIGEST`, and what went wrong."""
        if not self.acks.exists():
            return []
        return [line.split(" ") for line in self.acks.read_text().split("\n")[:-1]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {
        "HOME": str(home),
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": SOURCE,
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Path:
    """A repository with a workspace, committed."""
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.py").write_text("x = 1\n")
    scafld.init(str(root), agent_docs=False)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run(["git", *words], cwd=root, env=environment, check=True, timeout=60)
    return root


@pytest.fixture
def host(repository: Path, tmp_path: Path, environment: dict[str, str]) -> Iterator[Host]:
    started = Host(repository, tmp_path, environment)
    yield started
    started.close()


@pytest.fixture
def summary(request: pytest.FixtureRequest) -> Iterator[dict[str, object]]:
    """What a test found out; printed at its end."""
    found: dict[str, object] = {}
    yield found
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    if found and capture is not None:
        with capture.global_and_fixture_disabled():
            print(f"\n{request.node.name}: {json.dumps(found)}", file=sys.stderr)

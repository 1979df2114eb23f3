"""Laws 14 and 17: scafld is killed while a model is at work. One named command goes on, and nobody is paid twice."""

from __future__ import annotations

import json
import os
import random
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.crash.forking import apart

SEED = 20260201
PATIENCE_S = 60
ATTACK = {"target": "the change", "attack": "tried", "result": "clean"}
DIMENSIONS = ("design", "scope", "path", "command", "timing", "rollback")
ANSWERS: dict[str, dict[str, object]] = {
    "review": {"mode": "discover", "summary": "nothing found", "attacks": [ATTACK] * 6, "findings": []},
    "harden": {
        "summary": "it holds",
        "shape": {"decision": "keep", "true_shape": "one", "minimal_plan": "two", "shared_owner": "nobody"},
        "observations": [{"dimension": each, "result": "clean", "anchor": "code:src/a.py:1"} for each in DIMENSIONS],
    },
}
DONE = {"review": "complete", "harden": "approve_contract"}


class Desk:
    """A repository with one task, and a slow model that notes each time it is asked."""

    def __init__(self, root: Path, environment: dict[str, str], act: str) -> None:
        self.root = root
        self.act = act
        self.environment = environment
        self.asked = root.parent / "asked"
        self.asked.unlink(missing_ok=True)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return apart(self.root, self.environment, *words)

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out + err

    def next_action(self) -> dict[str, Any]:
        code, said = self.run("status", "add-y", "--json")
        assert code == 0, said
        found: dict[str, Any] = json.loads(said.splitlines()[0])["result"]["next_action"]
        return found

    def times_asked(self) -> int:
        return self.asked.stat().st_size if self.asked.exists() else 0


@pytest.fixture(params=sorted(ANSWERS))
def template(request: pytest.FixtureRequest, repository: Path, environment: dict[str, str]) -> Desk:
    """A draft to be hardened, or a built change to be reviewed; the model takes half a second to answer."""
    act: str = request.param
    model = repository.parent / "model.sh"
    answer = repository.parent / "answer.json"
    answer.write_text(json.dumps(ANSWERS[act]))
    model.write_text(f"cat > /dev/null\nprintf x >> '{repository.parent}/asked'\nsleep 0.5\ncat '{answer}'\n")
    config = {"external": {"provider": "command", "command": f"sh '{model}'"}}
    (repository / ".scafld" / "config.yaml").write_text(
        json.dumps({"version": "1.0", "review": config, "harden": config})
    )
    desk = Desk(repository, environment, act)
    title = ("--title", "Add y", "--command", "grep -q y src/a.py", "--file", "src/a.py")
    if act == "harden":
        assert desk.run("plan", "add-y", *title)[0] == 0
        return desk
    assert desk.run("quick", "add-y", *title)[0] == 0
    (repository / "src" / "a.py").write_text("y = 1\n")
    assert desk.run("build", "add-y")[0] == 0
    return desk


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.crash)])
def test_one_named_command_goes_on_and_nobody_is_paid_twice(
    template: Desk, environment: dict[str, str], summary: dict[str, object], kills: int
) -> None:
    """Wherever it was killed: no process is left; the same material is not sent again without a word; and the command
    that status names, run as it stands, brings the task forward."""
    chance = random.Random(SEED + kills)
    found: Counter[str] = Counter()
    for number in range(kills):
        desk = Desk(
            Path(shutil.copytree(template.root, template.root.parent / f"copy-{number}")), environment, template.act
        )
        working = desk.start(desk.act, "add-y")
        try:
            working.communicate(timeout=chance.uniform(0.0, 1.4))
        except subprocess.TimeoutExpired:
            working.kill()
            working.communicate(timeout=PATIENCE_S)
        assert nobody_is_left(desk.root)
        found[goes_on(desk)] += 1
        shutil.rmtree(desk.root)
    summary |= {"act": template.act, "killed": dict(found)}


def goes_on(desk: Desk) -> str:
    """Look at what a kill left, and go on; when it was killed, in words."""
    asked, action = desk.times_asked(), desk.next_action()
    if action["action"] == DONE[desk.act]:
        return "after the verdict"
    unsent = action["command"] in (f"scafld {desk.act} add-y", "scafld approve add-y")
    code, said = desk.run(desk.act, "add-y")
    if not unsent:
        assert code in (3, 4), said
        assert "already" in said or "was asked about this very draft" in said, said
        assert desk.times_asked() == asked
        program, *words = shlex.split(action["command"])
        assert program == "scafld"
        code, said = desk.run(*words)
    assert code == 0, said
    assert desk.next_action()["action"] == DONE[desk.act]
    assert desk.times_asked() == asked + 1
    assert asked == 0 or not unsent
    return "before it was sent" if unsent else "while the model worked" if asked else "when it was about to be sent"


def nobody_is_left(root: Path) -> bool:
    """Whether every process that worked in the repository is gone; waits for those that are being ended."""
    if not os.path.isdir("/proc/self"):
        return True
    looks = (map(cwd_of, os.listdir("/proc")) for _ in range(200_000))
    return any(not any(cwd.startswith(str(root)) for cwd in look) for look in looks)


def cwd_of(process: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/cwd")
    except OSError:
        return ""

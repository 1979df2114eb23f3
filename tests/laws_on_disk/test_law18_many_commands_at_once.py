"""Law 18: many processes give the same command at once; one of them works, and nobody sees half of anything."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

import scafld
from scafld.core.refusal import Refused

if TYPE_CHECKING:
    from conftest import Stage

Process = Callable[..., "subprocess.Popen[str]"]

RACER = """
import sys
import scafld
from scafld.core.refusal import ScafldError

ws = scafld.open(sys.argv[1])
verbs = {
    "plan": lambda: ws.plan("add-cache", title="Add a cache", command="grep -q y a.py"),
    "approve": lambda: ws.approve("add-cache"),
    "build": lambda: ws.build("add-cache"),
    "person": lambda: ws.review_by_human("add-cache", reason="looked at"),
    "complete": lambda: ws.complete("add-cache"),
    "own": lambda: ws.quick(f"own-{sys.argv[2]}", title="Own", command="grep -q z a.py"),
}
print("ready", flush=True)
for line in sys.stdin:
    try:
        verbs[line.strip()]()
    except ScafldError as error:
        print(type(error).__name__, flush=True)
    else:
        print("done", flush=True)
"""


HOLDER = """
import sys
from scafld.adapters.files.ledgers import FileLedgers

with FileLedgers(scafld_dir=sys.argv[1]).hold("add-cache", "build"):
    print("held", flush=True)
    input()
"""


class Race:
    """Processes that wait for the same word."""

    def __init__(self, process: Process, stage: Stage, count: int, environment: Mapping[str, str]) -> None:
        self.racers = [process(RACER, str(stage.root), str(number)) for number in range(count)]
        self.looking = scafld.open(str(stage.root), environ=environment)
        assert [self.hear(racer) for racer in self.racers] == ["ready"] * count

    def run(self, verb: str) -> list[str]:
        """What each of them came to, sorted; meanwhile somebody looks at everything."""
        for racer in self.racers:
            assert racer.stdin is not None
            racer.stdin.write(f"{verb}\n")
            racer.stdin.flush()
        for _ in range(5):
            self.look()
        return sorted(self.hear(racer) for racer in self.racers)

    def look(self) -> None:
        """Views while others write: no task is damaged, and none is there by halves."""
        assert all(row.status != "damaged" and not row.problem for row in self.looking.list(every=True))
        try:
            overview = self.looking.status("add-cache")
        except Refused:
            return
        assert overview.next_action.role

    def hear(self, racer: subprocess.Popen[str]) -> str:
        assert racer.stdout is not None
        return racer.stdout.readline().strip()


@pytest.mark.parametrize("count", [2, 8])
def test_one_works_and_the_others_wait_or_are_refused(
    stage: Stage, process: Process, environment: Mapping[str, str], count: int
) -> None:
    """Each command of a life in turn, given by all at once: what can happen once happens once, every step is whole, the
    chain holds, and nobody waits for another task."""
    race = Race(process, stage, count, environment)

    planned = race.run("plan")
    approved = race.run("approve")
    own = race.run("own")
    stage.work()
    built = race.run("build")
    reviewed = race.run("person")
    completed = race.run("complete")

    assert planned == approved == ["Refused"] * (count - 1) + ["done"]
    assert completed == ["done"] * count
    assert [entry.kind for entry in race.looking.log("add-cache")].count("receipt") == 1
    assert own == ["done"] * count
    assert built.count("done") >= 2
    assert reviewed.count("done") >= 1
    assert set(built + reviewed) <= {"done", "Refused"}
    ws = race.looking
    assert str(ws.status("add-cache").status) == "completed"
    assert {row.status for row in ws.list(every=True) if row.task_id != "add-cache"} == {"active"}
    the_steps_are_whole(stage)
    assert ws.doctor().well


def the_steps_are_whole(stage: Stage) -> None:
    entries = json.loads(stage.ledger.read_bytes())["entries"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    at = 0
    while at < len(entries):
        end = entries[at]["step_end"]
        step = entries[at:end]
        assert {(entry["step_end"], entry["recorded_at"]) for entry in step} == {(end, step[0]["recorded_at"])}
        at = end
    kinds = [entry["type"] for entry in entries]
    assert [kinds.count(kind) for kind in ("plan", "approval", "workspace_baseline", "complete")] == [1, 1, 1, 1]


def test_who_gives_up_waiting_names_the_holder_and_changes_nothing(
    stage: Stage, process: Process, environment: Mapping[str, str]
) -> None:
    """Another process holds the task: a command that does not wait says who it is, and a view does not mind."""
    stage.do(0, stage.open())
    holder = process(HOLDER, str(stage.root / ".scafld"))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    before = stage.ledger.read_bytes()

    with pytest.raises(scafld.Unavailable) as told:
        stage.open().approve("add-cache")
    status = str(stage.open().status("add-cache").status)

    assert str(told.value) == f"add-cache is held by scafld build (process {holder.pid}); waited 0 s"
    assert told.value.next == "scafld status add-cache"
    assert (status, stage.ledger.read_bytes()) == ("draft", before)
    holder.kill()
    holder.wait()
    assert str(stage.open().approve("add-cache").status) == "approved"

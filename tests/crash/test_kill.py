"""Law 17: real processes are killed at random moments of a real life; what they reported is there, and life goes on."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import scafld
from scafld.adapters.files.ledgers import FileLedgers
from scafld.core.moments import seconds_between
from scafld.core.names import task_id
from scafld.core.task.events import TailCut
from scafld.core.task.known import TERMINAL, Status

if TYPE_CHECKING:
    from conftest import Host

SEED = 20260131
FOLDERS = {Status.DRAFT: "drafts", Status.APPROVED: "approved", Status.COMPLETED: "archive"}


@pytest.mark.parametrize("kills", [12, pytest.param(500, marks=pytest.mark.crash)])
def test_what_was_reported_survives_a_kill_at_any_moment(
    host: Host, environment: dict[str, str], summary: dict[str, object], kills: int
) -> None:
    """After each kill: every command that was reported as done is in the ledger, its chain holds, the spec lies where
    its state says, the views agree; and the life of every task that was begun ends completed."""
    chance = random.Random(SEED + kills)
    span = longest_life(host, environment)
    phases: Counter[str] = Counter()
    tasks, killed, torn = ["task-1"], 0, 0

    while killed < kills:
        code = host.live(tasks[-1], chance.uniform(0.0, span))
        assert code in (0, -9), host.notes()[-1]
        if code == 0:
            tasks.append(f"task-{len(tasks) + 1}")
            continue
        killed += 1
        phases[phase_of(host.notes())] += 1
        torn += the_ledger_is_well(host, tasks[-1], environment)

    for task in tasks:
        assert host.live(task) == 0, host.notes()[-1]
        the_ledger_is_well(host, task, environment)
        assert str(scafld.open(str(host.root), environ=environment).status(task).status) == "completed"
    summary |= {"kills": killed, "tasks": len(tasks), "killed_in": dict(phases), "torn_tails": torn}
    the_workspace_is_well(host, environment, len(tasks))
    assert nobody_is_left(host.root)


def longest_life(host: Host, environment: dict[str, str]) -> float:
    """How many seconds a life takes here, from its own ledger; measured on one that nobody kills."""
    assert host.live("calibration") == 0, host.notes()[-1]
    began, *_, ended = [entry.at for entry in ledgers(host.root).entries(task_id("calibration"))]
    return max(seconds_between(began, ended) * 1.3, 0.3)


def ledgers(root: Path) -> FileLedgers:
    return FileLedgers(scafld_dir=str(root / ".scafld"))


def phase_of(notes: list[list[str]]) -> str:
    """What the killed process was doing."""
    word, *rest = notes[-1]
    return rest[1] if word == "begins" else f"after {rest[1]}"


def the_ledger_is_well(host: Host, task: str, environment: dict[str, str]) -> int:
    """Look at a task as the next process finds it; how many tails a kill has torn."""
    reported = [note[3] for note in host.notes() if note[:2] == ["done", task]]
    found = [entry.digest for entry in ledgers(host.root).entries(task_id(task))]
    memory = ledgers(host.root).recall(task_id(task))
    assert [head for head in reported if head not in found] == []
    assert memory is not None or not reported
    ws = scafld.open(str(host.root), environ=environment)
    rows = {row.task_id: row for row in ws.list(every=True)}
    assert all(row.status != "damaged" for row in rows.values())
    if task not in rows:
        return 0
    overview = ws.status(task)
    assert str(overview.status) == rows[task_id(task)].status
    status = Status(overview.status)
    if memory is not None:
        assert ws.show(task).path.split("/")[2] == FOLDERS.get(status, "active")
    torn = memory.torn if memory else None
    if torn is None and memory is not None:
        json.loads((host.root / ".scafld" / "runs" / task / "session.json").read_bytes())
    if status in TERMINAL:
        cuts = [entry.event for entry in ledgers(host.root).entries(task_id(task)) if isinstance(entry.event, TailCut)]
        folder = host.root / ".scafld" / "runs" / task
        assert all((folder / cut.path).stat().st_size == cut.bytes for cut in cuts)
    return 0 if torn is None else 1


def the_workspace_is_well(host: Host, environment: dict[str, str], tasks: int) -> None:
    ws = scafld.open(str(host.root), environ=environment)
    assert ws.doctor(repair=True).well
    assert ws.doctor().symptoms == ()
    assert ws.report().total == tasks + 1


def nobody_is_left(root: Path) -> bool:
    """Whether every process that worked in the repository is gone; waits for those that are being ended."""
    if not os.path.isdir("/proc/self"):
        return True
    for _ in range(200_000):
        there = [cwd for cwd in map(cwd_of, os.listdir("/proc")) if cwd.startswith(str(root))]
        if not there:
            return True
    return False


def cwd_of(process: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/cwd")
    except OSError:
        return ""

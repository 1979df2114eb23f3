"""What this host wrote last it remembers, for each workspace and task, whatever else happens."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scafld.adapters.signing.heads import Heads, Recall
from scafld.core.digest import digest_of
from scafld.core.names import TaskId
from scafld.core.proof.remembered import Remembered
from scafld.core.refusal import Unavailable

TASK = TaskId("add-cache")
ONE, TWO = digest_of(b"one"), digest_of(b"two")

WRITES = """
import sys
from scafld.adapters.signing.heads import Heads
from scafld.core.digest import digest_of
folder, number = sys.argv[1:]
heads = Heads(folder, "/w", "id")
sys.stdin.readline()
for each in range(1, 26):
    heads.remember("add-cache", digest_of(b"%d" % each), each)
    heads.remember(f"task-{number}", digest_of(number.encode()), each)
"""


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    return Heads(str(tmp_path / "state"), "/home/somebody/project", "id-1")


def file_of(heads: Heads, task: TaskId = TASK) -> Path:
    return Path(heads.vault.path(f"{task}.json"))


def test_nothing_is_remembered_of_what_was_never_written(heads: Heads) -> None:
    """And nothing is made by asking."""
    assert heads.recall(TASK) == Recall(last=None)
    assert not os.path.exists(heads.vault.folder)


def test_the_last_end_is_remembered(heads: Heads) -> None:
    """In the place of the one before, also by another process that comes later."""
    heads.remember(TASK, ONE, 3)
    heads.remember(TASK, TWO, 5)
    later = Heads(os.path.dirname(os.path.dirname(heads.vault.folder)), heads.workspace, heads.workspace_id)

    assert heads.recall(TASK) == later.recall(TASK) == Recall(last=Remembered(head=TWO, entries=5))


def test_workspaces_do_not_share_their_memory(heads: Heads, tmp_path: Path) -> None:
    """Neither two places, nor two workspaces that stood at one place after another, nor two tasks."""
    heads.remember(TASK, ONE, 3)
    state = str(tmp_path / "state")

    assert Heads(state, "/home/somebody/copy", "id-1").recall(TASK).last is None
    assert Heads(state, heads.workspace, "id-2").recall(TASK).last is None
    assert heads.recall(TaskId("add-cache.2")).last is None


def test_a_place_of_any_name_is_a_place(tmp_path: Path) -> None:
    """One that is not UTF-8 too."""
    heads = Heads(str(tmp_path / "state"), os.fsdecode(b"/srv/caf\xe9 \n"), "id")
    heads.remember(TASK, ONE, 1)

    assert heads.recall(TASK).last == Remembered(head=ONE, entries=1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 20_000,
        b'{"head":"x"}',
    ],
)
def test_a_damaged_memory_is_told_and_mended(heads: Heads, content: bytes) -> None:
    """It is no fault of the ledger's: nothing is raised, and the next write remembers again."""
    heads.remember(TASK, ONE, 3)
    file_of(heads).write_bytes(content)

    found = heads.recall(TASK)

    assert found.last is None
    assert found.problem.startswith(f"{file_of(heads)} is damaged: ")
    heads.remember(TASK, TWO, 4)
    assert heads.recall(TASK) == Recall(last=Remembered(head=TWO, entries=4))


@pytest.mark.parametrize(
    "other",
    [
        {"task": "another"},
        {"workspace": "/elsewhere"},
        {"workspace_id": "x"},
        {"version": 2},
        {"entries": 0},
        {"entries": -1},
    ],
)
def test_a_memory_of_something_else_is_not_believed(heads: Heads, other: dict[str, object]) -> None:
    """A file that was copied from another task or workspace says so itself."""
    heads.remember(TASK, ONE, 3)
    note = json.loads(file_of(heads).read_bytes())
    file_of(heads).write_text(json.dumps(note | other), encoding="utf-8")

    assert heads.recall(TASK) == Recall(last=None, problem=f"{file_of(heads)} is that of another ledger")


def test_nobody_else_can_write_it(heads: Heads) -> None:
    """What others could have written is not read."""
    heads.remember(TASK, ONE, 3)
    assert stat.S_IMODE(os.stat(file_of(heads)).st_mode) == 0o600
    os.chmod(file_of(heads), 0o666)

    with pytest.raises(Unavailable, match="is open to others"):
        heads.recall(TASK)


def test_what_is_forgotten_is_as_never_written(heads: Heads) -> None:
    """Once or twice."""
    heads.remember(TASK, ONE, 3)

    heads.forget(TASK)
    heads.forget(TASK)

    assert heads.recall(TASK) == Recall(last=None)


def test_many_processes_at_once_leave_a_whole_memory(tmp_path: Path) -> None:
    """Six that write the same task and each its own: at the end every file is whole, and no draft is left."""
    state = str(tmp_path / "state")
    started = [
        subprocess.Popen([sys.executable, "-c", WRITES, state, str(number)], stdin=subprocess.PIPE, encoding="utf-8")
        for number in range(6)
    ]
    for process in started:
        process.communicate("go\n", timeout=120)
    heads = Heads(state, "/w", "id")

    assert [process.returncode for process in started] == [0] * 6
    assert heads.recall(TASK).last == Remembered(head=digest_of(b"25"), entries=25)
    assert heads.vault.names() == (f"{TASK}.json", *(f"task-{number}.json" for number in range(6)))
    assert not [name for name in os.listdir(heads.vault.folder) if name.startswith(".scafld-tmp-")]


def test_threads_do_not_sweep_each_others_drafts(heads: Heads) -> None:
    """A draft of this very process may be another thread's at work."""
    problems: list[BaseException] = []

    def write(task: TaskId) -> None:
        try:
            for entries in range(1, 40):
                heads.remember(task, ONE, entries)
        except BaseException as error:
            problems.append(error)
            raise

    threads = [threading.Thread(target=write, args=(TaskId(f"task-{number}"),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert problems == []
    assert heads.recall(TaskId("task-3")).last == Remembered(head=ONE, entries=39)

"""One command at a time on one task; whoever dies lets go; whoever waits does so for a bounded time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import Disk
from scafld.adapters.files.lock import hold
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    from conftest import Bench

Other = Callable[..., "subprocess.Popen[str]"]


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str], word: str = "go") -> None:
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def test_who_waits_too_long_is_told_who_holds_it(tmp_path: Path) -> None:
    """By the command and the number of its process, and what can be done meanwhile."""
    path = str(tmp_path / "locks" / "add-cache.lock")

    with hold(path, "build", 0.0, Disk()), pytest.raises(Unavailable) as told, hold(path, "review", 0.0, Disk()):
        pass

    assert str(told.value) == f"add-cache is held by scafld build (process {os.getpid()}); waited 0 s"
    assert told.value.next == "scafld status add-cache"


def test_a_lock_is_free_again_whatever_happened_in_it(tmp_path: Path) -> None:
    """Also when what was done under it failed, or was interrupted."""
    path = str(tmp_path / "add-cache.lock")

    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), hold(path, "build", 0.0, Disk()):
            raise error
        with hold(path, "build", 0.0, Disk()):
            assert (tmp_path / "add-cache.lock").read_text() == f"scafld build (process {os.getpid()})"

    assert (tmp_path / "add-cache.lock").read_text() == ""


def test_who_dies_lets_go_at_once(bench: Bench, other: Other) -> None:
    """Killed without a chance to clean up: the next command neither waits nor has to be told to go ahead."""
    holder = other("with ledgers.hold(name, 'build'):\n    say('held')\n    heard()")
    assert said(holder) == "held"
    words = f"held by scafld build .process {holder.pid}."
    with pytest.raises(Unavailable, match=words), bench.ledgers.hold(bench.name, "review"):
        pass

    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with bench.ledgers.hold(bench.name, "review"):
        pass


def test_who_is_patient_goes_on_when_the_other_is_done(bench: Bench, other: Other) -> None:
    """The second command starts while the first works, and its step stands behind that of the first."""
    body = """
say('ready')
heard()
with ledgers.hold(name, 'build'):
    say('held')
    heard()
    append('{}')
    say('done')
"""
    first, second = other(body.format("first")), other(body.format("second"))
    assert (said(first), said(second)) == ("ready", "ready")
    tell(first)
    assert said(first) == "held"
    tell(second)

    tell(first)

    assert said(first) == "done"
    assert said(second) == "held"
    tell(second)
    assert said(second) == "done"
    titles = [entry.event.title for entry in bench.ledgers.entries(bench.name)]
    assert titles == ["first", "second"]


def test_different_tasks_never_wait_for_each_other(bench: Bench, other: Other) -> None:
    """Every other id is free while one is held."""
    holder = other("with ledgers.hold(name, 'build'):\n    say('held')\n    heard()")
    assert said(holder) == "held"

    for name in ("add-cache2", "add-cach", "add.cache"):
        with bench.ledgers.hold(name, "build"):
            pass

    tell(holder)
    assert holder.wait() == 0


def test_locks_may_be_taken_away_at_any_time(tmp_path: Path) -> None:
    """With nobody holding, and while somebody holds; what is held later is held against everybody."""
    path = str(tmp_path / "locks" / "add-cache.lock")

    with hold(path, "build", 0.0, Disk()), ExitStack() as held:
        shutil.rmtree(tmp_path / "locks")
        held.enter_context(hold(path, "review", 0.0, Disk()))
        with pytest.raises(Unavailable, match="held by scafld review"), hold(path, "status", 0.0, Disk()):
            pass

    assert os.listdir(tmp_path / "locks") == ["add-cache.lock"]


def until_open(pid: int, path: Path) -> None:
    """Until a process has the file open."""
    folder = Path(f"/proc/{pid}/fd")
    if not folder.exists():
        pytest.skip("this system does not tell which files a process has open")
    while str(path) not in open_files(folder):
        pass


def open_files(folder: Path) -> set[str]:
    """What a process has open at this moment; what it closes meanwhile is passed over."""
    found = set()
    for link in folder.iterdir():
        with suppress(FileNotFoundError):
            found.add(os.readlink(link))
    return found


def test_who_waited_for_a_lock_that_is_gone_takes_the_new_one(bench: Bench, other: Other) -> None:
    """A lock file exchanged under somebody who waits for it does not let two work at once."""
    lock = bench.scafld_dir / "locks" / "add-cache.lock"
    body = "with ledgers.hold(name, 'build'):\n    say('held')\n    heard()"
    with bench.ledgers.hold(bench.name, "test"):
        waiting = other("say('ready')\n" + body)
        assert said(waiting) == "ready"
        until_open(waiting.pid, lock)
        lock.unlink()
        third = other(body)
        assert said(third) == "held"

    tell(third)
    assert third.wait() == 0

    assert said(waiting) == "held"
    with pytest.raises(Unavailable), bench.ledgers.hold(bench.name, "test"):
        pass
    tell(waiting)
    assert waiting.wait() == 0


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (Path.mkdir, "directory"),
        (lambda path: path.symlink_to("elsewhere"), "symbolic link"),
    ],
)
def test_what_is_no_lock_is_told(tmp_path: Path, odd: Callable[[Path], object], words: str) -> None:
    """By its name; it is not followed and not taken away."""
    odd(tmp_path / "add-cache.lock")

    held = hold(str(tmp_path / "add-cache.lock"), "build", 0.0, Disk())
    with pytest.raises(Unavailable, match=f"add-cache.lock cannot be written: .*{words}"), held:
        pass

    assert not (tmp_path / "elsewhere").exists()


def test_a_pipe_in_the_place_of_a_lock_holds_nobody_up(tmp_path: Path) -> None:
    """It locks as well as a file; nobody waits for its other end, though it cannot say who holds it."""
    os.mkfifo(tmp_path / "add-cache.lock")
    path = str(tmp_path / "add-cache.lock")
    words = "add-cache is held by another command"

    with hold(path, "build", 0.0, Disk()), pytest.raises(Unavailable, match=words), hold(path, "build", 0.0, Disk()):
        pass


def test_a_forked_child_neither_keeps_a_lock_nor_frees_it(bench: Bench, other: Other) -> None:
    """It has no copy of it: the parent goes on holding when the child leaves the block, and is mourned by nobody when
    the child outlives it."""
    body = """
import os
with ledgers.hold(name, 'build'):
    if os.fork():
        say('held')
        heard()
        os._exit(0)
say(f'out {os.getpid()}')
heard()
"""
    parent = other(body)
    heard = {said(parent), said(parent)}
    child = next(int(word.removeprefix("out ")) for word in heard if word != "held")
    with pytest.raises(Unavailable, match=f"build .process {parent.pid}."), bench.ledgers.hold(bench.name, "review"):
        pass

    parent.kill()
    parent.wait()

    with bench.ledgers.hold(bench.name, "review"):
        os.kill(child, signal.SIGKILL)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / "locks").write_bytes(b"")

    held = hold(str(tmp_path / "locks" / "add-cache.lock"), "build", 0.0, Disk())
    with pytest.raises(Unavailable, match=r"add-cache\.lock cannot be written") as told, held:
        pass

    assert "move it away" in told.value.next


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A disk that is full or not ours to write."""

    class Shut(Disk):
        """A disk on which no folder can be made."""

        def folder(self, path: str) -> None:
            raise PermissionError(13, "Permission denied", path)

    held = hold(str(tmp_path / "locks" / "add-cache.lock"), "build", 0.0, Shut())
    with pytest.raises(Unavailable, match="Permission denied") as told, held:
        pass

    assert "permission" in told.value.next


@pytest.mark.parametrize("count", [2, 8])
def test_no_step_is_lost_or_mixed_with_another(bench: Bench, other: Other, count: int) -> None:
    """So many processes write steps of three entries to one task at once, as fast as they can: every step that was
    reported is there once, in one piece, in the order in which its process wrote it."""
    rounds = 24 // count
    body = f"""
say('ready')
me = heard()
for turn in range({rounds}):
    with ledgers.hold(name, 'build'):
        append(*(f'{{me}} {{turn}} {{part}}' for part in range(3)))
    say(f'{{me}} {{turn}}')
"""
    processes = [other(body) for _ in range(count)]
    for process in processes:
        assert said(process) == "ready"

    for number, process in enumerate(processes):
        tell(process, str(number))
    reported = [[said(process) for _ in range(rounds)] for process in processes]

    titles = [entry.event.title for entry in bench.ledgers.entries(bench.name)]
    steps = [titles[at : at + 3] for at in range(0, len(titles), 3)]
    assert len(steps) == count * rounds
    assert all(step == [f"{step[0][:-1]}{part}" for part in range(3)] for step in steps)
    for number, words in enumerate(reported):
        assert [step[0][:-2] for step in steps if step[0].startswith(f"{number} ")] == words


def test_who_reads_without_the_lock_sees_whole_steps_only(bench: Bench, other: Other) -> None:
    """While another process appends steps of three entries, some larger than a page: never damage, never a third of a
    step, never fewer than before."""
    body = """
for turn in range(120):
    with ledgers.hold(name, 'build'):
        append(*(f'{turn} ' + 'x' * (turn * 97) for part in range(3)))
    if turn == 0:
        say('begun')
"""
    writer = other(body)
    assert said(writer) == "begun"
    seen = []

    while writer.poll() is None:
        memory = bench.recall()
        assert memory is not None
        seen.append(memory.task.entries)

    assert all(count % 3 == 0 for count in seen)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    memory = bench.recall()
    assert memory is not None
    assert memory.task.entries == 360

"""Who is at work is so until its process ends, and looking whether somebody is disturbs nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import Disk
from scafld.adapters.files.lock import hold
from scafld.adapters.files.presence import Presence
from scafld.core.names import task_id
from scafld.core.refusal import Unavailable

if TYPE_CHECKING:
    Other = Callable[..., "subprocess.Popen[str]"]

TASK = task_id("add-cache")
AT_WORK = """
import os, signal, subprocess
from scafld.adapters.files.presence import Presence
presence = Presence(scafld_dir=sys.argv[1], what="review")
"""
ENDS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSEGV]


@pytest.fixture
def presence(tmp_path: Path) -> Presence:
    (tmp_path / ".scafld").mkdir()
    return Presence(scafld_dir=str(tmp_path / ".scafld"), what="review", patience_s=0.5)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", ENDS)
def test_who_is_killed_is_not_at_work_from_then_on(presence: Presence, other: Other, number: signal.Signals) -> None:
    """By whatever signal, without a chance to say so: nobody waits for a time limit, and another may come."""
    holder = other(
        AT_WORK
        + "signal.signal(signal.SIGINT, signal.SIG_DFL)\nwith presence.attend(name):\n    say('here')\n    heard()"
    )
    assert said(holder) == "here"
    before = presence.attended(TASK)
    with pytest.raises(Unavailable, match=f"scafld review .process {holder.pid}."), presence.attend(TASK):
        pass

    holder.send_signal(number)
    holder.wait()

    assert (before, presence.attended(TASK)) == (True, False)
    with presence.attend(TASK):
        assert presence.attended(TASK)


CHILDREN = {
    "forked": """
if os.fork() == 0:
    say(f'child {os.getpid()}')
    heard()
    os._exit(0)
""",
    "forked, and gone on in the block": """
if os.fork() == 0:
    try:
        presence.attended(name)
    finally:
        say(f'child {os.getpid()}')
        heard()
        raise SystemExit
""",
    "forked, and forked again": """
if os.fork() == 0:
    if os.fork() == 0:
        say(f'child {os.getpid()}')
        heard()
    os._exit(0)
""",
    "started, with every descriptor": """
subprocess.Popen(['sh', '-c', 'echo child $$; read word'], close_fds=False)
""",
    "started in a session of its own": """
subprocess.Popen(['sh', '-c', 'echo child $$; read word'], close_fds=False, start_new_session=True)
""",
}


@pytest.mark.parametrize("start", CHILDREN)
def test_a_child_that_lives_on_is_not_at_work(presence: Presence, other: Other, start: str) -> None:
    """However it was made; while its parent lives it ends nothing, and afterwards it keeps nothing."""
    inside = (CHILDREN[start] + "heard()").replace("\n", "\n    ")
    holder = other(AT_WORK + f"with presence.attend(name):\n    {inside}")
    child = int(said(holder).removeprefix("child "))
    before = presence.attended(TASK)

    holder.kill()
    holder.wait()

    assert (before, presence.attended(TASK)) == (True, False)
    os.kill(child, signal.SIGKILL)


def test_a_child_that_leaves_the_block_ends_nothing(presence: Presence, other: Other) -> None:
    """Its parent is at work still, and still says so."""
    body = """
with presence.attend(name):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        say('left')
        heard()
"""
    holder = other(AT_WORK + body)
    assert said(holder) == "left"

    with pytest.raises(Unavailable, match=f"scafld review .process {holder.pid}."), presence.attend(TASK):
        pass


def test_looking_creates_nothing(presence: Presence, tmp_path: Path) -> None:
    """Neither a lock nor a folder, where nobody has ever been at work."""
    assert presence.attended(TASK) is False
    assert Presence(scafld_dir=str(tmp_path / "nowhere")).attended(TASK) is False
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".scafld"]


def test_looking_changes_nothing(presence: Presence, tmp_path: Path) -> None:
    """Not a byte, not a time of the lock; it may lie in a folder that cannot be written."""
    with presence.attend(TASK):
        pass
    lock = tmp_path / ".scafld" / "locks" / "add-cache.review"
    lock.chmod(0o444)
    lock.parent.chmod(0o555)
    before = lock.stat()

    with lock.open("rb"):
        seen = presence.attended(TASK)

    lock.parent.chmod(0o755)
    after = lock.stat()
    assert seen is False
    assert (after.st_mtime_ns, after.st_ctime_ns, after.st_size) == (before.st_mtime_ns, before.st_ctime_ns, 0)


def test_who_comes_to_work_does_not_mind_who_looks(presence: Presence, other: Other) -> None:
    """Two processes look as fast as they can; nobody is taken for a worker, and the work begins every time."""
    look = (
        AT_WORK
        + """
say('looking')
while True:
    presence.attended(name)
"""
    )
    lookers = [other(look) for _ in range(2)]
    assert [said(looker) for looker in lookers] == ["looking", "looking"]

    begun = 0
    for _ in range(100):
        with presence.attend(TASK):
            begun += 1

    for looker in lookers:
        looker.kill()
    assert begun == 100


def test_other_work_and_the_tasks_own_lock_are_other_things(presence: Presence, tmp_path: Path) -> None:
    """A command on the task goes on while it is reviewed, and so does a harden round."""
    harden = Presence(scafld_dir=presence.scafld_dir, what="harden")
    lock = str(tmp_path / ".scafld" / "locks" / "add-cache.lock")

    with presence.attend(TASK), hold(lock, "status", 0.0, Disk()):
        apart = (presence.attended(TASK), harden.attended(TASK))
        with harden.attend(TASK):
            together = (presence.attended(TASK), harden.attended(TASK))

    assert (apart, together) == ((True, False), (True, True))


def test_locks_that_are_taken_away_take_the_sign_with_them(presence: Presence, tmp_path: Path) -> None:
    """They may be deleted at any time; who comes then is at work, and the first one's end is not the second one's."""
    with ExitStack() as second:
        with presence.attend(TASK):
            shutil.rmtree(tmp_path / ".scafld" / "locks")
            gone = presence.attended(TASK)
            second.enter_context(presence.attend(TASK))
        seen = presence.attended(TASK)

    assert (gone, seen, presence.attended(TASK)) == (False, True, False)


ODD: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a link to a file": lambda path: path.symlink_to(sys.executable),
    "a link to itself": lambda path: path.symlink_to(path),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_lock_means_nobody(presence: Presence, tmp_path: Path, odd: str) -> None:
    """It is not followed; who comes to work is told what is in the way."""
    lock = tmp_path / ".scafld" / "locks" / "add-cache.review"
    lock.parent.mkdir()
    ODD[odd](lock)

    assert presence.attended(TASK) is False
    with pytest.raises(Unavailable, match="cannot be written"), presence.attend(TASK):
        pass


def test_a_pipe_in_the_place_of_a_lock_stops_nobody(presence: Presence, tmp_path: Path) -> None:
    """It is not waited for, and locks as well as a file."""
    lock = tmp_path / ".scafld" / "locks" / "add-cache.review"
    lock.parent.mkdir()
    os.mkfifo(lock)

    seen = [presence.attended(TASK)]
    with presence.attend(TASK):
        seen.append(presence.attended(TASK))

    assert seen == [False, True]


def test_a_lock_that_may_not_be_read_rules_nothing_out(presence: Presence, tmp_path: Path, other: Other) -> None:
    """Another user's, say: somebody may be at work, and a time limit has to say when not."""
    with presence.attend(TASK):
        pass
    (tmp_path / ".scafld" / "locks" / "add-cache.review").chmod(0)
    drop = "if os.getuid() == 0:\n    os.setgroups([])\n    os.setuid(65534)\nsay(presence.attended(name))"

    assert said(other(AT_WORK + drop)) == "True"

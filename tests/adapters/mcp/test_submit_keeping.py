"""Killed at any point, or without a disk that helps, the server leaves no answer or the whole of it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.core.digest import canonical

if TYPE_CHECKING:
    from conftest import Server

ATTACK: Mapping[str, object] = {"target": "a.py", "attack": "two tenants", "result": "clean"}
LONG: Mapping[str, object] = {"summary": "x" * 900_000, "mode": "discover", "attacks": [ATTACK, ATTACK]}

DEADLY: Mapping[str, tuple[str, bool]] = {
    "half-way through the content": (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))",
        False,
    ),
    "before the content is flushed": ("os.fsync = die", False),
    "before it has its name": ("os.link = die", False),
    "after it has its name": ("os.unlink = die", True),
}
"""What is done to a server before it serves, and whether its answer is there afterwards."""


def doomed(server: Server, before: str) -> tuple[str, ...]:
    """The server's argv, with something done first in its process."""
    words = list(server.argv)
    at = words.index("-c") + 1
    die = "import os, signal; die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL); "
    words[at] = f"{die}{before}; {words[at]}"
    return tuple(words)


@pytest.mark.parametrize("moment", DEADLY)
def test_a_server_that_is_killed_leaves_nothing_or_the_whole(server: Server, moment: str) -> None:
    """Nobody ever reads half an answer; the next server takes one where there is none, and leaves one alone."""
    before, there = DEADLY[moment]

    killed = server.say(server.call(1, LONG), argv=doomed(server, before))
    found = server.answer.exists()
    after = server.say(server.call(2, LONG))

    assert killed.replies == []
    assert killed.code in (-signal.SIGKILL, -signal.SIGXFSZ)
    assert found is there
    assert after.told(2)[0] is there
    assert server.answer.read_bytes() == canonical(LONG)


def folder_missing(answer: Path) -> None:
    answer.parent.rmdir()


def folder_is_a_file(answer: Path) -> None:
    answer.parent.rmdir()
    answer.parent.touch()


def a_folder_in_its_place(answer: Path) -> None:
    answer.mkdir()


def a_link_in_its_place(answer: Path) -> None:
    answer.symlink_to(answer.parent / "elsewhere.json")


def a_pipe_in_its_place(answer: Path) -> None:
    os.mkfifo(answer)


@pytest.mark.parametrize(
    "spoil",
    [folder_missing, folder_is_a_file, a_folder_in_its_place, a_link_in_its_place, a_pipe_in_its_place],
    ids=lambda spoil: spoil.__name__,
)
def test_an_answer_that_cannot_be_kept_is_told(server: Server, spoil: Callable[[Path], None]) -> None:
    """In words, without the place; nothing is followed, and the server lives on."""
    spoil(server.answer)

    session = server.say(server.call(1), server.message(2, "ping"))

    no, text = session.told(1)
    assert no
    assert text.startswith("Your answer holds, but it could not be kept: ")
    assert str(server.folder) not in text
    assert "Errno" not in text
    assert session.replies[1]["result"] == {}
    assert not (server.answer.parent / "elsewhere.json").exists()


def test_a_full_disk_keeps_no_half(server: Server) -> None:
    """A write that stops half-way is told, its draft is taken away, and the answer can be handed in again."""
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))"

    session = server.say(server.call(1, LONG), argv=doomed(server, full))
    left = server.left()
    again = server.say(server.call(2, LONG))

    assert session.told(1) == (
        True,
        "Your answer holds, but it could not be kept: File too large. Hand it in once more; if it fails again, end.",
    )
    assert left == []
    assert again.told(2)[0] is False


def test_a_file_system_without_links_keeps_an_answer(server: Server) -> None:
    """It is renamed into place there, and a second one is still not taken."""
    linkless = "exec('def no(*_):\\n raise PermissionError(1, str())'); os.link = no"

    session = server.say(server.call(1), server.call(2), argv=doomed(server, linkless))

    assert (session.told(1)[0], session.told(2)[0]) == (False, True)
    assert json.loads(server.answer.read_bytes())["summary"] == "It holds."
    assert server.left() == ["answer.json"]


def test_what_prints_in_the_server_is_not_heard(server: Server) -> None:
    """Its stdout is the protocol's: text on it that is no reply would end the session."""
    noisy = (
        "import json, sys, warnings; loads = json.loads; "
        "json.loads = lambda *a, **k: (print('noise', flush=True), sys.stderr.write('noise'), os.write(1, b'noise'), "
        "warnings.warn('noise'), loads(*a, **k))[-1]"
    )

    session = server.say(server.call(1), argv=doomed(server, noisy))

    assert session.told(1)[0] is False

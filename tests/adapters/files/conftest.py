"""A whole life as steps of events, ledgers on a real disk, and disks that die or fail."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest

import scafld
from scafld.adapters.files.disk import Disk
from scafld.adapters.files.ledgers import FileLedgers
from scafld.adapters.files.story import Story
from scafld.app.journal import Memory, Stamp
from scafld.core.contract.spec import Expected, Profile, Risk, Size
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import Ended, Observation, Outcome
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Mode, Verdict
from scafld.core.evidence.seals import Baseline, Dirty
from scafld.core.ledger import CLOSING
from scafld.core.names import Actor, ActorKind, Moment, RepoPath, TaskId, criterion_id, task_id
from scafld.core.task import events
from scafld.core.task.events import Event

NAME = task_id("add-cache")
SOMEBODY = Actor(kind=ActorKind.HUMAN, name='somebody "quoted" \u00e9\u2028', terminal=True)
CONTRACT, MATERIAL = digest_of(b"contract"), digest_of(b"material")
HOSTILE = 'line\nwith \0, tab\t, \u2028, "quotes", ,"step_end":1, and ,"digest":"x"}\n]}\n'


def criterion_ran(purpose: events.Purpose, outcome: Outcome, tail: str = HOSTILE) -> events.CriterionRan:
    exit_code = 0 if outcome is Outcome.PASS else 1
    return events.CriterionRan(
        criterion=criterion_id("ac1"),
        phase=None,
        purpose=purpose,
        fingerprint=digest_of(b"ac1"),
        command="grep -q y a.py",
        expected=Expected.EXIT_CODE_ZERO,
        outcome=outcome,
        red=outcome is Outcome.FAIL,
        reason=f"exit {exit_code}",
        observation=Observation(
            ended=Ended.EXITED,
            duration_ms=12,
            exit_code=exit_code,
            output_digest=digest_of(tail.encode()),
            output_bytes=len(tail),
            tail=tail,
        ),
    )


def life() -> tuple[tuple[Event, ...], ...]:
    """Eight steps, thirteen entries, from plan to complete; the texts in it are hostile."""
    purpose = events.Purpose
    attack = Attack(target="a.py", attack=HOSTILE, result=AttackResult.CLEAN)
    planned = events.Planned(
        title='Add "y"\n', size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract=CONTRACT
    )
    baseline = Baseline(vcs="git", head="1" * 40, dirty=(Dirty(path=RepoPath("a b\n.py"), digest=None),))
    approved = events.Approved(contract=CONTRACT, title="Add y", size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT)
    started = events.ReviewStarted(
        attempt="review-9",
        provider="command",
        mode=Mode.DISCOVER,
        contract=CONTRACT,
        material=MATERIAL,
        packet=digest_of(b"packet"),
        lease_until=Moment("2026-01-01T13:00:00.000Z"),
    )
    reviewed = events.Reviewed(
        attempt="review-9",
        provider="command",
        verdict=Verdict.PASS,
        authorises=True,
        contract=CONTRACT,
        material=MATERIAL,
        dossier=Dossier(summary="nothing found", mode=Mode.DISCOVER, attacks=(attack,) * 3),
    )
    blocked = events.BuildBlocked(phase=None, failing=(criterion_id("ac1"),), attempt=1, reason="ac1 fails")
    return (
        (planned,),
        (events.BaselineTaken(baseline=baseline), approved),
        (events.PhaseOpened(phase=None), criterion_ran(purpose.OPEN, Outcome.FAIL)),
        (criterion_ran(purpose.BUILD, Outcome.FAIL), blocked),
        (criterion_ran(purpose.BUILD, Outcome.PASS), events.BuildPassed(criteria=1)),
        (started,),
        (reviewed,),
        (criterion_ran(purpose.COMPLETE, Outcome.PASS), events.Completed(contract=CONTRACT, material=MATERIAL)),
    )


def stamp(minute: int) -> Stamp:
    return Stamp(actor=SOMEBODY, at=Moment(f"2026-01-01T12:{minute:02}:00.000Z"))


class Bench:
    """One ledger on a real disk: written step by step, read, and put into any shape."""

    def __init__(self, scafld_dir: Path, name: TaskId = NAME) -> None:
        self.scafld_dir = scafld_dir
        self.name = name
        self.ledgers = FileLedgers(scafld_dir=str(scafld_dir), patience_s=0.0)
        self.path = scafld_dir / "runs" / name / "session.json"

    @property
    def bytes(self) -> bytes:
        return self.path.read_bytes()

    @bytes.setter
    def bytes(self, content: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(content)

    def write(self, steps: tuple[tuple[Event, ...], ...], minute: int = 0, disk: Disk | None = None) -> Memory | None:
        """Append these steps, each under the lock and on the memory recalled there; what is known at the end."""
        ledgers = FileLedgers(scafld_dir=str(self.scafld_dir), patience_s=0.0, disk=disk or Disk())
        memory = None
        for at, step in enumerate(steps, start=minute):
            with ledgers.hold(self.name, "test"):
                memory = ledgers.append(self.name, ledgers.recall(self.name), stamp(at), step)
        return memory

    def recall(self) -> Memory | None:
        return self.ledgers.recall(self.name)

    def beside(self) -> dict[str, bytes]:
        """What lies beside the ledger, by name."""
        folder = self.path.parent
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path != self.path}

    def prefixes(self) -> tuple[tuple[int, object], ...]:
        """For every whole step: how many bytes of the file hold it and those before it, and the task they make."""
        found = []
        other = Bench(self.scafld_dir / "other", self.name)
        for count, step in enumerate(life(), start=1):
            memory = other.write((step,), minute=count - 1)
            assert memory is not None
            found.append((memory.size, memory.task))
        return tuple(found)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A place for the ledger of `add-cache`, with nothing in it yet."""
    (tmp_path / ".scafld").mkdir()
    return Bench(tmp_path / ".scafld")


@pytest.fixture
def steps() -> tuple[tuple[Event, ...], ...]:
    return life()


@pytest.fixture
def whole(bench: Bench, steps: tuple[tuple[Event, ...], ...]) -> Bench:
    """The ledger of a whole life."""
    bench.write(steps)
    return bench


@pytest.fixture(scope="session")
def life_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a whole life."""
    bench = Bench(tmp_path_factory.mktemp("life") / ".scafld")
    bench.write(life())
    return bench.bytes


class FullDisk(Disk):
    """A disk that takes so many bytes of a write and then fails with `number`. A file keeps the room that it has."""

    def __init__(self, room: int, number: int = errno.ENOSPC) -> None:
        self.room = room
        self.number = number

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        if len(content) > self.room:
            raise OSError(self.number, os.strerror(self.number), path)
        return super().prepare(path, content, mode)

    def put(self, handle: int, at: int, content: bytes) -> None:
        if content == CLOSING or len(content) <= self.room:
            return super().put(handle, at, content)
        super().put(handle, at, content[: self.room])
        raise OSError(self.number, os.strerror(self.number))


class Died(BaseException):
    """The process is no more."""


class MortalDisk(Disk):
    """A disk that is no more at its n-th act, of which only a part came about; after that it does nothing at all.

    `Died` is raised. `acts` names every act so far and the parts that it has: bytes for what writes them, else 1
    (before or after).
    """

    Died = Died

    def __init__(self, at: int = 0, part: int = 0) -> None:
        self.at = at
        self.part = part
        self.acts: list[tuple[str, int]] = []

    def dies(self, act: str, parts: int) -> bool:
        if self.at and len(self.acts) >= self.at:
            raise Died
        self.acts.append((act, parts))
        return len(self.acts) == self.at

    def folder(self, path: str) -> None:
        if os.path.isdir(path):
            return
        if self.dies("folder", 1):
            if self.part:
                super().folder(path)
            raise Died
        Disk().folder(path)

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        if self.dies("prepare", len(content)):
            Disk().prepare(path, content[: self.part], mode)
            raise Died
        return super().prepare(path, content, mode)

    def replace(self, draft: str, path: str) -> None:
        if self.dies("replace", 1):
            if self.part:
                super().replace(draft, path)
            raise Died
        super().replace(draft, path)

    def remove(self, path: str) -> None:
        if self.dies("remove", 1):
            if self.part:
                super().remove(path)
            raise Died
        super().remove(path)

    def move(self, source: str, target: str) -> None:
        if self.dies("move", 1):
            if self.part:
                Disk().move(source, target)
            raise Died
        super().move(source, target)

    def put(self, handle: int, at: int, content: bytes) -> None:
        if self.dies("put", len(content)):
            super().put(handle, at, content[: self.part])
            raise Died
        super().put(handle, at, content)


@pytest.fixture
def full_disk() -> type[FullDisk]:
    return FullDisk


@pytest.fixture
def mortal_disk() -> type[MortalDisk]:
    return MortalDisk


OTHER = """
import sys
from scafld.adapters.files.disk import Disk
from scafld.adapters.files.ledgers import FileLedgers
from scafld.app.journal import Stamp
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.names import Actor, ActorKind, Moment, task_id
from scafld.core.refusal import ScafldError
from scafld.core.task.events import Planned

ledgers = FileLedgers(scafld_dir=sys.argv[1], patience_s=float(sys.argv[2]))
name = task_id("add-cache")

def say(word):
    print(word, flush=True)

def heard():
    return sys.stdin.readline().strip()

def planned(title):
    return Planned(title=title, size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract="0" * 64)

def append(*titles):
    stamp = Stamp(actor=Actor(kind=ActorKind.HUMAN, name="other"), at=Moment("2026-01-01T12:00:00.000Z"))
    return ledgers.append(name, ledgers.recall(name), stamp, tuple(planned(title) for title in titles))
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start another process on the same `.scafld`: the body uses `ledgers`, `append`, `say` and `heard`."""
    with ExitStack() as started:

        def _other(body: str, patience_s: float = 30.0) -> subprocess.Popen[str]:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", OTHER + body, str(tmp_path / ".scafld"), str(patience_s)],
                    env={"PATH": os.defpath, "PYTHONPATH": str(Path(scafld.__file__).parents[1])},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            )
            started.callback(process.kill)
            return process

        yield _other


@pytest.fixture
def story() -> Callable[[bytes], tuple[int, bytes]]:
    """Proves bytes as the ledger of `add-cache`: how many entries stand in whole steps, and what is torn."""

    def _story(content: bytes) -> tuple[int, bytes]:
        found = Story(BytesIO(content), NAME, "session.json")
        count = sum(1 for _ in found.lines())
        return count, found.ending.torn

    return _story

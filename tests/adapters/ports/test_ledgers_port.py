"""What every Ledgers does, wherever it keeps them: byte for byte the same, and the same said of the same damage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import assume, given, strategies
from hypothesis.strategies import DataObject

from scafld.adapters.files.ledgers import FileLedgers
from scafld.adapters.memory.ledger_bytes import MemoryLedgers, entries_of
from scafld.app.journal import Ledgers, Memory, Stamp
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.digest import digest_of
from scafld.core.evidence.seals import Baseline
from scafld.core.ledger import CLOSING
from scafld.core.moments import later
from scafld.core.names import Actor, ActorKind, Moment, TaskId
from scafld.core.refusal import Damaged, Unavailable
from scafld.core.task.events import Approved, BaselineTaken, BuildBlocked, Event, Failed, PhaseOpened, Planned
from scafld.core.task.known import Task
from scafld.core.task.life import Impossible, Occurrence, evolve, replay
from scafld.testing import events, histories, ledgers

TASK = TaskId("add-cache")
OTHER = TaskId("fix-leak")
CONTRACT = digest_of(b"contract")
START = Moment("2026-01-31T12:00:00.000Z")


class OnDisk:
    """Ledgers on disk, and the bytes of one of them."""

    def __init__(self, folder: Path) -> None:
        self.ledgers = FileLedgers(scafld_dir=str(folder / ".scafld"), patience_s=0.0)

    def get(self, task: TaskId) -> bytes:
        return Path(self.ledgers.path(task)).read_bytes()

    def put(self, task: TaskId, content: bytes) -> None:
        path = Path(self.ledgers.path(task))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def entries(self, task: TaskId) -> list[Occurrence]:
        return [entry.occurrence for entry in self.ledgers.entries(task)]


class InMemory:
    """Ledgers in memory."""

    def __init__(self, _folder: Path) -> None:
        self.ledgers = MemoryLedgers()

    def get(self, task: TaskId) -> bytes:
        return self.ledgers.files[task]

    def put(self, task: TaskId, content: bytes) -> None:
        self.ledgers.files[task] = content

    def entries(self, task: TaskId) -> list[Occurrence]:
        return [entry.occurrence for entry in self.ledgers.entries(task)]


Shelf = OnDisk | InMemory
SHELVES: dict[str, Callable[[Path], Shelf]] = {"disk": OnDisk, "memory": InMemory}


@pytest.fixture(params=sorted(SHELVES))
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """An empty place for ledgers of each adapter in turn."""
    return SHELVES[request.param](tmp_path)


@pytest.fixture
def history() -> tuple[Occurrence, ...]:
    """A short life, with words that a careless reader would stumble over."""
    told: tuple[Event, ...] = (
        Planned(title='a "b"\n]}\n', size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract=CONTRACT),
        BaselineTaken(baseline=Baseline(vcs="git", head="c0")),
        Approved(contract=CONTRACT, title="T", size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT),
        PhaseOpened(phase=None),
        BuildBlocked(phase=None, failing=(), attempt=1, reason='","step_end":1,'),
        Failed(reason="it cannot be done"),
    )
    return tuple(Occurrence(seq=seq, at=START, event=event) for seq, event in enumerate(told, start=1))


def stamp(number: int) -> Stamp:
    return Stamp(actor=Actor(kind=ActorKind.AGENT, name='a "b" \u2028', terminal=False), at=later(START, number))


def write(place: Ledgers, history: tuple[Occurrence, ...], sizes: list[int], task: TaskId = TASK) -> Memory | None:
    """Append the history in steps of these sizes; what is left over is one more."""
    memory = None
    rest = [occurrence.event for occurrence in history]
    number = 0
    while rest:
        size = sizes[number % len(sizes)] if sizes else len(rest)
        step, rest = tuple(rest[:size]), rest[size:]
        memory = place.append(task, memory, stamp(number), step)
        number += 1
    return memory


def test_what_is_not_there_is_none(shelf: Shelf) -> None:
    """And has no entries."""
    assert shelf.ledgers.recall(TASK) is None
    assert shelf.entries(TASK) == []


def test_what_was_appended_is_recalled(shelf: Shelf, history: tuple[Occurrence, ...]) -> None:
    """Step by step, the memory that an append gives is the one that a recall gives."""
    memory = None
    for number, occurrence in enumerate(history):
        memory = shelf.ledgers.append(TASK, memory, stamp(number), (occurrence.event,))

        assert shelf.ledgers.recall(TASK) == memory

    assert [each.event for each in shelf.entries(TASK)] == [each.event for each in history]
    assert memory is not None
    assert memory.task == replay(shelf.entries(TASK))


def test_it_is_json_at_every_moment(shelf: Shelf, history: tuple[Occurrence, ...]) -> None:
    """One document."""
    memory = None
    for number, occurrence in enumerate(history):
        memory = shelf.ledgers.append(TASK, memory, stamp(number), (occurrence.event,))

        document = json.loads(shelf.get(TASK))
        assert [entry["seq"] for entry in document["entries"]] == list(range(1, number + 2))


def test_one_ledger_is_not_anothers(shelf: Shelf, history: tuple[Occurrence, ...]) -> None:
    """Each task has its own."""
    write(shelf.ledgers, history, [1])

    assert shelf.ledgers.recall(OTHER) is None
    shelf.put(OTHER, shelf.get(TASK))
    with pytest.raises(Damaged):
        shelf.ledgers.recall(OTHER)


def test_one_command_at_a_time_on_one_task(shelf: Shelf) -> None:
    """The other is told who holds it; a different task never waits; what was held is let go of."""
    said = []

    def try_to(task: TaskId) -> None:
        try:
            with shelf.ledgers.hold(task, "review"):
                said.append("held")
        except Unavailable as error:
            said.append(str(error))

    def elsewhere(task: TaskId) -> None:
        thread = Thread(target=try_to, args=(task,))
        thread.start()
        thread.join()

    with shelf.ledgers.hold(TASK, "build"):
        elsewhere(TASK)
        elsewhere(OTHER)
    elsewhere(TASK)

    assert "add-cache is held by scafld build" in said[0]
    assert said[1:] == ["held", "held"]


def test_a_task_is_let_go_of_when_its_command_fails(shelf: Shelf) -> None:
    """Whatever it raised."""
    with pytest.raises(KeyError), shelf.ledgers.hold(TASK, "build"):
        raise KeyError("a bug")

    with shelf.ledgers.hold(TASK, "build"):
        pass


@given(histories(), strategies.lists(strategies.integers(min_value=1, max_value=3), max_size=3))
def test_disk_and_memory_hold_the_same_bytes(history: tuple[Occurrence, ...], sizes: list[int]) -> None:
    """Whatever happened, and in whatever steps it was written."""
    memory = MemoryLedgers()
    with TemporaryDirectory() as name:
        disk = OnDisk(Path(name))
        after = write(disk.ledgers, history, sizes), write(memory, history, sizes)

        assert disk.get(TASK) == memory.files[TASK]
        assert after[0] == after[1] == disk.ledgers.recall(TASK) == memory.recall(TASK)


@given(events())
def test_every_event_is_written_and_read_alike(event: Event) -> None:
    """By itself, where the table lets it begin a life."""
    try:
        evolve(Task(), Occurrence(seq=1, at=START, event=event))
    except Impossible:
        assume(False)
    memory = MemoryLedgers()

    memory.append(TASK, None, stamp(0), (event,))

    assert [entry.event for entry in memory.entries(TASK)] == [event]


@given(ledgers(), strategies.data())
def test_disk_and_memory_find_the_same_damage(ledger: bytes, data: DataObject) -> None:
    """Any byte of any entry changed to any other: both name that entry, whatever they say of it."""
    head, end = ledger.index(b"\n") + 1, len(ledger) - len(CLOSING)
    at = data.draw(strategies.integers(min_value=head, max_value=end - 1))
    assume(ledger[at : at + 1] != b"\n")
    forged = bytearray(ledger)
    forged[at] = (forged[at] + data.draw(strategies.integers(min_value=1, max_value=255))) % 256
    seq = ledger[head:at].count(b"\n") + 1

    with TemporaryDirectory() as name:
        disk = OnDisk(Path(name))
        disk.put(TASK, bytes(forged))
        with pytest.raises(Damaged) as found:
            disk.ledgers.recall(TASK)
    with pytest.raises(Damaged) as also_found:
        list(entries_of(bytes(forged), TASK))

    words = found.value.problems[0].message, also_found.value.problems[0].message
    assert [each.partition(":")[0] for each in words] == [f"entry-{seq}"] * 2

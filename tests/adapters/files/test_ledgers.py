"""Ledgers on a real disk: appended in place, whole steps only, whatever stands in the file's place."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.disk import Disk
from scafld.adapters.files.ledgers import FileLedgers
from scafld.app.journal import Stamp
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.digest import digest_of
from scafld.core.ledger import CLOSING, head_line, origin, record_of, seal_line
from scafld.core.names import Actor, ActorKind, Moment, task_id
from scafld.core.refusal import Damaged, ScafldError, Unavailable
from scafld.core.task.events import Cancelled, Event, Planned, TailCut
from scafld.core.task.known import Status, Task

if TYPE_CHECKING:
    from conftest import Bench, FullDisk, MortalDisk

Steps = tuple[tuple[Event, ...], ...]
PLANNED = Planned(title="t", size=Size.SMALL, risk=Risk.LOW, profile=Profile.LIGHT, contract=digest_of(b""))
NOW = Stamp(actor=Actor(kind=ActorKind.HUMAN, name="somebody"), at=Moment("2026-01-02T00:00:00.000Z"))
COUNTS = (1, 3, 5, 7, 9, 10, 11, 13)


def test_nothing_is_recalled_where_nothing_is(bench: Bench) -> None:
    """No ledger is no error, and reading makes none."""
    recalled = bench.recall()

    assert recalled is None
    assert os.listdir(bench.scafld_dir) == []


def test_a_life_is_recalled_as_it_was_recorded(bench: Bench, steps: Steps) -> None:
    """Step by step: what append says is known is what recall finds; hostile texts come back as they went in."""
    for minute, step in enumerate(steps):
        after = bench.write((step,), minute)

        assert bench.recall() == after

    events = [entry.event for entry in bench.ledgers.entries(bench.name)]
    assert tuple(events) == tuple(event for step in steps for event in step)
    assert json.loads(bench.bytes)["task_id"] == "add-cache"


def test_appending_moves_no_earlier_byte(bench: Bench, steps: Steps) -> None:
    """The file only grows, behind what was there: every earlier file without its closing line begins the next."""
    before = b""

    for minute, step in enumerate(steps):
        bench.write((step,), minute)

        assert bench.bytes.startswith(before.removesuffix(CLOSING))
        before = bench.bytes


class Spy(Disk):
    """A disk that notes what is written where."""

    def __init__(self) -> None:
        self.written: list[tuple[int, int]] = []

    def prepare(self, path: str, content: bytes, mode: int) -> str:
        self.written.append((0, len(content)))
        return super().prepare(path, content, mode)

    def put(self, handle: int, at: int, content: bytes) -> None:
        self.written.append((at, len(content)))
        super().put(handle, at, content)


def long_ledger(bench: Bench, count: int) -> None:
    """So many entries, each its own step."""
    lines, prev = [], origin(bench.name)
    fields = {"title": "t", "size": "small", "risk": "low", "profile": "light", "contract": digest_of(b"")}
    for seq in range(1, count + 1):
        actor: dict[str, object] = {"kind": "human", "name": "somebody", "terminal": False}
        record = record_of(seq=seq, kind="plan", at=NOW.at, actor=actor, step_end=seq, fields=dict(fields))
        line = seal_line(record, prev)
        lines.append(line.text)
        prev = line.digest
    bench.bytes = head_line(bench.name) + b"\n" + b",\n".join(lines) + CLOSING


@pytest.mark.parametrize("count", [1, 20_000, pytest.param(100_000, marks=pytest.mark.crash)])
def test_the_cost_of_an_append_does_not_grow_with_the_ledger(bench: Bench, count: int) -> None:
    """One write of the new lines and the closing line at the old end; nothing else is read or written."""
    long_ledger(bench, count)
    memory, spy = bench.recall(), Spy()
    assert memory is not None
    ledgers = FileLedgers(scafld_dir=str(bench.scafld_dir), disk=spy)
    size, taken = len(bench.bytes), taken_in()

    after = ledgers.append(bench.name, memory, NOW, (PLANNED,))

    taken = taken_in() - taken
    grown = len(bench.bytes) - size
    assert spy.written == [(size - len(CLOSING), grown + len(CLOSING))]
    assert grown < 600
    assert taken < 4096
    assert after.task.entries == count + 1


def taken_in() -> int:
    """How many bytes this process has read so far; 0 where the system does not tell."""
    try:
        with open("/proc/self/io", encoding="ascii") as file:
            return int(file.readline().split()[1])
    except OSError:
        return 0


def test_a_long_ledger_is_streamed(bench: Bench) -> None:
    """Entry by entry, in far less memory than the file is large."""
    import tracemalloc

    long_ledger(bench, 8000)
    tracemalloc.start()

    count = sum(1 for _ in bench.ledgers.entries(bench.name))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 8000
    assert len(bench.bytes) > 3_000_000
    assert peak < 1_500_000


@pytest.mark.parametrize("number", range(8))
def test_a_death_at_any_byte_loses_nothing_and_shows_no_half_step(
    bench: Bench, steps: Steps, mortal_disk: type[MortalDisk], number: int
) -> None:
    """The process dies at every act of an append, after every part of it: what was there before is there, the step is
    there as a whole or not at all, and the next append goes on, with the loss on record if there was one."""
    bench.write(steps[:number])
    before = bench.recall()
    witness = mortal_disk()
    start = bench.bytes if number else None
    put_back(bench, start)
    after = bench.write(steps[number : number + 1], number, witness)
    wrong = []

    for at, (act, parts) in enumerate(witness.acts, start=1):
        for part in chosen(parts):
            put_back(bench, start)
            with pytest.raises(mortal_disk.Died):
                bench.write(steps[number : number + 1], number, mortal_disk(at, part))
            found = bench.recall()
            task = found.task if found else None
            if task not in (before.task if before else None, after.task if after else None):
                wrong.append((act, part, task))
            torn = found.torn if found else None
            done = task is not None and after is not None and task == after.task
            rest = steps[number + 1 :] if done else steps[number:]
            with bench.ledgers.hold(bench.name, "test"):
                end = bench.recall()
            end = bench.write(rest, number) if rest else end
            cuts = [entry.event for entry in bench.ledgers.entries(bench.name) if isinstance(entry.event, TailCut)]
            if end is None or end.task.status is not Status.COMPLETED or cuts != ([torn] if torn else []):
                wrong.append((act, part, cuts))
            if bench.recall() != end or not json.loads(bench.bytes):
                wrong.append((act, part, "the end is not what was recorded"))

    assert wrong == []


def chosen(parts: int) -> list[int]:
    """The first and the last few, and every so many between."""
    every = max(parts // 23, 1)
    return sorted({*range(min(parts, 8) + 1), *range(0, parts, every), *range(max(parts - 5, 0), parts + 1)})


def put_back(bench: Bench, content: bytes | None) -> None:
    for name in ("runs", "locks"):
        shutil.rmtree(bench.scafld_dir / name, ignore_errors=True)
    if content is not None:
        bench.bytes = content


def test_the_cut_off_bytes_are_kept_and_named(whole: Bench) -> None:
    """A tail that a crash left is put beside the ledger under its digest, and the entry that records it says so."""
    content = whole.bytes
    sizes = [size for size, _ in whole.prefixes()]
    whole.bytes = content[: sizes[-2] + 300]
    torn = content[sizes[-2] : sizes[-2] + 300]

    recalled = whole.recall()
    with whole.ledgers.hold(whole.name, "test"):
        whole.ledgers.append(whole.name, recalled, NOW, (Cancelled(reason="r"),))

    cut = TailCut(bytes=300, content=digest_of(torn), path=f"torn-{digest_of(torn)[:12]}.bin")
    *_, recovery, cancelled = whole.ledgers.entries(whole.name)
    assert recalled is not None
    assert recalled.torn == cut
    assert whole.beside() == {cut.path: torn}
    assert (recovery.seq, recovery.event) == (12, cut)
    assert (cancelled.seq, cancelled.event) == (13, Cancelled(reason="r"))


def test_a_death_during_recovery_loses_neither_the_tail_nor_its_record(
    whole: Bench, mortal_disk: type[MortalDisk]
) -> None:
    """At every act: afterwards the tail is torn still, or its recovery is on record; the bytes are never gone."""
    content = whole.bytes
    sizes = [size for size, _ in whole.prefixes()]
    cut = content[: sizes[-2] + 300]
    torn = cut[sizes[-2] :]
    ways = set()

    for at in range(1, 6):
        for part in (0, 1, 300):
            put_back(whole, cut)
            with pytest.raises(mortal_disk.Died):
                whole.write(((Cancelled(reason="r"),),), 8, mortal_disk(at, part))
            recalled = whole.recall()
            assert recalled is not None
            if recalled.torn is not None:
                ways.add("torn")
                assert whole.bytes.endswith(torn)
            else:
                ways.add("recovered")
                assert torn in whole.beside().values()
                assert recalled.task.status is Status.CANCELLED

    assert ways == {"torn", "recovered"}


def test_a_closing_line_that_was_cut_off_is_written_again(whole: Bench) -> None:
    """By the next command that holds the task, whether it goes on to write or not; nothing is lost, so nothing is put
    on record."""
    content = whole.bytes

    for end in range(1, len(CLOSING) + 1):
        whole.bytes = content[:-end]
        with whole.ledgers.hold(whole.name, "test"):
            pass

        assert whole.bytes == content
    assert whole.beside() == {}


def test_holding_mends_nothing_else(whole: Bench) -> None:
    """A torn tail waits for the step that records it, and damage stays as it is found."""
    content = whole.bytes

    for spoiled in (
        content[:-60],
        content[:700],
        content.replace(b"human", b"HUMAN", 1),
        b"",
        b"{",
        content[:-4] + b"x",
    ):
        whole.bytes = spoiled
        with whole.ledgers.hold(whole.name, "test"):
            pass

        assert whole.bytes == spoiled


def test_a_first_step_overwrites_nobody(bench: Bench, steps: Steps) -> None:
    """Two that begin the same ledger: the second is refused."""
    bench.write(steps[:1])
    before = bench.bytes

    with pytest.raises(Unavailable, match="changed by somebody else"):
        bench.ledgers.append(bench.name, None, NOW, (PLANNED,))

    assert bench.bytes == before


def test_what_somebody_wrote_meanwhile_is_not_overwritten(bench: Bench, steps: Steps) -> None:
    """An append on an old memory is refused, whatever stands there now, and leaves it as it is."""
    memory = bench.write(steps[:7])
    content = bench.bytes
    later = content[: -len(CLOSING)] + b',\n{"actor":1}' + CLOSING

    for now in (later, content[:-10], content + b"x", content[:-1] + b"x"):
        bench.bytes = now
        with pytest.raises(Unavailable, match="changed by somebody else") as told:
            bench.ledgers.append(bench.name, memory, NOW, (Cancelled(reason="r"),))

        assert bench.bytes == now
        assert told.value.next == "run the command again"


def test_a_tail_that_grew_meanwhile_is_not_cut_off(whole: Bench) -> None:
    """What is taken away is what was recalled, to the byte."""
    whole.bytes = whole.bytes[:-60]
    memory = whole.recall()
    whole.bytes = whole.bytes + b"x"
    now = whole.bytes

    with pytest.raises(Unavailable, match="changed by somebody else"):
        whole.ledgers.append(whole.name, memory, NOW, (Cancelled(reason="r"),))

    assert whole.bytes == now


def test_a_lock_folder_that_was_taken_away_costs_no_entry(bench: Bench, steps: Steps) -> None:
    """Two commands that both believe to hold the task: the second to write is refused, not overwritten nor mixed in."""
    bench.write(steps[:1])
    first = second = bench.recall()

    bench.ledgers.append(bench.name, first, NOW, (PLANNED,))
    with pytest.raises(Unavailable, match="changed by somebody else"):
        bench.ledgers.append(bench.name, second, NOW, (PLANNED, PLANNED))

    recalled = bench.recall()
    assert recalled is not None
    assert recalled.task.entries == 2


def put_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


def put_link_to_a_ledger(path: Path) -> None:
    other = path.with_name("elsewhere")
    other.write_bytes(head_line(task_id("add-cache")) + CLOSING)
    path.symlink_to(other)


def put_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


ODD: dict[str, Callable[[Path], object]] = {
    "a link to nothing": put_link,
    "a link to a ledger": put_link_to_a_ledger,
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a socket": put_socket,
    "an empty file": Path.touch,
    "one byte": lambda path: path.write_bytes(b"{"),
    "a number": lambda path: path.write_bytes(b"7"),
    "a list": lambda path: path.write_bytes(b"[]"),
    "deep brackets": lambda path: path.write_bytes(b"[" * 200_000),
    "zeros": lambda path: path.write_bytes(bytes(4096)),
    "a huge line": lambda path: path.write_bytes(b'{"schema_version":2,' + b" " * 3_000_000),
    "no entries": lambda path: path.write_bytes(head_line(task_id("add-cache")) + CLOSING),
    "only the first line": lambda path: path.write_bytes(head_line(task_id("add-cache")) + b"\n"),
    "a list of numbers": lambda path: path.write_bytes(b'{"schema_version":1,"task_id":"add-cache","entries":[1]}'),
    "another schema": lambda path: path.write_bytes(b'{"schema_version":9,"task_id":"add-cache","entries":[]}'),
    "another task": lambda path: path.write_bytes(b'{"schema_version":1,"task_id":"drop","entries":[]}'),
    "our schema, not our lines": lambda path: path.write_bytes(
        b'{"schema_version": 2, "task_id":"add-cache","entries":[]}'
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_ledger_is_damage_at_once(bench: Bench, odd: str) -> None:
    """Nothing is waited for, followed or believed; reading, holding and appending leave it as it is."""
    bench.path.parent.mkdir(parents=True)
    ODD[odd](bench.path)
    before = look_at(bench.path)

    with pytest.raises(Damaged, match=r"runs/add-cache/session\.json") as told:
        bench.recall()
    with bench.ledgers.hold(bench.name, "test"), pytest.raises(ScafldError):
        bench.ledgers.append(bench.name, None if os.path.islink(bench.path) else faked(), NOW, (PLANNED,))

    assert told.value.next == "scafld doctor"
    assert look_at(bench.path) == before


def faked() -> object:
    """A memory of another ledger: as if the file had been exchanged after it was read."""
    from scafld.app.journal import Memory

    return Memory(task=Task(entries=3), head=digest_of(b"x"), size=900)


def look_at(path: Path) -> object:
    if path.is_symlink():
        target = Path(os.path.join(path.parent, os.readlink(path)))
        return os.readlink(path), target.read_bytes() if target.exists() else None
    return path.read_bytes() if path.is_file() else path.lstat().st_mode


def test_a_linked_folder_is_not_followed(bench: Bench, steps: Steps, tmp_path: Path) -> None:
    """A ledger's folder that leads elsewhere is damage; nothing is read from there or written there."""
    outside = type(bench)(tmp_path / "outside")
    outside.write(steps[:1])
    content = outside.bytes
    (bench.scafld_dir / "runs").mkdir()
    (bench.scafld_dir / "runs" / "add-cache").symlink_to(outside.path.parent)

    with pytest.raises(Damaged, match="symbolic link"):
        bench.recall()
    with bench.ledgers.hold(bench.name, "test"):
        pass

    assert outside.bytes == content


def test_a_ledger_that_may_not_be_read_is_no_damage(bench: Bench, steps: Steps) -> None:
    """It is said which file, and what to look at."""
    if os.geteuid() == 0:
        pytest.skip("a superuser reads everything")
    bench.write(steps[:1])
    bench.path.chmod(0)

    with pytest.raises(Unavailable, match="Permission denied") as told:
        bench.recall()

    assert told.value.next == "ls -l .scafld/runs/add-cache/session.json"


@pytest.mark.parametrize(
    ("number", "room"),
    [(errno.ENOSPC, room) for room in (0, 1, 2, 3, 4, 5, 200, 511, 1000)]
    + [(number, room) for number in (errno.EACCES, errno.EROFS, errno.EIO, errno.EDQUOT) for room in (0, 200)],
)
@pytest.mark.parametrize("at", [0, 3, 7])
def test_a_disk_that_takes_no_more_changes_nothing(
    bench: Bench, steps: Steps, full_disk: type[FullDisk], number: int, room: int, at: int
) -> None:
    """However many bytes it took first: the file is as it was, it is named with what to do, and the next append,
    when there is room again, goes on."""
    bench.write(steps[:at])
    before = bench.bytes if at else None

    with pytest.raises(Unavailable, match=r"session\.json cannot be written") as told:
        bench.write(steps[at : at + 1], at, full_disk(room if at else min(room, 200), number))

    assert (bench.bytes if bench.path.exists() else None) == before
    assert told.value.next or number == errno.EIO
    assert bench.write(steps[at:], at) == bench.recall()
    assert bench.beside() == {}


def test_a_flush_that_fails_takes_the_step_back(bench: Bench, steps: Steps) -> None:
    """The bytes were written, but nobody may say that they are recorded: nobody finds them either."""

    class Unflushed(Disk):
        """A disk whose first write fails after the last byte."""

        def put(self, handle: int, at: int, content: bytes) -> None:
            super().put(handle, at, content)
            if content != CLOSING:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    bench.write(steps[:2])
    before = bench.bytes

    with pytest.raises(Unavailable, match="Input/output error"):
        bench.write(steps[2:3], 2, Unflushed())

    assert bench.bytes == before


def legacy(status: str = "completed") -> bytes:
    entries = [
        {"id": "entry-1", "type": "approval", "status": "approved", "recorded_at": "2025-01-01T00:00:00Z"},
        {"id": "entry-2", "type": "build", "status": "review"},
        {"id": "entry-3", "type": "review", "status": "pass"},
        {"id": "entry-4", "type": "complete" if status == "completed" else "note", "status": "x"},
    ]
    document = {"schema_version": 1, "task_id": "add-cache", "updated_at": "2025-01-02T00:00:00Z", "entries": entries}
    return json.dumps(document, indent=2).encode()


def test_an_old_ledger_is_read_as_it_is_and_believed_for_its_status_only(bench: Bench) -> None:
    """Unsealed, without approval, review or result, and unchanged by being read or held."""
    bench.bytes = legacy()

    with bench.ledgers.hold(bench.name, "test"):
        memory = bench.recall()

    assert memory is not None
    assert (memory.sealed, memory.task.status, memory.task.entries) == (False, Status.COMPLETED, 4)
    assert (memory.task.approval, memory.task.review, dict(memory.task.results)) == (None, None, {})
    assert bench.bytes == legacy()


@pytest.mark.parametrize(
    "entry", [{"type": []}, {"type": {}, "status": []}, {"type": None}, {}, {"status": "completed"}]
)
def test_an_odd_entry_of_an_old_ledger_says_nothing(bench: Bench, entry: dict[str, object]) -> None:
    """Whatever stands in it: it moves no state, and is no error."""
    document = {"schema_version": 1, "task_id": "add-cache", "updated_at": 7, "entries": [entry]}
    bench.bytes = json.dumps(document).encode()

    memory = bench.recall()

    assert memory is not None
    assert (memory.task.status, memory.task.entries) == (Status.DRAFT, 1)


def test_an_old_ledger_is_sealed_by_the_first_write(bench: Bench) -> None:
    """Its bytes are kept, and the first entry of the chain names their digest."""
    bench.bytes = old = legacy("review")

    bench.write(((Cancelled(reason="r"),),))

    sealed, cancelled = bench.ledgers.entries(bench.name)
    assert bench.beside() == {"session.v1.json": old}
    assert (sealed.event.file, sealed.event.status, sealed.event.entries) == (digest_of(old), "review", 4)
    assert cancelled.event == Cancelled(reason="r")


def test_a_death_while_an_old_ledger_is_sealed_loses_nothing(bench: Bench, mortal_disk: type[MortalDisk]) -> None:
    """At every act the old ledger is still there, under one name or the other, and the next command seals it."""
    old = legacy("review")
    seen = set()

    for at in range(1, 6):
        for part in (0, 1, 100):
            put_back(bench, old)
            with pytest.raises(mortal_disk.Died):
                bench.write(((Cancelled(reason="r"),),), 0, mortal_disk(at, part))
            memory = bench.recall()
            assert memory is not None
            seen.add(memory.sealed)
            assert old in (bench.bytes, *bench.beside().values())
            if not memory.sealed:
                bench.write(((Cancelled(reason="r"),),))
            assert bench.beside()["session.v1.json"] == old

    assert seen == {True, False}


def test_an_old_ledger_that_changed_meanwhile_is_not_sealed(bench: Bench) -> None:
    """The digest in the chain is that of the very bytes that are kept."""
    bench.bytes = legacy("review")
    memory = bench.recall()
    bench.bytes = now = legacy("review") + b"\n"

    with pytest.raises(Unavailable, match="changed by somebody else"):
        bench.ledgers.append(bench.name, memory, NOW, (Cancelled(reason="r"),))

    assert (bench.bytes, bench.beside()) == (now, {})


def test_a_chain_cannot_be_turned_back_into_an_old_ledger_with_authority(whole: Bench) -> None:
    """A rewritten first line makes it schema 1, where an approval and a verdict are words and no more."""
    whole.bytes = whole.bytes.replace(b'"schema_version":2', b'"schema_version":1', 1)

    memory = whole.recall()

    assert memory is not None
    assert (memory.sealed, memory.task.approval, memory.task.review) == (False, None, None)


def test_a_sealed_line_that_says_nothing_known_is_damage(bench: Bench) -> None:
    """Whoever recomputed the chain: an unknown event, a missing field, an impossible move, a time that is no text."""
    cases = {
        "no event called": ("dance", {}),
        "is missing": ("plan", {"title": "t"}),
        "cannot have happened": ("complete", {"contract": "c", "material": "m", "reason": ""}),
        "expected": ("cancel", {"reason": 7}),
        "no such field": ("cancel", {"reason": "r", "also": 1}),
    }
    found = {}

    for words, (kind, fields) in cases.items():
        actor: dict[str, object] = {"kind": "human", "name": "x", "terminal": False}
        record = record_of(seq=1, kind=kind, at=NOW.at, actor=actor, step_end=1, fields=fields)
        bench.bytes = head_line(bench.name) + b"\n" + seal_line(record, origin(bench.name)).text + CLOSING
        with pytest.raises(Damaged, match="entry-1: it is sealed but") as told:
            bench.recall()
        found[words] = words in str(told.value)

    assert found == dict.fromkeys(cases, True)


def test_a_link_is_not_written_through(bench: Bench, steps: Steps, tmp_path: Path) -> None:
    """A first step does not land where a link leads, nor does an append."""
    bench.path.parent.mkdir(parents=True)
    bench.path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Unavailable, match="somebody else"):
        bench.ledgers.append(bench.name, None, NOW, steps[0])

    assert not (tmp_path / "elsewhere").exists()

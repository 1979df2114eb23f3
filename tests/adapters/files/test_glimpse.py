"""What a view may know without proving it again is what it would find if it did."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.adapters.files.glimpse import WORTH, Glimpses
from scafld.adapters.files.ledgers import FileLedgers
from scafld.app.journal import Memory
from scafld.core.names import TaskId
from scafld.core.refusal import Damaged
from scafld.core.task.events import Event

if TYPE_CHECKING:
    from conftest import Bench

Steps = tuple[tuple[Event, ...], ...]


def long(bench: Bench, steps: Steps) -> Glimpses:
    """A ledger that is worth remembering: one draft, planned again and again, and then the life."""
    bench.write(steps[:1] * WORTH)
    bench.write(steps[1:], WORTH % 60)
    return Glimpses(ledgers=bench.ledgers)


def cache_of(bench: Bench) -> Path:
    return bench.scafld_dir / "cache" / "replays" / "add-cache.json"


class Unread(FileLedgers):
    """Ledgers that nobody may read."""

    def recall(self, task_id: TaskId) -> Memory | None:
        raise AssertionError("it was read")


def unread(bench: Bench) -> Glimpses:
    return Glimpses(ledgers=Unread(scafld_dir=str(bench.scafld_dir)))


def test_a_long_ledger_is_remembered(bench: Bench, steps: Steps) -> None:
    """After the first look nobody reads it, and the answer is the same."""
    glimpses = long(bench, steps)

    first = glimpses.recall(bench.name)
    second = unread(bench).recall(bench.name)

    assert first == second == bench.recall()


def test_what_a_command_ended_with_is_remembered(bench: Bench, steps: Steps) -> None:
    """So that the next view need not read what was just written."""
    glimpses = long(bench, steps)
    memory = bench.recall()

    glimpses.keep(bench.name, memory)

    assert unread(bench).recall(bench.name) == memory


def test_a_short_ledger_is_read(whole: Bench) -> None:
    """It is read sooner than it is remembered."""
    Glimpses(ledgers=whole.ledgers).recall(whole.name)

    assert not cache_of(whole).exists()


def test_a_ledger_that_is_not_there_is_not_remembered(bench: Bench) -> None:
    """Nor is anything made for it."""
    assert Glimpses(ledgers=bench.ledgers).recall(bench.name) is None
    assert os.listdir(bench.scafld_dir) == []


def test_a_torn_ledger_is_not_remembered(bench: Bench, steps: Steps) -> None:
    """What a crash left is looked at every time, until a command has taken it away."""
    glimpses = long(bench, steps)
    bench.bytes = bench.bytes[:-30]

    memory = glimpses.recall(bench.name)

    assert memory is not None
    assert memory.torn is not None
    assert not cache_of(bench).exists()


def test_a_changed_ledger_is_read_anew(bench: Bench, steps: Steps) -> None:
    """Damage that comes after the first look is found on the next one."""
    glimpses = long(bench, steps)
    glimpses.recall(bench.name)
    bench.bytes = bench.bytes.replace(b"human", b"HUMAN", 1)

    with pytest.raises(Damaged, match="entry-1"):
        glimpses.recall(bench.name)


def test_what_is_appended_while_it_is_read_is_not_missed_later(bench: Bench, steps: Steps) -> None:
    """A memory is kept under the stamp of the file as it was before it was read, not as it is now."""
    bench.write(steps[:1] * WORTH)

    class Growing(FileLedgers):
        """Ledgers to which somebody appends right after they were read."""

        def recall(self, task_id: TaskId) -> Memory | None:
            found = super().recall(task_id)
            bench.write(steps[1:2], 7)
            return found

    before = Glimpses(ledgers=Growing(scafld_dir=str(bench.scafld_dir))).recall(bench.name)
    after = Glimpses(ledgers=bench.ledgers).recall(bench.name)

    assert before != after
    assert after == bench.recall()


@pytest.mark.parametrize("spoil", ["a field", "a word", "a number", "nothing", "no text"])
def test_a_spoiled_memory_is_read_over(bench: Bench, steps: Steps, spoil: str) -> None:
    """Whatever stands in it: the ledger is read, and remembered again."""
    glimpses = long(bench, steps)
    memory = glimpses.recall(bench.name)
    kept = json.loads(cache_of(bench).read_bytes())
    match spoil:
        case "a field":
            del kept["what"]["task"]["status"], kept["what"]["head"]
        case "a word":
            kept["what"]["task"]["status"] = "finished"
        case "a number":
            kept["what"]["size"] = "1"
        case "nothing":
            kept["what"] = None
        case "no text":
            kept = []
    cache_of(bench).write_text(json.dumps(kept))

    assert glimpses.recall(bench.name) == memory
    assert unread(bench).recall(bench.name) == memory

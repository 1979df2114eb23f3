"""Law 1. The state is a pure function of contract and ledger; replaying any prefix gives the state at that moment."""

from __future__ import annotations

import json

from hypothesis import given

from scafld.adapters.codec import decode_event, encode_event
from scafld.adapters.memory.ledger_bytes import entries_of
from scafld.core.names import TaskId
from scafld.core.task.known import Task
from scafld.core.task.life import Occurrence, evolve, replay
from scafld.core.value import changed
from scafld.testing import histories, ledgers

TASK = TaskId("add-cache")


@given(histories())
def test_every_prefix_replays_to_the_state_of_its_moment(history: tuple[Occurrence, ...]) -> None:
    """Whether the events are folded as they happen or later, all of them or the first n."""
    states = [Task()]
    for occurrence in history:
        states.append(evolve(states[-1], occurrence))

    for count, state in enumerate(states):
        assert replay(history[:count]) == state


@given(histories())
def test_replaying_twice_gives_the_same(history: tuple[Occurrence, ...]) -> None:
    """Nothing but the events goes in: not the clock, not an earlier replay."""
    assert replay(history) == replay(tuple(history))


@given(histories())
def test_what_is_written_down_replays_as_what_happened(history: tuple[Occurrence, ...]) -> None:
    """Through JSON and back, nothing of an event is lost that the state is made of."""
    read = []
    for occurrence in history:
        kind, fields = encode_event(occurrence.event)
        read.append(changed(occurrence, event=decode_event(kind, json.loads(json.dumps(fields)))))

    assert replay(read) == replay(history)
    assert tuple(read) == history


@given(ledgers())
def test_every_prefix_of_whole_steps_of_a_ledger_replays(ledger: bytes) -> None:
    """The bytes up to the end of any step make the state at that moment."""
    entries = list(entries_of(ledger, TASK))
    lines = ledger.split(b"\n")

    for entry in entries:
        if entry.step_end == entry.seq:
            text = b"\n".join(lines[: entry.seq + 1]).removesuffix(b",") + b"\n]}\n"
            before = [each.occurrence for each in entries_of(text, TASK)]
            assert replay(before) == replay(each.occurrence for each in entries[: entry.seq])

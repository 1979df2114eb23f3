"""Law 2. Any edit, deletion, insertion or reordering of sealed entries is found on the next read, and named by entry.

On ledgers in memory, which are byte for byte those on disk. What every gate says to it stands in tests/app/laws; the
same attacks on real files in tests/adapters/ports/test_ledgers.py.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, strategies
from hypothesis.strategies import DataObject

from scafld.adapters.memory.ledger_bytes import entries_of
from scafld.core.ledger import CLOSING, check_chain, origin, proved_lines, seal_line
from scafld.core.names import TaskId
from scafld.core.refusal import Damaged
from scafld.testing import ledgers

TASK = TaskId("add-cache")


def lines_of(ledger: bytes) -> list[bytes]:
    """The text of each entry."""
    return [line.removesuffix(b",") for line in ledger.removesuffix(CLOSING).split(b"\n")[1:]]


def with_lines(ledger: bytes, lines: list[bytes]) -> bytes:
    return ledger.split(b"\n")[0] + b"\n" + b",\n".join(lines) + CLOSING


def named(ledger: bytes) -> str:
    """The entry that a read names, or "" when it finds nothing wrong. The quick look that `list` takes agrees."""
    quick = proved_lines(ledger, TASK)
    try:
        list(entries_of(ledger, TASK))
    except Damaged as damaged:
        assert quick is None
        return damaged.problems[0].message.partition(":")[0]
    assert quick == lines_of(ledger)
    return ""


@given(ledgers(), strategies.data())
def test_any_byte_of_any_entry_changed_to_any_other_is_found(ledger: bytes, data: DataObject) -> None:
    """And named by its entry."""
    lines = lines_of(ledger)
    seq = data.draw(strategies.integers(min_value=1, max_value=len(lines)))
    text = bytearray(lines[seq - 1])
    at = data.draw(strategies.integers(min_value=0, max_value=len(text) - 1))
    text[at] = (text[at] + data.draw(strategies.integers(min_value=1, max_value=255))) % 256

    assert named(with_lines(ledger, [*lines[: seq - 1], bytes(text), *lines[seq:]])) == f"entry-{seq}"


@given(ledgers(), strategies.data())
def test_any_byte_taken_out_or_put_in_is_found(ledger: bytes, data: DataObject) -> None:
    """White space too."""
    lines = lines_of(ledger)
    seq = data.draw(strategies.integers(min_value=1, max_value=len(lines)))
    text = lines[seq - 1]
    at = data.draw(strategies.integers(min_value=0, max_value=len(text) - 1))
    extra = bytes([data.draw(strategies.integers(min_value=0, max_value=255))])

    shorter, longer = text[:at] + text[at + 1 :], text[:at] + extra + text[at:]

    for forged in (shorter, longer):
        assume(forged != text)
        assert named(with_lines(ledger, [*lines[: seq - 1], forged, *lines[seq:]])) == f"entry-{seq}"


@given(ledgers(), strategies.data())
def test_any_entry_taken_out_is_found(ledger: bytes, data: DataObject) -> None:
    """Any but a whole step at the end, which a chain alone cannot show; what follows it is named."""
    lines = lines_of(ledger)
    seq = data.draw(strategies.integers(min_value=1, max_value=len(lines)))
    assume(seq < len(lines))

    assert named(with_lines(ledger, [*lines[: seq - 1], *lines[seq:]])) == f"entry-{seq}"


@given(ledgers(most=8), strategies.data())
def test_a_stretch_cut_out_of_the_middle_is_found(ledger: bytes, data: DataObject) -> None:
    """However long, also when it begins or ends inside an entry."""
    head = len(ledger.split(b"\n")[0]) + 1
    end = len(ledger) - len(CLOSING)
    start = data.draw(strategies.integers(min_value=head, max_value=end - 2))
    stop = data.draw(strategies.integers(min_value=start + 1, max_value=end - 1))

    assert named(ledger[:start] + ledger[stop:]).startswith("entry-")


@given(ledgers(), strategies.data())
def test_any_two_entries_in_the_wrong_order_are_found(ledger: bytes, data: DataObject) -> None:
    """The first of the two is named."""
    lines = lines_of(ledger)
    assume(len(lines) > 1)
    first = data.draw(strategies.integers(min_value=1, max_value=len(lines) - 1))
    second = data.draw(strategies.integers(min_value=first + 1, max_value=len(lines)))
    lines[first - 1], lines[second - 1] = lines[second - 1], lines[first - 1]

    assert named(with_lines(ledger, lines)) == f"entry-{first}"


@given(ledgers(), ledgers(task_id="fix-leak"), strategies.data())
def test_any_entry_put_in_is_found(ledger: bytes, other: bytes, data: DataObject) -> None:
    """One of its own again, or one of another task's; it is named where it stands."""
    lines = lines_of(ledger)
    strange = data.draw(strategies.sampled_from([*lines, *lines_of(other)]))
    at = data.draw(strategies.integers(min_value=0, max_value=len(lines)))
    assume(at == len(lines) or strange != lines[at])

    assert named(with_lines(ledger, [*lines[:at], strange, *lines[at:]])) == f"entry-{at + 1}"


@given(ledgers(most=6), strategies.data())
def test_an_entry_sealed_anew_is_found_at_the_next(ledger: bytes, data: DataObject) -> None:
    """Whoever forges one and computes its digest has to forge all that follow."""
    lines = lines_of(ledger)
    assume(len(lines) > 1)
    seq = data.draw(strategies.integers(min_value=1, max_value=len(lines) - 1))
    record = json.loads(lines[seq - 1])
    prev = record.pop("prev")
    del record["digest"]
    record["actor"] = {"kind": "human", "name": "somebody else", "terminal": True}
    forged = seal_line(record, prev).text
    assume(forged != lines[seq - 1])

    assert named(with_lines(ledger, [*lines[: seq - 1], forged, *lines[seq:]])) == f"entry-{seq + 1}"


@given(ledgers())
def test_a_ledger_does_not_pass_for_another_tasks(ledger: bytes) -> None:
    """Neither under its own head nor under the other's."""
    other = TaskId("fix-leak")
    renamed = ledger.replace(b'"task_id":"add-cache"', b'"task_id":"fix-leak"', 1)

    for forged in (ledger, renamed):
        with pytest.raises(Damaged):
            list(entries_of(forged, other))


@given(ledgers())
def test_a_ledger_that_nobody_touched_holds(ledger: bytes) -> None:
    """So that the tests above find the forgery, and nothing else."""
    assert named(ledger) == ""
    assert len(list(check_chain(lines_of(ledger), TASK))) == len(lines_of(ledger))
    assert origin(TASK).encode() in lines_of(ledger)[0]

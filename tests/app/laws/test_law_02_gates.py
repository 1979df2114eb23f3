"""Law 2. A forged ledger is found on the next read, named by entry, and stops every gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject

from scafld.core.ledger import CLOSING
from scafld.core.names import TaskId
from scafld.core.refusal import Damaged, Refused
from scafld.core.task.known import Status
from scafld.testing import ACTS, DETAILS, WORLD, Act, Kit, Life, lives, play

if TYPE_CHECKING:
    from conftest import Hands

TASK = TaskId("add-cache")
STATUSES = [*Status, "passed"]


def _lines(text: bytes) -> list[bytes]:
    return text.removesuffix(CLOSING).split(b"\n")


def _whole(lines: list[bytes]) -> bytes:
    texts = [line.removesuffix(b",") for line in lines[1:]]
    return lines[0] + b"\n" + b",\n".join(texts) + CLOSING


def _without(text: bytes, at: int) -> bytes:
    lines = _lines(text)
    return _whole(lines[:at] + lines[at + 1 :]) if len(lines) > 2 else b""


def _twice(text: bytes, at: int) -> bytes:
    lines = _lines(text)
    return _whole([*lines[: at + 1], lines[at], *lines[at + 1 :]])


def _swapped(text: bytes) -> bytes:
    lines = _lines(text)
    return _whole([lines[0], *reversed(lines[1:])]) if len(lines) > 2 else b""


FORGERIES: dict[str, Callable[[bytes], bytes]] = {
    "another actor": lambda text: text.replace(b"somebody", b"everybody", 1),
    "another moment": lambda text: text.replace(b'"recorded_at":"2026', b'"recorded_at":"2025', 1),
    "an entry less": lambda text: _without(text, 1),
    "an entry twice": lambda text: _twice(text, 1),
    "another order": _swapped,
    "nothing left": lambda _text: b"",
    "another document": lambda _text: b'{"schema_version":2,"task_id":"add-cache","entries":[]}\n',
}


VERBS = sorted(ACTS.keys() - WORLD - {"plan", "quick", "plan_by_model"})
READING: dict[str, Callable[[Kit], object]] = {
    "status": lambda kit: kit.status(TASK),
    "handoff": lambda kit: kit.handoff(TASK),
    "review_context": lambda kit: kit.review_context(TASK),
    "log": lambda kit: list(kit.log(TASK)),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("status", STATUSES)
def test_every_gate_stops_at_a_forged_ledger(hands: Hands, status: str, forgery: str) -> None:
    """Every verb, whatever it would have done, and every view; nothing is written."""
    kit = hands.reach(status)
    kit.ledgers.tamper(TASK, FORGERIES[forgery])
    before = kit.everything()

    for verb in VERBS:
        told = play_anyway(kit, plainly(verb))
        assert "session.json" in told
    for read in READING.values():
        with pytest.raises(Damaged, match=r"session\.json"):
            read(kit)
    assert kit.everything() == before


def plainly(verb: str) -> Act:
    return Act(name=verb, task=TASK, detail=DETAILS.get(verb, ("",))[0])


def play_anyway(kit: Kit, act: Act) -> str:
    """What an act on a damaged ledger meets: the words of the refusal."""
    with pytest.raises(Damaged) as caught:
        ACTS[act.name](kit, act)
    return str(caught.value)


@given(lives(illegal=False), strategies.data())
def test_one_byte_of_any_life_stops_it(life: Life, data: DataObject) -> None:
    """Whichever byte of whichever entry: the entry is named, no verb goes on, and the rest of the workspace does."""
    kit = life.kit
    lines = _lines(kit.ledger(TASK))
    seq = data.draw(strategies.integers(min_value=1, max_value=len(lines) - 1))
    text = bytearray(lines[seq].removesuffix(b","))
    at = data.draw(strategies.integers(min_value=0, max_value=len(text) - 1))
    text[at] = (text[at] + data.draw(strategies.integers(min_value=1, max_value=255))) % 256
    kit.ledgers.files[TASK] = _whole([*lines[:seq], bytes(text), *lines[seq + 1 :]])
    verb = data.draw(strategies.sampled_from(VERBS))

    said = play_anyway(kit, plainly(verb))

    assert f"entry-{seq}: " in said
    row = next(row for row in kit.list(every=True) if row.task_id == TASK)
    assert (row.status, f"entry-{seq}: " in row.problem) == ("damaged", True)
    assert play(kit, Act(name="plan", task="another")).accepted


def test_an_approval_of_another_task_cannot_be_brought_in(hands: Hands) -> None:
    """A whole ledger under another name is no ledger of that task."""
    kit = hands.reach("passed")
    kit.plan("fix-leak", title="Fix a leak", command="check alpha")
    kit.ledgers.files[TaskId("fix-leak")] = kit.ledger(TASK)

    with pytest.raises(Damaged):
        kit.complete("fix-leak")


def test_a_ledger_that_is_gone_authorises_nothing(hands: Hands) -> None:
    """What is left is a spec that nobody approved; its id stays used."""
    kit = hands.reach("passed")
    del kit.ledgers.files[TASK]

    for verb in ("build", "complete"):
        with pytest.raises(Refused):
            ACTS[verb](kit, Act(name=verb, task=TASK))
    assert hands.no(lambda: kit.plan(TASK, title="x", command="check alpha")).gate == "ledger"

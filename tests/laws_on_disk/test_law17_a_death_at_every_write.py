"""Law 17: the process dies at every act on the disk, after every part of it, in every command of a life."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.core.task.events import TailCut
from scafld.core.task.known import Task
from scafld.core.task.life import replay

if TYPE_CHECKING:
    from conftest import Copies, Died, MortalDisk, Stage

STEPS = range(7)


def some(act: str, parts: int) -> list[int]:
    """The parts of an act after which most happens: the bytes at both ends of an append, and one between."""
    if act == "put":
        return sorted({0, 1, 3, 5, parts // 2, parts - 4, parts - 2, parts})
    return [parts // 2] if act == "prepare" else list(range(parts + 1))


def every(act: str, parts: int) -> list[int]:
    """Every byte at both ends of an append, and every seventh between; of a draft, which nobody reads, a few."""
    if act == "prepare":
        return sorted({0, 1, parts // 2, parts})
    return sorted({*range(min(parts, 30) + 1), *range(0, parts, 7), *range(max(parts - 80, 0), parts + 1)})


def entries_of(stage: Stage) -> list[str]:
    return [entry.digest for entry in stage.ledgers().entries("add-cache")]  # type: ignore[arg-type]


def tasks_of(stage: Stage) -> list[Task]:
    """The task after each whole step that is on record, what records a recovery left out."""
    seen = list(stage.ledgers().entries("add-cache"))  # type: ignore[arg-type]
    ends = [json.loads(line.rstrip(",\n"))["step_end"] for line in stage.ledger.read_text("utf-8").split("\n")[1:-2]]
    return [Task(), *(replay(entry.occurrence for entry in seen[:end]) for end in sorted(set(ends)))]


def leftovers(root: Path) -> list[str]:
    return [path.name for path in (root / ".scafld").rglob(".scafld-tmp-*") if "cache" not in path.parts]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("chosen", [some, pytest.param(every, marks=pytest.mark.crash)])
def test_the_next_command_goes_on(
    stage: Stage,
    copies: Copies,
    mortal_disk: type[MortalDisk],
    died: type[Died],
    step: int,
    chosen: Callable[[str, int], list[int]],
) -> None:
    """Nothing that was recorded is lost, nothing is there by halves, every view works, the doctor names what he sees,
    and the life ends completed on a chain that holds."""
    for earlier in range(step):
        stage.do(earlier, stage.open())
    recorded = entries_of(stage)
    copies.keep("before")
    witness = mortal_disk()
    stage.do(step, stage.open(witness))
    whole_steps = tasks_of(stage)
    seen = set()

    for at, (act, parts) in enumerate(witness.acts, start=1):
        for part in chosen(act, parts):
            copies.put_back("before")
            with pytest.raises(died):
                stage.do(step, stage.open(mortal_disk(at, part)))
            where = f"{act} {part} of {parts}"
            left, torn = leftovers(stage.root), torn_of(stage)
            seen.add((bool(left), torn is not None))

            assert entries_of(stage)[: len(recorded)] == recorded, where
            assert task_of(stage) in whole_steps, where
            look_at_everything(stage, left, torn)
            stage.go_on(stage.open())
            the_end_is_well(stage, recorded, torn)

    assert (False, False) in seen
    assert step == 0 or (False, True) in seen


def task_of(stage: Stage) -> Task:
    memory = stage.ledgers().recall("add-cache")  # type: ignore[arg-type]
    return memory.task if memory else Task()


def torn_of(stage: Stage) -> TailCut | None:
    memory = stage.ledgers().recall("add-cache")  # type: ignore[arg-type]
    return memory.torn if memory else None


def look_at_everything(stage: Stage, left: list[str], torn: TailCut | None) -> None:
    """Every view answers, and none of them disagrees; the doctor, asked first, names what was left behind."""
    ws = stage.open()
    health = ws.doctor()
    said = " ".join(f"{symptom.subject}: {symptom.what}" for symptom in health.symptoms)
    assert all(name in said for name in left)
    assert ("cut off by a crash" in said) == (torn is not None)
    rows = {row.task_id: str(row.status) for row in ws.list(every=True)}
    if rows:
        overview = ws.status("add-cache")
        assert rows == {"add-cache": str(overview.status)}
        assert ws.handoff("add-cache").handoff.overview.status == overview.status
        assert ws.show("add-cache").text
        assert ws.validate("add-cache").valid
    assert ws.report().total == len(rows)


def the_end_is_well(stage: Stage, recorded: list[str], torn: TailCut | None) -> None:
    ws = stage.open()
    document = json.loads(stage.ledger.read_bytes())
    (minted,) = [each for each in document["entries"] if each["type"] == "receipt"]
    receipt = (stage.root / ".scafld" / "receipts" / "add-cache.dsse.json").read_bytes()
    assert hashlib.sha256(receipt).hexdigest() == minted["receipt"]
    cuts = [entry.event for entry in stage.ledgers().entries("add-cache") if isinstance(entry.event, TailCut)]  # type: ignore[arg-type]
    assert document["task_id"] == "add-cache"
    assert entries_of(stage)[: len(recorded)] == recorded
    assert cuts == ([torn] if torn else [])
    if torn:
        assert len((stage.ledger.parent / torn.path).read_bytes()) == torn.bytes
    assert ws.show("add-cache").path == ".scafld/specs/archive/2026-01/add-cache.md"
    assert ws.doctor(repair=True).well
    assert ws.doctor().symptoms == ()


def test_a_death_in_the_middle_of_a_recovery_is_recovered_from(
    stage: Stage, copies: Copies, mortal_disk: type[MortalDisk], died: type[Died]
) -> None:
    """Twice in a row: the command that was to take the tail away dies at every act as well."""
    for step in range(4):
        stage.do(step, stage.open())
    recorded = entries_of(stage)
    stage.work()
    with pytest.raises(died):
        stage.do(4, stage.open(mortal_disk(1, 300)))
    torn = torn_of(stage)
    assert torn is not None
    copies.keep("torn")
    witness = mortal_disk()
    stage.do(4, stage.open(witness))
    recovered = tasks_of(stage)

    for at, (_act, parts) in enumerate(witness.acts, start=1):
        for part in sorted({0, parts // 2, parts}):
            copies.put_back("torn")
            with pytest.raises(died):
                stage.do(4, stage.open(mortal_disk(at, part)))

            assert entries_of(stage)[: len(recorded)] == recorded
            assert task_of(stage) in recovered
            stage.go_on(stage.open())
            the_end_is_well(stage, recorded, torn)


def test_dying_again_and_again_ends_well(stage: Stage, mortal_disk: type[MortalDisk], died: type[Died]) -> None:
    """Every command dies at its first act, then the next at its second, and so on, until one has no such act left."""
    act, deaths = 1, 0
    while True:
        try:
            stage.go_on(stage.open(mortal_disk(act, 1)))
        except died:
            deaths += 1
            act += 1
            continue
        break

    assert deaths > 5
    the_end_is_well_after_many(stage)


def the_end_is_well_after_many(stage: Stage) -> None:
    ws = stage.open()
    assert str(ws.status("add-cache").status) == "completed"
    assert json.loads(stage.ledger.read_bytes())["task_id"] == "add-cache"
    assert ws.doctor(repair=True).well


def test_a_life_that_nobody_kills_leaves_nothing_behind(lived: Stage, prints: Callable[[Path], dict[str, str]]) -> None:
    """The measure of the others: no leftovers, no symptoms, and looking changes nothing."""
    before = prints(lived.root)
    health = lived.open().doctor()

    assert (health.tasks, health.symptoms) == (1, ())
    assert prints(lived.root) == before
    assert leftovers(lived.root) == []

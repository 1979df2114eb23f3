"""Ledgers without a chain, as older lines of scafld left them: read, shown unsealed, sealed by the first write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.core.digest import digest_of
from scafld.core.names import task_id
from scafld.core.refusal import Refused, ScafldError
from scafld.core.task.events import LegacySealed
from scafld.core.task.known import TERMINAL, Status

if TYPE_CHECKING:
    from conftest import Stage

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "v2_sessions"
FOUND = sorted(CORPUS.glob("*.json"))
"""Real ones, where they are at hand."""

FOLDERS = {Status.DRAFT: "drafts", Status.APPROVED: "approved"}


def lay_down(stage: Stage, content: bytes) -> str:
    """Put a ledger into the workspace, with a spec of its name in the folder of its state."""
    name = json.loads(content)["task_id"]
    run = stage.root / ".scafld" / "runs" / name
    run.mkdir(parents=True)
    (run / "session.json").write_bytes(content)
    memory = stage.ledgers().recall(task_id(name))
    assert memory is not None
    over = memory.task.status in TERMINAL
    folder = "archive/2026-05" if over else FOLDERS.get(memory.task.status, "active")
    spec = stage.root / ".scafld" / "specs" / folder / f"{name}.md"
    spec.parent.mkdir(parents=True, exist_ok=True)
    stage.open().plan("model", title="Model", command="grep -q y a.py")
    text = stage.open().show("model").text
    spec.write_text(text.replace("task_id: model", f"task_id: {name}"))
    return str(name)


def example(status: str) -> bytes:
    """A ledger as the older line writes it, for a task that came as far as this."""
    entries: list[dict[str, object]] = [
        {"id": "entry-1", "type": "approval", "status": "approved", "recorded_at": "2026-05-01T10:00:00Z"},
        {"id": "entry-2", "type": "build", "status": "active", "recorded_at": "2026-05-01T10:01:00Z"},
        {"id": "entry-3", "type": "criterion", "criterion_id": "ac1", "status": "pass"},
        {"id": "entry-4", "type": "build", "status": "review", "recorded_at": "2026-05-01T10:02:00Z"},
        {"id": "entry-5", "type": "review", "status": "pass", "verdict": "pass", "provider": "codex"},
        {"id": "entry-6", "type": "complete", "status": "completed", "recorded_at": "2026-05-01T10:03:00Z"},
    ]
    count = {"approved": 1, "active": 2, "review": 5, "completed": 6}[status]
    document = {
        "schema_version": 1,
        "task_id": "old-task",
        "created_at": "2026-05-01T10:00:00Z",
        "updated_at": "2026-05-01T10:03:00Z",
        "entries": entries[:count],
    }
    return json.dumps(document, indent=2).encode()


EXAMPLES = {status: example(status) for status in ("approved", "active", "review", "completed")}


def old_ledgers() -> list[object]:
    made = [pytest.param(content, id=status) for status, content in EXAMPLES.items()]
    real = [pytest.param(path, id=path.stem) for path in FOUND]
    return [*made, *(real or [pytest.param(None, id="corpus")])]


@pytest.fixture(params=old_ledgers())
def content(request: pytest.FixtureRequest) -> bytes:
    match request.param:
        case bytes():
            return request.param
        case Path():
            return request.param.read_bytes()
        case _:
            pytest.skip("no collection of real ledgers is at hand")


def test_an_old_ledger_is_shown_unsealed_and_left_alone(stage: Stage, content: bytes) -> None:
    """By every view, with the state that it claims; looking changes no byte of it."""
    name = lay_down(stage, content)
    ws = stage.open()

    row = next(row for row in ws.list(every=True) if row.task_id == name)
    overview = ws.status(name)
    logged = list(ws.log(name))
    health = ws.doctor()
    ws.handoff(name)

    memory = stage.ledgers().recall(task_id(name))
    assert memory is not None
    assert (row.ledger, row.status) == ("unsealed", str(memory.task.status))
    assert str(overview.status) == row.status
    assert len(logged) == len(json.loads(content)["entries"]) == memory.task.entries
    assert all(each.digest is None for each in logged)
    assert any("no chain" in symptom.what for symptom in health.symptoms)
    assert (stage.root / ".scafld" / "runs" / name / "session.json").read_bytes() == content


@pytest.mark.parametrize("when", ["yesterday", 7, None, [], "2026-05-01T10:00:00+02:00", "\0\n"])
def test_an_odd_time_in_an_old_ledger_stops_no_view(stage: Stage, when: object) -> None:
    """Every view answers, and the first write seals it."""
    document = json.loads(EXAMPLES["review"])
    document["updated_at"] = when
    document["entries"][0] |= {"recorded_at": when, "reason": [when], "criterion_id": {"a": when}}
    name = lay_down(stage, json.dumps(document).encode())
    ws = stage.open()

    row = next(row for row in ws.list() if row.task_id == name)
    views = (ws.status(name), ws.handoff(name), ws.report(), list(ws.log(name)), ws.doctor())

    assert (row.status, len(views)) == ("review", 5)
    assert str(ws.cancel(name, reason="r").status) == "cancelled"


def test_an_old_ledger_never_authorises_a_completion(stage: Stage, content: bytes) -> None:
    """Whatever approval, evidence and verdict it tells: build, review and complete need an approval made here."""
    name = lay_down(stage, content)
    stage.work()

    for gate in ("build", "review", "complete"):
        with pytest.raises(ScafldError):
            getattr(stage.open(), gate)(name)

    assert (stage.root / ".scafld" / "runs" / name / "session.json").read_bytes() == content


def test_the_first_write_seals_it(stage: Stage, content: bytes) -> None:
    """The old bytes are kept beside the new ledger, whose first entry names their digest; a task that is over stays
    over, and is not written to at all."""
    name = lay_down(stage, content)
    run = stage.root / ".scafld" / "runs" / name
    memory = stage.ledgers().recall(task_id(name))
    assert memory is not None

    if memory.task.status in TERMINAL:
        with pytest.raises(Refused, match="final"):
            stage.open().cancel(name, reason="not wanted")
        assert (run / "session.json").read_bytes() == content
        return
    stage.open().cancel(name, reason="not wanted")

    sealed, *rest = [entry.event for entry in stage.ledgers().entries(task_id(name))]
    assert isinstance(sealed, LegacySealed)
    assert sealed.file == digest_of(content)
    assert (run / sealed.path).read_bytes() == content
    assert [type(event).__name__ for event in rest] == ["Cancelled"]
    assert json.loads((run / "session.json").read_bytes())["schema_version"] == 2
    assert str(stage.open().status(name).status) == "cancelled"


@pytest.mark.parametrize("status", ["approved", "active", "review"])
def test_an_old_task_is_finished_by_a_life_of_its_own(stage: Stage, status: str) -> None:
    """Approved again here, built, reviewed and completed; nothing of the old evidence was needed or believed."""
    name = lay_down(stage, EXAMPLES[status])
    ws = stage.open()

    ws.approve(name, reason="taken over")
    stage.work()
    for _ in range(3):
        if str(ws.status(name).status) != "review":
            ws.build(name)
    ws.review(name)
    ws.complete(name)

    kinds = [each.kind for each in ws.log(name)]
    assert kinds[:1] == ["legacy_seal"]
    assert str(ws.status(name).status) == "completed"
    assert "criterion" in kinds
    assert kinds.count("review") == 1

"""Laws 2, 4 and 20: a damaged ledger is named, stops every gate of its task, and hides and hinders no other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scafld.core.refusal import Damaged, Refused, ScafldError

if TYPE_CHECKING:
    from conftest import Copies, Stage

    from scafld import Workspace

CLOSING = b"\n]}\n"
Change = Callable[[bytes], bytes]


def lines_changed(change: Callable[[list[bytes]], list[bytes]]) -> Change:
    """Change the entries as a list; the commas between them are put right again."""

    def changed(content: bytes) -> bytes:
        head, *entries = content.removesuffix(CLOSING).split(b"\n")
        return head + b"\n" + b",\n".join(change([entry.removesuffix(b",") for entry in entries])) + CLOSING

    return changed


CHANGES: Mapping[str, Change] = {
    "a byte of the first entry": lambda content: content.replace(b"somebody", b"somebodx", 1),
    "a byte of the last entry": lambda content: content[:-80] + b"x" + content[-79:],
    "a digest": lambda content: (
        content[: content.index(b'"digest":"') + 10] + b"0" * 64 + content[content.index(b'"digest":"') + 74 :]
    ),
    "a verdict": lambda content: content.replace(b'"verdict":"pass"', b'"verdict":"fail"', 1),
    "white space": lambda content: content.replace(b'"kind":"human"', b'"kind": "human"', 1),
    "a NUL": lambda content: content[:2000] + b"\0" + content[2001:],
    "a line break": lambda content: content[:2000] + b"\n" + content[2001:],
    "a quote": lambda content: content[:2000] + b'"' + content[2001:],
    "an entry less": lines_changed(lambda entries: entries[:3] + entries[4:]),
    "an entry twice": lines_changed(lambda entries: [*entries[:4], *entries[3:]]),
    "two entries swapped": lines_changed(lambda entries: [entries[1], entries[0], *entries[2:]]),
    "the middle less": lines_changed(lambda entries: entries[:2] + entries[-2:]),
    "the approval less": lines_changed(lambda entries: entries[:1] + entries[3:]),
    "the first entry less": lines_changed(lambda entries: entries[1:]),
    "half of the last step less": lines_changed(lambda entries: entries[:4]),
    "another task's name": lambda content: content.replace(b'"task_id":"add-cache"', b'"task_id":"other"', 1),
    "another schema": lambda content: content.replace(b'"schema_version":2', b'"schema_version":3', 1),
    "no schema": lambda content: content.replace(b'"schema_version":2,', b"", 1),
    "a byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "other line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "pretty printing": lambda content: content.replace(b",", b", "),
    "garbage behind": lambda content: content + b"garbage\n",
    "another document behind": lambda content: content + content,
    "the first bytes less": lambda content: content[1:],
    "the first line only": lambda content: content[: content.index(b"\n") + 1],
    "a sector of zeros in the middle": lambda content: content[:1024] + bytes(512) + content[1536:],
    "an edit, and the end cut off": lambda content: content.replace(b"somebody", b"somebodx", 1)[:-40],
    "nothing": lambda content: b"",
    "one byte": lambda content: b"{",
    "an empty object": lambda content: b"{}",
    "deep brackets": lambda content: b"[" * 100_000,
}

GATES: Mapping[str, Callable[[Workspace], object]] = {
    "plan": lambda ws: ws.plan("add-cache", title="Again", command="grep -q y a.py"),
    "quick": lambda ws: ws.quick("add-cache", title="Again", command="grep -q y a.py"),
    "harden": lambda ws: ws.harden("add-cache"),
    "harden passed": lambda ws: ws.harden("add-cache", mark_passed=True, reason="r"),
    "approve": lambda ws: ws.approve("add-cache", reason="r"),
    "build": lambda ws: ws.build("add-cache"),
    "attest": lambda ws: ws.attest("add-cache", "ac1", passed=True, reason="r", evidence="0" * 64),
    "review": lambda ws: ws.review("add-cache", force=True, reason="r"),
    "review context": lambda ws: ws.review_context("add-cache"),
    "review by a person": lambda ws: ws.review_by_human("add-cache", reason="r"),
    "abandon": lambda ws: ws.abandon_review("add-cache"),
    "complete": lambda ws: ws.complete("add-cache"),
    "fail": lambda ws: ws.fail("add-cache", reason="r"),
    "cancel": lambda ws: ws.cancel("add-cache", reason="r"),
}


@pytest.fixture
def reviewed(stage: Stage) -> Stage:
    """A task that waits for completion, and another one that has only been planned."""
    for step in range(6):
        stage.do(step, stage.open())
    stage.open().plan("other", title="Another", command="grep -q y a.py")
    return stage


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_ledger_stops_every_gate(
    reviewed: Stage, prints: Callable[[Path], dict[str, str]], change: str
) -> None:
    """Each of them refuses with the ledger's name and changes nothing on disk; so do the views of this task. Another
    task lives on, and the list says which one is damaged."""
    reviewed.ledger.write_bytes(CHANGES[change](reviewed.ledger.read_bytes()))
    before = prints(reviewed.root)
    passed = []

    for name, gate in GATES.items():
        try:
            gate(reviewed.open())
            passed.append(name)
        except Damaged as error:
            assert error.path == ".scafld/runs/add-cache/session.json"
            assert error.next == "scafld doctor"
        except Refused:
            assert name in ("plan", "quick")
        assert prints(reviewed.root) == before, name

    assert passed == []
    the_others_live_on(reviewed)


def the_others_live_on(stage: Stage) -> None:
    ws = stage.open()
    rows = {row.task_id: row for row in ws.list(every=True)}
    assert {name: str(row.status) for name, row in rows.items()} == {"add-cache": "damaged", "other": "draft"}
    assert rows["add-cache"].problem
    assert [name for name, _ in _pairs(ws.report().damaged)] == ["add-cache"]
    for view in (ws.status, ws.handoff, lambda name: list(ws.log(name))):
        with pytest.raises(Damaged):
            view("add-cache")
    assert str(ws.status("other").status) == "draft"
    assert str(ws.approve("other").status) == "approved"
    assert any(symptom.subject.startswith(".scafld/runs/add-cache") for symptom in ws.doctor().symptoms)
    assert ws.show("add-cache").text


def _pairs(damaged: object) -> list[tuple[str, str]]:
    return [each if isinstance(each, tuple) else (str(each), "") for each in damaged]  # type: ignore[attr-defined]


PLACES: Mapping[str, Callable[[Path], object]] = {
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to a copy": lambda path: path.symlink_to("copy.json"),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_ledger_stops_every_gate(
    reviewed: Stage, prints: Callable[[Path], dict[str, str]], place: str
) -> None:
    """Something else in its place, even a link to the very same bytes: nobody follows it or waits for it."""
    (reviewed.ledger.parent / "copy.json").write_bytes(reviewed.ledger.read_bytes())
    reviewed.ledger.unlink()
    PLACES[place](reviewed.ledger)
    before = prints(reviewed.root)

    for name, gate in GATES.items():
        with pytest.raises(ScafldError) as told:
            gate(reviewed.open())
        assert isinstance(told.value, Damaged) or name in ("plan", "quick")
        assert prints(reviewed.root) == before, name

    the_others_live_on(reviewed)


def test_a_linked_folder_stops_every_gate(reviewed: Stage, prints: Callable[[Path], dict[str, str]]) -> None:
    """A ledger that lies elsewhere is not this workspace's, though its bytes hold."""
    folder = reviewed.ledger.parent
    shutil.copytree(folder, reviewed.root / "elsewhere")
    shutil.rmtree(folder)
    folder.symlink_to(reviewed.root / "elsewhere")
    before = prints(reviewed.root)

    for name, gate in GATES.items():
        with pytest.raises(ScafldError) as told:
            gate(reviewed.open())
        assert isinstance(told.value, Damaged) or name in ("plan", "quick")
        assert prints(reviewed.root) == before, name

    the_others_live_on(reviewed)


def test_a_ledger_that_is_gone_stops_the_work(reviewed: Stage) -> None:
    """Without a record there is no approval: nothing of what the spec shows is believed."""
    shutil.rmtree(reviewed.ledger.parent)

    for gate in ("build", "review", "complete"):
        with pytest.raises(ScafldError):
            GATES[gate](reviewed.open())

    assert not reviewed.ledger.exists()


def test_a_torn_tail_is_no_damage(reviewed: Stage, copies: Copies) -> None:
    """What a killed append leaves stops nobody: the step is gone, and the command that comes next records that. Who was
    killed in it had not remembered it yet."""
    whole = reviewed.ledger.read_bytes()
    last = whole.rindex(b',\n{"actor"')
    copies.keep("whole")

    for left in (last + 1, last + 2, last + 60, len(whole) - 5):
        copies.put_back("whole")
        shutil.rmtree(reviewed.state)
        reviewed.ledger.write_bytes(whole[:left])
        reviewed.go_on(reviewed.open())
        kinds = [each.kind for each in reviewed.open().log("add-cache")]

        assert kinds.count("recovery") == (1 if left < len(whole) - 5 else kinds.count("recovery"))
        assert kinds[-1] == "complete"


def test_a_truncated_ledger_is_a_prefix_or_damage(reviewed: Stage) -> None:
    """What is left is shown as an earlier state of the same task, or refused; it is never more."""
    whole = reviewed.ledger.read_bytes()
    full = [entry.digest for entry in reviewed.ledgers().entries("add-cache")]  # type: ignore[arg-type]
    counts = set()

    for end in (*range(0, len(whole), 11), len(whole) - 1):
        reviewed.ledger.write_bytes(whole[:end])
        try:
            memory = reviewed.ledgers().recall("add-cache")  # type: ignore[arg-type]
        except Damaged:
            counts.add(0)
            continue
        assert memory is not None
        assert memory.head == full[memory.task.entries - 1]
        counts.add(memory.task.entries)

    assert counts == {0, 1, 3, 5, 7, 9, 10, 11}

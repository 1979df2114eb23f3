"""Whole lives through the command line, as a person or an agent goes through them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

Scafld = Callable[..., Any]
Snapshot = Callable[[], dict[str, bytes]]
Find = Callable[[str], Path]


def status(scafld: Scafld, task: str) -> Any:
    """What `status --json` says of a task."""
    return scafld("status", task, "--json").told["result"]


def test_a_small_change_takes_four_commands(scafld: Scafld, workspace: Path) -> None:
    """quick, build, review, complete; every page says what comes next, and the next command is the one that works."""
    quick = scafld("quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    (workspace / "a.py").write_text("x = 1\ny = 2\n", encoding="utf-8")
    built = scafld("build", "add-y")
    reviewed = scafld("review", "add-y", "--human-reviewed", "--reason", "read the change")
    completed = scafld("complete", "add-y")

    assert [each.code for each in (quick, built, reviewed, completed)] == [0, 0, 0, 0]
    assert quick.out.splitlines()[1].split() == ["ac1", "grep", "-q", "y", "a.py", "red", "0.0", "s"]
    assert quick.out.splitlines()[-1] == "next: scafld handoff add-y        then: scafld build add-y"
    assert built.out.splitlines()[-2:] == ["passed: every phase and every criterion", "next: scafld review add-y"]
    assert reviewed.out.splitlines()[-1] == "next: scafld complete add-y"
    assert completed.out.splitlines()[-3:] == [
        "completed",
        "  receipt  .scafld/receipts/add-y.dsse.json",
        "next: scafld keys trust",
    ]
    assert scafld("keys", "trust").code == 0
    assert scafld("complete", "add-y").out.splitlines()[-1] == "next: scafld verify add-y"
    assert status(scafld, "add-y")["criteria"][0]["strength"] == "red-green"


STANDARD = """
## Summary
The cache forgets its oldest entry.

## Objectives
- The cache holds at most so many entries.

## Scope
- In: cache.py

## Phase 1: The bound
Changes:
- `cache.py` - a bound

Acceptance:
- [ ] `ac1_1` command - The bound holds
  - Command: `grep -q bound cache.py`
"""


def test_a_standard_life_with_a_block(scafld: Scafld, workspace: Path, spec_of: Find) -> None:
    """plan, validate, approve, build, a block with its handoff, a repair, a review, complete."""
    planned = scafld("plan", "add-bound", "--title", "Bound the cache", "--risk", "medium", "--file", "cache.py")
    unready = scafld("approve", "add-bound")
    path = spec_of("add-bound")
    head, _, _ = path.read_text(encoding="utf-8").partition("## Summary\n")
    path.write_text(head.rstrip() + "\n" + STANDARD, encoding="utf-8")
    valid = scafld("validate", "add-bound")
    approved = scafld("approve", "add-bound")

    assert planned.code == 0 and planned.out.startswith("draft: .scafld/specs/drafts/add-bound.md\n")
    assert unready.code == 3 and unready.lines[-1] == "next: scafld validate add-bound"
    assert (valid.code, valid.out) == (0, "valid: .scafld/specs/drafts/add-bound.md\n")
    assert approved.code == 0 and approved.out.splitlines()[-1] == "next: scafld build add-bound"

    opened = scafld("build", "add-bound")
    (workspace / "cache.py").write_text("limit = 3\n", encoding="utf-8")
    blocked = scafld("build", "add-bound")
    handoff = scafld("handoff", "add-bound")
    (workspace / "cache.py").write_text("bound = 3\n", encoding="utf-8")
    passed = scafld("build", "add-bound")

    assert opened.out.startswith("phase1  The bound\n")
    assert blocked.code == 3
    assert "For the executor. The task is blocked." in handoff.out and handoff.err == "next: scafld build add-bound\n"
    assert passed.code == 0

    for _ in range(4):
        if status(scafld, "add-bound")["status"] == "review":
            break
        assert scafld("build", "add-bound").code == 0
    reviewed = scafld("review", "add-bound", "--human-reviewed", "--reason", "read it")
    completed = scafld("complete", "add-bound")

    assert (reviewed.code, completed.code) == (0, 0), completed
    assert scafld("list").out == "no task is at work\n"
    assert scafld("list", "--all").out.startswith("add-bound  completed ")


def test_evidence_of_a_person(scafld: Scafld, workspace: Path, spec_of: Find) -> None:
    """A manual criterion waits for a word, a reason and a digest; then it counts, and is shown as declared."""
    scafld("plan", "look", "--title", "Look at it", "--command", "grep -q y a.py", "--file", "a.py")
    path = spec_of("look")
    manual = "- [ ] `seen` manual - Somebody has looked\n  - Expected kind: `manual`\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + manual, encoding="utf-8")
    assert scafld("approve", "look").code == 0
    assert scafld("build", "look").code == 0
    (workspace / "a.py").write_text("y = 1\n", encoding="utf-8")

    waiting = scafld("build", "look")
    digest = sha256(b"what was seen").hexdigest()
    bad = scafld(
        "build", "look", "--criterion", "seen", "--disposition", "pass", "--reason", "r", "--evidence-digest", "x"
    )
    unknown = scafld(
        "build", "look", "--criterion", "no", "--disposition", "pass", "--reason", "r", "--evidence-digest", digest
    )
    word = scafld(
        "build",
        "look",
        "--criterion",
        "seen",
        "--disposition",
        "pass",
        "--reason",
        "saw it",
        "--evidence-digest",
        digest,
    )
    built = scafld("build", "look")

    assert waiting.code == 3 and "then: scafld build look --criterion seen" in waiting.out
    assert (bad.code, unknown.code) == (2, 3)
    assert word.code == 0 and word.out.startswith("seen: pass, on your word\n")
    assert built.code == 0
    strengths = {each["id"]: each["strength"] for each in status(scafld, "look")["criteria"]}
    assert strengths == {"ac1": "red-green", "seen": "declared"}


def test_hardening_asks_for_grounded_answers(scafld: Scafld, workspace: Path, spec_of: Find) -> None:
    """How to answer is the document; what is cited and not there is named; the round stays open."""
    scafld("plan", "t", "--title", "T", "--command", "grep -q y a.py")
    opened, again = scafld("harden", "t"), scafld("harden", "t")
    path = spec_of("t")
    answer = {"Result:": "Result: passed", "Anchor:": "Anchor: code:nowhere.py:9", "Status:": "Status: closed"}
    text = path.read_text(encoding="utf-8")
    for label, words in answer.items():
        text = text.replace(f"  - {label}", f"  - {words}", 1)
    path.write_text(text, encoding="utf-8")

    refused, told = scafld("harden", "t", "--mark-passed"), scafld("harden", "t", "--mark-passed", "--json").told

    assert opened.code == 0 and opened.out.startswith("# Harden\n")
    assert opened.err.splitlines()[0] == "round-1 opened in .scafld/specs/drafts/t.md"
    assert opened.err.splitlines()[-1] == "next: scafld harden t --mark-passed"
    assert again.err.splitlines()[0] == "round-1 is open in .scafld/specs/drafts/t.md"
    assert "\n- timing: " in opened.out and "code:PATH:LINE" in opened.out
    assert max(map(len, opened.out.splitlines())) <= 80
    assert refused.code == 3 and len(refused.err.splitlines()) == 2 + len(told["error"]["problems"]) == 10
    assert "timing is not answered (Result: one of clean, advisory, blocks, n/a)" in refused.err
    assert any("nowhere.py" in each["message"] for each in told["error"]["problems"])
    assert status(scafld, "t")["harden"] == "in_progress"


def test_the_context_of_a_review_is_shown_without_a_trace(scafld: Scafld, built: Path, snapshot: Snapshot) -> None:
    """`review --print-context` writes nothing, whatever it is asked with; what it shows is what would be sent."""
    before = snapshot()

    page = scafld("review", "add-y", "--print-context")
    told = scafld("review", "add-y", "--print-context", "--mode", "verify", "--json").told["result"]

    assert snapshot() == before
    assert page.code == 0 and "+y = 2" in page.out and page.err == ""
    assert "+y = 2" in told["context"] and told["packet"]["text"] == told["context"]


def test_a_lease_can_be_ended(scafld: Scafld, built: Path) -> None:
    """There is none: `--abandon` says so and changes nothing; after a rehearsal the gate is still shut."""
    refused = scafld("review", "add-y", "--abandon", "--reason", "r")
    rehearsed = scafld("review", "add-y", "--provider", "local")
    completed = scafld("complete", "add-y")

    assert refused.code == 4 and refused.err.startswith("review: ")
    assert rehearsed.code == 0
    assert completed.code in (3, 4) and completed.lines[-1].startswith("next: scafld review add-y")


def test_a_damaged_workspace_is_looked_over(scafld: Scafld, built: Path, spec_of: Find) -> None:
    """One damaged ledger is named and hides no other; `list` and `report` go on; nothing can lean on it."""
    scafld("plan", "fine", "--title", "Fine", "--command", "grep -q z a.py")
    ledger = built / ".scafld" / "runs" / "add-y" / "session.json"
    ledger.write_bytes(ledger.read_bytes().replace(b'"title":"Add y"', b'"title":"Add n"', 1))
    (built / ".scafld" / "specs" / "drafts" / "Not an id.md").write_text("x\n", encoding="utf-8")

    doctor, repaired = scafld("doctor"), scafld("doctor", "--repair")

    assert (doctor.code, repaired.code) == (6, 6)
    assert "session.json" in doctor.out and "Not an id" in doctor.out
    assert "  scafld doctor" not in doctor.out
    assert all(len(line) <= 80 for line in doctor.lines)
    assert scafld("complete", "add-y").code == 6
    listed = scafld("list").out
    assert "damaged" in listed and "fine" in listed
    assert "damaged" in scafld("report").out
    assert scafld().out.splitlines()[-1] == "next: scafld doctor"


LEGACY_SPEC = """---
spec_version: "2.0"
task_id: old-one
created: 2025-01-02T03:04:05Z
updated: 2025-01-02T03:04:05Z
status: completed
harden_status: not_run
size: small
risk_level: low
---
# An old task

## Summary
Done long ago.

## Acceptance
- [ ] `ac1` command - It holds
  - Command: `grep -q x a.py`
"""


def test_a_ledger_without_a_chain_is_shown_as_unsealed(scafld: Scafld, workspace: Path) -> None:
    """It is read as it is, starred in the list, and authorises nothing."""
    archive = workspace / ".scafld" / "specs" / "archive" / "2025-01"
    archive.mkdir(parents=True)
    (archive / "old-one.md").write_text(LEGACY_SPEC, encoding="utf-8")
    run = workspace / ".scafld" / "runs" / "old-one"
    run.mkdir(parents=True)
    entries = [
        {"id": "entry-1", "type": "approval", "status": "approved", "recorded_at": "2025-01-02T03:04:05Z"},
        {"id": "entry-2", "type": "complete", "status": "completed", "recorded_at": "2025-01-03T03:04:05Z"},
    ]
    legacy = {"schema_version": 1, "task_id": "old-one", "entries": entries}
    (run / "session.json").write_text(json.dumps(legacy, indent=2), encoding="utf-8")

    page, listed, report = scafld("status", "old-one"), scafld("list", "--all"), scafld("report", "--json")

    assert page.code == 0 and "(unsealed)" in page.out.splitlines()[0]
    assert "written without a chain" in page.err
    assert listed.out.splitlines()[0].split()[:2] == ["old-one", "completed*"]
    assert report.told["result"]["unsealed"] == 1


def test_scafld_alone(scafld: Scafld, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workspace what is in flight, and what wants attention first; outside of one the quickest way in."""
    empty = scafld()
    scafld("plan", "later", "--title", "Later", "--command", "grep -q z a.py")
    scafld("quick", "add-y", "--title", "Add y", "--command", "grep -q y a.py")
    scafld("build", "add-y")
    full, told = scafld(), scafld("--json").told
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.chdir(outside)
    away, rooted, wrong = scafld(), scafld("--root", str(workspace)), scafld("--root", str(outside))

    assert empty.out.splitlines()[0] == "Nothing is in flight."
    assert [line.split()[0] for line in full.out.splitlines()] == ["add-y", "later", "next:"]
    assert full.out.splitlines()[-1] == "next: scafld status add-y"
    assert [each["task_id"] for each in told["result"]["tasks"]] == ["add-y", "later"]
    assert (away.code, away.out.splitlines()[0]) == (0, "No workspace here.")
    assert away.out.splitlines()[-1] == "next: scafld init"
    assert rooted.out.splitlines()[-1] == f"next: scafld --root {workspace} status add-y"
    assert wrong.code == 6


def test_a_file_whose_name_is_no_id_is_not_asked_for(scafld: Scafld, workspace: Path) -> None:
    """The next command can be run as it stands."""
    drafts = workspace / ".scafld" / "specs" / "drafts"
    drafts.mkdir(parents=True, exist_ok=True)
    (drafts / "x; rm -rf y.md").write_text("x\n", encoding="utf-8")

    ended = scafld()

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "next: scafld doctor"


def test_where_the_workspace_is_looked_for(
    scafld: Scafld, quick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--root, then SCAFLD_ROOT, then upwards; every command, and paths as they are seen from there."""
    other = tmp_path / "other"
    shutil.copytree(quick, other)
    scafld("cancel", "add-y", "--reason", "r", "--root", str(other))
    below = quick / "src" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    upwards = status(scafld, "add-y")["status"]
    by_name = scafld("status", "add-y", "--json", SCAFLD_ROOT=str(other)).told["result"]["status"]
    by_flag = scafld("--root", "../..", "status", "add-y", "--json", SCAFLD_ROOT=str(other)).told["result"]["status"]
    empty = scafld("status", "add-y", "--json", SCAFLD_ROOT="").told["result"]["status"]
    planned = scafld("plan", "new", "--title", "N", "--command", "grep -q n a.py", "--file", "n.py", "--file", "../m/")
    validated = scafld("validate", "new")

    assert (upwards, by_name, by_flag, empty) == ("active", "cancelled", "active", "active")
    assert planned.out.splitlines()[0] == "draft: ../../.scafld/specs/drafts/new.md"
    assert validated.out == "valid: ../../.scafld/specs/drafts/new.md\n"
    text = (quick / ".scafld" / "specs" / "drafts" / "new.md").read_text(encoding="utf-8")
    assert "src/deep/n.py" in text and "src/m/" in text


def test_init_goes_where_it_is_told(scafld: Scafld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one stands, by SCAFLD_ROOT, by --root; a second time it changes nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()

    here = scafld("init")
    by_name, by_flag = scafld("init", SCAFLD_ROOT=str(tmp_path / "a")), scafld("init", "--root", "b")
    again = scafld("init")

    assert [each.code for each in (here, by_name, by_flag, again)] == [0] * 4
    assert all((tmp_path / name / ".scafld" / "config.yaml").is_file() for name in (".", "a", "b"))
    assert again.out.splitlines()[0] == "workspace is here already"
    assert "created" not in again.out


def test_a_folder_that_is_gone_is_no_bug(scafld: Scafld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user stands may have been deleted behind them."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    ended = scafld("list")

    assert (ended.code, ended.err) == (1, "error: the folder that you stand in is gone\n")


def test_a_finished_task_is_handed_to_nobody(scafld: Scafld, completed: Path) -> None:
    """Its handoff is a record, and says so."""
    ended = scafld("handoff", "add-y")

    assert "For the record. The task is completed." in ended.out
    assert ended.err == ""

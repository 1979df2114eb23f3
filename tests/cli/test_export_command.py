"""`scafld export`: a document on stdout or in a file, whole or not at all."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

Scafld = Callable[..., Any]
Snapshot = Callable[[], dict[str, bytes]]
FORMATS = ("sarif", "junit", "in-toto", "markdown")


def export(scafld: Scafld, name: str, *words: str) -> Any:
    return scafld("export", "add-y", "--format", name, *words)


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_has_stdout_for_itself(name: str, scafld: Scafld, completed: Path, snapshot: Snapshot) -> None:
    """Nothing before it, nothing after it, nothing on stderr, nothing written; the envelope holds the same text."""
    before = snapshot()

    plain, data = export(scafld, name), export(scafld, name, "--json").told["result"]

    assert (plain.code, plain.err, plain.out) == (0, "", data["text"])
    assert (data["task_id"], data["format"], data["path"]) == ("add-y", name, "")
    assert snapshot() == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_the_same_bytes(name: str, scafld: Scafld, completed: Path, tmp_path: Path) -> None:
    """Also when there was one already; one line says where."""
    target = tmp_path / "out.txt"
    target.write_text("older and longer\n" * 10_000, encoding="utf-8")

    ended = export(scafld, name, "--output", str(target))

    assert (ended.code, ended.out, ended.err) == (0, f"{name} written to {target}\n", "")
    assert target.read_text(encoding="utf-8") == export(scafld, name).out
    assert list(tmp_path.glob("*out.txt*")) == [target]


def test_a_path_is_taken_from_where_the_user_stands(
    scafld: Scafld, completed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not from the workspace's root; the envelope names it as it was given."""
    below = completed / "reports"
    below.mkdir()
    monkeypatch.chdir(below)

    told = export(scafld, "junit", "--output", "junit.xml", "--json").told["result"]

    assert told["path"] == "junit.xml"
    assert ElementTree.fromstring((below / "junit.xml").read_bytes()).get("name") == "add-y"


def test_a_folder_is_not_overwritten(scafld: Scafld, completed: Path) -> None:
    """Whether it is there or only written as one; exit 2."""
    (completed / "reports").mkdir()

    for named in ("reports", "reports/", ".", "new/"):
        ended = export(scafld, "junit", "--output", named)

        assert ended.code == 2 and "is a folder" in ended.err, named
    assert list((completed / "reports").iterdir()) == []


@pytest.mark.parametrize("way", [".scafld/runs/add-y/session.json", "away/session.json", "./.scafld/../.scafld/new"])
def test_what_scafld_keeps_is_not_overwritten(way: str, scafld: Scafld, completed: Path, snapshot: Snapshot) -> None:
    """Not the ledger, not by a link, not by a way round; exit 2."""
    (completed / "away").symlink_to(".scafld/runs/add-y")
    before = snapshot()

    ended = export(scafld, "junit", "--output", way)

    assert ended.code == 2 and "which scafld keeps" in " ".join(ended.err.split())
    assert snapshot() == before


def test_a_link_and_a_pipe_are_left_alone(scafld: Scafld, completed: Path, tmp_path: Path) -> None:
    """What is in a file's place and is none is refused, and nothing is written through it."""
    (tmp_path / "kept").write_text("mine\n", encoding="utf-8")
    (tmp_path / "link").symlink_to("kept")
    os.mkfifo(tmp_path / "pipe")

    linked, piped = (export(scafld, "junit", "--output", str(tmp_path / name)) for name in ("link", "pipe"))

    assert (linked.code, piped.code) == (6, 6)
    assert (tmp_path / "kept").read_text(encoding="utf-8") == "mine\n" and (tmp_path / "link").is_symlink()
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_that_is_not_there_is_said(scafld: Scafld, completed: Path, tmp_path: Path) -> None:
    """Exit 1, with what to do; no half of a path is made."""
    ended = export(scafld, "junit", "--output", str(tmp_path / "no" / "junit.xml"))

    assert ended.code == 1 and ended.lines[-1] == "next: make its folder first"
    assert not (tmp_path / "no").exists()


def test_any_name_can_be_written(scafld: Scafld, completed: Path, tmp_path: Path) -> None:
    """Also one that is not UTF-8, and one that would move a cursor; both are shown plain."""
    raw, loud = os.fsdecode(b"\xff.xml"), "a\x1b[2J\n.xml"

    plain = export(scafld, "junit", "--output", str(tmp_path / loud))
    data = export(scafld, "junit", "--output", str(tmp_path / raw), "--json")

    assert (plain.code, data.code) == (0, 0) and "\x1b" not in plain.out
    assert (tmp_path / raw).exists() and (tmp_path / loud).exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "export needs --format"),
        (("--format", "pdf"), "--format is sarif, junit, in-toto or markdown, not 'pdf'"),
        (("--format", "junit", "--output", ""), "--output needs a file; it is empty"),
    ],
)
def test_wrong_words_are_two(words: tuple[str, ...], told: str, scafld: Scafld, completed: Path) -> None:
    """With the way to the right ones."""
    ended = scafld("export", "add-y", *words)

    assert ended.code == 2 and told in ended.err
    assert ended.lines[-1] == "next: scafld export --help"


def test_a_no_writes_no_file(scafld: Scafld, built: Path) -> None:
    """Findings before a review are 4, a test result before the end is 3; the last line is the next command."""
    sarif = export(scafld, "sarif", "--output", "findings.sarif")
    result = export(scafld, "in-toto", "--output", "result.json")

    assert (sarif.code, result.code) == (4, 3)
    assert sarif.lines[-1] == result.lines[-1] == "next: scafld review add-y"
    assert not (built / "findings.sarif").exists() and not (built / "result.json").exists()


def test_a_receipt_that_is_there_is_named(scafld: Scafld, completed: Path) -> None:
    """On the job's page, by its path."""
    with_one = export(scafld, "markdown").out
    (completed / ".scafld/receipts/add-y.dsse.json").unlink()

    assert "<code>.scafld/receipts/add-y.dsse.json</code>" in with_one
    assert "None was minted." in export(scafld, "markdown").out


def test_hostile_output_reaches_stdout_as_text(scafld: Scafld, workspace: Path) -> None:
    """Escapes, the end of a section and bytes that are no text break neither XML nor terminal."""
    command = "printf '\\033[2J]]>\\001\\377</system-out>' && false"
    scafld("quick", "add-y", "--title", "Add y", "--command", command, "--file", "a.py")
    (workspace / "a.py").write_text("y = 2\n", encoding="utf-8")
    scafld("build", "add-y")

    ended = export(scafld, "junit")

    (output,) = ElementTree.fromstring(ended.out).iter("system-out")
    assert output.text is not None and "]]>" in output.text and "</system-out>" in output.text
    assert ended.out.isascii() and "\x1b" not in ended.out


def test_a_narrow_stdout_changes_no_document(completed: Path, process: Callable[..., subprocess.Popen[bytes]]) -> None:
    """Where only ASCII can be printed, the bytes are the same, for they are ASCII."""
    narrow, wide = (
        process("export", "add-y", "--format", "markdown", cwd=completed, PYTHONIOENCODING=name).communicate(
            timeout=60
        )[0]
        for name in ("ascii", "utf-8")
    )

    assert narrow == wide != b""


def test_an_older_ledger_gives_no_test_result(scafld: Scafld, completed: Path) -> None:
    """One without a chain says that it completed, and nobody here can vouch for it; what it says is marked so."""
    ledger = completed / ".scafld" / "runs" / "add-y" / "session.json"
    ledger.write_text(
        json.dumps({"schema_version": 1, "task_id": "add-y", "entries": [{"type": "complete", "status": "completed"}]}),
        encoding="utf-8",
    )

    assert export(scafld, "in-toto").code == 3
    assert 'name="ledger" value="unsealed"' in export(scafld, "junit").out

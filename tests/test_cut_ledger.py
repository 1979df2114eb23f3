"""A ledger that is cut off in its middle: told at once, and on record with the next command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scafld


def test_what_was_cut_off_is_told_and_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` says that bytes are gone; the command after it keeps them and records that they were cut off. The crash
    came before this host remembered what it had written."""
    monkeypatch.setenv("SCAFLD_STATE_HOME", str(tmp_path / "state"))
    ws = scafld.init(str(tmp_path), agent_docs=False)
    ws.plan("add-y", title="Add y", command="grep -q y a.py")
    ws.approve("add-y")
    path = tmp_path / ".scafld" / "runs" / "add-y" / "session.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    shutil.rmtree(tmp_path / "state")

    told = ws.status("add-y")
    ws.cancel("add-y", reason="cut off")
    logged = [entry.kind for entry in ws.log("add-y")]

    assert str(told.status) == "draft"
    assert [warning.partition(" bytes")[0].isdigit() for warning in told.warnings] == [True]
    assert "cut off" in told.warnings[0]
    assert logged == ["plan", "recovery", "cancel"]
    assert any(name.name.startswith("torn-") for name in path.parent.iterdir())

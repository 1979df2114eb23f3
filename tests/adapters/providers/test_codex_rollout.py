"""What Codex writes down of a session is read as it lies there: nobody is led away or held up by it."""

from __future__ import annotations

import os
from pathlib import Path

from scafld.adapters.providers.rollout import read_rollout
from scafld.adapters.providers.told import Told

MODEL = '{"type": "turn_context", "payload": {"model": "gpt-6"}}\n'


def test_a_pipe_or_a_link_in_its_place_is_passed_over(tmp_path: Path) -> None:
    """A pipe without a writer would be waited for; a link would lead to somebody else's file."""
    sessions = tmp_path / "home" / "sessions"
    sessions.mkdir(parents=True)
    (tmp_path / "elsewhere.jsonl").write_text(MODEL.replace("gpt-6", "gpt-7"), encoding="utf-8")
    os.mkfifo(sessions / "rollout-1.jsonl")
    (sessions / "rollout-2.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    (sessions / "rollout-3.jsonl").mkdir()
    (sessions / "rollout-4.jsonl").write_text(MODEL, encoding="utf-8")
    told = Told()

    read_rollout(str(tmp_path / "home"), str(tmp_path), told)

    assert told.model == "gpt-6"

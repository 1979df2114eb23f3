"""What Codex writes down about a session in its CODEX_HOME, and does not say on stdout: its version, and the model."""

from __future__ import annotations

import os

from scafld.adapters.providers.streams import JsonLines, text_at
from scafld.adapters.providers.told import Told

READ_BYTES = 4 * 2**20
"""Of a session: both stand at its beginning."""


def read_rollout(home: str, told: Told) -> None:
    """Learn the names from the first session that lies in this CODEX_HOME; nothing, when there is none."""
    for folder, _, names in os.walk(os.path.join(home, "sessions")):
        for name in names:
            if name.startswith("rollout-") and name.endswith(".jsonl"):
                _read(os.path.join(folder, name), told)
                return


# Private.


def _read(path: str, told: Told) -> None:
    try:
        with open(path, "rb") as file:
            content = file.read(READ_BYTES)
    except OSError:
        return
    for event in JsonLines().take(content):
        match event.get("type"):
            case "session_meta":
                told.names(version=text_at(event, "payload", "cli_version"))
            case "turn_context":
                told.names(model=text_at(event, "payload", "model"))

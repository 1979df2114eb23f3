"""A workspace whose configuration is written by the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Configured = Callable[..., str]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    """Write the two files (None: leave as it is) and give the workspace's root."""

    def write(project: str | bytes | None = None, local: str | bytes | None = None) -> str:
        folder = tmp_path / ".scafld"
        folder.mkdir(exist_ok=True)
        for name, text in (("config.yaml", project), ("config.local.yaml", local)):
            if text is not None:
                (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return str(tmp_path)

    return write

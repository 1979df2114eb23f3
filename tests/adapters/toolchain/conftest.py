"""Small repositories, written from a mapping of paths to texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Repository = Callable[[Mapping[str, str]], str]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Write these files below one root, and give it. A text of None is not written; a path ending in / is a folder."""

    def write(files: Mapping[str, str]) -> str:
        for name, text in files.items():
            path = tmp_path / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8", newline="")
        return str(tmp_path)

    return write

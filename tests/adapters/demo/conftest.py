"""A stage for the demo, and what was said on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.demo.stage import Stage, set_stage


@pytest.fixture
def said() -> list[str]:
    """Every line that the demo said."""
    return []


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment as a person's, with what must not reach the demo's commands."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "GIT_DIR": "/nowhere",
        "GIT_AUTHOR_DATE": "never",
        "SCAFLD_ROOT": "/nowhere",
        "PYTHONPATH": "/nowhere",
        "PYTHONSAFEPATH": "1",
    }


@pytest.fixture
def stage(tmp_path: Path, surroundings: dict[str, str], said: list[str]) -> Stage:
    """A stage in a new folder, 80 columns wide."""
    return set_stage(str(tmp_path / "demo"), surroundings, said.append, 80)


@pytest.fixture
def after(stage: Stage) -> Callable[..., str]:
    """The repository as it is after these acts; gives its path."""

    def lay(*acts: str) -> str:
        for act in acts:
            stage.lay(act)
        return stage.repository

    return lay

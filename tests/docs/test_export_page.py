"""docs/export.md: its commands and its program run, and what they write is what the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scafld.app.task.export import MEDIA_TYPES

ROOT = Path(__file__).resolve().parents[2]
Blocks = Callable[[str, str], list[str]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What a reader's shell has: this scafld on its PATH."""
    tool = tmp_path / "bin" / "scafld"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scafld "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    path = os.pathsep.join((str(tool.parent), os.environ.get("PATH", os.defpath)))
    return {"PATH": path, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1"}


def run(words: list[str], where: Path, environ: dict[str, str]) -> str:
    ended = subprocess.run(
        words, cwd=where, env=environ, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_page_runs(blocks: Blocks, bare_repository: Path, environ: dict[str, str]) -> None:
    """Four files come of it; the program prints what its comment says."""
    (shell,), (program,) = blocks("export.md", "bash"), blocks("export.md", "python")

    run(["bash", "-euo", "pipefail", "-c", shell], bare_repository, environ)
    printed = run([sys.executable, "-c", program], bare_repository, environ)

    sarif, statement = (
        json.loads((bare_repository / name).read_bytes()) for name in ("findings.sarif", "test-result.json")
    )
    assert sarif["runs"][0]["results"] == [] and statement["predicate"]["result"] == "PASSED"
    assert ElementTree.parse(bare_repository / "junit.xml").getroot().get("tests") == "1"
    assert (bare_repository / "summary.md").read_text(encoding="utf-8").startswith("## greet: Greet by name\n")
    assert re.findall(r"print\(.*\)  # (.+)$", program, re.M) == printed.splitlines()


def test_the_table_names_every_format(page: Callable[[str], str]) -> None:
    """And no other."""
    assert re.findall(r"^\| `([\w-]+)` \|", page("export.md"), re.M) == list(MEDIA_TYPES)


def test_the_words_it_explains_are_written(page: Callable[[str], str]) -> None:
    """What a reader looks for in a document is in the modules that write it."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "scafld/core/views/tongues").glob("*.py"))
    )

    for word in ("scafldFinding/v1", "lineKnown", "fixed", "%SRCROOT%", "system-out", "PASSED", "FAILED"):
        assert f"`{word}`" in page("export.md") and word in source, word

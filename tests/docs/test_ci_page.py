"""docs/ci.md: its commands run, its samples are YAML that keeps the rules of the lanes, and its table is the code's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scafld.adapters.files.laid.workflows import LANES, unpinned, workflow
from scafld.core.policy import Wiring
from scafld.core.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
Blocks = Callable[[str, str], list[str]]
Page = Callable[[str], str]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What a reader's shell has: this scafld on its PATH, and a name for commits."""
    tool = tmp_path / "bin" / "scafld"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scafld "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    path = os.pathsep.join((str(tool.parent), os.environ.get("PATH", os.defpath)))
    who = {f"GIT_{each}_{what}": "n@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {"PATH": path, "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", **who}


def test_the_way_in_runs(blocks: Blocks, bare_repository: Path, environ: dict[str, str]) -> None:
    """Both workflows are committed in the end, and the self-check finds no gap."""
    (shell,) = blocks("ci.md", "bash")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell],
        cwd=bare_repository,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 gaps; proof.wiring is local" in done.stdout
    assert [(bare_repository / path).read_bytes() for path in LANES] == [workflow(path) for path in LANES]


def test_the_samples_keep_the_rules(blocks: Blocks) -> None:
    """Nothing but YAML, checkouts that leave no token, actions by a digest, this version of scafld."""
    action, gitlab = (YAML(typ="safe").load(text) for text in blocks("ci.md", "yaml"))

    assert action["permissions"] == {"contents": "read"}
    assert action["steps"][0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert unpinned(blocks("ci.md", "yaml")[0].encode()) == ("OWNER/scafld/.github/actions/scafld-verify@COMMIT",)
    known = YAML(typ="safe").load((ROOT / ".github/actions/scafld-verify/action.yml").read_bytes())["inputs"]
    assert set(action["steps"][1]["with"]) <= set(known)
    assert gitlab["scafld"]["variables"] == {"GIT_DEPTH": "0", "SCAFLD_VERSION": VERSION}


def test_every_shell_sample_can_be_read_by_a_shell(blocks: Blocks) -> None:
    """Also the lines of GitLab's."""
    lines = YAML(typ="safe").load(blocks("ci.md", "yaml")[1])["scafld"]["script"]

    for text in (*blocks("ci.md", "sh"), *lines):
        assert subprocess.run(["sh", "-n", "-c", text], check=False, timeout=60).returncode == 0, text


def test_the_table_names_every_policy(page: Page) -> None:
    """And no other."""
    assert re.findall(r"^\| `(\w+)` \|", page("ci.md"), re.M) == list(Wiring)


def test_it_names_what_is_written(page: Page) -> None:
    """The files, the checks, and the script that a project may have."""
    written = "".join(workflow(path).decode("utf-8") for path in LANES)

    assert [path for path in LANES if f"`{Path(path).name}`" not in page("ci.md")] == []
    for name in ("scafld material", "scafld", ".github/scafld-setup.sh"):
        assert f"`{name}`" in page("ci.md") and name in written

"""Reviews by the real agent CLIs, of throw-away repositories, with models on loopback and homes that are clean.

`make test-clis` puts the CLIs into .clis; where one is not there its tests say so and are skipped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from agents import AGENTS, Agent
from review_bench import PROGRAMS, ROOT, Bench, commit


@pytest.fixture(scope="session")
def base() -> Mapping[str, str]:
    """What scafld finds: nothing of the machine but its PATH, and the CLIs in front of it."""
    return {
        "PATH": os.pathsep.join((str(PROGRAMS), os.environ.get("PATH", os.defpath))),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "USER": "somebody",
        "COLUMNS": "100",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }


@pytest.fixture(params=AGENTS, ids=lambda agent: agent.name)
def agent(request: pytest.FixtureRequest) -> Agent:
    """Each of the three, or a skip that says how to get it."""
    found: Agent = request.param
    if not os.access(PROGRAMS / found.name, os.X_OK):
        pytest.skip(f"{found.name} is not in .clis: `make test-clis` installs it, where npm is to be had")
    return found


@pytest.fixture
def fresh(agent: Agent, tmp_path: Path, base: Mapping[str, str]) -> Iterator[Bench]:
    """A repository with a workspace and one commit. Beside it lies a file that is nobody's business."""
    root, home = tmp_path / "repository", tmp_path / "home"
    home.mkdir()
    root.mkdir()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    bench = Bench(agent, root, home, {**base, "HOME": str(home), "TMPDIR": str(temporary)})
    (root / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("OUTSIDE-CANARY\n", encoding="utf-8")
    (home / ".secret").write_text("HOME-CANARY\n", encoding="utf-8")
    assert bench.scafld("init", "--no-agent-docs").code == 0
    commit(bench)
    yield bench
    bench.put_an_end()


@pytest.fixture
def bench(fresh: Bench) -> Bench:
    """The same, its task built: the review is next."""
    fresh.build()
    return fresh

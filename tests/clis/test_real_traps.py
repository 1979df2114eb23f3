"""A repository that carries instructions, settings, hooks and servers of its own has no say in its review."""

from __future__ import annotations

from pathlib import Path

import pytest
from agents import dossier
from model_server import Call
from review_bench import Bench, commit
from trap import set_in_home, set_in_repository, words_in

pytestmark = pytest.mark.clis


@pytest.fixture
def canaries(tmp_path: Path) -> Path:
    folder = tmp_path / "canaries"
    folder.mkdir()
    return folder


@pytest.fixture
def trapped(fresh: Bench, canaries: Path) -> Bench:
    """Every trap is set, in the repository from its first commit on, and in the home. The packet carries no file of
    the project, so that a word of a trap in a request came by way of the CLI."""
    fresh.configure("review: {context: {files: []}}\n")
    set_in_repository(fresh.root, canaries)
    commit(fresh)
    fresh.build()
    set_in_home(fresh.home, fresh.root, canaries)
    return fresh


def test_no_program_of_a_repository_or_a_home_runs(trapped: Bench, canaries: Path) -> None:
    """Hooks, servers, helpers, notifications: none of them, in no CLI. The model reads, and hands in, all the same."""
    read = trapped.agent.read(str(trapped.root / "below" / "CLAUDE.md"))
    ended, model = trapped.review(trapped.agent.hands_in(dossier(), after=(read,)))

    assert ended.code == 0, ended.said
    assert "TRAP-BELOW-CLAUDE-MD" in model.last.results[0]
    assert sorted(path.name for path in canaries.iterdir()) == []


def test_no_word_of_a_repository_or_a_home_reaches_the_model(trapped: Bench) -> None:
    """Instructions, rules, memories, skills, agents, commands: none of them stands in what the model is sent."""
    ended, model = trapped.review(trapped.agent.hands_in(dossier()))

    assert ended.code == 0, ended.said
    reached = set().union(*(words_in(each.text) for each in model.requests))
    assert reached == set()


def test_no_setting_of_a_repository_gives_a_tool(trapped: Bench) -> None:
    """A settings file that allows everything allows nothing: a write and a shell are refused as before."""
    place = trapped.root / "new.txt"
    attempts = trapped.agent.write(str(place))

    ended, model = trapped.review(trapped.agent.hands_in(dossier(), after=attempts))

    assert ended.code == 0, ended.said
    assert not place.exists()
    assert not {"Bash", "Write", "run_shell_command", "write_file"} & set(model.first.tools)


def test_git_in_a_reviewers_shell_starts_nothing_that_could_do_harm(trapped: Bench, canaries: Path) -> None:
    """A configured fsmonitor is started by git in Codex's sandbox, where it can write nothing."""
    if trapped.agent.name != "codex":
        pytest.skip("only Codex offers its model a shell")
    mark = canaries / "git-fsmonitor"
    command = f"git -c core.fsmonitor='touch {mark}; false' status --short; git -c alias.x='!touch {mark}' x"

    ended, model = trapped.review(trapped.agent.hands_in(dossier(), after=(Call("exec_command", {"cmd": command}),)))

    assert ended.code == 0, ended.said
    assert str(mark) in model.last.results[0]
    assert not mark.exists()

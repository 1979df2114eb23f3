"""Who acts, as the environment tells."""

from __future__ import annotations

import pytest

from scafld.adapters.cli.actor import AGENTS, actor_of
from scafld.core.names import Actor, ActorKind
from scafld.core.refusal import Misused


def test_somebody_who_says_so_is_believed() -> None:
    """SCAFLD_ACTOR wins over every mark."""
    environ = {"SCAFLD_ACTOR": "human: Ada ", "CLAUDECODE": "1", "USER": "root"}

    assert actor_of(environ, terminal=False) == Actor(kind=ActorKind.HUMAN, name="Ada", terminal=False)


@pytest.mark.parametrize("said", ["root", "human:", "human: ", "scafld:x", "unknown:x", ":x", "HUMAN:x"])
def test_an_actor_that_is_none_is_misuse(said: str) -> None:
    """Nobody acts in the name of scafld, or without a name."""
    with pytest.raises(Misused):
        actor_of({"SCAFLD_ACTOR": said}, terminal=True)


@pytest.mark.parametrize(("mark", "name"), AGENTS)
def test_an_agent_leaves_its_mark(mark: str, name: str) -> None:
    """It is an agent, at a terminal too."""
    assert actor_of({mark: "1", "USER": "ada"}, terminal=True) == Actor(kind=ActorKind.AGENT, name=name, terminal=True)


@pytest.mark.parametrize("setting", ["CODEX_HOME", "CLAUDE_CODE_USE_BEDROCK", "GEMINI_CLI_HOME", "OPENCODE_CONFIG"])
def test_a_setting_of_an_agent_is_no_mark(setting: str) -> None:
    """A person who has configured an agent is still a person."""
    assert actor_of({setting: "x", "USER": "ada"}, terminal=True).kind is ActorKind.HUMAN


def test_without_a_terminal_nobody_knows() -> None:
    """A name is not a person."""
    assert actor_of({"LOGNAME": "ada"}, terminal=False) == Actor(kind=ActorKind.UNKNOWN, name="ada", terminal=False)
    assert actor_of({}, terminal=True) == Actor(kind=ActorKind.HUMAN, name="somebody", terminal=True)


def test_a_name_of_bytes_that_are_no_text_is_text() -> None:
    """It can be written to a ledger."""
    assert actor_of({"USER": "ad\udce9"}, terminal=True).name == "ad\\udce9"

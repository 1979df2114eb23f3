"""The real CLIs review a change, and what they hand in becomes a verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from agents import AGENTS, Agent, dossier, finding
from model_server import Say, in_order, when
from openai_api import strict_problem
from review_bench import TASK, Bench

pytestmark = pytest.mark.clis
PINNED = json.loads((Path(__file__).parent / "package.json").read_text(encoding="utf-8"))["dependencies"]
VERSIONS = {name: version for agent in AGENTS for name, version in PINNED.items() if agent.name in name}
NOT_ACCEPTED = "was not accepted"


def pinned(agent: Agent) -> str:
    return next(version for name, version in PINNED.items() if agent.name in name)


def test_a_dossier_without_findings_opens_the_gate(bench: Bench) -> None:
    """Pass: the model saw the change, and who reviewed is on record as it was observed; complete closes the task."""
    ended, model = bench.review(bench.agent.hands_in(dossier()))

    assert ended.code == 0, ended.said
    assert "+y = 2" in model.first.prompt
    heard = bench.hearing
    assert heard["provider"] == bench.agent.name
    assert heard["model"] == bench.agent.model
    assert heard["version"] == pinned(bench.agent)
    assert len(heard["binary"]) == 64
    assert heard["session"]
    assert heard["usage"]["input_tokens"] >= 100
    assert heard["usage"]["output_tokens"] >= 10
    completed = bench.scafld("complete", TASK)
    assert completed.code == 0, completed.said


def test_a_blocking_finding_closes_the_gate(bench: Bench) -> None:
    """Fail: the finding is told on the terminal and in the status, and complete says no."""
    ended, _ = bench.review(bench.agent.hands_in(dossier(findings=[finding()])))

    assert ended.code == 4, ended.said
    assert "y is not what it says" in ended.said
    assert "y is not what it says" in json.dumps(bench.status)
    assert bench.scafld("complete", TASK).code == 3


def test_a_dossier_that_is_not_accepted_is_mended_once(bench: Bench) -> None:
    """One angle where six are asked for: the model is told what is wrong, and its second dossier counts."""
    bad, good = dossier(attacks=dossier()["attacks"][:1]), dossier(summary="Looked again.")
    agent = bench.agent
    in_one_run = in_order(agent.hand_in(bad, Say("").fault), agent.hand_in(good, Say("").fault), Say("Done."))
    in_two = when(NOT_ACCEPTED, agent.hands_in(good), agent.hands_in(bad))

    ended, model = bench.review(in_one_run if agent.has_a_tool else in_two)

    assert ended.code == 0, ended.said
    assert bench.hearing["dossier"]["summary"] == "Looked again."
    told = " ".join(model.last.results) if agent.has_a_tool else model.last.prompt
    assert "asked for were 6" in told or "attack" in told


def test_a_dossier_that_stays_bad_fails_the_attempt(bench: Bench) -> None:
    """Nothing opens, the attempt is on record with the reason, and a better model may be asked next."""
    bad = dossier(attacks=[])

    ended, _ = bench.review(bench.agent.hands_in(bad))

    assert ended.code == 4, ended.said
    assert bench.hearing.get("dossier") is None
    assert bench.hearing["failure"] in ("invalid", "no_submission")
    again, _ = bench.review(bench.agent.hands_in(dossier()), "--force", "--reason", "another model")
    assert again.code == 0, again.said


def test_praise_is_no_submission(bench: Bench) -> None:
    """A model that ends its turn with kind words has not reviewed, whatever the exit code of its program."""
    ended, _ = bench.review(in_order(Say("Looks good to me, ship it.")))

    assert ended.code == 4, ended.said
    assert bench.hearing["failure"] in ("no_submission", "invalid")
    assert bench.scafld("complete", TASK).code == 3


def test_a_model_is_offered_what_reads_and_the_way_to_hand_in(bench: Bench) -> None:
    """No tool that writes a file or runs a program unconfined is on offer; the schema is one that the API takes."""
    _, model = bench.review(bench.agent.hands_in(dossier()))

    offered = {each.rpartition("__")[2].removeprefix("mcp_scafld_") for each in model.first.tools}
    allowed = {
        "claude": {"Read", "Grep", "Glob", "submit_review", "DeferredToolPlaceholder"},
        "codex": {"exec_command", "write_stdin", "apply_patch", "view_image", "request_user_input"},
        "gemini": {"read_file", "grep_search", "list_directory"},
    }
    assert offered <= allowed[bench.agent.name]
    if bench.agent.name == "codex":
        assert model.first.schema["strict"] is True
        assert strict_problem(model.first.schema["schema"]) == ""


def test_a_key_goes_to_the_model_and_nowhere_else(bench: Bench) -> None:
    """The request carries the key; no prompt, no evidence file, no ledger and no message does."""
    environment = bench.agent.environment("")
    (key,) = (text for name, text in environment.items() if name.endswith("KEY"))

    ended, model = bench.review(bench.agent.hands_in(dossier()))

    assert any(key in text for text in model.headers[0].values())
    assert all(key not in each.text for each in model.requests)
    assert key not in ended.said
    kept = [path for path in (bench.root / ".scafld").rglob("*") if path.is_file()]
    assert [path for path in kept if key.encode() in path.read_bytes()] == []

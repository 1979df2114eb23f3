"""The real CLIs question a draft, draft a contract, and sit on a panel: what a model can be asked beside a review."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from typing import Any

import pytest
from agents import AGENTS, Agent, dossier, finding
from model_server import Call, ModelServer, Say, Script, in_order
from openai_api import strict_problem
from review_bench import PROGRAMS, TASK, Bench

pytestmark = pytest.mark.clis
DIMENSIONS = ("design", "scope", "path", "command", "timing", "rollback")


def questioned(**changes: Any) -> dict[str, Any]:
    """A draft that was found good, in every dimension."""
    seen = {"result": "clean", "anchor": "code:a.py:1", "note": "x = 1 stands there", "question": None}
    seen |= {"recommended": None, "if_unanswered": None, "status": "open"}
    shape = {"decision": "keep", "true_shape": "a line", "minimal_plan": "write it", "shared_owner": "a.py"}
    shape |= {"adapter_boundaries": [], "required_spec_edits": []}
    rows = [{"dimension": each, **seen} for each in DIMENSIONS]
    return {"summary": "It can be built.", "shape": shape, "observations": rows} | changes


def proposed() -> dict[str, Any]:
    """A contract of one phase, as a model proposes it."""
    criterion = {"title": "y is there", "command": "grep -q y a.py", "green_because": None}
    phase = {"name": "Add y", "goal": "a.py has a y", "changes": ["a.py - add y"], "criteria": [criterion]}
    return {
        "title": "Add y",
        "summary": "a.py gets a y.",
        "size": "small",
        "risk": "low",
        "objectives": ["a.py has a y"],
        "scope_in": ["a.py"],
        "scope_out": [],
        "files": ["a.py"],
        "assumptions": [],
        "risks": [],
        "rollback": [],
        "phases": [phase],
        "criteria": [],
        "log": ["read a.py: it has no y"],
        "questions": [],
    }


def hands_in(agent: Agent, tool: str, answer: dict[str, Any], after: tuple[Call, ...] = ()) -> Script:
    last = Call(tool, answer) if agent.has_a_tool else Say(json.dumps(answer))
    return in_order(*after, last, Say("Done."))


def test_a_draft_is_questioned(fresh: Bench) -> None:
    """A round of six dimensions, its anchors checked, passes; the schema is one that the API takes."""
    drafted = fresh.scafld("plan", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    assert drafted.code == 0, drafted.said

    with ModelServer(fresh.agent.api, hands_in(fresh.agent, "submit_harden", questioned())) as model:
        fresh.point_at(model)
        ended = fresh.scafld("harden", TASK, "--provider", fresh.agent.name, "--model", fresh.agent.model)

    assert ended.code == 0, ended.said
    assert "grep -q y a.py" in model.first.prompt
    assert "pass" in fresh.scafld("status", TASK, "--json").out
    assert model.first.schema is None or strict_problem(model.first.schema["schema"]) == ""


def test_a_draft_that_needs_work_is_told_what(fresh: Bench) -> None:
    """An edit that is asked for stands in the answer; the draft is not passed."""
    fresh.scafld("plan", TASK, "--title", "Add y", "--command", "grep -q y a.py", "--file", "a.py")
    shape = {**questioned()["shape"], "decision": "shrink", "required_spec_edits": ["name the module that owns y"]}

    script = hands_in(fresh.agent, "submit_harden", questioned(shape=shape))
    with ModelServer(fresh.agent.api, script) as model:
        fresh.point_at(model)
        ended = fresh.scafld("harden", TASK, "--provider", fresh.agent.name, "--model", fresh.agent.model)

    assert ended.code == 3, ended.said
    assert "name the module that owns y" in ended.words


def test_a_contract_is_drafted_from_a_request(fresh: Bench) -> None:
    """The model reads the workspace, and its proposal becomes a draft like any other, approved by nobody."""
    read = fresh.agent.read(str(fresh.root / "a.py"))
    script = hands_in(fresh.agent, "submit_plan", proposed(), after=(read,))

    with ModelServer(fresh.agent.api, script) as model:
        fresh.point_at(model)
        named = ("--provider", fresh.agent.name, "--model", fresh.agent.model)
        ended = fresh.scafld("plan", TASK, "--from", "give a.py a y", *named)

    assert ended.code == 0, ended.said
    assert "x = 1" in model.last.results[0]
    assert "give a.py a y" in model.first.prompt
    (draft,) = (fresh.root / ".scafld" / "specs" / "drafts").glob(f"{TASK}.md")
    assert "grep -q y a.py" in draft.read_text(encoding="utf-8")
    assert fresh.status["status"] == "draft"


def test_a_panel_of_all_three_says_no_when_one_does(fresh: Bench) -> None:
    """Three CLIs side by side on the same material: the one blocker fails the review, and three hearings are kept."""
    if fresh.agent is not AGENTS[0] or not all(os.access(PROGRAMS / each.name, os.X_OK) for each in AGENTS):
        pytest.skip("one panel is enough, and it needs all three CLIs")
    seats = ", ".join(f'"{each.name}:{each.model}"' for each in AGENTS)
    fresh.configure(f"review: {{panel: {{seats: [{seats}]}}}}\n")
    fresh.build()
    no = dossier(findings=[finding()])

    with ExitStack() as stack:
        for each in AGENTS:
            script = each.hands_in(no if each.name == "codex" else dossier())
            model = stack.enter_context(ModelServer(each.api, script))
            fresh.environment |= each.environment(model.url)
        ended = fresh.scafld("review", TASK)

    assert ended.code == 4, ended.said
    heard = fresh.entries[-1]["hearings"]
    assert {each["provider"]: len(each["dossier"]["findings"]) for each in heard} == {
        "claude": 0,
        "codex": 1,
        "gemini": 0,
    }
    assert "y is not what it says" in ended.words


def test_a_model_is_told_the_shape_of_a_dossier(bench: Bench) -> None:
    """Codex sends the review's wire schema as it stands; Claude offers the tool's."""
    if bench.agent.name == "gemini":
        pytest.skip("Gemini CLI sends no schema")

    _, model = bench.review(bench.agent.hands_in(dossier()))

    sent = model.first.schema["schema"] if bench.agent.name == "codex" else _tool(model)["input_schema"]
    assert {"mode", "summary", "attacks", "findings"} <= set(sent["properties"])


def _tool(model: ModelServer) -> dict[str, Any]:
    return next(each for each in model.first.body["tools"] if each["name"].endswith("submit_review"))

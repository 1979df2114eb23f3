"""The models on loopback say what their script says, in the words of each vendor's API."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from typing import Any

import pytest
from anthropic_api import ANTHROPIC
from gemini_api import GEMINI
from model_server import Api, Call, Fault, ModelServer, Say, in_order, when
from openai_api import OPENAI, strict_problem
from review_bench import ROOT

TOOL = {"name": "mcp__scafld__submit_review"}
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "anthropic": ("/v1/messages", {"messages": [{"role": "user", "content": "hello"}], "tools": [TOOL]}),
    "openai": (
        "/v1/responses",
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}], "tools": [TOOL]},
    ),
    "gemini": (
        "/v1beta/models/m:generateContent",
        {"contents": [{"role": "user", "parts": [{"text": "hello"}]}], "tools": [{"functionDeclarations": [TOOL]}]},
    ),
}
EVERY_API = pytest.mark.parametrize("api", (ANTHROPIC, OPENAI, GEMINI), ids=lambda api: api.name)


def ask(model: ModelServer, path: str, body: dict[str, Any]) -> tuple[int, str]:
    connection = HTTPConnection(model.url.removeprefix("http://"), timeout=10)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@EVERY_API
def test_a_turn_calls_the_tool_whose_qualified_name_ends_in_the_one_of_the_script(api: Api) -> None:
    """`submit_review` finds `mcp__scafld__submit_review`, with what is given to it."""
    with ModelServer(api, in_order(Call("submit_review", {"summary": "s"}), Say("done"))) as model:
        status, said = ask(model, *ASKED[api.name])

    assert status == 200
    assert TOOL["name"] in said
    assert "summary" in said
    assert model.first.prompt == "hello"
    assert model.first.tools == (TOOL["name"],)


@EVERY_API
def test_a_fault_is_over_after_its_times(api: Api) -> None:
    """The same request is answered with the status twice, then with the turn."""
    with ModelServer(api, in_order(Say("well", Fault(status=429, message="slow down", times=2)))) as model:
        statuses = [ask(model, *ASKED[api.name])[0] for _ in range(3)]

    assert statuses == [429, 429, 200]


@pytest.mark.parametrize("stream", (True, False))
@EVERY_API
def test_a_cut_answer_ends_before_its_end(api: Api, stream: bool) -> None:
    """What was promised does not come: a client sees a broken answer, not a short one."""
    path, body = ASKED[api.name]
    path = path.replace(":generate", ":streamGenerate") if stream else path
    with (
        ModelServer(api, in_order(Say("well", Fault(cut=True)))) as model,
        pytest.raises(IncompleteRead),
    ):
        ask(model, path, {**body, "stream": stream})


@EVERY_API
def test_a_script_chooses_by_what_is_asked(api: Api) -> None:
    """A conversation whose prompt has the words gets the other script."""
    with ModelServer(api, when("hello", in_order(Say("good day")), in_order(Say("who is there")))) as model:
        _, said = ask(model, *ASKED[api.name])

    assert "good day" in said


def test_a_strict_schema_lists_all_its_properties_and_admits_no_others() -> None:
    """What the real API refuses is refused here: it stands in a list, in a choice, or at the top."""
    good = {"type": "object", "additionalProperties": False, "required": ["a"], "properties": {"a": {}}}
    open_ended = {**good, "additionalProperties": True}
    optional = {**good, "required": []}

    assert strict_problem(good) == ""
    assert "additionalProperties" in strict_problem(open_ended)
    assert "required" in strict_problem(optional)
    assert "schema.a[]" in strict_problem({**good, "properties": {"a": {"items": open_ended}}})
    assert "required" in strict_problem({"anyOf": [good, optional]})


def test_the_page_names_the_versions_that_are_pinned() -> None:
    """What docs/providers.md says was tested is what `make test-clis` installs."""
    pinned = json.loads((Path(__file__).parent / "package.json").read_text(encoding="utf-8"))["dependencies"]
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"installs (.*?) from the npm registry", page, re.S)

    assert sorted(re.findall(r"\d+(?:\.\d+)+", named)) == sorted(pinned.values())

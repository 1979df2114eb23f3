"""The Responses API of OpenAI, as much of it as Codex asks for, and what the real one holds against a strict schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from model_server import Answer, Api, Body, Call, Conversation, Fault, Say, Turn

_CALLS = ("function_call", "custom_tool_call", "tool_search_call")


def _understand(path: str, body: Body) -> Conversation | None:
    if not path.endswith("/responses"):
        return None
    items = body["input"] if isinstance(body.get("input"), list) else []
    said = [each for each in items if each.get("type", "message") == "message"]
    return Conversation(
        prompt="\n".join(_text(each.get("content")) for each in said if each.get("role") == "user"),
        system="\n".join(_text(each.get("content")) for each in said if each.get("role") == "developer"),
        calls=sum(each.get("type") in _CALLS for each in items),
        results=tuple(_text(each["output"]) for each in items if each.get("type", "").endswith("_call_output")),
        tools=tuple(_offered(body)),
        model=body.get("model", ""),
        body=body,
        schema=(body.get("text") or {}).get("format"),
    )


def _answer(talk: Conversation, turn: Turn) -> Answer:
    item = _call(talk, turn) if isinstance(turn, Call) else _message(talk, turn)
    used = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 20}, "output_tokens": 10}
    used |= {"output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 110}
    begun: dict[str, Any] = {"id": f"resp_{talk.calls:04}", "object": "response", "created_at": 0, "model": talk.model}
    begun |= {"status": "in_progress", "output": [], "parallel_tool_calls": False, "tools": [], "error": None}
    ended = {**begun, "status": "completed", "output": [item], "usage": used}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": ended},
    ]
    numbered = tuple((each["type"], {**each, "sequence_number": at}) for at, each in enumerate(events))
    return Answer(whole=ended, events=numbered)


def _aside(_path: str, _body: Body) -> tuple[int, Body]:
    return 404, _error(Fault(status=404, message="no such path"))


def _error(fault: Fault) -> Body:
    return {"error": {"message": fault.message, "type": fault.kind or "server_error", "code": None, "param": None}}


def _streams(_path: str, body: Body) -> bool:
    return bool(body.get("stream"))


def strict_problem(schema: Any, at: str = "schema") -> str:
    """The first thing for which the real API refuses a strict schema, "" when there is none."""
    if not isinstance(schema, dict):
        return ""
    own = schema.get("properties")
    if own is not None and schema.get("additionalProperties") is not False:
        return f"{at}: additionalProperties is not false"
    if own is not None and set(schema.get("required", ())) != set(own):
        return f"{at}: required does not list every property"
    below = [(f"{at}.{name}", each) for name, each in (own or {}).items()]
    below += [(f"{at}[]", schema.get("items")), *((at, each) for each in schema.get("anyOf", ()))]
    return next((found for where, each in below if (found := strict_problem(each, where))), "")


# Private.


def _offered(body: Body) -> Iterator[str]:
    late = [each for item in body["input"] if item.get("type") == "additional_tools" for each in item["tools"]]
    for tool in [*(body.get("tools") or ()), *late]:
        if tool.get("type") == "namespace":
            yield from (f"{tool['name']}.{each['name']}" for each in tool["tools"])
        elif "name" in tool:
            yield tool["name"]


def _call(talk: Conversation, turn: Call) -> dict[str, Any]:
    """A text given to a tool is what Codex calls custom; an object is a function's arguments."""
    space, _, name = talk.tool(turn.tool).rpartition(".")
    item = {"id": f"item_{talk.calls:04}", "call_id": f"call_{talk.calls:04}", "name": name, "status": "completed"}
    if isinstance(turn.given, str):
        item |= {"type": "custom_tool_call", "input": turn.given}
    else:
        item |= {"type": "function_call", "arguments": json.dumps(turn.given)}
    return item | ({"namespace": space} if space else {})


def _message(talk: Conversation, turn: Say) -> dict[str, Any]:
    part = {"type": "output_text", "text": turn.text, "annotations": []}
    return {
        "type": "message",
        "id": f"msg_{talk.calls:04}",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(each.get("text", "") for each in content or ())


OPENAI = Api(name="openai", understand=_understand, answer=_answer, aside=_aside, error=_error, streams=_streams)

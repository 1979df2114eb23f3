"""The Messages API of Anthropic, as much of it as Claude Code asks for."""

from __future__ import annotations

import json
from typing import Any

from model_server import Answer, Api, Body, Call, Conversation, Fault, Say, Turn

_KINDS = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}


def _understand(path: str, body: Body) -> Conversation | None:
    tools = tuple(each["name"] for each in body.get("tools") or () if "name" in each)
    if path != "/v1/messages" or not tools:
        return None
    blocks = [(each["role"], block) for each in body["messages"] for block in _blocks(each["content"])]
    return Conversation(
        prompt="\n".join(block["text"] for role, block in blocks if role == "user" and block.get("type") == "text"),
        system=json.dumps(body.get("system", "")),
        calls=sum(block.get("type") == "tool_use" for _, block in blocks),
        results=tuple(_text(block.get("content")) for _, block in blocks if block.get("type") == "tool_result"),
        tools=tools,
        model=body.get("model", ""),
        body=body,
    )


def _answer(talk: Conversation, turn: Turn) -> Answer:
    if isinstance(turn, Call):
        block: dict[str, Any] = {"type": "tool_use", "id": f"toolu_{talk.calls:04}", "name": talk.tool(turn.tool)}
        block |= {"input": turn.given}
        begun, piece = {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(turn.given)}
        why = "tool_use"
    else:
        block = {"type": "text", "text": turn.text}
        begun, piece, why = {**block, "text": ""}, {"type": "text_delta", "text": turn.text}, "end_turn"
    used = {"input_tokens": 100, "output_tokens": 1, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 20}
    message = {"id": f"msg_{talk.calls:04}", "type": "message", "role": "assistant", "model": talk.model}
    message |= {"content": [], "stop_reason": None, "stop_sequence": None, "usage": used}
    events = (
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": begun},
        {"type": "content_block_delta", "index": 0, "delta": piece},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": why, "stop_sequence": None},
            "usage": {"output_tokens": 10},
        },
        {"type": "message_stop"},
    )
    whole = {**message, "content": [block], "stop_reason": why}
    return Answer(whole=whole, events=tuple((str(each["type"]), each) for each in events))


def _aside(path: str, body: Body) -> tuple[int, Body] | Answer:
    if path.endswith("/count_tokens"):
        return 200, {"input_tokens": 10}
    if path != "/v1/messages":
        return 404, _error(Fault(status=404, message="no such path"))
    empty = Conversation(prompt="", system="", calls=0, results=(), tools=(), model=body.get("model", ""), body=body)
    return _answer(empty, Say("a title"))


def _error(fault: Fault) -> Body:
    kind = fault.kind or _KINDS.get(fault.status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": fault.message}}


def _streams(_path: str, body: Body) -> bool:
    return bool(body.get("stream"))


def _blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(each.get("text", "") for each in content or ())


ANTHROPIC = Api(name="anthropic", understand=_understand, answer=_answer, aside=_aside, error=_error, streams=_streams)

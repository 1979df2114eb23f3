"""The Gemini API of Google, as much of it as Gemini CLI asks for."""

from __future__ import annotations

import json
from typing import Any

from model_server import Answer, Api, Body, Call, Conversation, Fault, Say, Turn

_STATUSES = {401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


def _understand(path: str, body: Body) -> Conversation | None:
    declared = [each for tool in body.get("tools") or () for each in tool.get("functionDeclarations", ())]
    if not path.endswith(("generateContent", "streamGenerateContent")) or not declared:
        return None
    parts = [(each.get("role"), part) for each in body["contents"] for part in each.get("parts", ())]
    return Conversation(
        prompt="\n".join(part["text"] for role, part in parts if role == "user" and "text" in part),
        system=json.dumps(body.get("systemInstruction", "")),
        calls=sum("functionCall" in part for _, part in parts),
        results=tuple(json.dumps(part["functionResponse"]) for _, part in parts if "functionResponse" in part),
        tools=tuple(each["name"] for each in declared),
        model=path.rpartition("/")[2].partition(":")[0],
        body=body,
    )


def _answer(talk: Conversation, turn: Turn) -> Answer:
    if isinstance(turn, Call):
        part: dict[str, Any] = {"functionCall": {"name": talk.tool(turn.tool), "args": turn.given}}
    else:
        part = {"text": turn.text}
    content = {"role": "model", "parts": [part]}
    whole = {
        "candidates": [{"index": 0, "content": content, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 10, "totalTokenCount": 110},
        "modelVersion": talk.model,
        "responseId": f"response-{talk.calls}",
    }
    return Answer(whole=whole, events=(("", whole),))


def _aside(path: str, body: Body) -> tuple[int, Body] | Answer:
    """A count of tokens, or a helper's question: it is answered with something that fits its schema."""
    if path.endswith(":countTokens"):
        return 200, {"totalTokens": 10}
    if not path.endswith("enerateContent"):
        return 404, _error(Fault(status=404, message="no such path"))
    asked = body.get("generationConfig") or {}
    schema = asked.get("responseJsonSchema") or asked.get("responseSchema")
    text = json.dumps(_filled(schema)) if schema else "a title"
    empty = Conversation(prompt="", system="", calls=0, results=(), tools=(), model="helper", body=body)
    return _answer(empty, Say(text))


def _error(fault: Fault) -> Body:
    status = fault.kind or _STATUSES.get(fault.status, "INVALID_ARGUMENT")
    return {"error": {"code": fault.status, "message": fault.message, "status": status}}


def _streams(path: str, _body: Body) -> bool:
    return path.endswith(":streamGenerateContent")


def _filled(schema: Any) -> Any:
    kind = str(schema.get("type", "object")).lower()
    if schema.get("enum"):
        return schema["enum"][0]
    empty: dict[str, Any] = {"string": "-", "number": 0, "integer": 0, "boolean": False, "array": []}
    if kind in empty:
        return empty[kind]
    return {name: _filled(each) for name, each in schema.get("properties", {}).items()}


GEMINI = Api(name="gemini", understand=_understand, answer=_answer, aside=_aside, error=_error, streams=_streams)

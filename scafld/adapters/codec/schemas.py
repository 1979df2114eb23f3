"""JSON Schemas of what scafld reads and prints, made from the core's own values. Run as a program it writes the files.

Three sorts, each a file below `adapters/assets/schemas/`:
- answers of a model, with a description and the limits of every field; null stands where a field may be left out;
- `wire/`: the same for interfaces that take a part of JSON Schema only: every field required, null for what was not
  said, no reference, no limit, no alternative but null;
- what programs read: the envelope of `--json`, and a ledger.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from scafld.adapters.codec.meanings import LIMITS, MEANINGS
from scafld.adapters.codec.schema_files import ANSWERS, FOLDER, WIRE
from scafld.adapters.codec.wire import WIRE_NAMES
from scafld.core.contract.problems import Problem
from scafld.core.evidence.terms import SHAPES, Subject
from scafld.core.ledger import SCHEMA_VERSION
from scafld.core.names import Actor
from scafld.core.refusal import Exit, Refusal

Schema = dict[str, Any]
Members = Mapping[str, Schema]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def published() -> Mapping[str, bytes]:
    """Every schema file, by its name below FOLDER."""
    found = {ANSWERS[subject]: {"$schema": DIALECT, **answer_schema(subject)} for subject in Subject}
    found |= {WIRE[subject]: wire_schema(subject) for subject in Subject}
    found["envelope.json"] = envelope_schema()
    found["session.json"] = ledger_schema()
    return {name: _text(schema) for name, schema in found.items()}


def answer_schema(subject: Subject) -> Schema:
    """What an answer to this subject must be, as far as a schema can say it."""
    return {"title": _TITLES[subject], **_answer(TypeAdapter(SHAPES[subject]).json_schema())}


def wire_schema(subject: Subject) -> Schema:
    """The same for interfaces that take a part of JSON Schema only."""
    return _strict(_answer(TypeAdapter(SHAPES[subject]).json_schema()))


def envelope_schema() -> Schema:
    """What every command prints with `--json`."""
    gate = {"anyOf": [_told(Refusal), {"type": "null"}]}
    error: Members = {
        "code": {"description": "What sort of no it is; stable.", "type": "string"},
        "message": {"type": "string"},
        "exit_code": {"description": "What the process ends with.", "enum": [int(each) for each in Exit if each]},
        "gate": {"description": "The gate that said no, null when none did.", **gate},
        "problems": {"type": "array", "items": _told(Problem)},
        "next": {"description": "The command that comes next, empty when there is none.", "type": "string"},
    }
    members: Members = {
        "ok": {"description": "False with an error, true without one.", "type": "boolean"},
        "command": {"type": "string"},
        "warnings": {"type": "array", "items": {"type": "string"}},
        "result": {"description": "What the command found or did; each command has its own. A no may have one too."},
        "error": {"anyOf": [_closed(error), {"type": "null"}]},
    }
    return {"$schema": DIALECT, "title": "The line that a command prints with --json", **_closed(members)}


def ledger_schema() -> Schema:
    """A ledger: its head, and one entry for each thing that happened. The chain is checked with docs/ledger.md."""
    adapters: list[tuple[Any, Any, Any]] = [(kind, "validation", TypeAdapter(kind)) for kind in WIRE_NAMES]
    _, whole = TypeAdapter.json_schemas([*adapters, (Actor, "validation", TypeAdapter(Actor))])
    shapes = {name: _exact(each) for name, each in whole["$defs"].items()}
    entries = {f"entry_{name}": _entry(name, shapes.pop(kind.__name__)) for kind, name in WIRE_NAMES.items()}
    members: Members = {
        "schema_version": {"const": SCHEMA_VERSION},
        "task_id": {"type": "string"},
        "entries": {"type": "array", "items": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in entries]}},
    }
    named = {"Digest": _DIGEST, "Moment": _MOMENT, **shapes}
    return {"$schema": DIALECT, "title": "A task's ledger", **_closed(members), "$defs": {**entries, **named}}


def regenerate(folder: str) -> None:
    """Write every schema file below `folder` anew."""
    for name, content in published().items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


# Private.

_TITLES = {
    Subject.REVIEW: "A review: findings, and the attacks behind them",
    Subject.HARDEN: "A draft questioned: six dimensions, and its shape",
    Subject.PLAN: "A draft proposed",
}
_CLASSES = {cls.__name__: cls for cls in MEANINGS}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_MOMENT = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"}


def _text(schema: Schema) -> bytes:
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


def _answer(made: Schema) -> Schema:
    """pydantic's schema of an answer without references, with our words and limits, closed, null where one may be."""
    return _plain(made, made.get("$defs", {}))


def _plain(node: Schema, shapes: Mapping[str, Schema]) -> Schema:
    if "$ref" in node:
        return _plain(shapes[node["$ref"].rpartition("/")[2]], shapes)
    if "anyOf" in node:
        (meant,) = (each for each in node["anyOf"] if each != {"type": "null"})
        return _or_null(_plain(meant, shapes))
    if node["type"] == "array":
        return {"type": "array", "items": _plain(node["items"], shapes)}
    if node["type"] == "object":
        return _object(node, shapes)
    return {key: item for key, item in node.items() if key in ("type", "enum")}


def _object(node: Schema, shapes: Mapping[str, Schema]) -> Schema:
    cls = _CLASSES[node["title"]]
    fields = {name: _plain(each, shapes) for name, each in node["properties"].items()}
    required = node["required"]
    whole = {
        name: {
            "description": MEANINGS[cls][name],
            **(each if name in required else _or_null(each)),
            **LIMITS.get(cls, {}).get(name, {}),
        }
        for name, each in fields.items()
    }
    return {"type": "object", "properties": whole, "required": required, "additionalProperties": False}


def _or_null(node: Schema) -> Schema:
    """The same, or null. Choices get an alternative: not every interface takes null as one of them."""
    if "enum" in node:
        return {"anyOf": [node, {"type": "null"}]}
    kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
    return {**node, "type": [*dict.fromkeys((*kinds, "null"))]}


_STRICT = ("description", "type", "enum", "items", "properties", "anyOf")


def _strict(node: Schema) -> Schema:
    found = {key: item for key, item in node.items() if key in _STRICT}
    if "items" in found:
        found["items"] = _strict(found["items"])
    if "anyOf" in found:
        found["anyOf"] = [_strict(each) for each in found["anyOf"]]
    if "properties" in found:
        found |= _closed({name: _strict(each) for name, each in found["properties"].items()})
    return found


def _told(cls: type[object]) -> Schema:
    """A value as it is printed: every field is there, and none that may be null."""
    made = _answer(TypeAdapter(cls).json_schema())
    return _closed({name: _one_type(each) for name, each in made["properties"].items()})


def _one_type(node: Schema) -> Schema:
    return {**node, "type": node["type"][0]} if isinstance(node.get("type"), list) else node


def _closed(members: Members) -> Schema:
    """An object that has exactly these members."""
    return {
        "type": "object",
        "properties": dict(members),
        "required": list(members),
        "additionalProperties": False,
    }


def _exact(node: Any) -> Any:
    """Without what pydantic makes up (titles, defaults), every object closed."""
    if isinstance(node, list):
        return [_exact(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _exact(item) for key, item in node.items() if key not in ("title", "default", "properties")}
    if "properties" in node:
        kept["properties"] = {name: _exact(each) for name, each in node["properties"].items()}
        kept["additionalProperties"] = False
    return kept


def _entry(name: str, shape: Schema) -> Schema:
    """The line of an entry: what happened, and what makes it a link of the chain."""
    number = {"type": "integer", "minimum": 1}
    link = {
        "id": {"type": "string", "pattern": "^entry-[1-9][0-9]*$"},
        "seq": number,
        "type": {"const": name},
        "recorded_at": {"$ref": "#/$defs/Moment"},
        "actor": {"$ref": "#/$defs/Actor"},
        "step_end": number,
        "prev": {"$ref": "#/$defs/Digest"},
        "digest": {"$ref": "#/$defs/Digest"},
    }
    required = [*link, *shape.get("required", ())]
    return {**shape, "properties": {**link, **shape.get("properties", {})}, "required": required}


if __name__ == "__main__":
    regenerate(FOLDER)

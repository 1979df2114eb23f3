"""The schema files say what is read and printed: no answer that holds is refused by them, and what they refuse is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, strategies
from hypothesis.strategies import DataObject, SearchStrategy
from jsonschema import Draft202012Validator

from scafld.adapters.cli.envelope import envelope
from scafld.adapters.cli.reply import Reply, Told
from scafld.adapters.codec import encode, encode_event
from scafld.adapters.codec.answers import Unreadable, accept, read_answer
from scafld.adapters.codec.meanings import LIMITS, MEANINGS
from scafld.adapters.codec.schema_files import ANSWERS, FOLDER, WIRE, answer_schema_path
from scafld.adapters.codec.schemas import published
from scafld.adapters.codec.wire import WIRE_NAMES
from scafld.core.contract.problems import Problem
from scafld.core.contract.questions import Dimension, Result
from scafld.core.evidence.dossier import Budget, Dossier, Mode
from scafld.core.evidence.questioning import HardenDossier, Probe
from scafld.core.evidence.terms import SHAPES, Answer, Subject, Terms, problems_of
from scafld.core.names import Digest
from scafld.core.refusal import Exit, Gate, Refusal
from scafld.core.value import changed

ROOT = Path(__file__).resolve().parents[3]
WRITTEN_BY_HAND = ("change-receipt.json",)
"""Held against the values it describes in tests/core/proof/test_schema.py."""
FILES = sorted(
    str(path.relative_to(FOLDER)) for path in Path(FOLDER).rglob("*.json") if path.name not in WRITTEN_BY_HAND
)


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(FOLDER) / name).read_text(encoding="utf-8"))
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(read(name))


def terms_of(subject: Subject, answer: Answer | None = None) -> Terms:
    """Terms that ask for nothing that a schema could not know of."""
    mode = answer.mode if isinstance(answer, Dossier) else Mode.DISCOVER
    return Terms(subject=subject, mode=mode, budget=Budget(min_attack_angles=0, max_findings=100))


WORDS = strategies.text(min_size=1, max_size=9).filter(lambda text: bool(text.strip()))


def anything(kind: Any) -> SearchStrategy[Any]:
    """Any value of this type; text is never blank, so that most of what it makes holds."""
    origin, arguments = get_origin(kind), get_args(kind)
    if hasattr(kind, "__supertype__"):
        return strategies.just("0" * 64) if kind is Digest else anything(kind.__supertype__)
    if origin in (UnionType, Union):
        return strategies.one_of([anything(each) for each in arguments])
    if origin is tuple:
        return strategies.lists(anything(arguments[0]), max_size=3).map(tuple)
    if kind is Probe:
        return probes()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return strategies.sampled_from(list(kind))
    if hasattr(kind, "__fields__"):
        hints = get_type_hints(kind)
        made = strategies.builds(kind, **{name: anything(hints[name]) for name in kind.__fields__})
        return made.map(with_every_dimension) if kind is HardenDossier else made
    return PLAIN[kind]


PLAIN: Mapping[Any, SearchStrategy[Any]] = {
    str: WORDS,
    bool: strategies.booleans(),
    int: strategies.integers(min_value=0, max_value=10**9),
    NoneType: strategies.none(),
}


def probes() -> SearchStrategy[Probe]:
    anchors = strategies.sampled_from(["code:src/größe.py:3", "code:a.py:1-9", "spec_gap:Scope", "archive:add-cache"])
    return strategies.builds(
        Probe,
        dimension=anything(Dimension),
        result=anything(Result),
        anchor=anchors,
        note=WORDS,
        question=WORDS | strategies.just(""),
    )


def with_every_dimension(dossier: HardenDossier) -> HardenDossier:
    some = dossier.observations or (Probe(dimension=Dimension.PATH, result=Result.CLEAN, anchor="code:a.py:1"),)
    rows = tuple(changed(some[at % len(some)], dimension=each) for at, each in enumerate(Dimension))
    return changed(dossier, observations=rows)


def answers(subject: Subject) -> SearchStrategy[Answer]:
    """Answers that hold."""
    return anything(SHAPES[subject]).filter(lambda answer: not problems_of(answer, terms_of(subject, answer)))


def test_the_files_are_what_the_values_are() -> None:
    """`make schemas` writes them anew; nobody edits one."""
    made = published()

    assert sorted(made) == FILES
    assert [name for name in FILES if read(name) != json.loads(made[name])] == []


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_a_json_schema(name: str) -> None:
    """Of the 2020-12 dialect, and those that are published say so."""
    schema = read(name)

    Draft202012Validator.check_schema(schema)
    assert schema.get("$schema") == (None if name.startswith("wire/") else Draft202012Validator.META_SCHEMA["$id"])


@pytest.mark.parametrize("cls", MEANINGS, ids=lambda cls: cls.__name__)
def test_every_field_has_a_meaning(cls: type[object]) -> None:
    """In words of its own, and no field that is gone has one, nor a limit."""
    names: tuple[str, ...] = vars(cls)["__fields__"]

    assert set(MEANINGS[cls]) == set(names)
    assert all(MEANINGS[cls].values())
    assert set(LIMITS.get(cls, {})) <= set(names)


def test_the_files_lie_where_they_are_looked_for() -> None:
    """Of every subject, both forms."""
    for subject in Subject:
        assert answer_schema_path(subject) == os.path.join(FOLDER, ANSWERS[subject])
        assert os.path.isfile(answer_schema_path(subject))
        assert os.path.isfile(os.path.join(FOLDER, WIRE[subject]))


@pytest.mark.parametrize("subject", Subject)
@given(chosen=strategies.data())
def test_every_answer_that_holds_fits_its_schema(subject: Subject, chosen: DataObject) -> None:
    """As it is written down, and as it is read back."""
    answer = chosen.draw(answers(subject))

    data = encode(answer)

    validator(ANSWERS[subject]).validate(data)
    assert accept(json.dumps(data), terms_of(subject, answer)) == answer


def unsaid(item: object) -> Any:
    """The JSON of a value, null for every field that has its default."""
    if isinstance(item, tuple):
        return [unsaid(each) for each in item]
    if not hasattr(item, "__fields__"):
        return encode(item)
    defaults: Mapping[str, object] = vars(type(item))["__defaults__"]
    missing = object()
    fields: tuple[str, ...] = vars(type(item))["__fields__"]
    return {
        name: None if getattr(item, name) == defaults.get(name, missing) else unsaid(getattr(item, name))
        for name in fields
    }


@pytest.mark.parametrize("subject", Subject)
@given(chosen=strategies.data())
def test_the_wire_form_is_read_back(subject: Subject, chosen: DataObject) -> None:
    """With null for everything that was not said it fits both schemas, and is the same answer."""
    answer = chosen.draw(answers(subject))

    data = unsaid(answer)

    validator(WIRE[subject]).validate(data)
    validator(ANSWERS[subject]).validate(data)
    assert read_answer(json.dumps(data), subject) == answer


@pytest.mark.parametrize("subject", Subject)
@given(chosen=strategies.data())
def test_the_wire_form_with_everything_said_is_read_back(subject: Subject, chosen: DataObject) -> None:
    """A model may say a default, too."""
    answer = chosen.draw(answers(subject))

    data = encode(answer)

    validator(WIRE[subject]).validate(data)


ODD = (
    strategies.none()
    | strategies.booleans()
    | strategies.integers(min_value=-3, max_value=10**20)
    | strategies.floats(allow_nan=False, allow_infinity=False)
    | strategies.text(max_size=3)
    | strategies.lists(strategies.text(max_size=2), max_size=2)
    | strategies.dictionaries(strategies.text(max_size=3), strategies.integers(), max_size=2)
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def altered(data: Any, path: tuple[Any, ...], item: Any) -> Any:
    """A copy with something else at this place."""
    if not path:
        return item
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = altered(data[path[0]], path[1:], item)
    return copy


def accepted(data: Any, subject: Subject) -> bool:
    mode = Mode.VERIFY if isinstance(data, dict) and data.get("mode") == "verify" else Mode.DISCOVER
    try:
        accept(json.dumps(data), changed(terms_of(subject), mode=mode))
    except Unreadable:
        return False
    return True


def readable(data: Any, subject: Subject) -> bool:
    try:
        read_answer(json.dumps(data), subject)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("subject", Subject)
@given(chosen=strategies.data())
def test_what_a_schema_refuses_is_refused(subject: Subject, chosen: DataObject) -> None:
    """With anything in any place: a client that checks before it sends keeps nothing back that would be taken."""
    data = encode(chosen.draw(answers(subject)))
    stranger = altered(data, chosen.draw(strategies.sampled_from(places(data))), chosen.draw(ODD))

    if not validator(ANSWERS[subject]).is_valid(stranger):
        assert not accepted(stranger, subject)


FINDING = {"id": "leak", "summary": "it leaks", "severity": "low", "blocks_completion": False}
ATTACK = {"target": "a.py", "attack": "two tenants", "result": "clean"}
SHAPE = {"decision": "keep", "true_shape": "t", "minimal_plan": "m", "shared_owner": "o"}
PROBES = [{"dimension": str(each), "result": "clean", "anchor": "code:a.py:3"} for each in Dimension]
CRITERION = {"title": "It caches", "command": "pytest -q"}
PHASE = {"name": "One", "goal": "g", "changes": ["a.py"], "criteria": [CRITERION]}
LISTS = ("objectives", "scope_in", "scope_out", "files", "assumptions", "rollback", "questions", "log")
WHOLE: Mapping[Subject, dict[str, Any]] = {
    Subject.REVIEW: {"summary": "s", "mode": "discover", "findings": [FINDING], "attacks": [ATTACK]},
    Subject.HARDEN: {"summary": "s", "shape": SHAPE, "observations": PROBES},
    Subject.PLAN: {
        **{name: ["x"] for name in LISTS},
        "title": "t",
        "summary": "s",
        "size": "small",
        "risk": "low",
        "risks": [{"description": "d", "mitigation": "m"}],
        "phases": [PHASE],
        "criteria": [CRITERION],
    },
}


def mutations(subject: Subject) -> Iterator[tuple[str, Any]]:
    """Every object of a whole answer with one field more, and with each field fewer."""
    whole = WHOLE[subject]
    for path in places(whole):
        here: Any = whole
        for step in path:
            here = here[step]
        if isinstance(here, dict):
            where = ".".join(map(str, path)) or "the whole"
            yield f"{where} with a surprise", altered(whole, path, {**here, "surprise": 1})
            for name in here:
                yield (
                    f"{where} without {name}",
                    altered(whole, path, {key: item for key, item in here.items() if key != name}),
                )


TABLE = [(subject, name, data) for subject in Subject for name, data in mutations(subject)]


@pytest.mark.parametrize(("subject", "name", "data"), TABLE, ids=[f"{each[0]}: {each[1]}" for each in TABLE])
def test_a_field_more_or_fewer_is_told_by_both(subject: Subject, name: str, data: Any) -> None:
    """A field that the schema does not know, or demands, is one that reading does not know, or demands."""
    assert validator(ANSWERS[subject]).is_valid(data) is readable(data, subject)


def nodes(schema: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Every schema within a schema, with how many objects it lies in."""
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    yield schema, 0
    for each in [*inside, *([schema["items"]] if "items" in schema else [])]:
        yield from ((node, depth + ("properties" in schema)) for node, depth in nodes(each))


@pytest.mark.parametrize("subject", Subject)
def test_the_wire_form_is_what_strict_interfaces_take(subject: Subject) -> None:
    """Every object closed and all of it required, nothing but the plainest keywords, choices in words, not too deep."""
    found = list(nodes(read(WIRE[subject])))

    for node, depth in found:
        assert set(node) <= {
            "type",
            "description",
            "enum",
            "items",
            "properties",
            "required",
            "additionalProperties",
            "anyOf",
        }
        assert ("anyOf" in node) is not ("type" in node)
        assert all(isinstance(word, str) for word in node.get("enum", []))
        assert depth <= 5
        if "properties" in node:
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
    assert read(WIRE[subject])["type"] == "object"
    assert sum(len(node.get("properties", {})) for node, _ in found) <= 100


LINK = {
    "id": "entry-1",
    "seq": 1,
    "recorded_at": "2026-01-31T12:00:00.000Z",
    "actor": {"kind": "agent", "name": "a", "terminal": False},
    "step_end": 1,
    "prev": "0" * 64,
    "digest": "f" * 64,
}


@pytest.mark.parametrize("kind", WIRE_NAMES, ids=lambda kind: kind.__name__)
@given(chosen=strategies.data())
def test_every_entry_of_a_ledger_fits(kind: Any, chosen: DataObject) -> None:
    """Whatever happened; and with one field more it does not."""
    name, fields = encode_event(chosen.draw(anything(kind)))
    entry = {**LINK, **fields, "type": name}
    ledger = {"schema_version": 2, "task_id": "add-cache", "entries": [entry]}

    validator("session.json").validate(ledger)
    assert not validator("session.json").is_valid({**ledger, "entries": [{**entry, "surprise": 1}]})


def test_the_ledgers_of_this_repository_fit() -> None:
    """As they lie there."""
    found = sorted((ROOT / ".scafld" / "runs").glob("*/session.json"))

    assert found
    for path in found:
        validator("session.json").validate(json.loads(path.read_text(encoding="utf-8")))


REPLIES: Mapping[str, Reply] = {
    "a result": Reply(result={"task": "add-cache", "open": (1, 2)}, warnings=("slow",)),
    "nothing": Reply(),
    "a no of the rules": Reply(
        exit=Exit.REVIEW,
        next="scafld build add-cache",
        told=Told(code="review_failed", message="no", gate=Refusal(gate=Gate.REVIEW, reason="no", blockers=("b",))),
    ),
    "a document with problems": Reply(
        exit=Exit.VALIDATION,
        told=Told(code="validation_failed", message="no", problems=(Problem(code="hollow", message="m", line=3),)),
    ),
}


@pytest.mark.parametrize("kind", REPLIES)
def test_what_a_command_prints_fits(kind: str) -> None:
    """With `--json`, whatever came of it."""
    line = envelope("status", REPLIES[kind])

    validator("envelope.json").validate(json.loads(line))


@pytest.mark.parametrize("member", ["ok", "command", "warnings", "result", "error"])
def test_an_envelope_is_whole(member: str) -> None:
    """None of its members is ever left out."""
    told = json.loads(envelope("status", REPLIES["a result"]))

    assert not validator("envelope.json").is_valid({key: item for key, item in told.items() if key != member})

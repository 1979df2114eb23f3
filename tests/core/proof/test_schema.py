"""The published schema and the receipts that are made say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import jsonschema
import pytest
from hypothesis import assume, given, strategies
from hypothesis.strategies import DataObject

import scafld
from scafld.core.evidence.seals import ChangeKind, FileKind
from scafld.core.proof.form import camel
from scafld.core.proof.receipt import Receipt, Waived
from scafld.core.proof.statement import PREDICATE_TYPE, payload_of, statement_of
from scafld.core.value import changed

if TYPE_CHECKING:
    from conftest import Proofs

ASSET = Path(scafld.__file__).parent / "adapters" / "assets" / "schemas" / "change-receipt.json"
SCHEMA: dict[str, Any] = json.loads(ASSET.read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def values_below(cls: Any, seen: set[Any]) -> set[Any]:
    """Every value and every choice that a receipt is made of."""
    if cls in seen:
        return seen
    seen.add(cls)
    for hint in get_type_hints(cls).values() if hasattr(cls, "__fields__") else ():
        for kind in kinds_in(hint):
            if hasattr(kind, "__fields__") or (isinstance(kind, type) and issubclass(kind, StrEnum)):
                values_below(kind, seen)
    return seen


def kinds_in(hint: Any) -> Iterator[Any]:
    inner = [each for each in get_args(hint) if each not in (NoneType, ...)]
    return (found for each in inner for found in kinds_in(each)) if inner else iter([hint])


PARTS = sorted(values_below(Receipt, set()) - {Receipt}, key=lambda cls: cls.__name__)


def test_the_schema_is_one() -> None:
    """By the rules of its own draft, and under the name that the statement gives."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"] == PREDICATE_TYPE


@pytest.mark.parametrize("part", PARTS, ids=lambda cls: cls.__name__)
def test_every_part_is_described_as_it_is(part: Any) -> None:
    """The same members, no other, and needed unless a reader does without; the same words."""
    found = SCHEMA["$defs"][part.__name__[0].lower() + part.__name__[1:]]

    if issubclass(part, StrEnum):
        assert found["enum"] == [word.value for word in part]
    else:
        names = [camel(name) for name in part.__fields__]
        needed = [camel(name) for name in part.__fields__ if name not in part.__defaults__]
        assert (list(found["properties"]), found["required"], found["additionalProperties"]) == (names, needed, False)


def test_the_whole_is_described_as_it_is() -> None:
    """And nothing is described that is not in it."""
    names = [camel(name) for name in Receipt.__fields__]  # type: ignore[attr-defined]
    known = {part.__name__[0].lower() + part.__name__[1:] for part in PARTS}

    assert (list(SCHEMA["properties"]), SCHEMA["required"], SCHEMA["additionalProperties"]) == (names, names, False)
    assert set(SCHEMA["$defs"]) - known == {
        "digest",
        "gitId",
        "moment",
        "taskId",
        "phaseId",
        "criterionId",
        "path",
    }


def receipts(p: Proofs) -> list[Receipt]:
    bare = p.material(vcs="none", tree=None, commit=None)
    gone = p.file("gone.py", change=ChangeKind.DELETED, kind=FileKind.ABSENT, digest=None)
    return [
        p.receipt(),
        p.receipt(criteria=(p.criterion(phase=None, expected_exit_code=0, timeout_seconds=9), p.manual())),
        p.receipt(review=p.by_person(), overrides=(p.override(p.signature()),)),
        p.receipt(overrides=(p.override(waived=Waived.APPROVAL, entry=3, what=("round-1 is open",)),)),
        p.receipt(review=p.review(panel=(p.opinion(), p.opinion("claude")), rule="everyone")),
        p.receipt(material=bare, baseline=changed(p.receipt().baseline, vcs="none", head=None)),
        p.receipt(material=p.material(gone, p.file("new.py", change=ChangeKind.RENAMED, was="old.py"))),
    ]


def test_every_receipt_validates(p: Proofs) -> None:
    """Of every shape that is minted."""
    for receipt in receipts(p):
        payload_of(receipt)

        VALIDATOR.validate(statement_of(receipt)["predicate"])


@given(strategies.data())
def test_a_member_less_or_more_or_of_another_type_does_not(p: Proofs, data: DataObject) -> None:
    """The schema is as strict as the reader about what stands where; `committed` a receipt may do without."""
    predicate = json.loads(payload_of(data.draw(strategies.sampled_from(receipts(p)))))["predicate"]
    holder, name = data.draw(strategies.sampled_from(list(members(predicate))))
    bend = data.draw(strategies.sampled_from(["take", "add", "number"]))
    if bend == "take":
        assume(name != "committed")
        del holder[name]
    elif bend == "add":
        holder["verified"] = True
    else:
        holder[name] = 1.5

    assert not VALIDATOR.is_valid(predicate)


def members(found: Any) -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(found, dict):
        yield from ((found, name) for name in found)
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from members(each)

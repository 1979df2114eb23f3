"""What the codec takes from a stranger, pydantic takes too, and makes the same of it: only its words are saved."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies
from pydantic import TypeAdapter, ValidationError

from scafld.adapters.codec import encode, exactly
from scafld.core.contract.problems import Problem
from scafld.core.evidence.dossier import Attack, AttackResult, Dossier, Finding, Mode, Severity
from scafld.core.policy import Check, Checks, Execution, Policy
from scafld.core.value import changed

DOSSIER = Dossier(
    summary="It leaks.",
    mode=Mode.VERIFY,
    findings=(
        Finding(id="leak", summary="a leak", severity=Severity.HIGH, blocks_completion=True, path="a.py", line=3),
    ),
    attacks=(Attack(target="a.py", attack="two tenants", result=AttackResult.FINDING),),
)
POLICY = changed(
    Policy(),
    execution=Execution(path_prepend=("bin",), env=(("PORT", "3000"),)),
    checks=Checks(phase=(Check(id="lint", command="ruff check"),)),
    warnings=(Problem(code="unread_key", message="no effect", line=3),),
)
ODD = (
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats(allow_nan=False)
    | strategies.text(max_size=3)
    | strategies.sampled_from(["", "high", "verify", "\ud800", "1", "codex"])
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


@pytest.mark.parametrize("whole", [DOSSIER, POLICY], ids=["dossier", "policy"])
@given(chosen=strategies.data())
def test_what_the_codec_takes_pydantic_takes(whole: Dossier | Policy, chosen: strategies.DataObject) -> None:
    """With anything at all in any place: where the codec gives a value, pydantic's strict mode gives the same one."""
    data = encode(whole)
    stranger = altered(data, chosen.draw(strategies.sampled_from(places(data))), chosen.draw(ODD))

    found = exactly(type(whole), stranger)

    if found is not None:
        assert TypeAdapter(type(whole)).validate_json(json.dumps(stranger), strict=True, extra="forbid") == found


@pytest.mark.parametrize("whole", [DOSSIER, POLICY], ids=["dossier", "policy"])
def test_what_is_whole_is_taken(whole: Dossier | Policy) -> None:
    """A value that is written down is understood without pydantic."""
    assert exactly(type(whole), encode(whole)) == whole


@pytest.mark.parametrize(
    "stranger",
    [
        {**encode(DOSSIER), "summary": "\ud800"},
        {**encode(DOSSIER), "surprise": 1},
        {**encode(DOSSIER), "mode": "Verify"},
        {key: item for key, item in encode(DOSSIER).items() if key != "mode"},
    ],
    ids=["no Unicode", "an unknown field", "an unknown word", "a missing field"],
)
def test_what_is_odd_is_left_to_pydantic(stranger: Any) -> None:
    """Which refuses it, and says why."""
    found = exactly(Dossier, stranger)

    assert found is None
    with pytest.raises(ValidationError):
        TypeAdapter(Dossier).validate_json(json.dumps(stranger), strict=True, extra="forbid")

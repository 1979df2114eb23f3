"""JSON <-> core: how a value is written down, and how strictly it is read back.

Reading is exact: a missing field without a default, an unknown field, a value of another type or an unknown word is a
`Mismatch` that names the path to it. Ledger lines pass here and not through pydantic, whose import alone costs more
than `scafld status` may; the house's one model is the core's own values either way.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from scafld.core.names import Actor
from scafld.core.task import events
from scafld.core.task.events import Event

T = TypeVar("T")

WIRE_NAMES: Mapping[type[object], str] = {
    events.Planned: "plan",
    events.HardenOpened: "harden_open",
    events.HardenPassed: "harden_pass",
    events.BaselineTaken: "workspace_baseline",
    events.Approved: "approval",
    events.PhaseOpened: "phase_open",
    events.CriterionRan: "criterion",
    events.ManualAttested: "manual_evidence",
    events.PhasePassed: "phase_pass",
    events.BuildBlocked: "build_block",
    events.BuildPassed: "build_pass",
    events.ReviewStarted: "review_start",
    events.ReviewFailed: "review_fail",
    events.ReviewAbandoned: "review_abandon",
    events.Reviewed: "review",
    events.HumanReviewed: "review_override",
    events.Completed: "complete",
    events.Failed: "fail",
    events.Cancelled: "cancel",
    events.LegacySealed: "legacy_seal",
    events.TailCut: "recovery",
}
"""The `type` of a ledger entry, for each thing that can happen."""

EVENTS: Mapping[str, type[object]] = {name: event for event, name in WIRE_NAMES.items()}


class Mismatch(ValueError):
    """The JSON is not what it should be; the message begins with the path to what is wrong."""


def encode(item: object) -> Any:
    """The JSON of a value: objects, lists, text, whole numbers, true, false, null."""
    match item:
        case Enum():
            return item.value
        case None | bool() | int() | str():
            return item
        case frozenset():
            return sorted(encode(each) for each in item)
        case list() | tuple():
            return [encode(each) for each in item]
        case Mapping():
            return {str(key): encode(each) for key, each in item.items()}
        case _:
            names: tuple[str, ...] = item.__fields__  # type: ignore[attr-defined]  # every value has it
            return {name: encode(getattr(item, name)) for name in names}


def decode(cls: type[T], data: object) -> T:
    """The value of class `cls` that this JSON is; Mismatch when it is not exactly one."""
    made: T = _reader(cls)(data, cls.__name__)
    return made


def encode_event(event: Event) -> tuple[str, dict[str, Any]]:
    """An event's wire name and its fields."""
    return WIRE_NAMES[type(event)], encode(event)


def decode_event(kind: str, fields: Mapping[str, object]) -> Event:
    """The event of this wire name with these fields; Mismatch when there is none."""
    cls = EVENTS.get(kind)
    if cls is None:
        raise Mismatch(f"type: there is no event called {kind!r}")
    event: Event = _reader(cls)(fields, kind)
    return event


def decode_actor(data: object) -> Actor:
    """The actor of an entry."""
    return decode(Actor, data)


# Private.

_Reader = Callable[[object, str], Any]
_READERS: dict[object, _Reader] = {}


def _reader(kind: Any) -> _Reader:
    found = _READERS.get(kind)
    if found is None:
        found = _READERS[kind] = _make_reader(kind)
    return found


def _make_reader(kind: Any) -> _Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if hasattr(kind, "__supertype__"):
        return _reader(kind.__supertype__)
    if origin in (types.UnionType, Union):
        return _optional(_reader(next(each for each in arguments if each is not type(None))))
    if origin is tuple:
        return _row(arguments) if arguments[-1] is not ... else _many(_reader(arguments[0]), tuple)
    if origin is frozenset:
        return _many(_reader(arguments[0]), frozenset)
    if origin is Mapping:
        return _table(_reader(arguments[1]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word(kind)
    if hasattr(kind, "__fields__"):
        return _whole(kind)
    return _plain(kind)


def _plain(kind: type) -> _Reader:
    def read(data: object, path: str) -> Any:
        if type(data) is not kind:
            raise Mismatch(f"{path}: expected {_NAMES.get(kind, kind.__name__)}, found {_NAMES.get(type(data), '?')}")
        return data

    return read


def _word(kind: type[Enum]) -> _Reader:
    words = {each.value: each for each in kind}

    def read(data: object, path: str) -> Any:
        if not isinstance(data, str) or data not in words:
            raise Mismatch(f"{path}: expected one of {', '.join(words)}, found {str(data)[:40]!r}")
        return words[data]

    return read


def _optional(inner: _Reader) -> _Reader:
    return lambda data, path: None if data is None else inner(data, path)


def _many(inner: _Reader, collect: Callable[[list[Any]], Any]) -> _Reader:
    def read(data: object, path: str) -> Any:
        if not isinstance(data, list):
            raise Mismatch(f"{path}: expected a list")
        return collect([inner(each, f"{path}[{at}]") for at, each in enumerate(data)])

    return read


def _row(kinds: tuple[Any, ...]) -> _Reader:
    inner = tuple(_reader(kind) for kind in kinds)

    def read(data: object, path: str) -> Any:
        if not isinstance(data, list) or len(data) != len(inner):
            raise Mismatch(f"{path}: expected a list of {len(inner)}")
        return tuple(each(item, path) for each, item in zip(inner, data, strict=True))

    return read


def _table(inner: _Reader) -> _Reader:
    def read(data: object, path: str) -> Any:
        if not isinstance(data, dict):
            raise Mismatch(f"{path}: expected an object")
        return types.MappingProxyType({key: inner(each, f"{path}.{key}") for key, each in data.items()})

    return read


def _whole(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    inner: dict[str, _Reader] = {}

    def read(data: object, path: str) -> Any:
        if not inner:
            inner.update({name: _reader(hints[name]) for name in kind.__fields__})
        if not isinstance(data, dict):
            raise Mismatch(f"{path}: expected an object")
        unknown = data.keys() - inner.keys()
        if unknown:
            raise Mismatch(f"{path}.{min(unknown)}: there is no such field")
        absent = [name for name in kind.__fields__ if name not in data and name not in kind.__defaults__]
        if absent:
            raise Mismatch(f"{path}.{absent[0]}: is missing")
        return kind(**{name: inner[name](each, f"{path}.{name}") for name, each in data.items()})

    return read


_NAMES = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a number",
    type(None): "null",
}

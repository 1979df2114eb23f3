"""JSON <-> core: how a value is written down, and how strictly it is read back.

Reading is exact: a missing field without a default, an unknown field, a value of another type or an unknown word is a
`Mismatch` that names the path to it. Ledger lines pass here and not through pydantic, whose import alone costs more
than `scafld status` may; the house's one model is the core's own values either way.
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

from scafld.core.names import Actor

if TYPE_CHECKING:
    from scafld.core.task.events import Event

T = TypeVar("T")


class Mismatch(ValueError):
    """The JSON is not what it should be; the message begins with the path to what is wrong."""

    def __init__(self, words: str, path: str = "") -> None:
        super().__init__(f"{path}: {words}" if path else words)
        self.words = words
        self.path = path

    def below(self, step: str) -> Mismatch:
        """The same, seen from one step further up."""
        return Mismatch(self.words, step + self.path)


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
    try:
        made: T = _reader(cls)(data)
    except Mismatch as error:
        raise error.below(cls.__name__) from None
    return made


def exactly(cls: type[T], data: object) -> T | None:
    """The value that this JSON of a stranger is, None when it is not exactly one: then pydantic says all that is wrong.

    What passes here, pydantic would pass in its strict mode; it is asked for its words, and takes a tenth of a second.
    """
    try:
        json.dumps(data, ensure_ascii=False).encode()
        return decode(cls, data)
    except (Mismatch, UnicodeEncodeError):
        return None


def encode_event(event: Event) -> tuple[str, dict[str, Any]]:
    """An event's wire name and its fields."""
    from scafld.adapters.codec.wire import WIRE_NAMES

    return WIRE_NAMES[type(event)], encode(event)


def decode_event(kind: str, fields: Mapping[str, object]) -> Event:
    """The event of this wire name with these fields; Mismatch when there is none."""
    read = _EVENT_READERS.get(kind) or _event_reader(kind)
    try:
        event: Event = read(fields)
    except Mismatch as error:
        raise error.below(kind) from None
    return event


def decode_actor(data: object) -> Actor:
    """The actor of an entry."""
    return decode(Actor, data)


# Private.

_Reader = Callable[[object], Any]
"""Reads JSON, or raises a Mismatch whose path begins below what it was given."""

_READERS: dict[object, _Reader] = {}
_EVENT_READERS: dict[str, _Reader] = {}


def _event_reader(kind: str) -> _Reader:
    from scafld.adapters.codec.wire import EVENTS

    cls = EVENTS.get(kind)
    if cls is None:
        raise Mismatch(f"there is no event called {kind!r}", "type")
    return _EVENT_READERS.setdefault(kind, _reader(cls))


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
        return _optional(_reader(_one_of(arguments)))
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


def _one_of(arguments: tuple[Any, ...]) -> Any:
    """What an optional is when it is not None."""
    return next(each for each in arguments if each is not type(None))


def _plain(kind: type) -> _Reader:
    def read(data: object) -> Any:
        if type(data) is not kind:
            raise Mismatch(f"expected {_NAMES.get(kind, kind.__name__)}, found {_NAMES.get(type(data), '?')}")
        return data

    return read


def _word(kind: type[Enum]) -> _Reader:
    words = {each.value: each for each in kind}

    def read(data: object) -> Any:
        if not isinstance(data, str) or data not in words:
            raise Mismatch(f"expected one of {', '.join(words)}, found {str(data)[:40]!r}")
        return words[data]

    return read


def _optional(inner: _Reader) -> _Reader:
    return lambda data: None if data is None else inner(data)


def _many(inner: _Reader, collect: Callable[[list[Any]], Any]) -> _Reader:
    def read(data: object) -> Any:
        if not isinstance(data, list):
            raise Mismatch("expected a list")
        made: list[Any] = []
        try:
            for each in data:
                made.append(inner(each))
        except Mismatch as error:
            raise error.below(f"[{len(made)}]") from None
        return collect(made)

    return read


def _row(kinds: tuple[Any, ...]) -> _Reader:
    inner = tuple(_reader(kind) for kind in kinds)

    def read(data: object) -> Any:
        if not isinstance(data, list) or len(data) != len(inner):
            raise Mismatch(f"expected a list of {len(inner)}")
        return tuple(each(item) for each, item in zip(inner, data, strict=True))

    return read


def _table(inner: _Reader) -> _Reader:
    def read(data: object) -> Any:
        if not isinstance(data, dict):
            raise Mismatch("expected an object")
        made: dict[str, Any] = {}
        for key, each in data.items():
            try:
                made[key] = inner(each)
            except Mismatch as error:
                raise error.below(f".{key}") from None
        return types.MappingProxyType(made)

    return read


def _whole(kind: Any) -> _Reader:
    """A ledger has many of these, so a field of plain text or number is told by its type alone, without a call."""
    inner: dict[str, _Reader] = {}
    bare: dict[str, object] = {}

    def read(data: object) -> Any:
        if not inner:
            hints = _hints(kind)
            bare.update({name: _bare(hint) for name, hint in hints.items()})
            inner.update({name: _reader(hint) for name, hint in hints.items()})
        if not isinstance(data, dict):
            raise Mismatch("expected an object")
        if data.keys() != inner.keys():
            _need_fields(kind, data)
        made = {}
        for name, each in data.items():
            if type(each) is bare[name]:
                made[name] = each
                continue
            try:
                made[name] = inner[name](each)
            except Mismatch as error:
                raise error.below(f".{name}") from None
        return kind(**made)

    return read


def _need_fields(kind: Any, data: dict[str, Any]) -> None:
    """Mismatch unless every field is one of the value's, and only such as have a default are left out."""
    unknown = data.keys() - set(kind.__fields__)
    if unknown:
        raise Mismatch("there is no such field", f".{min(unknown)}")
    absent = [name for name in kind.__fields__ if name not in data and name not in kind.__defaults__]
    if absent:
        raise Mismatch("is missing", f".{absent[0]}")


def _hints(kind: Any) -> dict[str, Any]:
    """What the annotations of a value mean. `typing.get_type_hints` says the same and takes four times as long, which
    is a millisecond of every command."""
    scope = vars(sys.modules[kind.__module__])
    return {name: _meaning(kind.__annotations__[name], scope) for name in kind.__fields__}


def _meaning(words: str, scope: dict[str, Any]) -> Any:
    if words in _WORDS:
        return _WORDS[words]
    return scope[words] if words in scope else eval(words, scope)


def _bare(hint: Any) -> object:
    """The type whose instances are what they are: text, a number, a truth value, also where None may stand."""
    if get_origin(hint) in (types.UnionType, Union):
        return _bare(_one_of(get_args(hint)))
    if hasattr(hint, "__supertype__"):
        return _bare(hint.__supertype__)
    return hint if hint in (str, int, bool) else None


_WORDS: dict[str, Any] = {"str": str, "int": int, "bool": bool, "str | None": str | None, "int | None": int | None}
_WORDS["tuple[str, ...]"] = tuple[str, ...]
"""What most fields are."""


_NAMES = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a number",
    type(None): "null",
}

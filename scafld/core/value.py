"""What a value is here: frozen, slotted, keyword-only, compared by its fields.

`@value` is `dataclasses.dataclass(frozen=True, slots=True, kw_only=True)` whose machinery is paid for when it is asked
for: a standard dataclass costs half a millisecond a class, and `scafld status` meets sixty of them before it answers.
`dataclasses.fields`, `replace`, `asdict` and pydantic work on a value as on any dataclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field
    from inspect import Signature
    from typing import dataclass_transform
else:

    def dataclass_transform(**_promises: object) -> Callable[[T], T]:
        """Tell type checkers; cost nothing at run time."""
        return lambda decorator: decorator


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """Make `cls` a value. Defaults must be immutable; a field without one is required."""
    body = dict(cls.__dict__)
    for unwanted in ("__dict__", "__weakref__"):
        body.pop(unwanted, None)
    names = tuple(name for name in _annotations(cls) if not name.startswith("__"))
    defaults = {name: body.pop(name) for name in names if name in body}
    for name, default in defaults.items():
        if isinstance(default, (list, dict, set)):
            raise TypeError(f"{cls.__name__}.{name}: a default must be immutable, not {type(default).__name__}")
    puts: list[_Put] = []
    body["__slots__"] = body["__fields__"] = names
    body["__defaults__"] = defaults
    body["__puts__"] = puts
    body["__init__"] = _initialiser(cls, puts, defaults)
    made: type[T] = type.__new__(type(cls), cls.__name__, cls.__bases__, _METHODS | body | _FIXED)
    made.__qualname__ = cls.__qualname__
    puts += [(name, vars(made)[name].__set__) for name in names]
    return made


def changed(item: T, **changes: object) -> T:
    """A copy of the value `item` with these fields changed; unknown names are a TypeError."""
    cls: Any = type(item)
    made: T = _blank(cls)
    for name, put in cls.__puts__:
        put(made, changes.pop(name) if name in changes else getattr(item, name))
    if changes:
        raise _mistaken(cls, changes)
    if hasattr(cls, "__post_init__"):
        cls.__post_init__(made)
    return made


# Private.

_Put = tuple[str, "Callable[[object, object], None]"]
"""A field's name, and what sets it although the value is frozen: its slot's own descriptor."""

_blank = object.__new__


def _initialiser(cls: type, puts: list[_Put], defaults: dict[str, object]) -> Callable[..., None]:
    """A keyword-only `__init__`; `__post_init__` runs when the class has one."""
    after = getattr(cls, "__post_init__", None)

    def __init__(self: object, **given: object) -> None:
        whole = defaults | given if defaults else given
        if len(whole) != len(puts):
            raise _mistaken(type(self), given)
        try:
            for name, put in puts:
                put(self, whole[name])
        except KeyError:
            raise _mistaken(type(self), given) from None
        if after is not None:
            after(self)

    return __init__


def _mistaken(cls: Any, given: dict[str, object]) -> TypeError:
    """What is wrong with these fields: one that is needed is missing, or some are not there at all."""
    unknown = sorted(given.keys() - set(cls.__fields__))
    if unknown:
        return TypeError(f"{cls.__name__} has no {', '.join(unknown)}")
    absent = next(name for name in cls.__fields__ if name not in given and name not in cls.__defaults__)
    return TypeError(f"{cls.__name__} needs {absent}")


def _annotations(cls: type) -> dict[str, object]:
    """What this class itself declares, as text: `inspect.get_annotations` says the same and costs ten milliseconds."""
    own: dict[str, object] = vars(cls).get("__annotations__", {})
    return own


def _refuse(self: object, name: str, *_value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"{type(self).__name__}.{name} is frozen")


def _eq(self: Any, other: Any) -> object:
    if type(other) is not type(self):
        return NotImplemented
    names: tuple[str, ...] = self.__fields__
    same: bool = all(getattr(self, name) == getattr(other, name) for name in names)
    return same


def _hash(self: Any) -> int:
    return hash((type(self), *(getattr(self, name) for name in self.__fields__)))


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__fields__)
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[object, ...]:
    return _remake, (type(self), {name: getattr(self, name) for name in self.__fields__})


def _remake(cls: Callable[..., T], fields: dict[str, object]) -> T:
    return cls(**fields)


class _Fields:
    """`__dataclass_fields__`, made by the standard library on the day somebody asks."""

    def __get__(self, _instance: object, owner: Any) -> dict[str, Field[Any]]:
        import dataclasses

        plain = {name: owner.__annotations__[name] for name in owner.__fields__}
        body = {"__annotations__": plain, "__module__": owner.__module__, **owner.__defaults__}
        model: Any = type(owner.__name__, (), body)
        fields: dict[str, Field[Any]] = dataclasses.dataclass(kw_only=True)(model).__dataclass_fields__
        owner.__dataclass_fields__ = fields
        return fields


class _Signature:
    """`__signature__`, for help() and for editors."""

    def __get__(self, _instance: object, owner: Any) -> Signature:
        import inspect

        keyword = inspect.Parameter.KEYWORD_ONLY
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    keyword,
                    default=owner.__defaults__.get(name, inspect.Parameter.empty),
                    annotation=owner.__annotations__[name],
                )
                for name in owner.__fields__
            ]
        )


_METHODS: dict[str, Any] = {"__eq__": _eq, "__hash__": _hash, "__repr__": _repr, "__reduce__": _reduce}
"""What a value has unless its class says otherwise."""

_FIXED: dict[str, Any] = {
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__dataclass_fields__": _Fields(),
    "__signature__": _Signature(),
}
"""What a value has whatever its class says."""

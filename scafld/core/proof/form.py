"""How a value is written as JSON, and how exactly it is read back: the types of its fields say all.

A field is text, a whole number, true or false, a word of a StrEnum, another value, a tuple of any of these, or None
where its type allows it. A name (`Digest`, `Moment` ...) goes through the function that makes it, and must come out of
it as it went in. A field with a default may be left out, no other may, and none may be added.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from scafld.core import names
from scafld.core.moments import moment
from scafld.core.proof.git_names import GitId, git_id, repo_path

T = TypeVar("T")

Spelling = Callable[[str], str]
"""What a field's name is in JSON."""


class Unfit(ValueError):
    """The JSON is not the value that it should be; `problems` are all the reasons, each with the path to it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = problems


def as_is(name: str) -> str:
    """`key_id` stays `key_id`."""
    return name


def camel(name: str) -> str:
    """`key_id` becomes `keyId`, as in-toto asks of the fields of a predicate."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def written(item: object, spelling: Spelling = as_is) -> Any:
    """The JSON of a value: every field, the empty ones too."""
    match item:
        case StrEnum():
            return item.value
        case None | bool() | int() | str():
            return item
        case tuple():
            return [written(each, spelling) for each in item]
        case _:
            fields: tuple[str, ...] = item.__fields__  # type: ignore[attr-defined]  # every value has it
            return {spelling(name): written(getattr(item, name), spelling) for name in fields}


def read(cls: type[T], data: object, spelling: Spelling = as_is) -> T:
    """The value of class `cls` that this JSON is. Unfit, with every reason, when it is not exactly one."""
    problems: list[str] = []
    made: T = _Reading(spelling=spelling, problems=problems).value(cls, data, "")
    if problems:
        raise Unfit(tuple(problems))
    return made


# Private.

_Maker = Callable[[str], str]

_MAKERS: dict[Any, _Maker] = {
    names.Digest: names.digest,
    names.TaskId: names.task_id,
    names.PhaseId: names.phase_id,
    names.CriterionId: names.criterion_id,
    names.Moment: moment,
    names.RepoPath: repo_path,
    GitId: git_id,
}
_WORDS = {str: "text", int: "a whole number", bool: "true or false", dict: "an object", list: "a list"}
_BAD: Any = None
"""Stands where something could not be read; nobody gets to see it, for the problems are raised."""


class _Reading:
    """One reading: what is wrong gathers in `problems`."""

    def __init__(self, *, spelling: Spelling, problems: list[str]) -> None:
        self.spelling = spelling
        self.problems = problems

    def value(self, cls: Any, data: object, path: str) -> Any:
        if not isinstance(data, dict):
            return self._no(path, f"expected an object, found {_kind(data)}")
        wire = {self.spelling(name): name for name in cls.__fields__}
        before = len(self.problems)
        for unknown in sorted(data.keys() - wire.keys()):
            self._no(_below(path, ascii(unknown[:40])[1:-1]), "there is no such field")
        made: dict[str, Any] = {}
        for key, name in wire.items():
            if key in data:
                made[name] = self._field(_hints(cls)[name], data[key], _below(path, key))
            elif name not in cls.__defaults__:
                self._no(_below(path, key), "is missing")
        return cls(**made) if len(self.problems) == before else _BAD

    def _field(self, kind: Any, data: object, path: str) -> Any:
        if get_origin(kind) in (types.UnionType, Union):
            if data is None:
                return None
            kind = next(each for each in get_args(kind) if each is not types.NoneType)
        if get_origin(kind) is tuple:
            return self._many(get_args(kind)[0], data, path)
        if hasattr(kind, "__supertype__"):
            return self._name(kind, data, path)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._word(kind, data, path)
        if hasattr(kind, "__fields__"):
            return self.value(kind, data, path)
        return data if type(data) is kind else self._no(path, f"expected {_WORDS[kind]}, found {_kind(data)}")

    def _many(self, kind: Any, data: object, path: str) -> Any:
        if not isinstance(data, list):
            return self._no(path, f"expected a list, found {_kind(data)}")
        return tuple(self._field(kind, each, f"{path}[{at}]") for at, each in enumerate(data))

    def _name(self, kind: Any, data: object, path: str) -> Any:
        if not isinstance(data, str):
            return self._no(path, f"expected text, found {_kind(data)}")
        try:
            made = _MAKERS[kind](data)
        except (ValueError, OverflowError) as error:
            return self._no(path, str(error))
        return made if made == data else self._no(path, f"written as {data[:80]!r}; it is written {made!r}")

    def _word(self, kind: type[StrEnum], data: object, path: str) -> Any:
        words = [each.value for each in kind]
        if not isinstance(data, str) or data not in words:
            return self._no(path, f"expected one of {', '.join(words)}, found {ascii(data)[:40]}")
        return kind(data)

    def _no(self, path: str, words: str) -> Any:
        self.problems.append(f"{path}: {words}" if path else words)
        return _BAD


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _kind(data: object) -> str:
    return "nothing" if data is None else _WORDS[type(data)]

"""Where everything stands in a YAML text: plain data, and the line of every key and item.

Texts are read as YAML 1.2. Keys are text as written (`on` and `1` are the words "on" and "1"). Refused, each with its
line: a key given twice, tags of one's own, keys that are no words, and texts that unfold beyond LARGEST_TREE values.
"""

from __future__ import annotations

from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scafld.core.contract.problems import Problem
from scafld.core.value import value

LARGEST_TREE = 20_000
DEEPEST = 40

Path = tuple[str | int, ...]


@value
class Tree:
    """`data`: dicts, lists, text, numbers, true, false, None. `lines`: the line of each path, from 1. `raw`: the
    characters of each scalar as written, quotes taken off."""

    data: object
    lines: dict[Path, int]
    raw: dict[Path, str]
    problems: tuple[Problem, ...] = ()


def read_tree(content: bytes) -> Tree:
    """Never raises for what the text holds: what cannot be read stands in `problems`, and `data` is None."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unreadable("this line is not UTF-8 text", line, "save the file as UTF-8")
    return _parse(text)


# Private.

_TAGS = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset({"map", "seq", "str", "null", "bool", "int", "float", "timestamp", "merge", "value", "!"})


def _unreadable(message: str, line: int, suggestion: str = "") -> Tree:
    problem = Problem(code="not_yaml", message=message, line=line, suggestion=suggestion)
    return Tree(data=None, lines={}, raw={}, problems=(problem,))


def _parse(text: str) -> Tree:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        return _unreadable(f"not YAML: {said}", mark.line + 1 if mark else 0, "two spaces a level, no tabs")
    except RecursionError:
        return _unreadable("not YAML that can be read: it is nested too deeply", 0)
    reading = _Reading()
    data = None if node is None else reading.plain(node, ())
    return Tree(data=data, lines=reading.lines, raw=reading.raw, problems=tuple(reading.problems))


class _Reading:
    """One walk over the nodes of a text."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.raw: dict[Path, str] = {}
        self.problems: list[Problem] = []
        self.left = LARGEST_TREE

    def plain(self, node: Node, path: Path) -> object:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self.left -= 1
        if self.left < 0 or len(path) > DEEPEST:
            if not any(problem.code == "too_large" for problem in self.problems):
                self._say("too_large", "it unfolds into more than a configuration can hold", node)
            return None
        if str(node.tag).removeprefix(_TAGS) not in _KNOWN_TAGS:
            self._say("tag", f"the tag `{node.tag}` means nothing here", node)
            return None
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return self._sequence(node, path)
            case _:
                return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, item in self._pairs(node):
            name = str(key.value)
            if name in found:
                first = self.lines[(*path, name)]
                self._say("twice", f"`{name}` stands here a second time; it is on line {first} already", key)
                continue
            self.lines[(*path, name)] = key.start_mark.line + 1
            found[name] = self.plain(item, (*path, name))
        return found

    def _pairs(self, node: MappingNode) -> Iterator[tuple[ScalarNode, Node]]:
        for key, item in node.value:
            if isinstance(key, ScalarNode):
                yield key, item
            else:
                self._say("odd_key", "a key must be a word", key)

    def _sequence(self, node: SequenceNode, path: Path) -> list[object]:
        found: list[object] = []
        for at, item in enumerate(node.value):
            if self.left < 0:
                break
            found.append(self.plain(item, (*path, at)))
        return found

    def _scalar(self, node: Node, path: Path) -> object:
        raw = str(node.value)
        self.raw[path] = raw
        match str(node.tag).removeprefix(_TAGS):
            case "null":
                return None
            case "bool":
                return raw.lower() == "true"
            case "int":
                return _whole(raw)
            case "float":
                return _number(raw)
            case _:
                return raw

    def _say(self, code: str, message: str, node: Node) -> None:
        self.problems.append(Problem(code=code, message=message, line=node.start_mark.line + 1))


def _whole(raw: str) -> int | str:
    digits = raw.replace("_", "")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits.lstrip("+-")[:2].lower(), 10)
    try:
        return int(digits, base)
    except ValueError:
        return raw


def _number(raw: str) -> float | str:
    try:
        number = float(raw.replace("_", ""))
    except ValueError:
        return raw
    return number if abs(number) < 1e300 else raw

"""What configuration texts say, judged: a Policy, or every problem at once with its file, line, key and a way out.

The shape is that of the core's own values; there is no second model. Types are judged strictly, and where one is wrong
pydantic says how; which keys there are, and their limits, by the tables of `scafld.core.policy`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from scafld.adapters.codec import exactly
from scafld.adapters.config.overlay import CONFIG, LOCAL_CONFIG, plain
from scafld.adapters.config.yaml import Path, Tree, read_tree
from scafld.core.contract.problems import Problem
from scafld.core.names import criterion_id
from scafld.core.policy import FIRST_LINE_KEYS, LIMITS, UNREAD, Check, Policy, Vendor
from scafld.core.refusal import BadConfig


def judge(texts: Mapping[str, bytes]) -> Policy:
    """The policy that these files (by their path in the workspace, later ones on top) add up to."""
    files = [_File(name, read_tree(texts[name])) for name in (CONFIG, LOCAL_CONFIG) if name in texts]
    for file in files:
        file.judge()
    _refuse(files)
    merged: object = plain(Policy())
    for file in files:
        merged = _over(merged, file.clean)
    warnings = [warning for file in files for warning in file.warnings()]
    merged = _over(merged, {"warnings": [plain(warning) for warning in warnings]})
    return _built(merged)


# Private.

_PAIRS = "tuple[tuple[str, str], ...]"
_CHECKS = "tuple[Check, ...]"
_WORDS = {
    "int_type": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "dataclass_type": "a map",
    "bool_type": "true or false",
}
_VERSIONS = ("1.0", "1")


def _refuse(files: list[_File]) -> None:
    wrong = [file for file in files if file.problems]
    if not wrong:
        return
    if len(wrong) == 1:
        raise BadConfig(wrong[0].name, tuple(wrong[0].problems))
    named = (
        Problem(code=each.code, message=f"{file.name}: {each.message}", line=each.line, suggestion=each.suggestion)
        for file in wrong
        for each in file.problems
    )
    raise BadConfig(" and ".join(file.name for file in wrong), tuple(named))


def _over(under: object, over: object) -> object:
    if over is None:
        return under
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {key: _over(under.get(key), item) for key, item in over.items() if item is not None}
    if isinstance(over, dict):
        return {key: item for key, item in over.items() if item is not None}
    return over


def _built(merged: object) -> Policy:
    paired = _paired(merged, Policy())
    found = exactly(Policy, paired)
    if found is None:
        from pydantic import TypeAdapter

        found = TypeAdapter(Policy).validate_json(json.dumps(paired), strict=True)
    return found


def _paired(data: object, default: object) -> object:
    """Maps from text to text as lists of pairs, as the values hold them."""
    if not isinstance(data, dict) or not hasattr(default, "__fields__"):
        return data
    kinds = type(default).__annotations__
    return {key: _paired_item(item, getattr(default, key), str(kinds[key])) for key, item in data.items()}


def _paired_item(item: object, default: object, kind: str) -> object:
    if kind == _PAIRS and isinstance(item, dict):
        return [[key, each] for key, each in item.items()]
    return _paired(item, default)


class _File:
    """One file on its way from text to settings."""

    def __init__(self, name: str, tree: Tree) -> None:
        self.name = name
        self.tree = tree
        self.problems = list(tree.problems)
        self.unread: dict[str, list[Path]] = {}
        self.clean: object = {}

    def judge(self) -> None:
        if self.problems or self.tree.data is None:
            return
        if not isinstance(self.tree.data, dict):
            self._say((), "not_a_map", "a configuration is a map of settings", 'begin with `version: "1.0"`')
            return
        if self._of_first_line(self.tree.data):
            return
        self.clean = self._map(self.tree.data, Policy(), ())
        self._judge_types()
        self._judge_numbers()
        self._judge_checks()
        self._judge_version()
        self.problems.sort(key=lambda problem: problem.line)

    def warnings(self) -> Iterator[Problem]:
        """What is understood and left unread, once a reason."""
        for why, paths in self.unread.items():
            keys = ", ".join(f"`{_dotted(path)}`" for path in paths)
            message = f"{self.name}: {keys}: no effect, {why}"
            yield Problem(code="unread_key", message=message, line=self.tree.lines[paths[0]])

    def _of_first_line(self, data: dict[str, object]) -> bool:
        """Whether scafld 1.x wrote all of this; said once, not key by key."""
        invariants = data.get("invariants")
        listed = isinstance(invariants, dict) and isinstance(invariants.get("canonical"), list)
        only = bool(data) and set(data) <= FIRST_LINE_KEYS | {"version"} and bool(set(data) & FIRST_LINE_KEYS)
        if not only and not (listed and set(data) & FIRST_LINE_KEYS):
            return False
        mine = [key for key in data if key in FIRST_LINE_KEYS]
        self._say(
            (mine[0],),
            "scafld_1",
            f"this is a configuration of scafld 1.x ({', '.join(f'`{key}`' for key in mine)})",
            "move this file away, run `scafld init` for a new one, then `scafld config` for what fits this repository",
        )
        return True

    def _map(self, data: dict[str, object], default: object, path: Path) -> dict[str, object]:
        """The settings of one level; what is unknown is said, what is unread is warned of, null says nothing."""
        kinds = type(default).__annotations__
        known = [name for name in kinds if path or name != "warnings"]
        clean: dict[str, object] = {}
        for key, item in data.items():
            here = (*path, key)
            if key in known:
                if item is not None:
                    clean[key] = self._setting(item, getattr(default, key), str(kinds[key]), here)
            elif (why := UNREAD.get(_dotted(here))) is not None:
                self.unread.setdefault(why, []).append(here)
            else:
                self._unknown(here, known)
        return clean

    def _setting(self, item: object, default: object, kind: str, path: Path) -> object:
        if hasattr(default, "__fields__") and isinstance(item, dict):
            return self._map(item, default, path)
        if path == ("version",):
            return self._word(item, path)
        if kind == _PAIRS and isinstance(item, dict):
            return {key: self._word(each, (*path, key)) for key, each in item.items()}
        if kind == _PAIRS:
            self._mistyped("dataclass_type", path, {}, item)
            return {}
        if kind == _CHECKS and isinstance(item, list):
            return [self._check(each, (*path, at)) for at, each in enumerate(item)]
        return item

    def _word(self, item: object, path: Path) -> object:
        """Text as written: `PORT: 3000` is the text 3000, and `VERSION: 1.10` keeps its nought."""
        if item is None:
            return ""
        return item if isinstance(item, (dict, list)) else self.tree.raw.get(path, item)

    def _check(self, item: object, path: Path) -> object:
        if not isinstance(item, dict):
            return item
        return self._map(item, Check(id="check", command="check"), path)

    def _judge_types(self) -> None:
        paired = _paired(self.clean, Policy())
        if exactly(Policy, paired) is not None:
            return
        from pydantic import TypeAdapter, ValidationError

        try:
            TypeAdapter(Policy).validate_json(json.dumps(paired), strict=True)
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                self._mistyped(error["type"], self._where(error["loc"]), error.get("ctx") or {}, error.get("input"))

    def _mistyped(self, kind: str, path: Path, context: Mapping[str, object], found: object) -> None:
        key = _dotted(path)
        if kind == "missing":
            self._say(path[:-1], "missing", f"`{_dotted(path[:-1])}` has no `{path[-1]}`", f"add `{path[-1]}: ...`")
            return
        if kind == "enum":
            choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
            named = [choice for choice in choices if choice]
            near = _near(str(found), named, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else ""
            self._say(path, "not_a_choice", f"`{key}` must be one of {', '.join(named)}; it is {_shown(found)}", hint)
            return
        hint = 'put it in quotes: "..."' if kind == "string_type" and isinstance(found, (int, float)) else ""
        seen = "something else" if key.startswith("execution.env") else _shown(found)
        self._say(path, "wrong_type", f"`{key}` must be {_WORDS.get(kind, 'of another type')}; it is {seen}", hint)

    def _where(self, location: tuple[str | int, ...]) -> Path:
        """The path in the file of a place in the paired data: the n-th pair of a map is its n-th key."""
        path: Path = ()
        at: object = self.clean
        for step in location:
            if isinstance(at, dict) and isinstance(step, int):
                return (*path, list(at)[step])
            path = (*path, step)
            at = _inside(at, step)
        return path

    def _judge_numbers(self) -> None:
        for path, item in _leaves(self.clean, ()):
            key = ".".join(str(step) for step in path if isinstance(step, str))
            if isinstance(item, bool) or not isinstance(item, int) or key not in LIMITS:
                continue
            least, most = LIMITS[key]
            if not least <= item <= most:
                self._say(path, "out_of_range", f"`{_dotted(path)}` must lie between {least} and {most}; it is {item}")

    def _judge_checks(self) -> None:
        for path, check in _checks(self.clean):
            self._judge_check(path, check)

    def _judge_check(self, path: Path, check: dict[str, object]) -> None:
        name, command, cwd = check.get("id"), check.get("command"), check.get("cwd", "")
        if isinstance(name, str):
            try:
                criterion_id(name)
            except ValueError as error:
                self._say((*path, "id"), "bad_id", str(error).replace("criterion id", "check id"))
        if isinstance(command, str) and not command.strip():
            self._say((*path, "command"), "empty", f"`{_dotted((*path, 'command'))}` is empty", "say what to run")
        if isinstance(cwd, str) and (cwd.startswith(("/", "~")) or ".." in cwd.replace("\\", "/").split("/")):
            message = f"`{_dotted((*path, 'cwd'))}` must be a folder in the workspace; it is {_shown(cwd)}"
            self._say((*path, "cwd"), "outside", message)
        earlier = [each.get("id") for at, each in _checks(self.clean) if at[:-1] == path[:-1] and at[-1] < path[-1]]  # type: ignore[operator]  # both are positions in one list
        if isinstance(name, str) and name in earlier:
            self._say((*path, "id"), "twice", f"two checks of `{_dotted(path[:-1])}` are called `{name}`")

    def _judge_version(self) -> None:
        raw = self.tree.raw.get(("version",), "1.0")
        if raw not in _VERSIONS:
            self._say(("version",), "version", f"`version` must be 1.0, the only one there is; it is {_shown(raw)}")

    def _unknown(self, path: Path, known: list[str]) -> None:
        key = str(path[-1])
        near = _near(key, known, 2, 0.6)
        elsewhere = [name for name in _every_key() if name.rsplit(".", 1)[-1] == key]
        if near:
            hint = f"did you mean {' or '.join(f'`{_dotted((*path[:-1], name))}`' for name in near)}?"
        elif elsewhere:
            hint = f"it belongs at `{elsewhere[0]}`"
        else:
            hint = f"known here: {', '.join(known)}"
        self._say(path, "unknown_key", f"`{_dotted(path)}` is no setting", hint)

    def _say(self, path: Path, code: str, message: str, suggestion: str = "") -> None:
        line = next((self.tree.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.tree.lines), 0)
        self.problems.append(Problem(code=code, message=message, line=line, suggestion=suggestion))


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _shown(found: object) -> str:
    text = json.dumps(found, ensure_ascii=True)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _inside(at: object, step: str | int) -> object:
    if isinstance(at, dict):
        return at.get(step)
    if isinstance(at, list) and isinstance(step, int) and step < len(at):
        return at[step]
    return None


def _leaves(data: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(data, dict):
        for key, item in data.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(data, list):
        for at, item in enumerate(data):
            yield from _leaves(item, (*path, at))
    else:
        yield path, data


def _checks(clean: object) -> Iterator[tuple[Path, dict[str, object]]]:
    """Every check that is a map, with its path."""
    checks = clean.get("checks") if isinstance(clean, dict) else None
    for moment in ("phase", "complete"):
        listed = checks.get(moment) if isinstance(checks, dict) else None
        for at, check in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(check, dict):
                yield ("checks", moment, at), check


def _every_key() -> tuple[str, ...]:
    return tuple(_keys(Policy(), ""))


def _keys(default: object, prefix: str) -> Iterator[str]:
    for name in type(default).__annotations__:
        item = getattr(default, name)
        if hasattr(item, "__fields__") and not isinstance(item, Vendor):
            yield from _keys(item, f"{prefix}{name}.")
        elif prefix or name != "warnings":
            yield prefix + name


def _near(word: str, known: list[str], most: int, likeness: float) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, known, most, likeness)

"""What a project's own command list offers: targets of make, recipes of just, tasks of Task.

Only real ones: no pattern rules, no variables, no private recipes, none that need an argument, none that do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scafld.adapters.toolchain.folder import Folder
from scafld.adapters.toolchain.found import Find
from scafld.core.contract.commands import Purpose


def read_make(folder: Folder) -> Find:
    """Targets with a recipe or prerequisites, for which make would really do something."""
    name = folder.has("GNUmakefile", "makefile", "Makefile")
    find = Find("make", folder)
    if not name:
        return find
    rules, phony = _make_rules(folder.text(name))
    usable = {target for target, lines in rules.items() if _does_something(lines)}
    for target in sorted(usable):
        if target not in phony and folder.exists(target) and target in _PURPOSES:
            usable.discard(target)
            folder.warnings.append(f"{folder.at(name)}: `{target}` is not .PHONY and a file of that name exists")
    return _offer(find, name, "make", usable)


def read_just(folder: Folder) -> Find:
    """Recipes that need no argument and are not private."""
    name = folder.has("justfile", "Justfile", ".justfile")
    return (
        _offer(Find("just", folder), name, "just", set(_just_recipes(folder.text(name))))
        if name
        else Find("just", folder)
    )


def read_task(folder: Folder) -> Find:
    """Tasks that are not internal."""
    find = Find("task", folder)
    name = folder.has("Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml")
    return _offer(find, name, "task", set(_task_names(folder.text(name)))) if name else find


# Private.

_PURPOSES = {
    "test": Purpose.TEST,
    "tests": Purpose.TEST,
    "check": Purpose.CHECK,
    "lint": Purpose.LINT,
    "typecheck": Purpose.TYPES,
    "type-check": Purpose.TYPES,
    "types": Purpose.TYPES,
    "build": Purpose.BUILD,
}
_TARGET_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./- ")
_SETTING = re.compile(r"^(?:export |override |private )*[A-Za-z0-9_.-]+ ?[:?+!]{0,3}=")


def _offer(find: Find, name: str, tool: str, targets: set[str]) -> Find:
    taken: set[Purpose] = set()
    for target, purpose in _PURPOSES.items():
        if target in targets and purpose not in taken:
            taken.add(purpose)
            find.marked_by(name)
            find.add(purpose, f"{tool} {target}", f"{tool} {target}", name)
    return find


def _does_something(lines: list[str]) -> bool:
    return any(not _is_nothing(line.strip().lstrip("@-+ \t")) for line in lines)


def _is_nothing(command: str) -> bool:
    bare = command.partition("#")[0].strip()
    only_says = bare.startswith("echo ") and not any(char in bare for char in "&|;")
    return only_says or bare in ("", "echo", "true", ":", "exit 0")


def _make_rules(text: str) -> tuple[dict[str, list[str]], set[str]]:
    """Targets, each with its prerequisites and the lines of its recipe; and which of them are phony."""
    rules: dict[str, list[str]] = {}
    phony: set[str] = set()
    current: list[str] = []
    for line in _make_lines(text):
        if line.startswith("\t"):
            for target in current:
                rules[target].append(line.strip())
            continue
        said = line.partition("#")[0].rstrip()
        targets, rest = _make_rule(said)
        if not targets:
            current = current if not said else []
            continue
        if targets == [".PHONY"]:
            phony |= set(rest.split())
            current = []
            continue
        current = [target for target in targets if not target.startswith(".")]
        needs, _semicolon, recipe = rest.partition(";")
        for target in current:
            rules.setdefault(target, []).extend(part for part in (needs.strip(), recipe.strip()) if part)
    return rules, phony


def _make_rule(line: str) -> tuple[list[str], str]:
    """Targets and what stands behind the colon; no targets where the line is no rule with plain ones."""
    head, colon, rest = line.partition(":")
    rest = rest.removeprefix(":")
    plain = bool(colon) and not head.startswith(" ") and _TARGET_CHARACTERS.issuperset(head)
    if not plain or rest.startswith("=") or _SETTING.match(" ".join(rest.split())):
        return [], ""
    return head.split(), rest.strip()


def _make_lines(text: str) -> Iterator[str]:
    """Logical lines, without the bodies of `define`."""
    inside = False
    for line in re.sub(r"\\\n[ \t]*", " ", text).split("\n"):
        if "define" in line.partition("=")[0].split()[:3]:
            inside = True
        elif line.split()[:1] == ["endef"]:
            inside = False
        elif not inside:
            yield line


def _just_recipes(text: str) -> Iterator[str]:
    private = False
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("["):
            private = private or "private" in line
            continue
        name, rest = _just_recipe(line)
        if name in _PURPOSES and not private and _does_something([rest, *_indented(lines, at + 1)]):
            yield name
        if line.strip() and not line.startswith("#"):
            private = False


def _just_recipe(line: str) -> tuple[str, str]:
    """The name of a recipe that needs no argument, and what stands behind the colon; "" where there is none."""
    head, colon, rest = line.partition(":")
    name, *parameters = head.removeprefix("@").split() or [""]
    needs = any("=" not in word and not word.startswith("*") for word in parameters)
    if not colon or rest.startswith("=") or line[:1].isspace() or needs:
        return "", ""
    return name, rest


def _indented(lines: list[str], start: int) -> Iterator[str]:
    """Lines from `start` to the next one that is not indented."""
    while start < len(lines) and (not lines[start].strip() or lines[start][0].isspace()):
        yield lines[start]
        start += 1


def _task_names(text: str) -> Iterator[str]:
    """Keys one level below `tasks:`; the part of YAML that Taskfiles are written in."""
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if re.match(r"^tasks:\s*(?:#.*)?$", line)), len(lines))
    body = list(_indented(lines, start + 1))
    depth = next((len(line) - len(line.lstrip()) for line in body if line.strip() and line.lstrip()[0] != "#"), 0)
    name, inside = "", False
    for line in (*body, " " * depth + "end:"):
        match = re.match(rf"^ {{{depth}}}[\"']?([A-Za-z0-9_:.-]+?)[\"']?:(?:\s.*)?$", line)
        if match:
            if name and not inside:
                yield name
            name, inside = match.group(1), False
        elif re.match(r"^\s+internal:\s*true\b", line):
            inside = True

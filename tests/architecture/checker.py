"""Whether the tree keeps the architecture that import_rules.toml describes: every breach, with its line and the rule.

Run as a program (`make arch`) it prints a verdict and ends with 1 when there is a breach.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from facts import Import, Module, Unreadable, read
from house import House, Room, covers, house


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Breach:
    """One place that breaks one rule."""

    file: str
    line: int
    rule: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: [{self.rule}] {self.what}\n    {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All that is judged: the product's modules and its tests."""

    product: tuple[Module, ...]
    tests: tuple[Module, ...]
    unreadable: tuple[Unreadable, ...]
    names: frozenset[str]

    def both(self) -> tuple[Module, ...]:
        return self.product + self.tests

    def target(self, imported: Import) -> str:
        """The module an import of ours loads: `scafld.core.names` for `scafld.core.names.task_id`."""
        parts = imported.full.split(".")
        heads = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
        return next((head for head in heads if head in self.names), imported.full)


Found = tuple[str, int, str, str]
"""File, line, rule, what."""

_STANDARD = sys.stdlib_module_names | {"_sha2", "_sha256"}
"""Of every Python that scafld runs on, not only of the one that judges: `_sha256` ended where `_sha2` began."""


def breaches(root: Path, rules: House) -> list[Breach]:
    """Every breach below `root`, sorted by file and line."""
    product, broken = read(root, "scafld")
    tests, broken_tests = read(root, "tests")
    names = frozenset(module.name for module in product)
    tree = Tree(product=product, tests=tests, unreadable=broken + broken_tests, names=names)
    found = {each for check in CHECKS for each in check(tree, rules)}
    return sorted(
        Breach(file=file, line=line, rule=rule, what=what, why=rules.why[rule]) for file, line, rule, what in found
    )


# Private: one function a check, in the order of the rules.


def _unreadable(tree: Tree, _rules: House) -> Iterator[Found]:
    for broken in tree.unreadable:
        yield broken.file, broken.line, "unreadable", broken.why


def _rooms(tree: Tree, rules: House) -> Iterator[Found]:
    for module in tree.product:
        room = rules.room_of(module.name)
        if room is None:
            yield module.file, 1, "exhaustive", f"no room governs {module.name}"
            continue
        for imported in module.imports:
            if covers(("scafld.*",), imported.full):
                yield from _neighbours(module, room, imported, tree.target(imported))


def _neighbours(module: Module, room: Room, imported: Import, target: str) -> Iterator[Found]:
    if target == module.name or covers((room.pattern, *room.imports), target):
        return
    if not covers(room.lazily, target):
        permitted = ", ".join((*room.imports, *room.lazily)) or "nothing of scafld but itself"
        yield module.file, imported.line, "neighbour", f"imports {target}; {room.pattern} may import {permitted}"
    elif not imported.late:
        yield module.file, imported.line, "lazy", f"loads {target} when it is itself loaded"


def _third_party(tree: Tree, rules: House) -> Iterator[Found]:
    for module in tree.product:
        for imported in module.imports:
            package = imported.full.partition(".")[0]
            if not package or package == "scafld" or package in _STANDARD:
                continue
            allowed = rules.words("third_party", package) if package in rules.table["third_party"] else ()
            if not covers(allowed, module.name):
                where = ", ".join(allowed) or "no room"
                yield module.file, imported.line, "third_party", f"imports {package}, which belongs in {where}"


def _standard_library(tree: Tree, rules: House) -> Iterator[Found]:
    without = tuple(f"{each}.*" for each in rules.words("standard_library", "without"))
    for module in tree.product:
        if covers(rules.words("standard_library", "rooms"), module.name):
            for imported in module.imports:
                if covers(without, imported.full):
                    yield module.file, imported.line, "standard_library", f"imports {imported.full}"


def _dynamic_import(tree: Tree, _rules: House) -> Iterator[Found]:
    for module in tree.product:
        for imported in module.imports:
            if not imported.full:
                yield module.file, imported.line, "dynamic_import", "imports a name made at run time"


def _plain_import(tree: Tree, _rules: House) -> Iterator[Found]:
    for module in tree.both():
        for imported in module.imports:
            if imported.renamed:
                yield module.file, imported.line, "plain_import", f"imports {imported.full} as {imported.renamed}"
            if imported.starred:
                yield module.file, imported.line, "plain_import", f"imports everything of {imported.full}"


def _cycle(tree: Tree, _rules: House) -> Iterator[Found]:
    edges = {module.name: _loads(module, tree) for module in tree.product}
    for module in tree.product:
        for target, line in edges[module.name].items():
            way = _way(edges, target, module.name)
            if way and min(way) == module.name:
                yield module.file, line, "cycle", " -> ".join((module.name, *way))


def _loads(module: Module, tree: Tree) -> dict[str, int]:
    early = [(tree.target(each), each.line) for each in module.imports if not each.late]
    return {target: line for target, line in early if target != module.name and covers(("scafld.*",), target)}


def _way(edges: dict[str, dict[str, int]], start: str, goal: str) -> tuple[str, ...]:
    """The shortest way of imports from `start` to `goal`, both included; empty when there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        onward = [target for target in edges.get(way[-1], {}) if target not in seen]
        seen.update(onward)
        ways.extend((*way, target) for target in onward)
    return ()


def _lines(tree: Tree, rules: House) -> Iterator[Found]:
    for module in tree.product:
        lines = len(module.text.splitlines())
        if lines > rules.limit("lines"):
            yield module.file, lines, "lines", f"{lines} lines, {rules.limit('lines')} are the wall"


def _port(tree: Tree, rules: House) -> Iterator[Found]:
    classes = {
        f"{module.name}.{node.name}": (module, node)
        for module in tree.product
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    for module, node in classes.values():
        methods = _methods(module, node, classes, frozenset())
        if _is_protocol(module, node) and len(methods) > rules.limit("port_methods"):
            yield (
                module.file,
                node.lineno,
                "port",
                f"{node.name} has {len(methods)} methods: {', '.join(sorted(methods))}",
            )


def _is_protocol(module: Module, node: ast.ClassDef) -> bool:
    return any(_bases(module, node) & {"typing.Protocol", "typing_extensions.Protocol"})


def _bases(module: Module, node: ast.ClassDef) -> frozenset[str]:
    """Full names of the base classes; `Protocol[T]` is Protocol, and a bare name is one of this module."""
    bare = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    local = {f"{module.name}.{base.id}" for base in bare if isinstance(base, ast.Name)}
    return frozenset(local).union(*(module.dotted(base) for base in bare))


def _methods(
    module: Module, node: ast.ClassDef, classes: dict[str, tuple[Module, ast.ClassDef]], above: frozenset[str]
) -> set[str]:
    own = {each.name for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for base in _bases(module, node) - above:
        if base in classes:
            own |= _methods(*classes[base], classes, above | {base})
    return own


def _name(tree: Tree, rules: House) -> Iterator[Found]:
    places = {module.file.removesuffix(".py"): module.file for module in tree.product if not module.is_folder}
    for module in reversed(tree.product):
        parts = module.file.split("/")
        places |= {"/".join([*parts[:depth], ""]): module.file for depth in range(1, len(parts))}
    for place, file in places.items():
        own = place.rstrip("/").rpartition("/")[2]
        if place.rstrip("/").replace("/", ".") in rules.words("names", "exempt"):
            continue
        words = (word for word in re.split(r"_+|(?<=[a-z])(?=[A-Z])", own) if word)
        bad = [word for word in words if word.lower() in rules.words("names", "banned_words")]
        bad += [each for each in rules.words("names", "banned_folders") if place.endswith("/") and own == each]
        bad += [each for each in rules.words("names", "banned_prefixes") if own.startswith(each)]
        for word in bad:
            yield file, 1, "name", f"{own} is named {word!r}"


def _unique(tree: Tree, rules: House) -> Iterator[Found]:
    first: dict[str, Module] = {}
    for module in tree.product:
        own = module.name.rpartition(".")[2]
        if own in rules.words("names", "repeated"):
            continue
        if own in first:
            yield module.file, 1, "unique", f"{own} is also the name of {first[own].file}"
        first.setdefault(own, module)


def _broad_except(tree: Tree, rules: House) -> Iterator[Found]:
    for module in tree.product:
        if covers(rules.words("broad_except", "except_in"), module.name):
            continue
        for node in module.nodes:
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _lets_fly(node):
                yield module.file, node.lineno, "broad_except", "catches everything"
            if isinstance(node, ast.Call) and "contextlib.suppress" in module.dotted(node.func):
                for broad in filter(_is_broad, node.args):
                    yield module.file, broad.lineno, "broad_except", "suppresses everything"


def _is_broad(caught: ast.expr | None) -> bool:
    match caught:
        case None:
            return True
        case ast.Tuple(elts=several):
            return any(_is_broad(each) for each in several)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("Exception", "BaseException")
        case _:
            return False


def _lets_fly(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _shell(tree: Tree, _rules: House) -> Iterator[Found]:
    for module in tree.both():
        for node in module.nodes:
            match node:
                case ast.keyword(arg="shell", value=ast.Constant(value=False)):
                    continue
                case ast.keyword(arg="shell"):
                    yield module.file, node.value.lineno, "shell", "passes shell="


def _forbidden(tree: Tree, rules: House) -> Iterator[Found]:
    for module in tree.both():
        uses = _uses(module)
        for ban in rules.bans:
            if covers(ban.where, module.name) and not covers(ban.except_in, module.name):
                found = [(line, name) for line, full in uses for name in ban.names if covers((f"{name}.*",), full)]
                found += _builtins(module, ban.builtins) if ban.builtins else ()
                for line, name in found:
                    yield module.file, line, ban.rule, f"uses {name}"


def _uses(module: Module) -> tuple[tuple[int, str], ...]:
    """Every name of another module that is imported or spoken of, with its line."""
    imported = [(each.line, each.full) for each in module.imports]
    spoken = [node for node in module.nodes if isinstance(node, (ast.Name, ast.Attribute))]
    return (*imported, *((node.lineno, full) for node in spoken for full in module.dotted(node)))


def _builtins(module: Module, banned: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Calls of a builtin by its name, and other uses of the name where the module gives it no meaning of its own."""
    own = {node.id for node in module.nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in module.nodes if isinstance(node, ast.arg)}
    free = banned - set(module.origins)
    called = {id(node.func) for node in module.nodes if isinstance(node, ast.Call)}
    for node in module.nodes:
        if isinstance(node, ast.Name) and node.id in free and (id(node) in called or node.id not in own):
            yield node.lineno, f"{node.id}()"


def _patched(tree: Tree, _rules: House) -> Iterator[Found]:
    """Scafld's own modules and classes changed from a test."""
    for module in tree.tests:
        for node in module.nodes:
            if isinstance(node, ast.Call) and node.args and _is_setter(node.func) and _is_ours(module, node.args[0]):
                yield module.file, node.lineno, "mock", "replaces a part of scafld"
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and _is_ours(module, node.value):
                yield module.file, node.lineno, "mock", f"assigns to {node.attr} of a part of scafld"


def _is_setter(called: ast.expr) -> bool:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("setattr", "delattr", "setitem", "delitem")
        case _:
            return False


def _is_ours(module: Module, target: ast.expr) -> bool:
    if isinstance(target, ast.Constant):
        return covers(("scafld.*",), str(target.value))
    return any(covers(("scafld.*",), full) for full in module.dotted(target))


CHECKS: tuple[Callable[[Tree, House], Iterator[Found]], ...] = (
    _unreadable,
    _rooms,
    _third_party,
    _standard_library,
    _dynamic_import,
    _plain_import,
    _cycle,
    _lines,
    _port,
    _name,
    _unique,
    _broad_except,
    _shell,
    _forbidden,
    _patched,
)


def main(root: Path) -> int:
    rules = house(root / "import_rules.toml")
    found = breaches(root, rules)
    for breach in found:
        print(breach)
    modules = len(read(root, "scafld")[0])
    verdict = f"{len(found)} breach{'es' if len(found) > 1 else ''}" if found else "kept"
    print(f"architecture: {verdict} ({len(rules.why)} rules, {len(rules.rooms)} rooms, {modules} modules)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2]))

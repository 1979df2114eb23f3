"""What a module says: what it imports, when, and whose names it uses. Read from its text, never run."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One name that an import brings in.

    `full`: where it comes from, made absolute (`os.environ`, `scafld.core.names.task_id`), "" when it is made at run
    time. `late`: it waits in a function, or only a type checker reads it.
    """

    full: str
    line: int
    late: bool
    starred: bool = False
    renamed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """`name` is dotted (`scafld.core.names`; `scafld.core` for a folder's __init__); `file` is relative to the root."""

    name: str
    file: str
    text: str
    nodes: tuple[ast.AST, ...] = field(repr=False)
    imports: tuple[Import, ...]
    origins: dict[str, frozenset[str]] = field(hash=False)

    @property
    def is_folder(self) -> bool:
        return self.file.endswith("/__init__.py")

    def dotted(self, node: ast.AST) -> frozenset[str]:
        """What `a.b.c` stands for, its first name traced to where it was imported from; nothing for a local name."""
        match node:
            case ast.Name(id=name):
                return self.origins.get(name, frozenset())
            case ast.Attribute(value=inner, attr=attr):
                return frozenset(f"{origin}.{attr}" for origin in self.dotted(inner))
            case _:
                return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that is no Python text."""

    file: str
    line: int
    why: str


def read(root: Path, folder: str) -> tuple[tuple[Module, ...], tuple[Unreadable, ...]]:
    """Every Python file below `root/folder`, sorted by path; hidden folders and __pycache__ are passed over."""
    found = [
        _read_one(root, path) for path in sorted((root / folder).rglob("*.py")) if _is_ours(path.relative_to(root))
    ]
    modules = tuple(each for each in found if isinstance(each, Module))
    return modules, tuple(each for each in found if isinstance(each, Unreadable))


# Private.


def _is_ours(path: Path) -> bool:
    return not any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _read_one(root: Path, path: Path) -> Module | Unreadable:
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text, filename=file)
    except SyntaxError as error:
        return Unreadable(file=file, line=error.lineno or 1, why=error.msg)
    except (ValueError, OSError) as error:
        return Unreadable(file=file, line=1, why=str(error))
    name = _dotted_name(file)
    reader = _ImportReader(name if file.endswith("/__init__.py") else name.rpartition(".")[0])
    reader.visit(tree)
    imports, origins, nodes = tuple(reader.found), _origins(reader.bound), tuple(ast.walk(tree))
    return Module(name=name, file=file, text=text, nodes=nodes, imports=imports, origins=origins)


def _dotted_name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _origins(bound: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    origins: dict[str, set[str]] = {}
    for name, origin in bound:
        origins.setdefault(name, set()).add(origin)
    return {name: frozenset(found) for name, found in origins.items()}


class _ImportReader(ast.NodeVisitor):
    """Walks a module and notes each import, with whether it runs when the module is loaded."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.found: list[Import] = []
        self.bound: list[tuple[str, str]] = []
        self._late = 0

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, node.args):
            self.visit(outside)
        self._visit_late(node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_late([node.body])

    def visit_If(self, node: ast.If) -> None:
        if not _is_type_checking(node.test):
            self.generic_visit(node)
            return
        self._visit_late(node.body)
        for each in node.orelse:
            self.visit(each)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._note(alias, alias.name)
            bare = alias.name.partition(".")[0]
            self.bound.append((alias.asname, alias.name) if alias.asname else (bare, bare))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        source = self._absolute(node)
        for alias in node.names:
            self._note(alias, source if alias.name == "*" else f"{source}.{alias.name}")
            self.bound.append((alias.asname or alias.name, f"{source}.{alias.name}"))

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("import_module", "__import__"):
            plain = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            written = plain[0] if plain and plain[0] and not plain[0].startswith(".") else ""
            self.found.append(Import(full=written, line=node.lineno, late=bool(self._late)))
        self.generic_visit(node)

    def _visit_late(self, body: list[ast.stmt] | list[ast.expr]) -> None:
        self._late += 1
        for each in body:
            self.visit(each)
        self._late -= 1

    def _note(self, alias: ast.alias, full: str) -> None:
        late = bool(self._late)
        found = Import(full=full, line=alias.lineno, late=late, starred=alias.name == "*", renamed=alias.asname or "")
        self.found.append(found)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        above = parts[: len(parts) - node.level + 1]
        return ".".join([*above, *([node.module] if node.module else [])])


def _is_type_checking(test: ast.expr) -> bool:
    match test:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name == "TYPE_CHECKING"
        case _:
            return False

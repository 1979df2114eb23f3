"""How a Node project is tested and checked: the scripts of its package.json, run by its own package manager."""

from __future__ import annotations

import re

from scafld.adapters.toolchain.folder import Folder, table
from scafld.adapters.toolchain.found import Find
from scafld.core.contract.commands import Purpose

LOCKS = (
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
)


def read_node(folder: Folder, above: Folder | None = None) -> Find:
    """Scripts that do something, and end. `above`: where a package of a workspace finds its manager."""
    find = Find("node", folder)
    package = folder.json("package.json")
    if package is None:
        return find
    find.marked_by("package.json")
    scripts = {name: text for name, text in table(package, "scripts").items() if isinstance(text, str)}
    manager = _manager(folder, package) or (_manager(above, above.json("package.json") or {}) if above else "") or "npm"
    for names, purpose, kind in _WANTED:
        name = next((name for name in names if _is_of_use(find, name, scripts.get(name, ""))), "")
        if name:
            find.add(purpose, _call(manager, name, scripts[name]), f"script {name}", "package.json", kind=kind)
    return find


def has_workspaces(folder: Folder) -> bool:
    """Whether the scripts here speak for the packages below."""
    return bool(folder.has("pnpm-workspace.yaml")) or "workspaces" in (folder.json("package.json") or {})


# Private.

_WANTED = (
    (("test", "tests", "test:ci", "test:unit"), Purpose.TEST, ""),
    (("check", "verify"), Purpose.CHECK, ""),
    (("lint",), Purpose.LINT, ""),
    (("typecheck", "type-check", "check-types", "check:types", "tsc"), Purpose.TYPES, ""),
    (("build",), Purpose.BUILD, ""),
)
_MANAGERS = frozenset(manager for _lock, manager in LOCKS)
_PLACEHOLDER = re.compile(r"no test specified|^(?:true|:|exit 0)?$|^echo [^&|;]*$")


def _manager(folder: Folder, package: dict[str, object]) -> str:
    named = package.get("packageManager")
    name = named.split("@", 1)[0] if isinstance(named, str) else ""
    if name in _MANAGERS:
        return name
    return next((manager for lock, manager in LOCKS if folder.has(lock)), "")


def _is_of_use(find: Find, name: str, script: str) -> bool:
    if _PLACEHOLDER.search(script.strip()):
        return False
    if re.search(r"--watch(?!=false)(?:All)?(?!=false)\b", script):
        find.folder.warnings.append(
            f"{find.folder.at('package.json')}: script {name} watches for changes and never ends"
        )
        return False
    return True


def _call(manager: str, name: str, script: str) -> str:
    short = name == "test" and manager != "bun"
    command = f"{manager} {name}" if short else f"{manager} run {name}"
    return f"CI=true {command}" if re.search(r"\breact-scripts test\b", script) else command

"""Which commands a repository offers: its root, and one level of folders below it.

What the project names itself (make, just, Task) comes before what its tools imply; the root before its folders. Where
nothing is found nothing is said: no language has a default for another.
"""

from __future__ import annotations

import os

from scafld.adapters.toolchain.compiled import read_go, read_rust
from scafld.adapters.toolchain.folder import Folder
from scafld.adapters.toolchain.found import Find
from scafld.adapters.toolchain.node import LOCKS, has_workspaces, read_node
from scafld.adapters.toolchain.python import read_python
from scafld.adapters.toolchain.ruby import read_ruby
from scafld.adapters.toolchain.targets import read_just, read_make, read_task
from scafld.core.contract.commands import Detected, FoundCommand, Landmark, ShellSetting, Sighting
from scafld.core.value import changed

MOST_FOLDERS = 64


def detect(root: str) -> Detected:
    """Everything found below `root`; never raises for what the files hold. A folder that is not there has nothing."""
    warnings: list[str] = []
    top = Folder(root, "", warnings)
    below = [Folder(root, name, warnings) for name in _folders(top)]
    finds = _of_root(top)
    for folder in below:
        finds += _of_folder(folder, top, finds)
    chains = [find.toolchain for find in finds]
    return Detected(
        toolchains=tuple(chain for chain in chains if chain is not None),
        commands=_distinct([found for find in finds for found in find.commands]),
        settings=_settings(top, finds),
        sightings=_sightings(top),
        warnings=tuple(warnings),
    )


# Private.

_NOT_SOURCES = frozenset(
    (
        *("node_modules", "vendor", "third_party", "site-packages", "venv", "env"),
        *("target", "dist", "build", "out", "tmp", "coverage", "htmlcov", "__pycache__"),
    )
)
_LANDMARKS = (
    (Landmark.PUBLIC_API, ("openapi.yaml", "openapi.yml", "openapi.json")),
    (Landmark.MIGRATIONS, ("db/migrate", "migrations", "alembic.ini", "prisma/migrations")),
    (Landmark.LOCKFILE, ("uv.lock", "poetry.lock", "pdm.lock", *(lock for lock, _ in LOCKS), "go.sum", "Cargo.lock")),
    (Landmark.GUIDANCE, ("AGENTS.md", "CLAUDE.md", "CONTRIBUTING.md")),
    (Landmark.CONTAINER, ("Dockerfile", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")),
)


def _of_root(top: Folder) -> list[Find]:
    named = [read_make(top), read_just(top), read_task(top)]
    return [*named, read_python(top), read_go(top), read_rust(top), read_ruby(top), read_node(top)]


def _of_folder(folder: Folder, top: Folder, above: list[Find]) -> list[Find]:
    """A folder below the root. Where the root's command already reaches into it, the folder adds nothing."""
    speaks = {find.name for find in above if find.tests and not find.folder.cwd}
    finds = [read_make(folder), read_go(folder), read_ruby(folder)]
    if "python" not in speaks:
        finds.append(read_python(folder))
    if not ("rust" in speaks and "workspace" in (top.toml("Cargo.toml") or {})):
        finds.append(read_rust(folder))
    if not ("node" in speaks and has_workspaces(top)):
        finds.append(read_node(folder, top))
    return finds


def _folders(top: Folder) -> list[str]:
    """Plain folders of the root in order, no links, no hidden ones, none where tools put what they make or fetch."""
    names = sorted(name for name in top.names if not name.startswith(".") and name not in _NOT_SOURCES)
    found = [name for name in names if not os.path.islink(os.path.join(top.path, name)) and top.has_folder(name)]
    plain = [name for name in found if name.isprintable() and not any("\udc80" <= char <= "\udcff" for char in name)]
    if len(found) > len(plain):
        top.warnings.append(f"{len(found) - len(plain)} folders were left out: their names are not plain text")
    if len(plain) > MOST_FOLDERS:
        top.warnings.append(f"only the first {MOST_FOLDERS} of {len(plain)} folders were looked into")
    return plain[:MOST_FOLDERS]


def _distinct(commands: list[FoundCommand]) -> tuple[FoundCommand, ...]:
    """The same commands under ids that differ: those of a folder bear its name, some a number."""
    taken: set[str] = set()
    named: list[FoundCommand] = []
    for found in commands:
        wanted = found.id + (f"_{_plain(found.cwd)}" if found.cwd else "")
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        taken.add(name)
        named.append(changed(found, id=name))
    return tuple(named)


def _plain(name: str) -> str:
    kept = "".join(char if char.isascii() and char.isalnum() else "_" for char in name.lower())
    return kept.strip("_")[:40] or "folder"


def _settings(top: Folder, finds: list[Find]) -> tuple[ShellSetting, ...]:
    """The project's own virtual environment, where no runner finds it. Shims are found when commands run."""
    bare = any(found.command.startswith("python3 ") and not found.cwd for find in finds for found in find.commands)
    home = top.has(".venv/pyvenv.cfg", "venv/pyvenv.cfg") if bare else ""
    return (ShellSetting(name="PATH", value=f"{home.split('/')[0]}/bin", source=home),) if home else ()


def _sightings(top: Folder) -> tuple[Sighting, ...]:
    found: list[Sighting] = []
    flows = [name for name in top.listed(".github/workflows") if name.endswith((".yml", ".yaml"))]
    pipeline = f".github/workflows/{flows[0]}" if flows else top.has(".gitlab-ci.yml", ".circleci/config.yml")
    if pipeline:
        found.append(Sighting(landmark=Landmark.CONTINUOUS_INTEGRATION, source=pipeline))
    for landmark, places in _LANDMARKS:
        source = top.has(*places) or top.has_folder(*places)
        if source:
            found.append(Sighting(landmark=landmark, source=source))
    return tuple(found)

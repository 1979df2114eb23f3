"""The project files that a model is given beside its task: those the configuration names, and nothing outside."""

from __future__ import annotations

import errno
import os

from scafld.adapters.files.disk import open_plain
from scafld.core.views.packet.project_files import ProjectFile, ProjectFiles, Unshown

LARGEST_FILE = 256 * 1024
"""Bytes; of a larger file nothing is shown."""

TEXTS = (".md", ".mdc", ".txt")
"""Endings of the files that a folder stands for."""


def context_files(root: str, names: tuple[str, ...]) -> ProjectFiles:
    """The text of each, or why there is nothing to show, in the order named; a folder stands for the texts in it.

    Nothing is shown that lies outside of the workspace, through a link too, or that is a secret (`.env*`, `.git`, the
    local configuration).
    """
    found: dict[str, ProjectFile | Unshown] = {}
    for name in names:
        for path in _expanded(root, name):
            found.setdefault(path, _file(root, path))
    return tuple(found.values())


# Private.

_LOCAL = ".scafld/config.local.yaml"
_SNIFFED = 8000
"""Bytes in which a NUL makes a file binary, as for git."""


def _expanded(root: str, name: str) -> list[str]:
    """The path that a name stands for, or those of the texts in the folder that it is."""
    bare = os.path.normpath(name)
    if _unfit(root, bare):
        return [bare]
    try:
        names = sorted(os.listdir(os.path.join(root, bare)))
    except (OSError, ValueError):
        return [bare]
    texts = [os.path.normpath(f"{bare}/{each}") for each in names if each.lower().endswith(TEXTS)]
    return texts or [bare]


def _unfit(root: str, path: str) -> str:
    """Why nothing of a path is shown, whatever is there; "" when it may be."""
    parts = path.lower().split("/")
    if "\0" in path:
        return "it is no name of a file"
    if os.path.isabs(path) or ".." in parts:
        return "it lies outside of the workspace"
    if ".git" in parts:
        return "it belongs to git"
    if any(part.startswith(".env") for part in parts):
        return "it is a secret"
    if path.lower() == _LOCAL:
        return "it is this machine's own configuration"
    real = os.path.realpath(os.path.join(root, path))
    there = os.path.normpath(os.path.join(os.path.realpath(root), path))
    return "" if real == there else "it is a link, or lies behind one"


def _file(root: str, path: str) -> ProjectFile | Unshown:
    if why := _unfit(root, path):
        return Unshown(path=path, why=why)
    try:
        with open_plain(os.path.join(root, path)) as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        return Unshown(path=path, why=_WHY.get(error.errno or 0, f"it cannot be read: {error.strerror}"))
    if len(content) > LARGEST_FILE:
        return Unshown(path=path, why=f"it is larger than {LARGEST_FILE} bytes", size=max(size, len(content)))
    if b"\0" in content[:_SNIFFED]:
        return Unshown(path=path, why="it is binary", size=len(content))
    return ProjectFile(path=path, text=content.decode("utf-8", "backslashreplace"))


_WHY = {
    errno.ENOENT: "it is not there",
    errno.ENOTDIR: "it is not there",
    errno.ENAMETOOLONG: "it is not there",
    errno.EISDIR: "it is a folder without texts",
    errno.EINVAL: "it is no plain file",
    errno.ENXIO: "it is no plain file",
    errno.ELOOP: "it is a link, or lies behind one",
}

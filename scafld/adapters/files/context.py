"""The project files that a reviewer is given beside the change: those the configuration names, and nothing outside."""

from __future__ import annotations

import os

from scafld.adapters.files.disk import open_plain

LARGEST_FILE = 256 * 1024


def context_files(root: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Name and text of each, in the order named; a folder stands for its `.md` and `.txt` files.

    A name that leads out of the workspace, through a link too, or at a secret (`.env*`, `.git`, the local
    configuration) is passed over.
    """
    found: dict[str, str] = {}
    for name in names:
        for path in _expanded(root, name):
            text = _text(root, path)
            if text is not None:
                found.setdefault(path, text)
    return tuple(found.items())


# Private.


def _expanded(root: str, name: str) -> list[str]:
    bare = os.path.normpath(name)
    try:
        names = sorted(os.listdir(os.path.join(root, bare)))
    except (OSError, ValueError):
        return [bare]
    return [os.path.normpath(f"{bare}/{each}") for each in names if each.endswith((".md", ".mdc", ".txt"))]


def _is_inside(root: str, path: str) -> bool:
    """Whether a path, followed, is where its name says, and no secret."""
    parts = path.lower().split("/")
    if (
        "\0" in path
        or os.path.isabs(path)
        or ".." in parts
        or ".git" in parts
        or any(part.startswith(".env") for part in parts)
    ):
        return False
    real = os.path.realpath(os.path.join(root, path))
    return real == os.path.normpath(os.path.join(os.path.realpath(root), path))


def _text(root: str, path: str) -> str | None:
    if path == ".scafld/config.local.yaml" or not _is_inside(root, path):
        return None
    try:
        with open_plain(os.path.join(root, path)) as file:
            return file.read(LARGEST_FILE).decode("utf-8", "replace")
    except OSError:
        return None

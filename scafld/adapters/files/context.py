"""The project files that a reviewer is given beside the change: those the configuration names, and nothing outside."""

from __future__ import annotations

import os

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
    if not os.path.isdir(os.path.join(root, bare)):
        return [bare]
    names = sorted(os.listdir(os.path.join(root, bare)))
    return [f"{bare}/{each}" for each in names if each.endswith((".md", ".mdc", ".txt"))]


def _text(root: str, path: str) -> str | None:
    parts = path.split("/")
    hidden = any(part.startswith(".env") or part in ("..", ".git") for part in parts)
    if hidden or os.path.isabs(path) or path == ".scafld/config.local.yaml":
        return None
    whole, top = os.path.join(root, path), os.path.realpath(root)
    if os.path.realpath(whole) != os.path.join(top, path) or not os.path.isfile(whole):
        return None
    try:
        with open(whole, "rb") as file:
            return file.read(LARGEST_FILE).decode("utf-8", "replace")
    except OSError:
        return None

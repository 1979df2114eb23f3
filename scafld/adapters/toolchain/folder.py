"""One folder of a repository, read carefully: plain files inside the repository only, and not too much of one.

What is there and cannot be read is said in `warnings`; it hides nothing else.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib

LARGEST_FILE = 256 * 1024
MOST_NAMES = 5_000


class Folder:
    """`cwd` is the folder's place in the repository at `root`, "" for the repository itself."""

    def __init__(self, root: str, cwd: str, warnings: list[str]) -> None:
        self.root = os.path.realpath(root)
        self.cwd = cwd
        self.path = os.path.join(self.root, cwd) if cwd else self.root
        self.warnings = warnings
        self.names = _names(self.path)

    def at(self, name: str) -> str:
        """The name as a path from the root."""
        return f"{self.cwd}/{name}" if self.cwd else name

    def has(self, *names: str) -> str:
        """The first of these plain files that is there, "" for none."""
        return next((name for name in names if name.split("/")[0] in self.names and self._is_file(name)), "")

    def has_folder(self, *names: str) -> str:
        """The first of these folders that is there, "" for none."""
        return next((name for name in names if name.split("/")[0] in self.names and self._is_folder(name)), "")

    def exists(self, name: str) -> bool:
        return name in self.names

    def listed(self, name: str) -> tuple[str, ...]:
        """The sorted names in a folder below this one."""
        return tuple(sorted(_names(os.path.join(self.path, name)))) if self._is_folder(name) else ()

    def text(self, name: str) -> str:
        """The file's text, "" when it is not there or cannot be read."""
        if not self.has(name):
            return ""
        try:
            with open(os.path.join(self.path, name), "rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            self._warn(name, f"it cannot be read ({error.strerror})")
            return ""
        if len(content) > LARGEST_FILE:
            self._warn(name, f"it is larger than {LARGEST_FILE // 1024} KiB")
            return ""
        return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def toml(self, name: str) -> dict[str, object] | None:
        """The tables of a TOML file; None when it is not there, is no TOML, or is empty of it."""
        text = self.text(name)
        try:
            return tomllib.loads(text) if text else None
        except (ValueError, RecursionError) as error:
            self._warn(name, f"it is no TOML ({_short(error)})")
            return None

    def json(self, name: str) -> dict[str, object] | None:
        """The object in a JSON file; None like `toml`."""
        text = self.text(name)
        try:
            found: object = json.loads(text) if text else None
        except (ValueError, RecursionError) as error:
            self._warn(name, f"it is no JSON ({_short(error)})")
            return None
        if text and not isinstance(found, dict):
            self._warn(name, "it is no JSON object")
        return found if isinstance(found, dict) else None

    # Private.

    def _is_file(self, name: str) -> bool:
        return stat.S_ISREG(self._mode(name))

    def _is_folder(self, name: str) -> bool:
        return stat.S_ISDIR(self._mode(name))

    def _mode(self, name: str) -> int:
        """The mode of what is there, links followed; 0 when it lies outside the repository or is not there."""
        real = os.path.realpath(os.path.join(self.path, name))
        if real != self.root and not real.startswith(self.root.rstrip(os.sep) + os.sep):
            return 0
        try:
            return os.lstat(real).st_mode
        except OSError:
            return 0

    def _warn(self, name: str, why: str) -> None:
        said = f"{self.at(name)} was left out: {why}"
        if said not in self.warnings:
            self.warnings.append(said)


def table(data: object, *keys: str) -> dict[str, object]:
    """The table at this path of keys, empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def words(data: object) -> tuple[str, ...]:
    """The texts in a list, none where there is no list."""
    return tuple(item for item in data if isinstance(item, str)) if isinstance(data, list) else ()


# Private.


def _names(path: str) -> frozenset[str]:
    names: set[str] = set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if len(names) >= MOST_NAMES:
                    break
                names.add(entry.name)
    except OSError:
        return frozenset()
    return frozenset(names)


def _short(error: BaseException) -> str:
    return str(error).split("\n", 1)[0][:80] or type(error).__name__

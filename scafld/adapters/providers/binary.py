"""Which program is really run: where it is found, its SHA-256, its version."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from hashlib import file_digest

from scafld.adapters.providers.brand import is_inside, search_path
from scafld.core.names import Digest

VERSION_SECONDS = 20


def find(name: str, environ: Mapping[str, str], root: str) -> str:
    """The absolute path of a program on the PATH, "" when there is none. A repository cannot plant one: neither a
    folder of the workspace is looked into nor a relative one, and a link into the workspace is not followed."""
    for folder in search_path(environ.get("PATH", ""), root):
        path = os.path.join(folder, name)
        if is_program(path) and not is_inside(path, root):
            return path
    return ""


def is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def digest_at(path: str) -> Digest | None:
    """The SHA-256 of the file that is run, links followed; None when there is none."""
    try:
        real = os.path.realpath(path)
        seen = os.stat(real)
        return _digest(real, seen.st_ino, seen.st_size, seen.st_mtime_ns)
    except OSError:
        return None


def packaged_version(path: str) -> str:
    """The version that stands in the package.json of npm that the program belongs to, "" when there is none: to read it
    costs nothing, to start a program of Node costs seconds."""
    folder = os.path.dirname(os.path.realpath(path))
    for _ in range(3):
        try:
            with open(os.path.join(folder, "package.json"), "rb") as file:
                package = json.loads(file.read(_LARGEST_PACKAGE))
        except (OSError, ValueError, RecursionError):
            folder = os.path.dirname(folder)
            continue
        said = package.get("version") if isinstance(package, dict) and "bin" in package else None
        found = _VERSION.fullmatch(said) if isinstance(said, str) else None
        return found[0] if found else ""
    return ""


@lru_cache(maxsize=16)
def version_of(path: str, digest: Digest, environment: tuple[tuple[str, str], ...]) -> str:
    """What the program of this digest says to `--version`, "" when it does not say."""
    try:
        said = subprocess.run(
            [path, "--version"],
            env=dict(environment),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    found = _VERSION.search(said.stdout[:4096].decode("utf-8", "replace"))
    return found[0] if found and said.returncode == 0 else ""


# Private.

_LARGEST_PACKAGE = 2**20
_VERSION = re.compile(r"\d+(?:\.\d+)+[-+.\w]{0,40}")


@lru_cache(maxsize=16)
def _digest(real: str, _inode: int, _size: int, _modified: int) -> Digest:
    """Kept as long as the file is the same: some of these programs are a third of a gigabyte."""
    with open(real, "rb") as file:
        return Digest(file_digest(file, "sha256").hexdigest())

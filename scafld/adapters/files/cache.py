"""What is derived and dear is kept under `.scafld/cache/`: disposable, keyed on what it was derived from.

Views read it; no gate does. A file that is damaged, of another version or not our own counts as absent, and one that
cannot be written is not missed.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

from scafld.adapters.files.disk import draft_of, open_plain
from scafld.core.version import VERSION


def stamp(path: str) -> list[int] | None:
    """What the file system says of a file: size, times in nanoseconds, inode. None when it is not there."""
    try:
        seen = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino]


def recalled(path: str, key: object) -> Any:
    """What was remembered under exactly this key, None when nothing was."""
    try:
        with open_plain(path) as file:
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            kept = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    same = isinstance(kept, dict) and kept.get("version") == VERSION and kept.get("key") == key
    return kept.get("what") if same else None


def remember(path: str, key: object, what: object) -> None:
    """Keep it for another command; whether that succeeds changes nothing but its speed."""
    draft = draft_of(path)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        content = json.dumps({"version": VERSION, "key": key, "what": what}, separators=(",", ":"))
        with open(draft, "x", encoding="utf-8") as file:
            file.write(content)
        os.replace(draft, path)
    except (OSError, ValueError):
        with suppress(OSError):
            os.unlink(draft)

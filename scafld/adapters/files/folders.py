"""Where specs lie: the folder is the state, and what is over lies by the month in which it ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

STATES = ("drafts", "approved", "active")
ARCHIVE = "archive"


def months(specs: str) -> list[str]:
    """The folders of the archive, relative to `specs`, the folder of all specs."""
    try:
        found = os.listdir(f"{specs}/{ARCHIVE}")
    except OSError:
        return []
    return [f"{ARCHIVE}/{month}" for month in sorted(found)]


def all_places(specs: str) -> Iterator[str]:
    """Where every spec lies, relative to `specs`, folder by folder."""
    for folder in (*STATES, *months(specs)):
        with suppress(OSError):
            for name in os.listdir(f"{specs}/{folder}"):
                if name.endswith(".md") and not name.startswith("."):
                    yield f"{folder}/{name}"

"""CODEOWNERS: whether a path has owners, by the rules of the hosts that read such a file."""

from __future__ import annotations

import os
import re

from scafld.adapters.files.disk import open_plain
from scafld.core.refusal import Unavailable

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where it is looked for, below the top of a repository; the first that is there counts."""


def owners_file(top: str) -> tuple[str, str]:
    """Its path and its text, two empty ones when there is none."""
    for place in PLACES:
        try:
            with open_plain(os.path.join(top, place)) as file:
                return place, file.read(_LARGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Unavailable(f"{place} cannot be read: {error.strerror or error}") from error
    return "", ""


def has_owner(text: str, path: str) -> bool:
    """Whether `path`, a file below the top, has an owner. The last line that speaks of it counts; one without a name
    takes its owners away. A line that starts with `!`, or has a `[`, says nothing."""
    owned = False
    for line in text.splitlines():
        pattern, *owners = line.partition("#")[0].split()[:2] or [""]
        if pattern and not _NOT_READ.search(pattern) and _speaks_of(pattern, path):
            owned = any("@" in each for each in owners)
    return owned


# Private.

_LARGEST = 3 << 20
_NOT_READ = re.compile(r"^!|[\[\\]")
_PART = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANING = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _speaks_of(pattern: str, path: str) -> bool:
    """As in an ignore list: with a `/` inside or before, from the top; a folder speaks of all below it, but `folder/*`
    only of what lies in it."""
    inner = pattern.strip("/")
    anchored = pattern.startswith("/") or "/" in pattern.rstrip("/")
    body = "".join(_MEANING.get(part) or re.escape(part) for part in _PART.findall(inner))
    below = "" if inner.endswith("/*") else "/.+" if pattern.endswith("/") else "(?:/.+)?"
    return re.fullmatch(("" if anchored else "(?:.*/)?") + body + below, path) is not None

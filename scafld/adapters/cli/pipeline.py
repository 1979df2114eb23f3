"""What a CI system says of the change that it asks about, in the environment of its jobs."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping

from scafld.core.refusal import Misused


def range_of(environ: Mapping[str, str]) -> tuple[str, str]:
    """The commit that CI asks about, and the one that it would be put on. Misused when it says neither.

    SCAFLD_HEAD and SCAFLD_BASE say it in any CI; else GitHub's own event does: of a pull request its target, of a push
    what was there before. On `pull_request_target` what is checked out is the target, and the change is its head.
    """
    head, base = environ.get("SCAFLD_HEAD", ""), environ.get("SCAFLD_BASE", "")
    if not base:
        head, base = _of_github(environ)
    if not base:
        raise Misused("--ci does not know what to compare with", next="SCAFLD_BASE=origin/main scafld verify --ci")
    return head or "HEAD", base


def page_of(environ: Mapping[str, str]) -> str:
    """The file to which a job's page is written, "" where there is none."""
    return environ.get("GITHUB_STEP_SUMMARY", "")


def add_to(path: str, page: str) -> None:
    """Write at the end of a job's page. Misused when there is none that can be written."""
    try:
        with open(path, "a", encoding="ascii", opener=_at_once) as file:
            file.write(page)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no path"
        words = f"the job's page {path[:200]!r} cannot be written: {why}"
        raise Misused(words, next="unset GITHUB_STEP_SUMMARY") from error


# Private.

_LARGEST_EVENT = 64 << 20
_OURS = "scafld verify --ci --range BASE..HEAD"


def _of_github(environ: Mapping[str, str]) -> tuple[str, str]:
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    here = environ.get("GITHUB_SHA", "")
    if not isinstance(event, dict) or "pull_request" not in event:
        before = _at(event, "before")
        return here, before if before.strip("0") else ""
    target, asked = _at(event, "pull_request", "base", "sha"), here
    if environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        asked = _at(event, "pull_request", "head", "sha")
    if not target or not asked:
        raise Misused("the event of CI does not say which commits the pull request is about", next=_OURS)
    return asked, target


def _event(path: str) -> object:
    if not path:
        return {}
    try:
        with open(path, "rb", opener=_at_once) as file:
            content = file.read(_LARGEST_EVENT + 1) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
        if len(content) > _LARGEST_EVENT:
            raise ValueError(f"it has more than {_LARGEST_EVENT} bytes")
        return json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        words = f"the event of CI in {path[:200]!r} cannot be read: {type(error).__name__}"
        raise Misused(words, next=_OURS) from error


def _at(item: object, *names: str) -> str:
    for name in names:
        item = item.get(name) if isinstance(item, dict) else None
    return item if isinstance(item, str) else ""


def _at_once(path: str, flags: int) -> int:
    """A pipe is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY, 0o644)

"""What a CI system says of the change that it asks about, in the environment of its jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from scafld.core.refusal import Misused, Unavailable


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
    """Write at the end of a job's page. Unavailable when that cannot be done."""
    try:
        with open(path, "a", encoding="ascii") as file:
            file.write(page)
    except OSError as error:
        raise Unavailable(f"the job's page {path} cannot be written: {error.strerror or error}") from error


# Private.

_NOWHERE = "0" * 40


def _of_github(environ: Mapping[str, str]) -> tuple[str, str]:
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    here = environ.get("GITHUB_SHA", "")
    target = _at(event, "pull_request", "base", "sha")
    if target:
        asked = environ.get("GITHUB_EVENT_NAME") == "pull_request_target"
        return (_at(event, "pull_request", "head", "sha") if asked else here), target
    before = _at(event, "before")
    return here, "" if before == _NOWHERE else before


def _event(path: str) -> object:
    if not path:
        return {}
    try:
        with open(path, "rb") as file:
            return json.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise Unavailable(
            f"the event of CI in {path} cannot be read: {error}", next="use --range BASE..HEAD"
        ) from error


def _at(item: object, *names: str) -> str:
    for name in names:
        item = item.get(name) if isinstance(item, dict) else None
    return item if isinstance(item, str) else ""

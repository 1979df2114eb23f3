"""The small joints between adapters: a draft's wishes in Markdown's terms, git's place, a file's digest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from scafld.adapters.files.specs import Reading
from scafld.core.contract.spec import PROFILE_BY_RISK
from scafld.core.names import CriterionId, Digest, TaskId, receipt_path

if TYPE_CHECKING:
    from scafld.core.contract.wishes import DraftRequest, Suggestion
    from scafld.core.views.projection import Projection


@lru_cache(maxsize=2)
def read_spec(text: str, name: str) -> Reading:
    """What reading a spec gives. The same text always gives the same, so one that is read again need not be."""
    from scafld.adapters.markdown.reader import read

    found = read(text, name=name)
    return Reading(spec=found.spec, problems=found.problems)


def write_spec(text: str, projection: Projection) -> str:
    """A spec that shows this projection."""
    from scafld.adapters.markdown.writer import project

    return project(text, projection)


def write_draft(request: DraftRequest) -> str:
    """The Markdown of a new draft; the repository's own test command stands in when no command is asked for."""
    from scafld.adapters.markdown import draft

    offered = () if request.command else request.suggestions[:1]
    asked = draft.DraftRequest(
        task_id=request.task_id,
        title=request.title,
        created=request.created,
        summary=request.summary,
        command=request.command,
        size=request.size,
        risk=request.risk,
        profile=request.profile or PROFILE_BY_RISK[request.risk],
        suggestions=tuple(
            draft.DraftCriterion(id=CriterionId(f"ac{at}"), title=each.title, command=_in_folder(each))
            for at, each in enumerate(offered, start=1)
        ),
        files=request.files,
    )
    return draft.draft(asked)


def git_binary(environ: Mapping[str, str]) -> str | None:
    """The git binary of this machine, None when there is none."""
    for folder in environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", "git")
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def digest_below(roots: tuple[str, ...], path: str) -> Digest | None:
    """The SHA-256 of a file that lies in one of these folders, links followed, None when there is none. A relative
    path is looked for from the first."""
    from hashlib import file_digest

    whole = os.path.realpath(os.path.join(roots[0], path))
    inside = any(os.path.commonpath((whole, top)) == top for top in map(os.path.realpath, roots))
    if not inside or not os.path.isfile(whole):
        return None
    with open(whole, "rb") as file:
        return Digest(file_digest(file, "sha256").hexdigest())


def receipt_of(root: str, task_id: TaskId) -> str:
    """Where the receipt of a task lies, relative to the workspace, "" while there is none."""
    path = receipt_path(task_id)
    return path if os.path.isfile(os.path.join(root, path)) else ""


# Private.


def _in_folder(offered: Suggestion) -> str:
    return f"cd {offered.cwd} && {offered.command}" if offered.cwd else offered.command

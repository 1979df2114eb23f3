"""The specs of a workspace in memory, read and written as those on disk are, and what they may cite."""

from __future__ import annotations

from functools import lru_cache

from scafld.adapters.memory.commits import MemoryTree
from scafld.app.task.harden import Cite
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import PROFILE_BY_RISK, Spec
from scafld.core.contract.wishes import DraftRequest
from scafld.core.digest import digest_of
from scafld.core.views.packet import Packet
from scafld.core.views.projection import Projection


@lru_cache(maxsize=512)
def read_spec(text: str, name: str) -> tuple[Spec | None, tuple[Problem, ...]]:
    """What reading a spec gives."""
    from scafld.adapters.markdown.reader import read

    found = read(text, name=name)
    return found.spec, found.problems


@lru_cache(maxsize=512)
def write_spec(text: str, projection: Projection) -> str:
    """A spec that shows this projection."""
    from scafld.adapters.markdown.writer import project

    return project(text, projection)


def draft_of(request: DraftRequest) -> str:
    """The text of a new draft."""
    from scafld.adapters.markdown import draft

    asked = draft.DraftRequest(
        task_id=request.task_id,
        title=request.title,
        created=request.created,
        summary=request.summary,
        command=request.command,
        size=request.size,
        risk=request.risk,
        profile=request.profile or PROFILE_BY_RISK[request.risk],
        files=request.files,
    )
    return draft.draft(asked)


def cites(tree: MemoryTree) -> Cite:
    """An anchor in code cites a line of a file in the tree; every other anchor is taken as it stands."""

    def cite(anchor: str) -> str:
        kind, _, rest = anchor.partition(":")
        path, _, line = rest.rpartition(":")
        if kind != "code":
            return ""
        content = tree.content(path)
        if content is None:
            return "names no file that is there"
        lines = len(content.splitlines())
        wanted = int(line.rpartition("-")[2])
        return f"names line {wanted} of {lines}" if wanted > lines else ""

    return cite


def page(text: str) -> Packet:
    """A packet that is one text."""
    return Packet(text=text, digest=digest_of(text.encode("utf-8", "surrogatepass")), spent=())

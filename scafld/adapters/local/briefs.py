"""What models that harden and plan are sent on this machine, with what the repository says of itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.app.task.draft_by_model import Trying
from scafld.core.contract.commands import Detected
from scafld.core.contract.spec import PROFILE_BY_RISK
from scafld.core.evidence.terms import Subject, Terms
from scafld.core.views.packet import (
    Budgets,
    HardeningBrief,
    Packet,
    PlanningBrief,
    ProjectFiles,
    handing_in,
    hardening_packet,
    planning_packet,
)

if TYPE_CHECKING:
    from scafld.adapters.local.house import House
    from scafld.app.journal import Opened

MOST_LISTED = 200
"""Names of the top of a workspace that a planner is shown."""


class Briefs:
    """The briefs of a house, each made when it is asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def hardening(self, opened: Opened) -> Packet:
        """What a model that questions this draft is sent."""
        from scafld.adapters.markdown.rounds import read_rounds

        rules = self._house.policy.harden
        brief = HardeningBrief(
            spec=opened.spec,
            role=self._house.prompt("harden"),
            handing_in=handing_in(Terms(subject=Subject.HARDEN)),
            most_issues=rules.max_issues_per_round,
            commands=_commands(self._house.detect()),
            rounds=read_rounds(opened.document.text),
            files=self._files(),
        )
        key = "review.context.required_max_bytes"
        task = self._house.policy.review.context.required_max_bytes
        return hardening_packet(brief, Budgets(task=task, files=rules.context_max_bytes, key=key))

    def planning(self, trying: Trying) -> Packet:
        """What a model that plans is sent."""
        asked, limits = trying.asked, self._house.policy.review.context
        brief = PlanningBrief(
            task_id=asked.task_id,
            request=trying.request,
            role=self._house.prompt("plan"),
            handing_in=handing_in(Terms(subject=Subject.PLAN)),
            profile=asked.profile or PROFILE_BY_RISK[asked.risk],
            commands=_commands(trying.detected),
            listing=_listing(self._house.root),
            draft=trying.draft,
            problems=trying.problems,
            files=self._files(),
        )
        budgets = Budgets(
            task=limits.required_max_bytes, files=limits.max_bytes, key="review.context.required_max_bytes"
        )
        return planning_packet(brief, budgets)

    # Private.

    def _files(self) -> ProjectFiles:
        from scafld.adapters.files.context import context_files

        return context_files(self._house.root, self._house.policy.review.context.files)


# Private.


def _commands(detected: Detected) -> tuple[tuple[str, str], ...]:
    return tuple(
        (each.title, f"cd {each.cwd} && {each.command}" if each.cwd else each.command) for each in detected.commands
    )


def _listing(root: str) -> str:
    """The top of the workspace, a line a name; folders end in a slash."""
    with os.scandir(root) as entries:
        names = sorted(f"{each.name}/" if each.is_dir(follow_symlinks=False) else each.name for each in entries)
    shown = [name for name in names if name not in (".git/", ".scafld/")]
    more = len(shown) - MOST_LISTED
    return "\n".join(shown[:MOST_LISTED] + ([f"and {more} more"] if more > 0 else []))

"""What a model must leave as it was on this machine: git's state in this worktree, and everything under `.scafld/`."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.files.root import WORKSPACE
from scafld.adapters.files.survey import survey, touched
from scafld.adapters.git.estate import estate_of
from scafld.app.guard import Inventory
from scafld.core.value import value

ELSEWHERE = ("worktrees/", "main-worktree/")
"""Another worktree of the repository: what goes on there is somebody else's work, not the model's."""


@value
class WholeEstate:
    """The port Estate for the workspace `root`, an absolute path."""

    root: str
    environ: Mapping[str, str]

    def inventory(self, before: Inventory = ()) -> Inventory:
        """See `Estate.inventory`."""
        found = survey(os.path.join(self.root, WORKSPACE), before)
        return (*found, *(each for each in estate_of(self.root, self.environ) if not each[0].startswith(ELSEWHERE)))

    def touched(self, before: Inventory, after: Inventory) -> tuple[str, ...]:
        """See `Estate.touched`."""
        return touched(before, after)

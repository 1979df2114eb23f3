"""What a model must leave as it was on this machine: git's state in this worktree, and everything under `.scafld/`."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.files.root import WORKSPACE
from scafld.adapters.files.survey import survey, touched
from scafld.adapters.git.watch.estate import estate_of
from scafld.adapters.git.watch.tracked import marks, slipped
from scafld.app.guard import Since
from scafld.core.evidence.seals import Look
from scafld.core.names import Digest
from scafld.core.value import value

ELSEWHERE = ("worktrees/", "main-worktree/")
"""Another worktree of the repository: what goes on there is somebody else's work, not the model's."""


@value
class WholeEstate:
    """The port Estate for the workspace `root`, an absolute path."""

    root: str
    environ: Mapping[str, str]

    def __call__(self) -> Since:
        """See `Estate`. A tracked file that was written to is told also where the index was made to agree with it."""
        held, files, kept = self._held(), self._files(()), marks(self.root)

        def since(look: Look) -> tuple[str, ...]:
            seen = {each.path for each in look.files}
            hidden = (path for path in slipped(self.root, kept) if path not in seen)
            return (*touched(held, self._held()), *touched(files, self._files(files)), *hidden)

        return since

    # Private.

    def _held(self) -> tuple[tuple[str, Digest], ...]:
        found = estate_of(self.root, self.environ)
        return tuple(each for each in found if not each[0].startswith(ELSEWHERE))

    def _files(self, before: tuple[tuple[str, Digest], ...]) -> tuple[tuple[str, Digest], ...]:
        return survey(os.path.join(self.root, WORKSPACE), before)

"""Which adapter sees the working tree of a workspace: git when there is a repository, the plain directory when not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scafld.adapters.git.repository import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scafld.app.observe import Worktree


def open_worktree(root: str, git: str | None, environment: Mapping[str, str] | None = None) -> Worktree:
    """The working tree below `root`. `git`: the binary, None when there is none: then dulwich reads the repository.

    `environment`: the user's. Git is given HOME, PATH and a few more of it (for the user's own configuration), and
    none of its `GIT_*`.
    """
    place = find(os.fsencode(root))
    if place is None:
        from scafld.adapters.git.plain_tree import PlainTree

        return PlainTree(root)
    if git is None:
        from scafld.adapters.git.dulwich_tree import DulwichTree

        return DulwichTree(place)
    from scafld.adapters.git.git_tree import GitTree

    return GitTree(git, place, environment or {})

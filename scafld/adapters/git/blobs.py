"""A file as a commit has it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.git.repository import Git, find


def committed(root: str, git: str, environ: Mapping[str, str], path: str) -> bytes | None:
    """The bytes that a file below `root` has in the commit that HEAD names; None where it is not in there, or where
    there is no repository or no commit."""
    place = find(os.fsencode(root))
    if place is None:
        return None
    name = b"HEAD:" + place.prefix + os.fsencode(path)
    with Git(git, place, environ).ask("cat-file", "blob", name) as asked:
        answer = asked.answer()
    return answer.out if answer.code == 0 else None

"""Where a provider's own files lie while it runs: a private folder outside of the workspace that is gone afterwards.

with scratch(environ, root) as folder:
    ...  # an absolute path, mode 0700
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from scafld.adapters.files.throwaway import throwaway
from scafld.core.refusal import Unavailable

PREFIX = "scafld-scratch-"


@contextmanager
def scratch(environ: Mapping[str, str], root: str) -> Iterator[str]:
    """Unavailable when no folder outside of `root` can be had."""
    place = _place(environ, root)
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(throwaway(PREFIX, place))
        except OSError as error:
            raise _unavailable(place, error.strerror or str(error)) from error
        yield folder


# Private.


def _place(environ: Mapping[str, str], root: str) -> str:
    """The folder for temporary files: the user's, else the system's, but none in the workspace."""
    workspace = os.path.realpath(root)
    for offered in (environ.get("TMPDIR", ""), "/tmp", "/var/tmp"):
        place = os.path.realpath(offered)
        outside = place != workspace and not place.startswith(f"{workspace.rstrip('/')}/")
        if os.path.isabs(offered) and outside and os.access(place, os.W_OK | os.X_OK):
            return place
    raise _unavailable(os.path.realpath(environ.get("TMPDIR") or "/tmp"), "it is in the workspace, or is not there")


def _unavailable(place: str, why: str) -> Unavailable:
    return Unavailable(
        f"a provider needs a folder outside of the workspace, and {place} gives none: {why}",
        next="set TMPDIR to a folder outside of the workspace that you can write to",
    )

"""What `init` and `update` did: paths relative to the root; folders end in `/`. `left`: theirs who changed it."""

from __future__ import annotations

from scafld.core.value import value


@value
class LaidDown:
    root: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

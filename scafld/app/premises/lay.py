"""What `init` and `update` did: paths relative to the root; folders end in `/`."""

from __future__ import annotations

from scafld.core.value import value


@value
class LaidDown:
    root: str
    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

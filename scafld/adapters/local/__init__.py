"""The composition root: a workspace on this machine. The one place that knows every adapter, and loads none early.

ws = local.open(".", environ={"PATH": "/usr/bin:/bin"})
ws.status("add-cache").next_action.command
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TextIO

from scafld.adapters.codec import encode
from scafld.adapters.files.root import find_root
from scafld.adapters.local.house import House, Surroundings
from scafld.app.workspace import Workspace
from scafld.core.names import Actor, ActorKind, Moment

if TYPE_CHECKING:
    from scafld.adapters.demo.play import Told
    from scafld.app.ask import Watcher
    from scafld.app.check import Telling
    from scafld.app.premises.lay import LaidDown

NOBODY = Actor(kind=ActorKind.UNKNOWN, name="library")


def open(
    path: str | None = None,
    *,
    environ: Mapping[str, str],
    start: str = ".",
    actor: Actor = NOBODY,
    tell: Telling | None = None,
    watch: Watcher | None = None,
    now: Callable[[], Moment] | None = None,
) -> Workspace:
    """The workspace at `path`, else at SCAFLD_ROOT, else above `start`. NoWorkspace when there is none.

    `environ`: the environment that commands inherit from. `tell` is told while criteria run, `watch` while a reviewer
    works. `now` gives the moment, the clock's when None.
    """
    stands, named = os.path.abspath(start), environ.get("SCAFLD_ROOT")
    root = find_root(stands, explicit=path, environ_root=named)
    begun = None if path or named else stands
    around = Surroundings(environ=environ, actor=actor, tell=tell, watch=watch, now=now, start=begun)
    return Workspace(House(root, around).ports())


def environment() -> Mapping[str, str]:
    """The environment of this process, for a caller who has no other."""
    return dict(os.environ)


def init(root: str, *, agent_docs: bool, ci: bool = False) -> LaidDown:
    """Lay a workspace down in `root`, with `ci` the workflows that verify receipts: all of it, or nothing."""
    from scafld.adapters.files.laid.footprint import apply, plan_init
    from scafld.app.premises.lay import LaidDown

    done = apply(plan_init(os.path.abspath(root), agent_docs=agent_docs, ci=ci))
    return LaidDown(root=os.path.abspath(root), created=done.created, updated=done.updated, unchanged=done.unchanged)


def save(path: str, text: str) -> None:
    """Put a text into a file: all of it, or nothing. Refused where something else than a file is in its place."""
    from scafld.adapters.files.atomic import write_whole

    write_whole(path, text.encode("utf-8"))


def listen(stream: TextIO) -> None:
    """Write down what scafld does while it does it, one line an event."""
    from scafld.adapters import trace

    trace.listen(stream)


def play(*, keep: str | None, environ: Mapping[str, str], say: Callable[[str], None], width: int) -> Told:
    """Play the demo: a whole governed change on an example, with scripts for people."""
    from scafld.adapters.demo.play import tell

    return tell(keep=keep, environ=environ, say=say, width=width)


__all__ = ["NOBODY", "encode", "environment", "init", "listen", "open", "play", "save"]

"""One command to be run: what it was given, and the world that it runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from scafld.adapters.cli.arguments import Given
from scafld.adapters.cli.console import Console, console_of
from scafld.core.names import Actor
from scafld.core.refusal import Unavailable
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.cli.progress import Progress
    from scafld.app.workspace import Workspace


@value
class Call:
    """`console` is what the page is for, `cwd` where the user stands, absolute; `actor` says who that is. `opener`
    opens the workspace that the call is about, with somebody to be told of what goes on."""

    given: Given
    console: Console
    environ: Mapping[str, str]
    cwd: str
    actor: Callable[[], Actor]
    progress: Callable[[], Progress]
    opener: Callable[[Call, Progress], Workspace]

    def text(self, name: str) -> str:
        """What was given for a text, "" when nothing was."""
        found = self.given.get(name, "")
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int | None:
        found = self.given.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool:
        return self.given.get(name) is True

    def many(self, name: str) -> tuple[str, ...]:
        found = self.given.get(name, ())
        return found if isinstance(found, tuple) else ()

    def open(self, progress: Progress | None = None) -> Workspace:
        """The workspace. NoWorkspace when there is none."""
        return self.opener(self, progress or self.progress())

    def place(self, folder: str) -> str:
        """A folder that the user named, absolute."""
        return os.path.normpath(os.path.join(self.cwd, folder))

    def console_in(self, ws: Workspace) -> Console:
        """The console, with paths as they are written from where the user stands."""
        return changed(self.console, root=ws.root, cwd=self.cwd)


def call_of(given: Given, environ: Mapping[str, str]) -> Call:
    """A call in this process. Unavailable when the folder that the user stands in is gone."""
    return Call(
        given=given,
        console=console_of(sys.stdout, environ),
        environ=environ,
        cwd=_cwd(),
        actor=lambda: _actor(environ),
        progress=lambda: _progress(environ, quiet=given.get("json") is True),
        opener=_local,
    )


# Private.


def _cwd() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise Unavailable("the folder that you stand in is gone", next="cd") from error


def _actor(environ: Mapping[str, str]) -> Actor:
    from scafld.adapters.cli.actor import actor_of

    return actor_of(environ, terminal=sys.stdin.isatty())


def _progress(environ: Mapping[str, str], *, quiet: bool) -> Progress:
    from scafld.adapters.cli.progress import Progress

    return Progress(sys.stderr, console_of(sys.stderr, environ), quiet=quiet)


def _local(call: Call, progress: Progress) -> Workspace:
    from scafld.adapters import local

    return local.open(
        call.text("root") if "root" in call.given else None,
        environ=call.environ,
        start=call.cwd,
        actor=call.actor(),
        tell=progress.tell,
        watch=progress.watch,
    )

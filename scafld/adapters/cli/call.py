"""One command to be run: what it was given, and the world that it runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scafld.adapters.cli.arguments import Given
from scafld.adapters.cli.console import Console, console_of
from scafld.adapters.cli.progress import Progress
from scafld.core.refusal import Misused, Unavailable
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.app.workspace import Workspace


@value
class Call:
    """`console` is what the page is for, `cwd` where the user stands, absolute; `progress` hears of what goes on."""

    given: Given
    console: Console
    environ: Mapping[str, str]
    cwd: str
    progress: Progress

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

    def open(self) -> Workspace:
        """The workspace that the command is about. NoWorkspace when there is none."""
        from scafld.adapters import local
        from scafld.adapters.cli.actor import actor_of

        return local.open(
            self.text("root") if "root" in self.given else None,
            environ=self.environ,
            start=self.cwd,
            actor=actor_of(self.environ, terminal=sys.stdin.isatty()),
            tell=self.progress.tell,
            watch=self.progress.watch,
        )

    def console_in(self, ws: Workspace) -> Console:
        """The console, with paths as they are written from where the user stands."""
        return changed(self.console, root=ws.root, cwd=os.path.realpath(self.cwd))

    def files(self, ws: Workspace) -> tuple[str, ...]:
        """The files that were named from where the user stands, relative to the workspace. Misused for one outside."""
        return tuple(_inside(name, ws.root, self.cwd) for name in self.many("file"))


def call_of(given: Given, environ: Mapping[str, str]) -> Call:
    """A call in this process. Unavailable when the folder that the user stands in is gone, Misused for bytes that are
    no text."""
    for name, item in given.items():
        if name not in _PLACES and any(not _is_text(text) for text in (item if isinstance(item, tuple) else (item,))):
            raise Misused(f"{name} is not UTF-8 text")
    return Call(
        given=given,
        console=console_of(sys.stdout, environ),
        environ=environ,
        cwd=_cwd(),
        progress=Progress(sys.stderr, console_of(sys.stderr, environ), quiet=given.get("json") is True),
    )


# Private.

_PLACES = ("root", "keep", "output", "sign", "signature")
"""What may be any name that a file system holds."""


def _is_text(item: object) -> bool:
    if not isinstance(item, str) or item.isascii():
        return True
    return not any("\ud800" <= char <= "\udfff" for char in item)


def _cwd() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise Unavailable("the folder that you stand in is gone") from error


def _inside(name: str, root: str, cwd: str) -> str:
    folder, last = os.path.split(os.path.join(os.path.realpath(cwd), name))
    found = os.path.relpath(os.path.join(os.path.normpath(folder), last), os.path.realpath(root))
    if found == ".." or found.startswith("../"):
        raise Misused(f"--file {name!r} is outside of the workspace {root}")
    return f"{found}/" if name.endswith("/") else found

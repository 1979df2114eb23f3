"""What each command does: parse, call one Workspace method, show. `ls` of this folder is the command line.

A handler takes a `Call` and gives an `Answer`; it is loaded when its command is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scafld.adapters.cli.answer import Answer
    from scafld.adapters.cli.front import Call

    Handler = Callable[[Call], Answer]


def _acting(name: str) -> Callable[[], Handler]:
    def load() -> Handler:
        from scafld.adapters.cli.commands import acting

        handler: Handler = getattr(acting, name)
        return handler

    return load


def _looking(name: str) -> Callable[[], Handler]:
    def load() -> Handler:
        from scafld.adapters.cli.commands import looking

        handler: Handler = getattr(looking, name)
        return handler

    return load


def _keeping(name: str) -> Callable[[], Handler]:
    def load() -> Handler:
        from scafld.adapters.cli.commands import keeping

        handler: Handler = getattr(keeping, name)
        return handler

    return load


HANDLERS: dict[str, Callable[[], Handler]] = {
    **{name: _acting(name) for name in ("plan", "quick", "harden", "approve", "build", "review", "complete")},
    **{name: _acting(name) for name in ("fail", "cancel")},
    **{name: _looking(name) for name in ("status", "report", "handoff", "show", "log", "validate", "overview")},
    "list": _looking("list_tasks"),
    **{name: _keeping(name) for name in ("init", "update", "config", "doctor", "demo", "completion")},
}
"""By a command's name: what loads its handler. Three modules, by what they load: acting, looking, keeping."""

"""What each command does: parse, call one Workspace method, show. `ls` of this folder is the command line.

A handler takes a `Call` and gives a `Reply`; it is loaded when its command is called.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scafld.adapters.cli.call import Call
    from scafld.adapters.cli.reply import Reply

    Handler = Callable[[Call], Reply]


def _acting() -> ModuleType:
    from scafld.adapters.cli.handlers import acting

    return acting


def _consulting() -> ModuleType:
    from scafld.adapters.cli.handlers import consulting

    return consulting


def _looking() -> ModuleType:
    from scafld.adapters.cli.handlers import looking

    return looking


def _exporting() -> ModuleType:
    from scafld.adapters.cli.handlers import exporting

    return exporting


def _proving() -> ModuleType:
    from scafld.adapters.cli.handlers import proving

    return proving


def _self_checking() -> ModuleType:
    from scafld.adapters.cli.handlers import self_checking

    return self_checking


def _trusting() -> ModuleType:
    from scafld.adapters.cli.handlers import trusting

    return trusting


def _keeping() -> ModuleType:
    from scafld.adapters.cli.handlers import keeping

    return keeping


def _of(load: Callable[[], ModuleType], name: str) -> Callable[[], Handler]:
    """What loads the handler of this name."""

    def handler() -> Handler:
        found: Handler = vars(load())[name]
        return found

    return handler


HANDLERS: dict[str, Callable[[], Handler]] = {
    **{name: _of(_acting, name) for name in ("quick", "approve", "build", "complete")},
    **{name: _of(_consulting, name) for name in ("plan", "harden", "review")},
    **{name: _of(_acting, name) for name in ("fail", "cancel")},
    **{name: _of(_looking, name) for name in ("status", "report", "handoff", "show", "log", "validate", "overview")},
    "list": _of(_looking, "list_tasks"),
    "export": _of(_exporting, "export"),
    "verify": _of(_proving, "verify"),
    "keys": _of(_trusting, "keys"),
    "note": _of(_self_checking, "note"),
    **{name: _of(_keeping, name) for name in ("init", "update", "config", "doctor", "demo", "completion", "version")},
}
"""By a command's name: what loads its handler. A module holds what loads alike."""

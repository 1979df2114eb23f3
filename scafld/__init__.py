"""scafld decides whether an agent's "done" is true, and can prove it.

    import scafld

    ws = scafld.open(".")                       # a folder with .scafld/
    ws.plan("add-cache", title="Add a cache", command="pytest -q")
    overview = ws.build("add-cache").overview   # the same object that `status --json` renders
    overview.next_action.command

Importing this loads no adapter; every name below is loaded when it is first used.
"""

from __future__ import annotations

from scafld.core.version import VERSION

TYPE_CHECKING = False  # true for type checkers; importing `typing` for it takes as long as Python's own start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scafld.app.given import Drafted, Questioned, Stepped
    from scafld.app.workspace import Workspace
    from scafld.core.names import Actor, ActorKind
    from scafld.core.refusal import (
        BadConfig,
        Cancelled,
        Damaged,
        Malformed,
        Misused,
        NoWorkspace,
        Refusal,
        Refused,
        ScafldError,
        Unavailable,
    )
    from scafld.core.views.overview import Overview

__version__ = VERSION

__all__ = [
    "Actor",
    "ActorKind",
    "BadConfig",
    "Cancelled",
    "Damaged",
    "Drafted",
    "Malformed",
    "Misused",
    "NoWorkspace",
    "Overview",
    "Questioned",
    "Refusal",
    "Refused",
    "ScafldError",
    "Stepped",
    "Unavailable",
    "Workspace",
    "init",
    "open",
]


def open(path: str = ".", *, environ: Mapping[str, str] | None = None, actor: Actor | None = None) -> Workspace:
    """The workspace at `path` or above it. NoWorkspace when there is none.

    `environ`: the environment that acceptance commands inherit, the process's own when None. `actor`: who acts, for the
    ledger.
    """
    from scafld.adapters import local

    return local.open(
        environ=local.environment() if environ is None else environ, start=path, actor=actor or local.NOBODY
    )


def init(root: str = ".", *, agent_docs: bool = True) -> Workspace:
    """Lay a workspace down in `root`, all of it or nothing, and open it."""
    from scafld.adapters import local

    local.init(root, agent_docs=agent_docs)
    return open(root)


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'scafld' has no attribute {name!r}")
    from scafld.app import given, workspace
    from scafld.core import names, refusal
    from scafld.core.views import overview

    return next(vars(home)[name] for home in (refusal, names, workspace, given, overview) if name in vars(home))

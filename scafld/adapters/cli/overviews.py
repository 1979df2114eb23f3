"""The reply that an overview is: a page for people, its fields for machines, and what comes next."""

from __future__ import annotations

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.reply import Reply, Told
from scafld.adapters.cli.screens.task_screen import task_screen
from scafld.app.workspace import Workspace
from scafld.core.refusal import Exit
from scafld.core.value import changed
from scafld.core.views.overview import Overview


def told(
    overview: Overview,
    call: Call,
    ws: Workspace,
    *,
    lines: tuple[str, ...] = (),
    more: dict[str, object] | None = None,
) -> Reply:
    """The page and the data of a task after a command; `lines` stand first, `more` are further keys."""
    return Reply(
        result={**fields(overview), **(more or {})},
        lines=(*lines, *task_screen(overview, call.console_in(ws))),
        next=overview.next_action.command,
        then=overview.next_action.then,
        warnings=overview.warnings,
    )


def fields(overview: Overview) -> dict[str, object]:
    """An overview's fields, by name: the keys of its JSON."""
    names: tuple[str, ...] = vars(Overview)["__fields__"]
    return {name: getattr(overview, name) for name in names}


def no(reply: Reply, exit_code: Exit, code: str, message: str) -> Reply:
    """The same reply, which says no."""
    return changed(reply, exit=exit_code, told=Told(code=code, message=message))

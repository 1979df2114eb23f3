"""The commands that change a task and ask no model."""

from __future__ import annotations

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.overviews import fields, no, told
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.screens.step_screen import step_screen
from scafld.app.given import Stepped
from scafld.core.refusal import Exit, Misused


def quick(call: Call) -> Reply:
    for name in ("title", "command"):
        if not call.text(name).strip():
            raise Misused(f"quick needs --{name}", next="scafld quick --help")
    ws = call.open()
    stepped = ws.quick(
        call.text("task"),
        title=call.text("title"),
        command=call.text("command"),
        summary=call.text("summary"),
        files=call.files(ws),
    )
    return _stepped(stepped, call)


def approve(call: Call) -> Reply:
    ws = call.open()
    overview = ws.approve(call.text("task"), reason=call.text("reason"))
    line = f"approved: contract {overview.contract.digest[:12]}, profile {overview.profile}"
    return told(overview, call, ws, lines=(line,))


def build(call: Call) -> Reply:
    named = ("criterion", "disposition", "evidence_digest", "reason")
    if not any(call.text(name) for name in named):
        return _stepped(call.open().build(call.text("task")), call)
    absent = [f"--{name.replace('_', '-')}" for name in named if not call.text(name)]
    if absent:
        raise Misused(f"evidence of a person needs {', '.join(absent)} too", next="scafld build --help")
    ws, criterion, disposition = call.open(), call.text("criterion"), call.text("disposition")
    overview = ws.attest(
        call.text("task"),
        criterion,
        passed=disposition == "pass",
        reason=call.text("reason"),
        evidence=call.text("evidence_digest"),
    )
    return told(overview, call, ws, lines=(f"{criterion}: {disposition}, on your word",))


def complete(call: Call) -> Reply:
    return _stepped(call.open().complete(call.text("task")), call)


def fail(call: Call) -> Reply:
    ws = call.open()
    return told(ws.fail(call.text("task"), reason=call.text("reason")), call, ws)


def cancel(call: Call) -> Reply:
    ws = call.open()
    return told(ws.cancel(call.text("task"), reason=call.text("reason")), call, ws)


# Private.


def _stepped(stepped: Stepped, call: Call) -> Reply:
    overview = stepped.overview
    step = {"kind": stepped.kind, "phase": stepped.phase, "blocked": stepped.blocked, "ran": _ran(stepped)}
    reply = Reply(
        result={**fields(overview), "step": step},
        lines=step_screen(stepped, call.console),
        next=overview.next_action.command,
        then=overview.next_action.then,
        warnings=overview.warnings,
    )
    if not stepped.blocked:
        return reply
    reason = overview.block.reason if overview.block else "the criteria do not hold"
    return no(reply, Exit.VALIDATION, "validation_failed", reason)


def _ran(stepped: Stepped) -> list[dict[str, object]]:
    return [
        {
            "criterion": ran.ask.criterion.id,
            "phase": ran.ask.phase,
            "outcome": ran.judgement.outcome,
            "reason": ran.judgement.reason,
            "observation": ran.observation,
        }
        for ran in stepped.ran
    ]

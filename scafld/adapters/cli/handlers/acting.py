"""The commands that change a task and ask no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.hands import OPTIONS, hand_of, printed
from scafld.adapters.cli.overviews import fields, no, told
from scafld.adapters.cli.reply import Reply
from scafld.adapters.cli.screens.step_screen import step_screen
from scafld.app.given import Stepped
from scafld.core.refusal import Exit, Misused, Unavailable

if TYPE_CHECKING:
    from scafld.app.keys import Keys
    from scafld.core.views.overview import Overview


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
    by, ws = hand_of(call), call.open()
    if call.flag("print_consent"):
        return printed(call, ws.to_sign.approve(call.text("task"), reason=call.text("reason")))
    overview = ws.approve(call.text("task"), reason=call.text("reason"), by=by)
    contract, waiting = overview.contract, overview.contract.request
    if waiting is None:
        word = "approved" if by is None else "approved, with your signature"
        return told(overview, call, ws, lines=(f"{word}: contract {contract.digest[:12]}, profile {overview.profile}",))
    if by is not None:
        return told(overview, call, ws, lines=(f"signed: contract {contract.digest[:12]}, {waiting.words}",))
    reply = told(overview, call, ws, lines=(f"requested: contract {contract.digest[:12]}",))
    return no(reply, Exit.VALIDATION, "validation_failed", f"only signatures approve here: {waiting.words}")


def build(call: Call) -> Reply:
    named = ("criterion", "disposition", "evidence_digest", "reason")
    if not any(call.text(name) for name in named) and not any(name in call.given for name in OPTIONS):
        return _stepped(call.open().build(call.text("task")), call)
    absent = [f"--{name.replace('_', '-')}" for name in named if not call.text(name)]
    if absent:
        raise Misused(f"evidence of a person needs {', '.join(absent)} too", next="scafld build --help")
    by, ws, criterion, disposition = hand_of(call), call.open(), call.text("criterion"), call.text("disposition")
    task, reason, evidence = call.text("task"), call.text("reason"), call.text("evidence_digest")
    passed = disposition == "pass"
    if call.flag("print_consent"):
        return printed(call, ws.to_sign.attest(task, criterion, passed=passed, reason=reason, evidence=evidence))
    overview = ws.attest(task, criterion, passed=passed, reason=reason, evidence=evidence, by=by)
    return told(overview, call, ws, lines=(f"{criterion}: {disposition}, on your word",))


def complete(call: Call) -> Reply:
    ws = call.open()
    stepped = ws.complete(call.text("task"))
    return _stepped(stepped, call, proof=_proof(stepped.overview, ws.keys))


def fail(call: Call) -> Reply:
    ws = call.open()
    return told(ws.fail(call.text("task"), reason=call.text("reason")), call, ws)


def cancel(call: Call) -> Reply:
    ws = call.open()
    return told(ws.cancel(call.text("task"), reason=call.text("reason")), call, ws)


# Private.


def _proof(overview: Overview, keys: Keys) -> str:
    """What comes once there is a receipt: to look at it as others will, and before that to trust the key it bears."""
    from scafld.app.keys import State

    if overview.receipt is None:
        return ""
    try:
        signer = next((each for each in keys.list().keys if each.key_id == overview.receipt.key), None)
    except Unavailable:
        return "scafld keys list"
    return (
        f"scafld verify {overview.task_id}" if signer and signer.state is not State.UNTRUSTED else "scafld keys trust"
    )


def _stepped(stepped: Stepped, call: Call, *, proof: str = "") -> Reply:
    overview = stepped.overview
    step = {"kind": stepped.kind, "phase": stepped.phase, "blocked": stepped.blocked, "ran": _ran(stepped)}
    reply = Reply(
        result={**fields(overview), "step": step},
        lines=step_screen(stepped, call.console),
        next=overview.next_action.command or proof,
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

"""The commands that change a task."""

from __future__ import annotations

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.reply import Reply, Told
from scafld.adapters.cli.screens.step_screen import step_screen
from scafld.adapters.cli.screens.task_screen import task_screen
from scafld.app.given import Stepped
from scafld.app.workspace import Workspace
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.refusal import Exit, Misused
from scafld.core.value import changed
from scafld.core.views.overview import Overview


def plan(call: Call) -> Reply:
    ws, profile = call.open(), call.text("profile")
    drafted = ws.plan(
        call.text("task"),
        title=call.text("title"),
        summary=call.text("summary"),
        command=call.text("command"),
        files=call.files(ws),
        size=Size(call.text("size") or Size.SMALL),
        risk=Risk(call.text("risk") or Risk.LOW),
        profile=Profile(profile) if profile else None,
    )
    line = f"draft: {call.console_in(ws).path(drafted.path)}"
    return _told(drafted.overview, call, ws, lines=(line,), more={"path": drafted.path})


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


def harden(call: Call) -> Reply:
    ws = call.open()
    asked = ws.harden(call.text("task"), mark_passed=call.flag("mark_passed"), reason=call.text("reason"))
    more = {"round": asked.round, "passed": asked.passed, "created": asked.created, "prompt": asked.prompt}
    if asked.passed:
        return _told(asked.overview, call, ws, lines=(f"{asked.round} passed on this draft",), more=more)
    word = "opened" if asked.created else "is open"
    lines = (
        f"{asked.round} {word} in {call.console_in(ws).path(asked.path)}",
        "answer its questions there; edit the draft as they demand it",
    )
    reply, then = _told(asked.overview, call, ws, more=more), asked.overview.next_action.then
    return changed(reply, lines=lines, text=asked.prompt, next=then or reply.next, then="")


def approve(call: Call) -> Reply:
    ws = call.open()
    overview = ws.approve(call.text("task"), reason=call.text("reason"))
    line = f"approved: contract {overview.contract.digest[:12]}, profile {overview.profile}"
    return _told(overview, call, ws, lines=(line,))


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
    return _told(overview, call, ws, lines=(f"{criterion}: {disposition}, on your word",))


def review(call: Call) -> Reply:
    chosen = [name for name in ("print_context", "abandon", "human_reviewed", "force") if call.flag(name)]
    if len(chosen) > 1:
        flags = " and ".join(f"--{name.replace('_', '-')}" for name in chosen)
        raise Misused(f"{flags} do not go together", next="scafld review --help")
    ws, task, reason = call.open(), call.text("task"), call.text("reason")
    match chosen:
        case ["print_context"]:
            packet = ws.review_context(task, mode=call.text("mode"))
            return Reply(result={"task_id": task, "context": packet.text, "packet": packet}, text=packet.text)
        case ["abandon"]:
            return _told(ws.abandon_review(task, reason=reason), call, ws)
        case ["human_reviewed"]:
            return _told(ws.review_by_human(task, reason=reason), call, ws)
        case _:
            return _asked(call, ws)


def complete(call: Call) -> Reply:
    return _stepped(call.open().complete(call.text("task")), call)


def fail(call: Call) -> Reply:
    ws = call.open()
    return _told(ws.fail(call.text("task"), reason=call.text("reason")), call, ws)


def cancel(call: Call) -> Reply:
    ws = call.open()
    return _told(ws.cancel(call.text("task"), reason=call.text("reason")), call, ws)


# Private.


def _asked(call: Call, ws: Workspace) -> Reply:
    """The reply after a reviewer was asked."""
    overview = ws.review(
        call.text("task"),
        provider=call.text("provider"),
        provider_command=call.text("provider_command"),
        mode=call.text("mode"),
        min_attack_angles=call.number("min_attack_angles"),
        max_findings=call.number("max_findings"),
        force=call.flag("force"),
        reason=call.text("reason"),
    )
    reply, attempt = _told(overview, call, ws), overview.review.attempt
    if attempt is not None and attempt.problem:
        return _no(reply, Exit.REVIEW, "review_failed", f"the review gave no verdict: {attempt.problem}")
    if overview.review.verdict == "fail":
        return _no(reply, Exit.REVIEW, "review_failed", "the review found what blocks completion")
    return reply


def _told(
    overview: Overview,
    call: Call,
    ws: Workspace,
    *,
    lines: tuple[str, ...] = (),
    more: dict[str, object] | None = None,
) -> Reply:
    return Reply(
        result={**_fields(overview), **(more or {})},
        lines=(*lines, *task_screen(overview, call.console_in(ws))),
        next=overview.next_action.command,
        then=overview.next_action.then,
        warnings=overview.warnings,
    )


def _stepped(stepped: Stepped, call: Call) -> Reply:
    overview = stepped.overview
    step = {"kind": stepped.kind, "phase": stepped.phase, "blocked": stepped.blocked, "ran": _ran(stepped)}
    reply = Reply(
        result={**_fields(overview), "step": step},
        lines=step_screen(stepped, call.console),
        next=overview.next_action.command,
        then=overview.next_action.then,
        warnings=overview.warnings,
    )
    if not stepped.blocked:
        return reply
    reason = overview.block.reason if overview.block else "the criteria do not hold"
    return _no(reply, Exit.VALIDATION, "validation_failed", reason)


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


def _fields(overview: Overview) -> dict[str, object]:
    """An overview's fields, by name: the keys of its JSON."""
    names: tuple[str, ...] = vars(Overview)["__fields__"]
    return {name: getattr(overview, name) for name in names}


def _no(reply: Reply, exit_code: Exit, code: str, message: str) -> Reply:
    return changed(reply, exit=exit_code, told=Told(code=code, message=message))

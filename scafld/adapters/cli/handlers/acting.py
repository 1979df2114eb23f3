"""The commands that change a task."""

from __future__ import annotations

from typing import Any

from scafld.adapters.cli.answer import Answer
from scafld.adapters.cli.front import Call
from scafld.adapters.cli.pages.step_page import step_page
from scafld.adapters.cli.pages.task_page import task_page
from scafld.adapters.codec import encode
from scafld.app.workspace import Stepped
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.refusal import Exit, Misused
from scafld.core.views.overview import Overview


def plan(call: Call) -> Answer:
    profile = call.text("profile")
    drafted = call.open().plan(
        call.text("task"),
        title=call.text("title"),
        summary=call.text("summary"),
        command=call.text("command"),
        files=call.many("file"),
        size=Size(call.text("size") or Size.SMALL),
        risk=Risk(call.text("risk") or Risk.LOW),
        profile=Profile(profile) if profile else None,
    )
    return _told(drafted.overview, call, lines=(f"draft: {drafted.path}",), more={"path": drafted.path})


def quick(call: Call) -> Answer:
    for name in ("title", "command"):
        if not call.text(name).strip():
            raise Misused(f"quick needs --{name}", next='scafld quick ID --title "..." --command "..."')
    files = call.many("file")
    stepped = call.open().quick(
        call.text("task"),
        title=call.text("title"),
        command=call.text("command"),
        summary=call.text("summary"),
        files=files,
    )
    return _stepped(stepped, call)


def harden(call: Call) -> Answer:
    asked = call.open().harden(call.text("task"), mark_passed=call.flag("mark_passed"), reason=call.text("reason"))
    more = {"round": asked.round, "passed": asked.passed, "created": asked.created, "prompt": asked.prompt}
    if asked.passed:
        return _told(asked.overview, call, lines=(f"{asked.round} passed on this draft",), more=more)
    word = "opened" if asked.created else "open"
    lines = (
        f"{asked.round} {word} in {asked.path}",
        "answer its questions there; edit the draft as they demand it",
        "",
    )
    return _told(asked.overview, call, lines=lines, text=asked.prompt, more=more)


def approve(call: Call) -> Answer:
    overview = call.open().approve(call.text("task"), reason=call.text("reason"))
    line = f"approved: contract {overview.contract.digest[:12]}, profile {overview.profile}"
    return _told(overview, call, lines=(line,))


def build(call: Call) -> Answer:
    named = ("criterion", "disposition", "evidence_digest", "reason")
    given = [name for name in named if call.text(name)]
    if not given:
        return _stepped(call.open().build(call.text("task")), call)
    absent = [f"--{name.replace('_', '-')}" for name in named if not call.text(name)]
    if absent:
        raise Misused(f"evidence of a person needs {', '.join(absent)} too")
    overview = call.open().attest(
        call.text("task"),
        call.text("criterion"),
        passed=call.text("disposition") == "pass",
        reason=call.text("reason"),
        evidence=call.text("evidence_digest"),
    )
    return _told(overview, call, lines=(f"{call.text('criterion')}: {call.text('disposition')}, on your word",))


def review(call: Call) -> Answer:
    ws, task = call.open(), call.text("task")
    if call.flag("print_context"):
        packet = ws.review_context(task, mode=call.text("mode"))
        return Answer(result={"task_id": task, "context": packet.text, "packet": encode(packet)}, text=packet.text)
    if call.flag("abandon"):
        return _told(ws.abandon_review(task, reason=call.text("reason")), call)
    if call.flag("human_reviewed"):
        return _told(ws.review_by_human(task, reason=call.text("reason")), call)
    overview = ws.review(
        task,
        provider=call.text("provider"),
        provider_command=call.text("provider_command"),
        mode=call.text("mode"),
        min_attack_angles=call.number("min_attack_angles"),
        max_findings=call.number("max_findings"),
        force=call.flag("force"),
        reason=call.text("reason"),
    )
    said_no = overview.review.verdict == "fail" or bool(overview.review.attempt and overview.review.attempt.problem)
    answer = _told(overview, call)
    if not said_no:
        return answer
    return _no(answer, Exit.REVIEW, "review_failed", "the review did not pass")


def complete(call: Call) -> Answer:
    return _stepped(call.open().complete(call.text("task")), call)


def fail(call: Call) -> Answer:
    return _told(call.open().fail(call.text("task"), reason=call.text("reason")), call)


def cancel(call: Call) -> Answer:
    return _told(call.open().cancel(call.text("task"), reason=call.text("reason")), call)


# Private.


def _told(
    overview: Overview,
    call: Call,
    *,
    lines: tuple[str, ...] = (),
    text: str = "",
    more: dict[str, Any] | None = None,
) -> Answer:
    page = (*lines, *task_page(overview, call.console)) if not text else lines
    result = {**encode(overview), **(more or {})}
    return Answer(result=result, lines=page, text=text, next=next_line(overview), warnings=overview.warnings)


def next_line(overview: Overview) -> str:
    """The next command, and what follows the work that it prepares."""
    action = overview.next_action
    return f"{action.command}        then: {action.then}" if action.then and action.command else action.command


def _stepped(stepped: Stepped, call: Call) -> Answer:
    step = {"kind": stepped.kind, "phase": stepped.phase, "blocked": stepped.blocked, "ran": _ran(stepped)}
    answer = Answer(
        result={**encode(stepped.overview), "step": step},
        lines=step_page(stepped, call.console),
        next=next_line(stepped.overview),
        warnings=stepped.overview.warnings,
    )
    if not stepped.blocked:
        return answer
    reason = stepped.overview.block.reason if stepped.overview.block else "the criteria do not hold"
    return _no(answer, Exit.VALIDATION, "validation_failed", reason)


def _ran(stepped: Stepped) -> list[dict[str, Any]]:
    return [
        {
            "criterion": ran.ask.criterion.id,
            "phase": ran.ask.phase,
            "outcome": str(ran.judgement.outcome),
            "reason": ran.judgement.reason,
            "observation": encode(ran.observation) if ran.observation else None,
        }
        for ran in stepped.ran
    ]


def _no(answer: Answer, exit_code: Exit, code: str, message: str) -> Answer:
    return Answer(
        result=answer.result,
        lines=answer.lines,
        text=answer.text,
        next=answer.next,
        exit=exit_code,
        code=code,
        message=message,
        warnings=answer.warnings,
    )

"""The commands that may ask a model."""

from __future__ import annotations

from scafld.adapters.cli.call import Call
from scafld.adapters.cli.console import Console
from scafld.adapters.cli.hands import hand_of, printed
from scafld.adapters.cli.overviews import no, told
from scafld.adapters.cli.reply import Reply
from scafld.app.given import Questioned
from scafld.app.workspace import Workspace
from scafld.core.contract.spec import Profile, Risk, Size
from scafld.core.refusal import Exit, Misused
from scafld.core.value import changed
from scafld.core.views.packet import Packet

MOST_QUESTIONS = 6
"""The draft itself has them all."""
WHO = ("provider", "model", "provider_binary", "provider_command")


def plan(call: Call) -> Reply:
    request, ws = call.text("request"), call.open()
    if not request and (_who(call) or call.flag("print_context")):
        raise Misused("a model plans from a request: give --from", next="scafld plan --help")
    if call.flag("print_context"):
        return _context(ws.plan_context(call.text("task"), request), call)
    size, risk = Size(call.text("size") or Size.SMALL), Risk(call.text("risk") or Risk.LOW)
    profile = Profile(call.text("profile")) if call.text("profile") else None
    if request:
        _alone(call, ("title", "summary", "command", "file"), "--from")
        drafted = ws.plan_by_model(
            call.text("task"), request=request, **_who(call), size=size, risk=risk, profile=profile
        )
    else:
        drafted = ws.plan(
            call.text("task"),
            title=call.text("title"),
            summary=call.text("summary"),
            command=call.text("command"),
            files=call.files(ws),
            size=size,
            risk=risk,
            profile=profile,
        )
    console = call.console_in(ws)
    asks = tuple(line for words in drafted.questions[:MOST_QUESTIONS] for line in _question(words, console))
    lines = (f"draft: {console.path(drafted.path)}", *asks)
    return told(drafted.overview, call, ws, lines=lines, more={"path": drafted.path, "questions": drafted.questions})


def harden(call: Call) -> Reply:
    chosen = [name for name in ("mark_passed", "print_context", "by_hand", "abandon", "force") if call.flag(name)]
    _one(chosen, "scafld harden --help")
    ws, task, reason, who = call.open(), call.text("task"), call.text("reason"), _who(call)
    if who and chosen and chosen[0] in ("mark_passed", "by_hand", "abandon"):
        raise Misused(f"{_flag(chosen[0])} asks no model", next="scafld harden --help")
    match chosen:
        case ["print_context"]:
            return _context(ws.harden_context(task), call)
        case ["mark_passed"]:
            return _questioned(ws.harden(task, mark_passed=True, reason=reason), call, ws)
        case ["abandon"]:
            asked = ws.harden(task, abandon=True, reason=reason)
            return told(asked.overview, call, ws, lines=(f"{asked.round} was given up",), more=_more(asked))
        case ["by_hand"]:
            return _questioned(ws.harden(task), call, ws)
    if who or call.flag("force") or ws.hardens_by_model():
        return _answered(ws.harden_by_model(task, **who, force=call.flag("force"), reason=reason), call, ws)
    return _questioned(ws.harden(task), call, ws)


def review(call: Call) -> Reply:
    chosen = [name for name in ("print_context", "abandon", "human_reviewed", "force") if call.flag(name)]
    chosen += ["dismiss"] if call.text("dismiss") else []
    _one(chosen, "scafld review --help")
    by, printing = hand_of(call), call.flag("print_consent")
    if (by or printing) and chosen not in (["human_reviewed"], ["dismiss"]):
        raise Misused("a person signs with --human-reviewed or --dismiss", next="scafld review --help")
    ws, task, reason = call.open(), call.text("task"), call.text("reason")
    match chosen:
        case ["print_context"]:
            return _context(ws.review_context(task, mode=call.text("mode")), call)
        case ["abandon"]:
            return told(ws.abandon_review(task, reason=reason), call, ws)
        case ["human_reviewed"]:
            if printing:
                return printed(call, ws.to_sign.review_by_human(task, reason=reason))
            return told(ws.review_by_human(task, reason=reason, by=by), call, ws)
        case ["dismiss"]:
            finding = call.text("dismiss")
            if printing:
                return printed(call, ws.to_sign.dismiss(task, finding, reason=reason))
            overview = ws.dismiss(task, finding, reason=reason, by=by)
            return told(overview, call, ws, lines=(f"{finding}: dismissed on this code, on your word",))
        case _:
            return _reviewed(call, ws)


# Private.


def _reviewed(call: Call, ws: Workspace) -> Reply:
    """The reply after a reviewer was asked."""
    overview = ws.review(
        call.text("task"),
        **_who(call),
        mode=call.text("mode"),
        min_attack_angles=call.number("min_attack_angles"),
        max_findings=call.number("max_findings"),
        force=call.flag("force"),
        reason=call.text("reason"),
    )
    reply, attempt = told(overview, call, ws), overview.review.attempt
    if attempt is not None and attempt.problem:
        return no(reply, Exit.REVIEW, "review_failed", f"the review gave no verdict: {attempt.problem}")
    if overview.review.verdict == "fail":
        return no(reply, Exit.REVIEW, "review_failed", "the review found what blocks completion")
    return reply


def _answered(asked: Questioned, call: Call, ws: Workspace) -> Reply:
    """The reply after a model questioned a draft."""
    found = asked.overview.hardening
    by = f" by {found.by}" if found is not None and found.by else ""
    if asked.passed:
        return told(asked.overview, call, ws, lines=(f"{asked.round} passed on this draft{by}",), more=_more(asked))
    reply = told(asked.overview, call, ws, more=_more(asked))
    if found is not None and found.problem:
        return no(reply, Exit.VALIDATION, "validation_failed", f"{asked.round} gave no answer: {found.problem}")
    return no(reply, Exit.VALIDATION, "validation_failed", f"{asked.round} asks for another draft")


def _questioned(asked: Questioned, call: Call, ws: Workspace) -> Reply:
    """The reply to a round by hand."""
    more = _more(asked)
    if asked.passed:
        return told(asked.overview, call, ws, lines=(f"{asked.round} passed on this draft",), more=more)
    word = "opened" if asked.created else "is open"
    lines = (f"{asked.round} {word} in {call.console_in(ws).path(asked.path)}",)
    reply, then = told(asked.overview, call, ws, more=more), asked.overview.next_action.then
    return changed(reply, lines=lines, text=asked.prompt, next=then or reply.next, then="")


def _more(asked: Questioned) -> dict[str, object]:
    return {"round": asked.round, "passed": asked.passed, "created": asked.created, "prompt": asked.prompt}


def _question(words: str, console: Console) -> tuple[str, ...]:
    """What a model that drafted asks whoever reads the draft."""
    first, *more = console.wrap(words, 7, 3)
    return (f"asks:  {first}", *(f"       {line}" for line in more))


def _context(packet: Packet, call: Call) -> Reply:
    """Exactly what would be sent."""
    return Reply(result={"task_id": call.text("task"), "context": packet.text, "packet": packet}, text=packet.text)


def _who(call: Call) -> dict[str, str]:
    """Whom the caller names, by the names of the library; nothing where nobody is named."""
    return {name: call.text(name) for name in WHO if call.text(name)}


def _one(chosen: list[str], helping: str) -> None:
    if len(chosen) > 1:
        raise Misused(f"{' and '.join(map(_flag, chosen))} do not go together", next=helping)


def _alone(call: Call, names: tuple[str, ...], flag: str) -> None:
    given = [name for name in names if call.text(name) or call.many(name)]
    if given:
        raise Misused(f"{_flag(given[0])} does not go with {flag}: the model says it", next="scafld plan --help")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"

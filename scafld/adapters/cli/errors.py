"""The one place that turns what went wrong into an exit code, a page and an envelope."""

from __future__ import annotations

from typing import Any

from scafld.adapters.cli.answer import Answer
from scafld.adapters.cli.console import Console, plain
from scafld.core.contract.problems import Problem
from scafld.core.refusal import Exit, Malformed, Misused, Refused, ScafldError, Unavailable

MOST_LINES = 10
"""A refusal fits into so many lines."""


def answer_to(error: BaseException, console: Console) -> tuple[Answer, dict[str, Any]]:
    """The page and the envelope's `error` for an exception."""
    match error:
        case Refused():
            return _refused(error, console)
        case Malformed():
            return _malformed(error, console)
        case Unavailable() | Misused():
            return _told(error.exit, error.code, str(error), error.next, console)
        case ScafldError():
            return _told(error.exit, error.code, str(error), "", console)
        case KeyboardInterrupt():
            return _told(Exit.CANCELLED, "cancelled", "stopped; what was recorded stays recorded", "", console)
        case _:
            words = f"this is a bug in scafld: {type(error).__name__}: {error}"
            return _told(Exit.RUNTIME, "bug", words, "", console)


def no_error(answer: Answer) -> dict[str, Any] | None:
    """The envelope's `error` of an answer that says no without an exception, None when it says yes."""
    if answer.exit is Exit.OK:
        return None
    return _error(answer.code, answer.message, answer.exit, next=answer.next)


# Private.


def _error(code: str, message: str, exit_code: int, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"code": code, "message": message, "exit_code": int(exit_code)}
    return told | {"gate": None, "problems": [], "next": ""} | more


def _told(exit_code: Exit, code: str, message: str, way_on: str, console: Console) -> tuple[Answer, dict[str, Any]]:
    lines = (f"{console.paint('error:', '31')} {plain(message)}",)
    return Answer(result=None, lines=lines, next=way_on, exit=exit_code), _error(code, message, exit_code, next=way_on)


def _refused(error: Refused, console: Console) -> tuple[Answer, dict[str, Any]]:
    no = error.refusal
    lines = [f"{console.paint(f'{no.gate}:', '31')} {plain(no.reason)}"]
    if no.expected:
        lines.append(f"  expected  {plain(no.expected)}")
    if no.actual:
        lines.append(f"  found     {plain(no.actual)}")
    lines += [f"  - {console.fold(text, 4)}" for text in (*no.blockers, *no.evidence)]
    gate = {
        "gate": str(no.gate),
        "status": no.status,
        "reason": no.reason,
        "expected": no.expected,
        "actual": no.actual,
        "evidence": list(no.evidence),
        "blockers": list(no.blockers),
        "next": no.next,
    }
    shown = tuple(lines[: MOST_LINES - 1])
    told = _error(error.code, no.reason, error.exit, gate=gate, next=no.next)
    return Answer(result=None, lines=shown, next=no.next, exit=error.exit), told


def _malformed(error: Malformed, console: Console) -> tuple[Answer, dict[str, Any]]:
    lines = [f"{console.paint('error:', '31')} {plain(str(error))}"]
    lines += problem_lines(error.path, error.problems[: (MOST_LINES - 2) // 2], console)
    problems = [problem_data(problem) for problem in error.problems]
    told = _error(error.code, str(error), error.exit, problems=problems, next=error.next)
    return Answer(result=None, lines=tuple(lines[: MOST_LINES - 1]), next=error.next, exit=error.exit), told


def problem_lines(path: str, problems: tuple[Problem, ...], console: Console) -> list[str]:
    """A problem a line, and beneath it the way out."""
    lines = []
    for problem in problems:
        where = f"{path}:{problem.line}" if problem.line else path
        lines.append(f"{plain(where)}: {plain(problem.message)}")
        if problem.suggestion:
            lines.append(f"  {console.paint(plain(problem.suggestion), '2')}")
    return lines


def problem_data(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "suggestion": problem.suggestion,
    }

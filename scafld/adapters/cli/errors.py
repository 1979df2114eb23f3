"""The one place that turns what went wrong into an exit code, and into words."""

from __future__ import annotations

from collections.abc import Iterator

from scafld.adapters.cli.console import DIM, RED, Console, cells, line_of
from scafld.adapters.cli.reply import Reply, Told
from scafld.core.contract.problems import Problem
from scafld.core.refusal import Exit, Malformed, Misused, Refusal, Refused, ScafldError, Unavailable

MOST_LINES = 10
"""A refusal fits into so many lines, its `next:` included."""


def reply_to(error: BaseException, console: Console) -> Reply:
    """The reply to an exception: a bug when it is none of scafld's own and none of the world's."""
    match error:
        case Refused():
            told = Told(code=error.code, message=error.refusal.reason, gate=error.refusal)
            lines = _refused(error.refusal, console)
            return _reply(error.exit, told, lines, error.refusal.next)
        case Malformed():
            told = Told(code=error.code, message=str(error), problems=error.problems)
            return _reply(error.exit, told, _malformed(error, console), error.next)
        case Unavailable() | Misused():
            return _words(error.exit, error.code, str(error), error.next, console)
        case ScafldError():
            return _words(error.exit, error.code, str(error), "", console)
        case KeyboardInterrupt():
            return _words(Exit.CANCELLED, "cancelled", "stopped; what was recorded stays recorded", "", console)
        case OSError(strerror=str() as why):
            where = f": {error.filename}" if error.filename is not None else ""
            return _words(Exit.RUNTIME, "runtime_error", f"{why}{where}", "", console)
        case _:
            words = f"this is a bug in scafld: {type(error).__name__}: {error}"
            return _words(Exit.RUNTIME, "bug", words, "", console)


def is_bug(error: BaseException) -> bool:
    """Whether nobody meant this to be raised."""
    return not isinstance(error, (ScafldError, KeyboardInterrupt, OSError))


def problem_lines(path: str, problems: tuple[Problem, ...], console: Console) -> Iterator[str]:
    """Each problem with its place, and beneath it the way out."""
    for problem in problems:
        where = console.path(path) + (f":{problem.line}" if problem.line else "")
        first, *more = console.wrap(f"{where}: {problem.message}", 4)
        yield first
        yield from (f"    {line}" for line in more)
        if problem.suggestion:
            yield from (f"  {console.paint(line, DIM)}" for line in console.wrap(problem.suggestion, 2))


# Private.


def _reply(exit_code: Exit, told: Told, lines: list[str], way_on: str) -> Reply:
    room = MOST_LINES - (1 if way_on else 0)
    if len(lines) > room:
        lines = [*lines[: room - 1], "  ..."]
    return Reply(lines=tuple(lines), next=way_on, exit=exit_code, told=told)


def _words(exit_code: Exit, code: str, message: str, way_on: str, console: Console) -> Reply:
    return _reply(exit_code, Told(code=code, message=message), _head("error", message, console), way_on)


def _head(word: str, message: str, console: Console) -> list[str]:
    first, *more = console.wrap(f"{word}: {message}", 2)
    return [console.paint(first[: len(word) + 1], RED) + first[len(word) + 1 :], *(f"  {line}" for line in more)]


def _refused(no: Refusal, console: Console) -> list[str]:
    lines = _head(str(no.gate), no.reason, console)
    for label, text in (("expected", no.expected), ("found", no.actual)):
        if text:
            lines.append(f"  {label.ljust(8)}  {console.fold(text, 12)}")
    told = (*no.blockers, *no.evidence)
    wrapped = [console.wrap(text, 4, 2) for text in told]
    if len(lines) + sum(map(len, wrapped)) < MOST_LINES:
        return lines + [f"{'    ' if at else '  - '}{line}" for each in wrapped for at, line in enumerate(each)]
    return lines + [f"  - {console.fold(text, 4)}" for text in told]


def _malformed(error: Malformed, console: Console) -> list[str]:
    """Every problem with its way out where they fit; else as many as do, a line each, and how many more."""
    many, room = len(error.problems), MOST_LINES - 1
    if not many:
        return _head("error", str(error), console)
    head = _head("error", f"{console.path(error.path)} has {many} problem{'' if many == 1 else 's'}", console)
    whole = [*head, *problem_lines(error.path, error.problems, console)]
    if len(whole) <= room or many == 1:
        return whole
    shown = error.problems if many <= room - len(head) else error.problems[: room - len(head) - 1]
    lines = [f"  {_short(problem, console)}" for problem in shown]
    more = many - len(shown)
    return [*head, *lines, f"  and {more} more; --json has them all"] if more else [*head, *lines]


def _short(problem: Problem, console: Console) -> str:
    """A problem on one line, with its way out where both fit."""
    words = f"line {problem.line}: {problem.message}" if problem.line else problem.message
    both = line_of(f"{words} ({problem.suggestion})" if problem.suggestion else words)
    return both if cells(both) <= console.width - 2 else console.fold(words, 2)

"""How an answer leaves the process: one envelope or one page on stdout, talk on stderr, the code for the shell."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from scafld.adapters.cli.answer import Answer
from scafld.adapters.cli.arguments import Given
from scafld.adapters.cli.console import Console
from scafld.adapters.cli.errors import answer_to, no_error


def show(name: str, given: Given, console: Console, environ: Mapping[str, str], act: Callable[[], Answer]) -> int:
    """Run `act` and show what it gives, or what it raises."""
    signal.signal(signal.SIGTERM, _stop)
    error: dict[str, Any] | None
    try:
        answer = act()
        error = no_error(answer)
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as problem:
        if environ.get("SCAFLD_LOG") and not hasattr(problem, "exit"):
            traceback.print_exc(file=sys.stderr)
        answer, error = answer_to(problem, console)
    if given.get("json"):
        sys.stdout.write(envelope(name, answer, error) + "\n")
    else:
        _page(answer, error, console)
    return int(answer.exit)


def envelope(name: str, answer: Answer, error: dict[str, Any] | None) -> str:
    """The one JSON line of a command."""
    told = {
        "ok": error is None,
        "command": name,
        "warnings": list(answer.warnings),
        "result": answer.result,
        "error": error,
    }
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


# Private.


def _page(answer: Answer, error: dict[str, Any] | None, console: Console) -> None:
    thrown = error is not None and answer.result is None
    stream = sys.stderr if thrown else sys.stdout
    if answer.text:
        stream.write(answer.text if answer.text.endswith("\n") else answer.text + "\n")
    for line in answer.lines:
        stream.write(line.rstrip() + "\n")
    for warning in answer.warnings:
        sys.stderr.write(f"{console.paint('note:', '33')} {warning}\n")
    if answer.next:
        stream.write(f"{console.paint('next:', '1')} {answer.next}\n")


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt

"""What an author says of one criterion, field by field; what cannot be understood is a problem."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.choices import EXPECTATIONS, chosen
from scafld.adapters.markdown.labels import clean, first_span, given, normalise, seconds
from scafld.core.contract.problems import Problem
from scafld.core.contract.spec import Criterion, Expected, Start
from scafld.core.names import CriterionId, criterion_id

if TYPE_CHECKING:
    from scafld.adapters.markdown.criteria import Draft, Field


def stated(identity: CriterionId, draft: Draft, problems: list[Problem]) -> Criterion:
    """The criterion that `draft` describes; what is wrong with it is added to `problems`."""
    _check_id(identity, draft, problems)
    _check_once(identity, draft, problems)
    label = given(_text(draft, "type")) or draft.label or "command"
    expected, exit_code = _expected(draft, label, problems)
    start, reason = _baseline(draft, problems)
    return Criterion(
        id=identity,
        title=draft.title,
        expected=expected,
        label=label,
        command=_command(draft, problems),
        exit_code=_exit_code(draft, problems) if draft.field("exit_code") else exit_code,
        contains=given(_text(draft, "contains")),
        cwd=_cwd(draft),
        timeout_s=_timeout(draft, problems),
        evidence_required=given(_text(draft, "evidence_required")),
        start=start,
        start_reason=reason,
        line=draft.first + 1,
    )


# Private.

_DEFAULTS = {"manual": Expected.MANUAL, "browser": Expected.BROWSER_EVIDENCE}
_EXIT = re.compile(r"(?:exit(?: code)? )?(?P<code>[1-9][0-9]{0,2})\Z")
_BASELINE = re.compile(r"(?P<start>red|green)\b[\s:(\-–—]*(?P<reason>.*?)\)?\Z", re.I | re.S)
_LONGEST_TIMEOUT = 7 * 24 * 3600


def _text(draft: Draft, name: str) -> str:
    field = draft.field(name)
    return field.text if field is not None else ""


def _check_id(identity: CriterionId, draft: Draft, problems: list[Problem]) -> None:
    try:
        criterion_id(identity)
    except ValueError as error:
        problems.append(Problem(code="bad_criterion_id", line=draft.first + 1, message=str(error)))


def _check_once(identity: CriterionId, draft: Draft, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for field in draft.fields:
        if field.name in seen and field.name in _STATED_ONCE:
            problems.append(
                Problem(
                    code="duplicate_field",
                    line=field.first + 1,
                    message=f"criterion {identity} says {field.name.replace('_', ' ')!r} twice",
                    suggestion="keep one of them, or make two criteria",
                )
            )
        seen.add(field.name)


_STATED_ONCE = ("command", "expected", "exit_code", "contains", "cwd", "timeout", "baseline", "type")


def _command(draft: Draft, problems: list[Problem]) -> str:
    field = draft.field("command")
    if field is None:
        return ""
    command = given(field.text)
    if command.startswith("`") and first_span(field.text) != command:
        problems.append(
            Problem(
                code="unclear_command",
                line=field.first + 1,
                message="words stand beside the command's backticks, so what would be run is not clear",
                suggestion=f"write only `{first_span(field.text)}` there, and the words in the title",
            )
        )
    return command


def _expected(draft: Draft, label: str, problems: list[Problem]) -> tuple[Expected, int | None]:
    """The expectation, and the exit code that it names by the way (`exit code 3`)."""
    field = draft.field("expected")
    default = _DEFAULTS.get(label.casefold(), Expected.EXIT_CODE_ZERO)
    if field is None:
        return default, None
    numbered = _EXIT.match(normalise(clean(field.text)))
    if numbered:
        return Expected.EXIT_CODE_NONZERO, int(numbered.group("code"))
    found, problem = chosen(field.text, Expected, EXPECTATIONS, what="expected kind", line=field.first + 1)
    if problem is not None:
        problems.append(problem)
    return found or default, None


def _exit_code(draft: Draft, problems: list[Problem]) -> int | None:
    field = draft.field("exit_code")
    text = given(field.text) if field is not None else ""
    if field is None or not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 255:
        return int(text)
    _bad_number(field, "an exit code is a whole number from 0 to 255", problems)
    return None


def _timeout(draft: Draft, problems: list[Problem]) -> int | None:
    field = draft.field("timeout")
    if field is None or not given(field.text):
        return None
    try:
        limit = seconds(field.text)
    except ValueError:
        limit = 0
    if 0 < limit <= _LONGEST_TIMEOUT:
        return limit
    _bad_number(field, "a timeout is a number of seconds, at least 1 and at most a week", problems)
    return None


def _bad_number(field: Field, rule: str, problems: list[Problem]) -> None:
    problems.append(
        Problem(
            code="bad_number",
            line=field.first + 1,
            message=f"{clean(field.text)[:60]!r} is no number here: {rule}",
            suggestion="write 300, 300s or 5m" if field.name == "timeout" else "write 0",
        )
    )


def _cwd(draft: Draft) -> str:
    cwd = given(first_span(_text(draft, "cwd")))
    return "" if cwd in (".", "./") else cwd


def _baseline(draft: Draft, problems: list[Problem]) -> tuple[Start, str]:
    field = draft.field("baseline")
    if field is None or not given(field.text):
        return Start.RED, ""
    found = _BASELINE.match(clean(field.text))
    if found is None:
        problems.append(
            Problem(
                code="unknown_baseline",
                line=field.first + 1,
                message=f"baseline {clean(field.text)[:60]!r} is neither red nor green",
                suggestion="write `red`, or `green - ` and why it is green before the work",
            )
        )
        return Start.RED, ""
    return Start(found.group("start").lower()), found.group("reason").strip()

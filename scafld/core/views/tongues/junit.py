"""A contract's criteria in JUnit XML, the format that test reports are drawn from.

A suite is a phase, a case is a criterion. What JUnit has no word for (strength, whether it was seen red, the command)
stands as properties of the suite, `<criterion>.<fact>`: the schema that Jenkins checks files by knows none on a case.
A criterion that was not run is skipped, and never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from scafld.core.evidence.criterion import NOT_FOUND, Ended
from scafld.core.names import PhaseId
from scafld.core.task.known import Result, Task
from scafld.core.value import value
from scafld.core.views.overview import CriterionView, Overview, PhaseView
from scafld.core.views.tongues.lettering import one_line, seconds, shortened, visible

MOST_TEXT = 4000
"""Characters of a text that is no output."""


def junit_of(overview: Overview, task: Task) -> str:
    """The criteria of a contract as a JUnit report in ASCII, which is XML 1.0 whatever a command printed."""
    suites = tuple(_suite(phase, overview, task) for phase in _once(overview.phases))
    attributes = {
        "name": overview.task_id,
        "tests": str(sum(len(each.cases) for each in suites)),
        "failures": str(sum(each.count("failure") for each in suites)),
        "errors": str(sum(each.count("error") for each in suites)),
        "time": seconds(sum(each.milliseconds for each in suites)),
    }
    whole = '<?xml version="1.0" encoding="UTF-8"?>\n' + _element("testsuites", attributes, map(_suite_element, suites))
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def reason_of(view: CriterionView) -> str:
    """Why a criterion stands as it does; a run before the work is said to be one."""
    if view.outcome == "not_run" and view.entry:
        return f"not run since the work began; before it: {view.reason}"
    return view.reason


# Private.


@value
class _Case:
    """One criterion as a case. `kind`: pass, failure (it said no), error (it never came to an answer), or skipped."""

    view: CriterionView
    result: Result | None
    suite: str

    @property
    def kind(self) -> str:
        if self.view.outcome not in ("pass", "fail"):
            return "skipped"
        if self.view.outcome == "pass":
            return "pass"
        return "error" if _unanswered(self.result) else "failure"

    @property
    def milliseconds(self) -> int | None:
        """How long it ran to be judged; a run before the work judges nothing."""
        return None if self.kind == "skipped" else self.view.duration_ms


@value
class _Suite:
    """One phase as a suite."""

    phase: PhaseView
    overview: Overview
    cases: tuple[_Case, ...]

    @property
    def milliseconds(self) -> int:
        return sum(each.milliseconds or 0 for each in self.cases)

    def count(self, kind: str) -> int:
        return sum(each.kind == kind for each in self.cases)


def _once(phases: tuple[PhaseView, ...]) -> tuple[PhaseView, ...]:
    """Each phase once, also where a faulty contract has two of one id."""
    first: dict[PhaseId | None, PhaseView] = {}
    for phase in phases:
        first.setdefault(phase.id, phase)
    return tuple(first.values())


def _suite(phase: PhaseView, overview: Overview, task: Task) -> _Suite:
    name = f"{overview.task_id}.{phase.id or _FINAL}"
    views = (view for view in overview.criteria if view.phase == phase.id)
    cases = tuple(_Case(view=view, result=_result(view, task), suite=name) for view in views)
    return _Suite(phase=phase, overview=overview, cases=cases)


_FINAL = "final"
"""What the criteria that belong to no phase are called."""


def _result(view: CriterionView, task: Task) -> Result | None:
    """The evidence that the view was drawn from."""
    found = task.results.get(view.id)
    return found if found is not None and view.entry == f"entry-{found.seq}" else None


def _suite_element(suite: _Suite) -> str:
    attributes = {
        "name": suite.phase.id or _FINAL,
        "tests": str(len(suite.cases)),
        "failures": str(suite.count("failure")),
        "errors": str(suite.count("error")),
        "skipped": str(suite.count("skipped")),
        "time": seconds(suite.milliseconds),
    }
    latest = max((each.result.at for each in suite.cases if each.result and each.kind != "skipped"), default=None)
    if latest is not None:
        attributes["timestamp"] = latest[:_TO_THE_SECOND]
    facts = [*_facts(suite), *(fact for case in suite.cases for fact in _case_facts(case))]
    properties = _element("properties", {}, [_property(name, text) for name, text in facts])
    return _element("testsuite", attributes, [properties, *map(_case_element, suite.cases)])


_TO_THE_SECOND = 19
"""So much of a moment is a time without a zone, as JUnit's readers expect it; it is UTC."""


def _facts(suite: _Suite) -> tuple[tuple[str, str], ...]:
    overview, phase = suite.overview, suite.phase
    facts = {
        "title": overview.title,
        "phase": phase.name,
        "phase.status": phase.status,
        "task.status": str(overview.status),
        "profile": overview.profile,
        "ledger": overview.ledger,
        "contract": overview.contract.digest,
        "contract.approval": str(overview.contract.binding),
        "unproven": phase.unproven,
    }
    return tuple((name, text) for name, text in facts.items() if text)


def _case_facts(case: _Case) -> tuple[tuple[str, str], ...]:
    view = case.view
    facts = {
        "title": view.title,
        "command": view.command,
        "expected": view.expected,
        "outcome": view.outcome,
        "strength": str(view.strength),
        "red_seen": "true" if view.red_seen else "false",
        "exit_code": "" if view.exit_code is None else str(view.exit_code),
        "output_sha256": view.output or "",
        "entry": view.entry,
    }
    return tuple((f"{view.id}.{name}", text) for name, text in facts.items() if text)


def _case_element(case: _Case) -> str:
    attributes = {"name": case.view.id, "classname": case.suite}
    if case.milliseconds is not None:
        attributes["time"] = seconds(case.milliseconds)
    return _element("testcase", attributes, [*_verdict(case), *_output(case)])


def _verdict(case: _Case) -> Iterator[str]:
    view = case.view
    reason = shortened(one_line(reason_of(view)), MOST_TEXT)
    if case.kind == "skipped":
        yield _element("skipped", {"message": reason}, ())
    elif case.kind != "pass":
        body = visible(f"{view.title}\n{view.command}\n{view.reason}")
        yield _element(case.kind, {"type": _type(case), "message": reason}, _text(shortened(body, MOST_TEXT)))


def _output(case: _Case) -> Iterator[str]:
    """The end of what it printed; of a criterion that is skipped only a run before the work is known."""
    seen = case.result.observation if case.result and case.kind != "skipped" else None
    if seen is not None and seen.tail.strip():
        yield _element("system-out", {}, _text(visible(seen.tail)))


def _unanswered(result: Result | None) -> bool:
    """Whether a run ended without an answer of its own: out of time, killed, never started, not found."""
    seen = result.observation if result else None
    return seen is not None and (seen.ended is not Ended.EXITED or seen.exit_code in NOT_FOUND)


def _type(case: _Case) -> str:
    """What was expected of a criterion that said no; how a run ended that said nothing."""
    seen = case.result.observation if case.result else None
    if seen is None or case.kind == "failure":
        return case.view.expected
    return "not_found" if seen.ended is Ended.EXITED else str(seen.ended)


def _property(name: str, text: str) -> str:
    return _element("property", {"name": name, "value": shortened(visible(text), MOST_TEXT)}, ())


def _element(name: str, attributes: dict[str, str], inside: Iterable[str] | str) -> str:
    said = "".join(f' {key}="{_attribute(text)}"' for key, text in attributes.items())
    if isinstance(inside, str):
        return f"<{name}{said}>{inside}</{name}>\n"
    children = "".join(inside)
    return f"<{name}{said}>\n{children}</{name}>\n" if children else f"<{name}{said}/>\n"


def _text(text: str) -> str:
    return escape(text, quote=False)


def _attribute(text: str) -> str:
    """Text between double quotes; a line break or a tab in it stays one."""
    return escape(visible(text)).replace("\n", "&#10;").replace("\t", "&#9;")

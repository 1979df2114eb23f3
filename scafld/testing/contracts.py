"""Strategies for contracts: texts that a person could have written, and what the reader makes of them."""

from __future__ import annotations

from hypothesis import strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from scafld.core.contract.spec import Profile, Risk, Size, Spec

MARKERS = ("alpha", "beta", "gamma", "delta")
"""What criteria ask for: `check alpha` is the command that wants the word `alpha` in the files."""


@strategies.composite
def spec_texts(
    draw: DrawFn, *, task_id: str = "add-cache", manual: bool = True, profiles: tuple[Profile, ...] = tuple(Profile)
) -> str:
    """The Markdown of a contract without problems, which says all that its profile asks for. Commands are
    `check MARKER`, for a marker of `MARKERS`. `manual`: whether a criterion may want the evidence of a person."""
    counts = draw(strategies.lists(strategies.integers(min_value=1, max_value=2), max_size=2))
    final = draw(strategies.integers(min_value=0 if counts else 1, max_value=2))
    names = _names(counts, final)
    criteria = {name: draw(_criteria(name, manual=manual)) for row in names for name in row}
    front = [
        "---",
        "spec_version: '2.0'",
        f"task_id: {task_id}",
        "status: draft",
        f"size: {draw(strategies.sampled_from(Size))}",
        f"risk_level: {draw(strategies.sampled_from(Risk))}",
        "---",
    ]
    head = ["", f"# {draw(_lines())}", "", "## Summary", "", draw(_lines()), ""]
    said = [
        "## Objectives",
        "",
        f"- {draw(_lines())}",
        "",
        "## Scope",
        "",
        "- In: `a.py`",
        "- Out: the wire format",
        "",
    ]
    said += ["## Touchpoints", "", "- `a.py`", ""]
    risks = ["## Risks", "", f"- {draw(_lines())}", "", "## Rollback", "", "- revert the commit", ""]
    profile = draw(strategies.sampled_from(profiles))
    acceptance = ["## Acceptance", "", f"Profile: {profile}", ""]
    if final:
        acceptance += ["Validation:", *(line for name in names[-1] for line in criteria[name]), ""]
    phases = [
        line
        for number, row in enumerate(names[: len(counts)], start=1)
        for line in _phase(number, draw(_lines()), [each for name in row for each in criteria[name]])
    ]
    return "\n".join([*front, *head, *said, *risks, *acceptance, *phases])


def specs() -> SearchStrategy[Spec]:
    """Contracts without problems, as the reader reads them."""
    return spec_texts().map(_read)


# Private.

_WORDS = strategies.sampled_from(
    (
        "cache",
        "tenant",
        "größe",
        "キャッシュ",
        "limit",
        "keys",
        "of",
        "every",
        "`code`",
        "a_b",
        "*fast*",
        "x < y",
        "10 %",
    )
)


def _lines() -> SearchStrategy[str]:
    return strategies.lists(_WORDS, min_size=1, max_size=5).map(lambda words: "Say " + " ".join(words))


def _names(counts: list[int], final: int) -> list[list[str]]:
    rows = [[f"ac{phase}_{number}" for number in range(1, count + 1)] for phase, count in enumerate(counts, start=1)]
    return [*rows, [f"v{number}" for number in range(1, final + 1)]]


@strategies.composite
def _criteria(draw: DrawFn, name: str, *, manual: bool) -> list[str]:
    title = draw(_lines())
    if manual and draw(strategies.integers(min_value=0, max_value=7)) == 7:
        return [f"- [ ] `{name}` manual - {title}", "  - Expected kind: `manual`"]
    lines = [
        f"- [ ] `{name}` command - {title}",
        f"  - Command: `check {draw(strategies.sampled_from(MARKERS))}`",
        "  - Expected kind: `exit_code_zero`",
    ]
    if draw(strategies.booleans()):
        lines.append("  - Baseline: green - it must stay as it is")
    return lines


def _phase(number: int, name: str, criteria: list[str]) -> list[str]:
    head = [f"## Phase {number}: {name}", "", f"Goal: {name}", "", "Changes:", "- `a.py`", ""]
    return [*head, "Acceptance:", *criteria, ""]


def _read(text: str) -> Spec:
    from scafld.adapters.markdown.reader import read

    found = read(text, name="generated.md")
    assert found.spec is not None, found.problems
    return found.spec

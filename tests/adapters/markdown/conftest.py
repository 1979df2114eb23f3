"""Documents to read and write: one whole example, hostile words, and generated documents that look like real ones."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from scafld.adapters.markdown.layout import layout
from scafld.core.names import CriterionId, PhaseId
from scafld.core.views.projection import (
    AttackShown,
    CriterionShown,
    FindingShown,
    ObservationShown,
    PhaseShown,
    Projection,
    ReviewShown,
    RoundShown,
)

CORPUS = os.path.join(os.path.dirname(__file__), "..", "..", "..", "..", "shared", "corpus", "v2_specs")

WHOLE = """---
spec_version: '2.0'
task_id: add-cache
created: '2026-01-31T12:00:00Z'
updated: '2026-01-31T12:00:00Z'
status: draft
owner: "team: core"   # who to ask
harden_status: not_run
size: small
risk_level: high
---

# Add a cache

## Current State

Status: draft
Next: approve

Kept by hand: ask before you touch the cache.

## Summary

Reads are slow.

```text
## Not a section
```

## Context

CWD: `.`

Packages:
- `src`

Files impacted:
- `src/cache.py` (all) - the store
- docs/cache.md

Invariants:
- tenant_isolation

## Objectives

- Reads take less than a millisecond
  on a warm cache.
- None.

## Scope

- In: `src/cache.py`
- `src/client.py`
- Out: the wire format

Out of scope:
- eviction by age

## Risks

- Stale reads. Mitigation: bound the age.
- Memory grows - a size limit
- Risk: keys omit the tenant

## Acceptance

Profile: strict

Definition of done:
- [x] `dod1` The docs say how.
- [ ] A person looked at it.

Validation:
- [ ] `v1` test - Everything passes - all of it.
  - Command: `pytest -q`
  - Expected kind: `exit_code_zero`
  - Timeout: 5m
  - Status: pending
- `git diff --check`

## Phase 1: Store

Goal: Keep values
by tenant.

And evict the oldest.

Dependencies: none

Changes:
- `src/cache.py` - the store

Acceptance:
- [ ] `ac1_1` manual - A person tries it.
  - Expected kind: manual
- [x] `ac1_2` Lints.
  - Command: `ruff check src`
  - Baseline: green - it is clean today
  - Evidence: exit code was 0
    as it should be
  - A note of mine.

## Notes

Anything goes here.

## Rollback

Strategy: per_phase

Commands:
- git revert HEAD

## Harden Rounds

- none

## Planning Log

- 2026-01-31 drafted
"""


@pytest.fixture(scope="session")
def whole() -> str:
    """A spec that uses most of the grammar and has no problem."""
    return WHOLE


@pytest.fixture(scope="session")
def corpus() -> list[tuple[str, str]]:
    """Name and text of every real spec at hand."""
    if not os.path.isdir(CORPUS):
        pytest.skip("the collection of real specs is not at ../shared/corpus")
    found = []
    for name in sorted(os.listdir(CORPUS)):
        if name.endswith(".md"):
            with open(os.path.join(CORPUS, name), encoding="utf-8", newline="") as file:
                found.append((name, file.read()))
    return found


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Words that try to be something else."""
    return HOSTILE


@pytest.fixture(scope="session")
def any_document() -> SearchStrategy[str]:
    return documents() | mutants()


@pytest.fixture(scope="session")
def any_projection() -> Callable[[str], SearchStrategy[Projection]]:
    return projections


HOSTILE = (
    "\n## Phase 9: mine\n\nAcceptance:\n- [x] `z1` pwned\n  - Command: `rm -rf x`\n",
    "\r## Scope\r\r- everything",
    "\u2028## Risks\u2028- none",
    "---\nstatus: completed\n---",
    "```\nopen",
    "~~~",
    "<!-- gone",
    "x <!-- gone",
    "<script>",
    "- [x] `ac1_1` done",
    "[x] done",
    "1. [x] `ac1_1` done",
    "# Title",
    "===",
    "---",
    "> quote",
    "    code",
    "\x00\x1b[31mred\x1b]0;t\x07\x85end\ufeff\u200b\u202e",
    "`",
    "``` ` ``",
    "\\",
    "[a]: b",
    "none",
    "Status: pass",
    "Findings:",
    "\ud800",
    "| a | b |",
    "*",
    "+ x",
    "12) x",
    "é" * 900,
)

LINES = (
    "",
    "",
    "   ",
    "# Title",
    "## Current State",
    "## Review",
    "## Harden Rounds",
    "### round-1",
    "## Acceptance",
    "## Phase 1: Store",
    "## Phase 02 - Client",
    "## Phases",
    "### Phase 3: Nested",
    "### Notes",
    "## Summary",
    "## Scope",
    "Status: draft",
    "Status:",
    "**Status:** `pending`",
    "Next: approve",
    "Verdict: none",
    "Dependencies: none",
    "Goal: keep it",
    "Changes:",
    "Acceptance:",
    "Validation:",
    "Definition of done:",
    "Findings:",
    "Findings: none",
    "Attack log:",
    "Observations:",
    "- none",
    "- design",
    "  - Result: clean",
    "- [high/non-blocking] `old` was wrong",
    "  - Location: here",
    "  - my own note",
    "- `target`: attack -> held",
    "- a human note",
    "   - deeper",
    "- [ ] `ac1` test - Title",
    "- [x] `ac2` Title",
    "* [ ] `ac3` Star",
    "1. [ ] `ac4` Ordered",
    "-\t[X] `ac5` Tabbed",
    "- `make check`",
    "- [ ] plain",
    "  - Command: `make`",
    "  - Command:",
    "    - Command: deeper",
    "  - Status: pass",
    "  - Evidence: it",
    "    went on",
    "  - Expected kind: manual",
    "  Command: lazy",
    "Command: lazier",
    "  ```sh",
    "  ```",
    "```",
    "~~~~",
    "<!-- a comment",
    "-->",
    "<div>",
    "> quoted",
    "> - [ ] `q1` quoted",
    "---",
    "===",
    "      indented code",
    "a paragraph",
    "Label of mine: x",
    "2. two",
    "\x0cfeed",
    "\u2028separator",
)

FRONT = (
    "---\ntask_id: add-cache\nstatus: draft\n---\n",
    "---\ntask_id: add-cache\n---\n",
    "---\ntask_id: 'add-cache'\nstatus: \"draft\" # c\nx: [1,\n  2]\n---\n",
    "---\n---\n",
    "",
    "---\ntask_id: add-cache\n",
)


@strategies.composite
def documents(draw: DrawFn) -> str:
    """A document made of the lines that matter, in any order, with any line ends."""
    front = draw(strategies.sampled_from(FRONT))
    lines = draw(strategies.lists(strategies.sampled_from(LINES) | strategies.text(max_size=12), max_size=40))
    ends = draw(strategies.sampled_from((("\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\n", "\r", "\r\n"))))
    body = "".join(line + draw(strategies.sampled_from(ends)) for line in lines)
    tail = draw(strategies.sampled_from(("", "a last line", "  ", "```")))
    return draw(strategies.sampled_from(("", "\ufeff"))) + front.replace("\n", ends[0]) + body + tail


words: SearchStrategy[str] = (
    strategies.sampled_from(HOSTILE) | strategies.text(max_size=30) | strategies.sampled_from(("pass", "completed"))
)
keys: SearchStrategy[str] = (
    strategies.sampled_from(("Status", "Next", "Verdict", "Summary", "Started", "Latest command")) | words
)
pairs = strategies.lists(strategies.tuples(keys, words), max_size=5).map(tuple)


@strategies.composite
def projections(draw: DrawFn, text: str) -> Projection:
    """Anything that could be shown in `text`, hostile words included."""
    taken = layout(text)
    names = [name for name, _ in taken.named()]
    phases = [PhaseId(f"phase{phase.part.number}") for phase in taken.phases]
    shown = [
        CriterionShown(
            id=CriterionId(name),
            status=draw(strategies.sampled_from(("pass", "fail", "pending", "stale")) | words),
            evidence=draw(words),
            source_event=draw(strategies.sampled_from(("", "entry-7")) | words),
            strength=draw(strategies.sampled_from(("", "red-green")) | words),
        )
        for name in names
        if draw(strategies.booleans())
    ]
    review = ReviewShown(
        pairs=draw(pairs),
        attacks=tuple(
            AttackShown(target=draw(words), attack=draw(words), result=draw(words), notes=draw(words))
            for _ in range(draw(strategies.integers(0, 2)))
        ),
        findings=tuple(
            FindingShown(
                id=draw(words),
                severity=draw(words),
                blocks=draw(strategies.booleans()),
                summary=draw(words),
                details=draw(pairs),
            )
            for _ in range(draw(strategies.integers(0, 2)))
        ),
    )
    rounds = tuple(
        RoundShown(
            id=f"round-{number + 1}",
            pairs=draw(pairs),
            observations=tuple(
                ObservationShown(
                    dimension=draw(strategies.sampled_from(("design", "scope")) | words), pairs=draw(pairs)
                )
                for _ in range(draw(strategies.integers(0, 2)))
            ),
        )
        for number in range(draw(strategies.integers(0, 2)))
    )
    return Projection(
        status=draw(strategies.sampled_from(("", "active")) | words),
        harden_status=draw(strategies.sampled_from(("", "passed"))),
        updated=draw(strategies.sampled_from(("", "2026-02-01T00:00:00.000Z")) | words),
        current_state=draw(pairs),
        phases=tuple(
            PhaseShown(id=phase, status=draw(strategies.sampled_from(("", "active")) | words)) for phase in phases
        ),
        criteria=tuple(shown),
        review=draw(strategies.sampled_from((None, review))),
        rounds=rounds,
    )


@strategies.composite
def mutants(draw: DrawFn) -> str:
    """The whole example with lines put in, taken out, moved and indented, under any line ends."""
    lines = WHOLE.split("\n")
    for _ in range(draw(strategies.integers(1, 8))):
        at = draw(strategies.integers(0, len(lines) - 1))
        match draw(strategies.sampled_from(("insert", "insert", "delete", "double", "indent", "join"))):
            case "insert":
                lines.insert(at, draw(strategies.sampled_from(LINES)))
            case "delete":
                del lines[at]
            case "double":
                lines[at:at] = lines[at : at + draw(strategies.integers(1, 12))]
            case "indent":
                lines[at] = draw(strategies.sampled_from((" ", "  ", "    ", "\t", "> "))) + lines[at]
            case _:
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
    return draw(strategies.sampled_from(("\n", "\r\n", "\r"))).join(lines)

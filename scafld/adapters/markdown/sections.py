"""Which part of a document is which: its title, its named sections, its phases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.labels import normalise
from scafld.core.contract.problems import Problem
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Page

CURRENT_STATE, REVIEW, HARDEN_ROUNDS = "current state", "review", "harden rounds"
OWNED = (CURRENT_STATE, REVIEW, HARDEN_ROUNDS)


@value
class Section:
    """From a heading of level 1 or 2 to the next one. `name` is normalised, "" before the first heading.

    `first` is the heading's line, `body` the line after it, `last` is exclusive.
    """

    name: str
    title: str
    depth: int
    first: int
    body: int
    last: int
    blocks: tuple[Block, ...]


@value
class PhasePart:
    """A phase's heading and what belongs to it."""

    number: int
    name: str
    first: int
    body: int
    last: int
    blocks: tuple[Block, ...]


def sections(page: Page) -> tuple[Section, ...]:
    """Every section in document order; the first holds what stands before any heading."""
    heads = [at for at, block in enumerate(page.blocks) if block.kind is Kind.HEADING and block.depth <= 2]
    made = [_section(page, None, page.blocks[: heads[0] if heads else None], _line_of(page, heads, 0))]
    for nth, at in enumerate(heads):
        following = heads[nth + 1] if nth + 1 < len(heads) else None
        made.append(_section(page, page.blocks[at], page.blocks[at + 1 : following], _line_of(page, heads, nth + 1)))
    return tuple(made)


def phase_parts(parts: tuple[Section, ...]) -> tuple[PhasePart, ...]:
    """Every phase: `## Phase 1: name`, or `### Phase 1: name` under `## Phases`."""
    found: list[PhasePart] = []
    for part in parts:
        if part.name in _CONTAINERS:
            found.extend(_contained(part))
        elif part.depth == 2:
            numbered = _numbered(part.title)
            if numbered:
                found.append(
                    PhasePart(
                        number=numbered[0],
                        name=numbered[1],
                        first=part.first,
                        body=part.body,
                        last=part.last,
                        blocks=part.blocks,
                    )
                )
    return tuple(found)


def heading_problems(parts: tuple[Section, ...]) -> tuple[Problem, ...]:
    """Headings that look like phases and are none, and owned sections that stand twice."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for part in parts:
        if part.depth == 2 and _NEARLY.match(part.title) and not _numbered(part.title):
            problems.append(
                Problem(
                    code="bad_phase_heading",
                    line=part.first + 1,
                    message=f"{part.title!r} looks like a phase but bears no whole number",
                    suggestion="write `## Phase 1: name`",
                )
            )
        if part.name in OWNED and part.name in seen:
            problems.append(
                Problem(
                    code="duplicate_section",
                    line=part.first + 1,
                    message=f"the section {part.title!r} stands twice; scafld writes to the first",
                    suggestion="rename or remove the second one",
                )
            )
        seen.add(part.name)
    return tuple(problems)


# Private.

_CONTAINERS = ("phases", "planned phases", "phase plan", "implementation phases")
_PHASE = re.compile(r"phase[ \t]+0*(?P<number>[0-9]{1,6})[ \t]*(?:(?:[:.\-–—]|\)[:.]?)[ \t]*(?P<name>.*))?\Z", re.I)
_NEARLY = re.compile(r"phase[ \t]+[^\s:]{1,20}[ \t]*:", re.I)
_AND = re.compile(r"\s*&\s*")


def _section(page: Page, head: Block | None, blocks: tuple[Block, ...], last: int) -> Section:
    if head is None:
        return Section(name="", title="", depth=0, first=page.body, body=page.body, last=last, blocks=blocks)
    title = " ".join(head.text.split())
    name = normalise(_AND.sub(" and ", title)).rstrip(" :")
    return Section(
        name=name if head.depth == 2 else "",
        title=title,
        depth=head.depth,
        first=head.first,
        body=head.last,
        last=last,
        blocks=blocks,
    )


def _line_of(page: Page, heads: list[int], nth: int) -> int:
    return page.blocks[heads[nth]].first if nth < len(heads) else len(page.lines)


def _numbered(title: str) -> tuple[int, str] | None:
    found = _PHASE.match(title)
    if found is None:
        return None
    number = int(found.group("number"))
    return number, (found.group("name") or "").strip() or f"Phase {number}"


def _contained(part: Section) -> list[PhasePart]:
    heads = [at for at, block in enumerate(part.blocks) if block.kind is Kind.HEADING and block.depth == 3]
    found: list[PhasePart] = []
    for nth, at in enumerate(heads):
        head = part.blocks[at]
        numbered = _numbered(" ".join(head.text.split()))
        following = heads[nth + 1] if nth + 1 < len(heads) else None
        if numbered:
            found.append(
                PhasePart(
                    number=numbered[0],
                    name=numbered[1],
                    first=head.first,
                    body=head.last,
                    last=part.blocks[following].first if following is not None else part.last,
                    blocks=part.blocks[at + 1 : following],
                )
            )
    return found

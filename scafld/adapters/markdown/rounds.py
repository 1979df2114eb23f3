"""Harden rounds as they stand in a document: read as values, and a new one opened for people to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind, parse
from scafld.adapters.markdown.edits import Edits, above, insert_apart, insert_list
from scafld.adapters.markdown.escape import as_data, as_word
from scafld.adapters.markdown.labels import clean, given, label, normalise
from scafld.adapters.markdown.places import list_under, room
from scafld.adapters.markdown.sections import HARDEN_ROUNDS, sections
from scafld.core.contract.questions import Dimension, Observation, Round, Shape
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Item, Page
    from scafld.adapters.markdown.sections import Section

SHAPE_LABELS = (
    "Shape decision",
    "True shape",
    "Minimal plan",
    "Shared owner",
    "Adapter boundaries",
    "Required spec edits",
)
ROW_LABELS = ("Result", "Anchor", "Note", "Question", "Status")


@value
class RoundPart:
    """One `### round-1` of the section: its id, its blocks, and where there is room at its end."""

    id: str
    first: int
    body: int
    last: int
    blocks: tuple[Block, ...]


def read_rounds(text: str) -> tuple[Round, ...]:
    """Every round of the document, in its order. Words are taken as written: the core says what is wrong with them."""
    page = parse(text)
    section = next((part for part in sections(page) if part.name == HARDEN_ROUNDS), None)
    return tuple(_round(page, part) for part in round_parts(page, section)) if section else ()


def open_round(text: str, round_id: str, contract_digest: str, started: str) -> str:
    """`text` with a new round, in progress, whose six dimensions and shape wait for a person's words."""
    page = parse(text)
    edits = Edits(page)
    append_rounds(edits, page, _section(page), [_skeleton(round_id, contract_digest, started)])
    return edits.text()


def round_parts(page: Page, section: Section) -> tuple[RoundPart, ...]:
    """The rounds of the section; an id that stands twice counts once."""
    heads = [at for at, block in enumerate(section.blocks) if block.kind is Kind.HEADING]
    parts: dict[str, RoundPart] = {}
    for nth, at in enumerate(heads):
        head = section.blocks[at]
        following = heads[nth + 1] if nth + 1 < len(heads) else None
        last = section.blocks[following].first if following is not None else section.last
        part = RoundPart(
            id=" ".join(head.text.split()),
            first=head.first,
            body=head.last,
            last=room(page, section.blocks[at + 1 : following], head.last, last),
            blocks=section.blocks[at + 1 : following],
        )
        if head.depth == 3:
            parts.setdefault(part.id, part)
    return tuple(parts.values())


def append_rounds(edits: Edits, page: Page, section: Section | None, rounds: list[list[str]]) -> None:
    """Put whole rounds at the end of the section, which is made where there is none; a lone `- none` gives way."""
    if not rounds:
        return
    lines = [line for each in rounds for line in [*each, ""]][:-1]
    if section is None:
        insert_apart(edits, page, len(page.lines), ["## Harden Rounds", "", *lines])
        return
    lone = section.blocks[0] if len(section.blocks) == 1 and _says_none(page, section.blocks[0]) else None
    if lone is not None:
        edits.remove(lone.first, lone.last)
        insert_list(edits, page, lone.last, lines)
        return
    ends = room(page, section.blocks, section.body, section.last)
    insert_list(edits, page, ends, [*above(edits, page, ends), *lines])


def observations(page: Page, part: RoundPart) -> Block | None:
    """The list under `Observations:`."""
    found = list_under(page, part.blocks, "observations")
    return found[1] if found is not None else None


# Private.


def _section(page: Page) -> Section | None:
    return next((part for part in sections(page) if part.name == HARDEN_ROUNDS), None)


def _says_none(page: Page, block: Block) -> bool:
    if block.kind is Kind.LIST and len(block.items) == 1:
        block = block.items[0].blocks[0] if block.items[0].blocks else block
    words = page.words(block) if block.kind is Kind.PARAGRAPH else ()
    return len(words) == 1 and not given(words[0].text)


def _skeleton(round_id: str, contract_digest: str, started: str) -> list[str]:
    lines = [
        f"### {as_word(round_id)}",
        "",
        "Status: in_progress",
        f"Started: {as_data(started) or 'none'}",
        "Ended: none",
    ]
    lines += [f"Contract digest: {as_data(contract_digest) or 'none'}"]
    lines += [f"{key}:" for key in SHAPE_LABELS]
    lines += ["", "Observations:"]
    for dimension in Dimension:
        lines += [f"- {dimension}", *(f"  - {key}:" for key in ROW_LABELS)]
    return lines


def _round(page: Page, part: RoundPart) -> Round:
    labels = _labels(page, part.blocks)
    by_key = dict(reversed(labels))
    rows = observations(page, part)
    return Round(
        id=part.id,
        status=by_key.get("status", ""),
        contract_digest=by_key.get("contract digest", "") or by_key.get("spec digest", ""),
        summary=by_key.get("summary", ""),
        shape=_shape(by_key),
        observations=tuple(_observation(page, item) for item in rows.items) if rows else (),
        labels=labels,
        line=part.first + 1,
    )


def _labels(page: Page, blocks: tuple[Block, ...]) -> tuple[tuple[str, str], ...]:
    """Label lines with what follows them, up to the next label."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind is not Kind.PARAGRAPH:
            continue
        for words in page.words(block):
            named = label(words.text)
            if named is not None and len(named.key.split()) <= 3:
                found.append((named.key, named.value))
            elif found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {words.text}".strip())
    return tuple((key, given(text)) for key, text in found)


def _shape(by_key: dict[str, str]) -> Shape:
    return Shape(
        decision=by_key.get("shape decision", ""),
        true_shape=by_key.get("true shape", ""),
        minimal_plan=by_key.get("minimal plan", ""),
        shared_owner=by_key.get("shared owner", ""),
        adapter_boundaries=_parts(by_key.get("adapter boundaries", "")),
        required_spec_edits=_parts(by_key.get("required spec edits", "")),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(given(part) for part in text.split(";") if given(part))


def _observation(page: Page, item: Item) -> Observation:
    head = " ".join(words.text for words in page.words(item.blocks[0])) if _worded(item) else ""
    named = label(head)
    dimension = named.value if named is not None and named.key in ("observation", "dimension") else head
    said: dict[str, str] = {}
    for block in item.blocks[1:]:
        for inner in block.items:
            row = label(" ".join(words.text for words in page.words(inner.blocks[0]))) if _worded(inner) else None
            if row is not None:
                said.setdefault(row.key, given(row.value))
    return Observation(
        dimension=normalise(clean(dimension)),
        result=said.get("result", ""),
        anchor=said.get("anchor", ""),
        note=said.get("note", ""),
        question=said.get("question", ""),
        recommended=said.get("recommended", "") or said.get("recommended answer", ""),
        if_unanswered=said.get("if unanswered", ""),
        default=said.get("default", ""),
        status=said.get("status", ""),
        line=item.first + 1,
    )


def _worded(item: Item) -> bool:
    return bool(item.blocks) and item.blocks[0].kind is Kind.PARAGRAPH

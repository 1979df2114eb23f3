"""Lists and labelled prose: objectives, scope, context, risks, rollback, planning log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.labels import absent, clean, first_span, given, label, listed, normalise
from scafld.adapters.markdown.whitespace import settled
from scafld.core.contract.spec import Context, Hazard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scafld.adapters.markdown.blocks import Block, Item, Page


def passage(page: Page, first: int, last: int) -> str:
    """Lines as the author wrote them, fences and all, white space settled; empty when they say `none`."""
    text = "\n".join(line for _, line in settled(page, first, last, frozenset())).strip()
    return "" if absent(text) else text


def entries(page: Page, blocks: Iterable[Block]) -> tuple[str, ...]:
    """Every item and every paragraph as one text; items within items are entries of their own."""
    return tuple(text for block in blocks for text in _entries(page, block))


def scope(page: Page, blocks: Iterable[Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in and what is out; what says neither is in."""
    inside: list[str] = []
    outside: list[str] = []
    target = inside
    for block in blocks:
        match block.kind:
            case Kind.HEADING:
                target = outside if _OUT.match(block.text + ":") else inside
            case Kind.PARAGRAPH:
                rest: list[str] = []
                for words in page.words(block):
                    side = _side(words.text)
                    if side is not None:
                        target.extend(_said(rest))
                        target, rest = (outside if side == "out" else inside), [_after_label(words.text)]
                    elif words.text.endswith(":") and label(words.text) is not None:
                        target.extend(_said(rest))
                        target, rest = inside, []
                    else:
                        rest.append(words.text)
                target.extend(_said(rest))
            case Kind.LIST:
                for item in block.items:
                    _scope_item(page, item, target, inside, outside)
            case _:
                pass
    return tuple(inside), tuple(outside)


def context(page: Page, blocks: Iterable[Block]) -> Context:
    """Labels `CWD`, `Packages`, `Files impacted`, `Invariants`, `Related docs`; values beside or below them."""
    found: dict[str, list[str]] = {name: [] for name in ("cwd", "packages", "files", "invariants", "related_docs")}
    name = "packages"
    for block in blocks:
        match block.kind:
            case Kind.HEADING:
                name = _CONTEXT.get(normalise(block.text), "")
            case Kind.PARAGRAPH:
                for words in page.words(block):
                    name = _context_label(words.text, name, found)
            case Kind.LIST:
                for item in block.items:
                    name = _context_item(page, item, name, found)
            case _:
                pass
    return Context(
        cwd=(found["cwd"] or [""])[0],
        packages=tuple(found["packages"]),
        files=tuple(found["files"]),
        invariants=tuple(found["invariants"]),
        related_docs=tuple(found["related_docs"]),
    )


def hazards(page: Page, blocks: Iterable[Block]) -> tuple[Hazard, ...]:
    """`desc - mitigation`, `Risk: x. Mitigation: y`, a nested `Mitigation:`, or plain."""
    found: list[Hazard] = []
    for block in blocks:
        if block.kind is Kind.PARAGRAPH:
            found.extend(_hazard(text) for text in _entries(page, block))
        for item in block.items:
            text = " ".join([_own(page, item), *(each for inner in item.blocks[1:] for each in _entries(page, inner))])
            if not absent(text):
                found.append(_hazard(text.strip()))
    return tuple(found)


def rollback(page: Page, blocks: Iterable[Block]) -> tuple[str, ...]:
    """How to undo it: `Strategy:` and `Commands:` labels, items, or prose; a label that says none says nothing."""
    found: list[str] = []
    for text in entries(page, blocks):
        named = label(text)
        if named is not None and named.key in ("strategy", "commands"):
            if not absent(named.value):
                found.append(f"Strategy: {clean(named.value)}" if named.key == "strategy" else named.value)
        else:
            found.append(text)
    return tuple(found)


# Private.

_OUT = re.compile(r"(?:explicitly[ \t]+)?(?:out(?:[ \t]+of[ \t]+scope)?|not[ \t]+in[ \t]+scope|non[- ]goals?)\b", re.I)
_IN = re.compile(r"in(?:[ \t]+scope)?\b", re.I)
_CONTEXT = {
    "cwd": "cwd",
    "working directory": "cwd",
    "packages": "packages",
    "files impacted": "files",
    "impacted files": "files",
    "files": "files",
    "invariants": "invariants",
    "related docs": "related_docs",
    "related documents": "related_docs",
}
_MITIGATION = re.compile(r"[ \t]*\b(?:mitigations?|mitigated by|mitigate by)[ \t]*:?[ \t]+", re.I)
_RISK = re.compile(r"\*{0,2}risk:\*{0,2}[ \t]*", re.I)
_DASH = re.compile(r"[ \t]+[-–—][ \t]+")


def _entries(page: Page, block: Block) -> Iterator[str]:
    if block.kind is Kind.PARAGRAPH:
        yield from _said(_labelled_lines(page, block))
    for item in block.items:
        yield from _said([_own(page, item)])
        for inner in item.blocks[1:] if _begins_with_words(item) else item.blocks:
            yield from _entries(page, inner)


def _labelled_lines(page: Page, block: Block) -> list[str]:
    """The lines of a paragraph, joined up to the next label of a rollback or list section."""
    joined: list[str] = []
    for words in page.words(block):
        named = label(words.text)
        if joined and not (named is not None and named.key in ("strategy", "commands")):
            joined[-1] += f" {words.text}"
        else:
            joined.append(words.text)
    return joined


def _own(page: Page, item: Item) -> str:
    return " ".join(words.text for words in page.words(item.blocks[0])) if _begins_with_words(item) else ""


def _begins_with_words(item: Item) -> bool:
    return bool(item.blocks) and item.blocks[0].kind is Kind.PARAGRAPH


def _said(lines: Iterable[str]) -> list[str]:
    return [text for text in (" ".join(line.split()) for line in lines) if not absent(text)]


def _side(text: str) -> str | None:
    """Whether a line labels what follows it as out or in: `Out of scope for now:`, `In: x`."""
    if ":" not in text:
        return None
    before = text.partition(":")[0]
    if len(before) > 60 or ("`" in before and not text.endswith(":")):
        return None
    if _OUT.match(text):
        return "out"
    found = _IN.match(text)
    return (
        "in" if found and (text[found.end() :].lstrip().startswith(":") or "scope" in found.group().lower()) else None
    )


def _after_label(text: str) -> str:
    return text.partition(":")[2].strip()


def _scope_item(page: Page, item: Item, target: list[str], inside: list[str], outside: list[str]) -> None:
    own = _own(page, item)
    side = _side(own)
    if side is not None:
        target, own = (outside if side == "out" else inside), _after_label(own)
    target.extend(_said([own]))
    for block in item.blocks[1:] if _begins_with_words(item) else item.blocks:
        target.extend(_entries(page, block))


def _context_label(text: str, name: str, found: dict[str, list[str]]) -> str:
    named = label(text)
    if named is None or named.key not in _CONTEXT:
        return "" if text.endswith(":") else name
    name = _CONTEXT[named.key]
    if absent(named.value):
        return name
    found[name].extend([first_span(named.value)] if name == "cwd" else listed(named.value))
    return name


def _context_item(page: Page, item: Item, name: str, found: dict[str, list[str]]) -> str:
    own = _own(page, item)
    named = label(own)
    if named is not None and named.key in _CONTEXT:
        name = _context_label(own, name, found)
        texts = [text for block in item.blocks[1:] for text in _entries(page, block)]
    else:
        texts = [own, *(each for inner in item.blocks[1:] for each in _entries(page, inner))]
    if name:
        found[name].extend(given(text) for text in texts if not absent(text))
    return name


def _hazard(text: str) -> Hazard:
    bare = _RISK.sub("", text, count=1) if _RISK.match(text) else text
    for mark in (_MITIGATION, _DASH):
        found = mark.search(bare)
        if found and found.start() > 0:
            return Hazard(description=bare[: found.start()].rstrip(" .;"), mitigation=bare[found.end() :].strip())
    return Hazard(description=bare)

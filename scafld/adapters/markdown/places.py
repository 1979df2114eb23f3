"""Where a list stands that a label announces, and where there is room for more lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind, swallows
from scafld.adapters.markdown.labels import label

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Page


def list_under(page: Page, blocks: tuple[Block, ...], key: str) -> tuple[int, Block | None] | None:
    """The line of the label `key` and the list right under it; None where no line before a sub-heading bears it."""
    for at, block in enumerate(blocks):
        if block.kind is Kind.HEADING:
            return None
        if block.kind is not Kind.PARAGRAPH:
            continue
        for words in page.words(block):
            named = label(words.text)
            if named is not None and named.key == key:
                following = blocks[at + 1] if at + 1 < len(blocks) else None
                under = words.line == block.last - 1 and following is not None and following.kind is Kind.LIST
                return words.line, following if under else None
    return None


def room(page: Page, blocks: tuple[Block, ...], first: int, last: int) -> int:
    """The line before which something can be put at the end of lines `first` to `last`, which hold `blocks`.

    Blank lines at the end are left below it, and so is an open fence or comment that would swallow it.
    """
    if last == len(page.lines) and blocks and swallows(page, blocks[-1]):
        last = blocks[-1].first
    while last > first and not page.lines[last - 1].strip(" \t"):
        last -= 1
    return last

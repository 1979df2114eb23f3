"""Where things stand in a Markdown document: CommonMark blocks, each with its lines.

Lines count from 0 here. CommonMark decides what is a heading, a list or a fence; front matter is set aside first.
Only block structure is asked of the parser: text inside a block is never interpreted, and nothing is rendered.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BOM = "\ufeff"


class Kind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    FENCE = "fence"
    CODE = "code"
    HTML = "html"
    OTHER = "other"
    """A block quote or a thematic break: nothing in it is read."""


@value
class Block:
    """Lines `first` to `last` (exclusive). `depth`: of a heading, 1 to 6. `text`: of a heading or a fence, its content.
    `lead`: where the content begins in the first line."""

    kind: Kind
    first: int
    last: int
    depth: int = 0
    text: str = ""
    lead: int = 0
    items: tuple[Item, ...] = ()


@value
class Item:
    """One list item; `lead` is where its content begins in its first line."""

    first: int
    last: int
    lead: int
    blocks: tuple[Block, ...]


@value
class Words:
    """One line of a paragraph: `text` begins at column `column` of line `line`."""

    line: int
    column: int
    text: str


@value
class Page:
    """A document: its lines without their ends and with every check mark blank, where each begins in `text`, and its
    top-level blocks.

    `front`: the lines of the two `---`, or None. `tasks`: (line, column) of the mark of every task-list item.
    `literal`: line ranges whose white space is content (fences, code, HTML).
    """

    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    newline: str
    front: tuple[int, int] | None
    blocks: tuple[Block, ...]
    tasks: tuple[tuple[int, int], ...]
    literal: tuple[tuple[int, int], ...]

    @property
    def body(self) -> int:
        """The first line after the front matter."""
        return self.front[1] + 1 if self.front else 0

    def words(self, block: Block) -> tuple[Words, ...]:
        """The lines of a paragraph, without their indentation and trailing white space."""
        return tuple(self._word(at, block.lead if at == block.first else 0) for at in range(block.first, block.last))

    def _word(self, at: int, column: int) -> Words:
        line = self.lines[at]
        column += len(line[column:]) - len(line[column:].lstrip(" \t"))
        return Words(line=at, column=column, text=line[column:].rstrip(" \t"))


def parse(text: str) -> Page:
    """Locate every block of `text`. Any text has a page; nothing is raised."""
    lines, starts = _lines(text)
    front = _front(lines)
    body = front[1] + 1 if front else 0
    tree = _Tree(lines, body)
    blocks = tree.blocks(iter(_markdown().parse("\n".join(lines[body:]))), until="")
    for line, column in tree.tasks:
        lines[line] = f"{lines[line][:column]} {lines[line][column + 1 :]}"
    return Page(
        text=text,
        lines=tuple(lines),
        starts=tuple(starts),
        newline=_newline(text),
        front=front,
        blocks=blocks,
        tasks=tuple(tree.tasks),
        literal=tuple(tree.literal),
    )


def swallows(page: Page, block: Block) -> bool:
    """Whether a block at the end of the document would take in a section that is written after it."""
    if block.kind not in (Kind.FENCE, Kind.HTML):
        return False
    lines = [*page.lines[block.first : block.last], "", "# after"]
    return not any(token.type == "heading_open" for token in _markdown().parse("\n".join(lines)))


# Private.

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_MARKER = re.compile(r"[ \t]*(?:[-+*]|[0-9]{1,9}[.)])")
_TASK = re.compile(r"\[[ xX]\](?=[ \t]|\Z)")
_LITERAL = {"fence": Kind.FENCE, "code_block": Kind.CODE, "html_block": Kind.HTML}


def _lines(text: str) -> tuple[list[str], list[int]]:
    lines: list[str] = []
    starts: list[int] = []
    for found in _LINE.finditer(text, 1 if text.startswith(BOM) else 0):
        if found.start() == len(text):
            break
        lines.append(found.group().rstrip("\r\n"))
        starts.append(found.start())
    return lines, starts


def _newline(text: str) -> str:
    """The document's own line end; where lone CR is mixed with others, the one that can merge with no neighbour."""
    both = text.count("\r\n")
    carriage, feed = text.count("\r") - both, text.count("\n") - both
    if carriage:
        return "\r\n" if both or feed else "\r"
    return "\r\n" if both > feed else "\n"


def _front(lines: list[str]) -> tuple[int, int] | None:
    if not lines or lines[0].rstrip(" \t") != "---":
        return None
    return next(((0, at) for at in range(1, len(lines)) if lines[at].rstrip(" \t") == "---"), None)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


class _Tree:
    """The parser's flat tokens, made into blocks. It nests at most as deep as the parser does (20)."""

    def __init__(self, lines: list[str], offset: int) -> None:
        self.lines = lines
        self.offset = offset
        self.tasks: list[tuple[int, int]] = []
        self.literal: list[tuple[int, int]] = []
        self.opened: list[int] = []

    def blocks(self, tokens: Iterator[Token], until: str) -> tuple[Block, ...]:
        made: list[Block] = []
        for token in tokens:
            if token.type == until:
                break
            block = self._block(token, tokens)
            if block is not None:
                made.append(block)
        return tuple(made)

    def _block(self, token: Token, tokens: Iterator[Token]) -> Block | None:
        first, last = self._range(token)
        if token.type in _LITERAL:
            self.literal.append((first, last))
            return Block(kind=_LITERAL[token.type], first=first, last=last, text=token.content)
        if token.type == "heading_open":
            return Block(
                kind=Kind.HEADING, first=first, last=last, depth=int(token.tag[1:]), text=_content(tokens, token)
            )
        if token.type == "paragraph_open":
            _content(tokens, token)
            return Block(kind=Kind.PARAGRAPH, first=first, last=last, lead=self._lead(first))
        if token.type in ("bullet_list_open", "ordered_list_open"):
            items = tuple(self._items(tokens, token.type.replace("_open", "_close")))
            return Block(kind=Kind.LIST, first=first, last=self._trim(first, last), items=items)
        if token.type == "blockquote_open":
            self._skip(tokens, token)
        return Block(kind=Kind.OTHER, first=first, last=last) if token.nesting >= 0 else None

    def _items(self, tokens: Iterator[Token], until: str) -> Iterator[Item]:
        for token in tokens:
            if token.type == until:
                return
            first, last = self._range(token)
            self.opened.append(first)
            lead = self._lead(first)
            blocks = self.blocks(tokens, "list_item_close")
            self.opened.pop()
            self._task(blocks)
            yield Item(first=first, last=self._trim(first, last), lead=lead, blocks=blocks)

    def _task(self, blocks: tuple[Block, ...]) -> None:
        if not blocks or blocks[0].kind is not Kind.PARAGRAPH:
            return
        line, column = self.lines[blocks[0].first], blocks[0].lead
        column += len(line[column:]) - len(line[column:].lstrip(" \t"))
        if _TASK.match(line, column):
            self.tasks.append((blocks[0].first, column + 1))

    def _lead(self, first: int) -> int:
        """How much of the line the markers of the list items take that begin on it."""
        column = 0
        for _ in range(self.opened.count(first)):
            marker = _MARKER.match(self.lines[first], column)
            column = marker.end() if marker else column
        return column

    def _skip(self, tokens: Iterator[Token], opening: Token) -> None:
        for token in tokens:
            if token.type in _LITERAL:
                self.literal.append(self._range(token))
            if token.type == "blockquote_close" and token.level == opening.level:
                return

    def _range(self, token: Token) -> tuple[int, int]:
        first, last = token.map or (0, 0)
        return first + self.offset, min(last + self.offset, len(self.lines))

    def _trim(self, first: int, last: int) -> int:
        while last > first + 1 and not self.lines[last - 1].strip(" \t"):
            last -= 1
        return last


def _content(tokens: Iterator[Token], opening: Token) -> str:
    """The text between an opening token and its closing one."""
    content = ""
    closing = opening.type.replace("_open", "_close")
    for token in tokens:
        if token.type == closing:
            break
        content = token.content
    return content

"""Changes to a text that leave every other byte alone: values replaced, lines put in or taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.adapters.markdown.escape import as_code, as_data, as_label
from scafld.adapters.markdown.labels import absent, clean, label, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scafld.adapters.markdown.blocks import Block, Page, Words
    from scafld.core.views.projection import Pair


LONGEST_COMMAND = 4000


class Edits:
    """Gathers changes against one page; `text()` applies them. Lines are those of the page; order of calls is kept."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._replaced: dict[int, list[tuple[int, int, str]]] = {}
        self._inserted: dict[int, list[str]] = {}
        self._removed: set[int] = set()

    def replace(self, line: int, first: int, last: int, text: str) -> None:
        """Put `text` for columns `first` to `last` of a line."""
        self._replaced.setdefault(line, []).append((first, last, text))

    def insert(self, before: int, lines: Iterable[str]) -> None:
        """Put lines before line `before`; the number of lines puts them at the end."""
        self._inserted.setdefault(before, []).extend(lines)

    def pending(self, before: int) -> bool:
        """Whether lines are already to be put before line `before`."""
        return bool(self._inserted.get(before))

    def remove(self, first: int, last: int) -> None:
        """Take out lines `first` to `last` (exclusive)."""
        self._removed.update(range(first, last))

    def value(self, line: int, column: int, text: str) -> None:
        """Make the value that begins at `column` say `text`; a value that says it already keeps its spelling."""
        old = self._page.lines[line][column:].rstrip(" \t")
        if same(old, text):
            return
        end = column + len(old)
        before = self._page.lines[line][:column]
        gap = "" if before.endswith((" ", "\t")) else " "
        self.replace(line, column, end, gap + text)

    def text(self) -> str:
        """The text with every change made; the page's own text when there is none."""
        if not (self._replaced or self._inserted or self._removed):
            return self._page.text
        page, out = self._page, [self._page.text[: self._page.starts[0]] if self._page.starts else self._page.text]
        for at in range(len(page.lines)):
            out.extend(line + page.newline for line in self._inserted.get(at, ()))
            if at not in self._removed:
                out.append(self._line(at))
        return "".join(out) + self._at_end("".join(out[-1:]))

    def _line(self, at: int) -> str:
        page = self._page
        end = page.starts[at + 1] if at + 1 < len(page.starts) else len(page.text)
        whole = page.text[page.starts[at] : end]
        for first, last, text in sorted(self._replaced.get(at, ()), reverse=True):
            whole = whole[:first] + text + whole[last:]
        return whole

    def _at_end(self, before: str) -> str:
        lines = self._inserted.get(len(self._page.lines), [])
        if not lines:
            return ""
        newline = self._page.newline
        if not before or before.endswith(("\n", "\r")):
            return "".join(line + newline for line in lines)
        return newline + newline.join(lines)


def same(old: str, new: str) -> bool:
    """Whether two spellings of a value say the same."""
    return clean(old) == clean(new) or (absent(old) and absent(new))


def shown(key: str, text: str) -> str:
    """A value as it is written after its label: a command in backticks, other text as data, `none` for none."""
    written = (
        as_code(text, LONGEST_COMMAND) if key.casefold().endswith("command") and not absent(text) else as_data(text)
    )
    return written or "none"


def label_lines(pairs: tuple[Pair, ...]) -> list[tuple[str, str]]:
    """Labels and their values as written; one that stands twice counts once, one that heads a list not at all."""
    lines: dict[str, tuple[str, str]] = {}
    for key, text in pairs:
        lines.setdefault(normalise(as_label(key)), (as_label(key), shown(key, text)))
    return [line for key, line in lines.items() if key not in _HEADS_A_LIST]


def set_labels(edits: Edits, page: Page, blocks: tuple[Block, ...], pairs: tuple[Pair, ...], after: int) -> None:
    """Make the label lines in these blocks say `pairs`: known ones where they stand, others beside their neighbours.

    Where none of them stands yet, they follow line `after` - 1 with blank lines around them.
    """
    found = _found(page, blocks)
    lines = label_lines(pairs)
    standing = [found[normalise(key)] for key, _ in lines if normalise(key) in found]
    if not standing:
        insert_apart(edits, page, after, [f"{key}: {text}" for key, text in lines])
        return
    place = standing[0].line
    for key, text in lines:
        words = found.get(normalise(key))
        if words is None:
            edits.insert(place, [f"{key}: {text}"])
            continue
        place = words.line + 1
        edits.value(words.line, words.column + _start(words), text)


def above(edits: Edits, page: Page, at: int) -> list[str]:
    """The blank line that sets off what is put before line `at`, if it takes one."""
    return [""] if edits.pending(at) or (at > 0 and page.lines[at - 1].strip(" \t")) else []


def insert_apart(edits: Edits, page: Page, at: int, lines: list[str]) -> None:
    """Put lines before line `at`, with a blank line before and, unless one stands there or nothing follows, after."""
    if not lines:
        return
    below = at < len(page.lines) and bool(page.lines[at].strip(" \t"))
    edits.insert(at, [*above(edits, page, at), *lines, *([""] if below else [])])


def insert_list(edits: Edits, page: Page, at: int, lines: list[str]) -> None:
    """Put lines that end in a list before line `at`, so that nothing below becomes part of its last item."""
    if not lines:
        return
    below = next((line for line in page.lines[at:] if line.strip(" \t")), "")
    if below[:1] in (" ", "\t"):
        lines = [*lines, "", "<!-- -->", ""]
    elif below and page.lines[at].strip(" \t"):
        lines = [*lines, ""]
    edits.insert(at, lines)


# Private.

_HEADS_A_LIST = ("findings", "attack log", "observations")


def _found(page: Page, blocks: tuple[Block, ...]) -> dict[str, Words]:
    """The first line of each label, in the paragraphs before any sub-heading."""
    found: dict[str, Words] = {}
    for block in blocks:
        if block.kind == "heading":
            break
        if block.kind == "paragraph":
            for words in page.words(block):
                named = label(words.text)
                if named is not None:
                    found.setdefault(named.key, words)
    return found


def _start(words: Words) -> int:
    named = label(words.text)
    return named.start if named is not None else 0

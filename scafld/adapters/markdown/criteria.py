"""Criteria and definitions of done, as they stand in an acceptance block.

An item is a criterion when it bears a backticked id, or a `Command` of its own, or is nothing but one command in
backticks. Items under `Definition of done:` never are. Fields belong to the item they stand in, and to no other.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from scafld.adapters.markdown.blocks import Kind
from scafld.adapters.markdown.labels import absent, label
from scafld.core.contract.spec import Done
from scafld.core.names import criterion_id
from scafld.core.value import changed, value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Block, Item, Page, Words

STATED = {
    "command": "command",
    "cmd": "command",
    "expected kind": "expected",
    "expected": "expected",
    "expected exit code": "exit_code",
    "exit code": "exit_code",
    "expected contains": "contains",
    "contains": "contains",
    "cwd": "cwd",
    "working directory": "cwd",
    "timeout": "timeout",
    "timeout seconds": "timeout",
    "timeout s": "timeout",
    "evidence required": "evidence_required",
    "baseline": "baseline",
    "type": "type",
}
"""What an author may say of a criterion, by label."""
OBSERVED = ("status", "evidence", "source event", "strength", "result", "last attempt", "checked at")
"""What scafld says of it: these lines are no part of the contract."""


@value
class Field:
    """A labelled line of a criterion: lines `first` to `last` (exclusive); its value begins at `column` of `first`.

    `nested`: it is a list item of its own, which ends at line `end` together with whatever else stands in it.
    """

    name: str
    text: str
    first: int
    last: int
    column: int
    nested: bool
    end: int


@value
class Draft:
    """A criterion as written: `id` is empty where the author gave none. `tick`: line and column of its check mark.
    `open_ended`: it ends in HTML or in a fence that nothing closes."""

    id: str
    label: str
    title: str
    fields: tuple[Field, ...]
    first: int
    last: int
    lead: int
    tick: tuple[int, int] | None
    open_ended: bool

    @property
    def said(self) -> tuple[Field, ...]:
        """What the author said of it."""
        return tuple(field for field in self.fields if field.name not in OBSERVED)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@value
class Acceptance:
    """What an acceptance block holds, and the labels in it that are no criterion's (`Profile`)."""

    criteria: tuple[Draft, ...] = ()
    done: tuple[Done, ...] = ()
    profile: tuple[str, int] | None = None


class Mode(StrEnum):
    """What the items of the next list are, by the label or sub-heading above it."""

    CRITERIA = "criteria"
    DONE = "done"
    OTHER = "other"


MODES = {
    "acceptance": Mode.CRITERIA,
    "validation": Mode.CRITERIA,
    "validation commands": Mode.CRITERIA,
    "criteria": Mode.CRITERIA,
    "acceptance criteria": Mode.CRITERIA,
    "final criteria": Mode.CRITERIA,
    "definition of done": Mode.DONE,
    "dod": Mode.DONE,
    "done when": Mode.DONE,
}
"""Labels and sub-headings that say what the list under them is; any other makes it OTHER."""


def acceptance(page: Page, blocks: tuple[Block, ...], mode: Mode) -> Acceptance:
    """Read the blocks of `## Acceptance` or of a phase. `mode` is what a list is before any label says so."""
    criteria: list[Draft] = []
    done: list[Done] = []
    profile: tuple[str, int] | None = None
    for block in blocks:
        match block.kind:
            case Kind.HEADING:
                mode = MODES.get(_heading(block), Mode.OTHER)
            case Kind.PARAGRAPH:
                for words in page.words(block):
                    found = label(words.text)
                    if found is not None and found.key == "profile" and profile is None:
                        profile = found.value, words.line
                    mode = _mode(words, mode)
            case Kind.LIST:
                drafts, finished = _list(page, block, mode)
                criteria.extend(drafts)
                done.extend(finished)
            case _:
                pass
    return Acceptance(criteria=tuple(criteria), done=tuple(done), profile=profile)


def done_list(page: Page, blocks: tuple[Block, ...]) -> tuple[Done, ...]:
    """Every item of a section that is a definition of done as a whole."""
    items = (item for block in blocks if block.kind is Kind.LIST for item in block.items)
    return tuple(found for found in (_done(page, item) for item in items) if found.text)


# Private.

_HEAD = re.compile(
    r"(?:\[[ xX]\](?:[ \t]+|\Z))?(?:`(?P<id>[^`]+)`|(?P<bare>[a-z]{1,4}[0-9]+(?:[_.-][0-9]+)*):)(?=\s|:|\Z)"
)
_TICK = re.compile(r"\[[ xX]\](?:[ \t]+|\Z)")
_TYPED = re.compile(r"(?P<type>[A-Za-z][\w/-]*(?: [A-Za-z][\w/-]*)?) [-–—] (?P<title>.+)\Z", re.S)
_ONLY_COMMAND = re.compile(r"(?:\[[ xX]\][ \t]+)?(?P<run>`+)(?P<command>[^`]+)(?P=run)[.]?\Z")
_DONE_ID = re.compile(r"dod[\d._-]*\Z", re.I)
_FENCE_END = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*\Z")
_KNOWN = frozenset(STATED) | frozenset(OBSERVED)


def _heading(block: Block) -> str:
    found = label(block.text + ":")
    return found.key if found is not None else ""


def _mode(words: Words, mode: Mode) -> Mode:
    found = label(words.text)
    if found is None:
        return mode
    if found.key in MODES:
        return MODES[found.key]
    return Mode.OTHER if not found.value else mode


def _list(page: Page, block: Block, mode: Mode) -> tuple[list[Draft], list[Done]]:
    criteria: list[Draft] = []
    done: list[Done] = []
    for item in block.items:
        if mode == Mode.DONE:
            done.append(_done(page, item))
            continue
        stray = _stray(page, item)
        if stray is not None and stray.name not in OBSERVED and criteria:
            criteria[-1] = _joined(criteria[-1], stray)
            continue
        draft = _draft(page, item)
        if _is_criterion(draft, mode):
            criteria.append(draft if draft.id or draft.said else _only_command(page, item, draft))
        elif draft.tick is not None:
            done.append(_done(page, item))
    return criteria, [each for each in done if each.text]


def _is_criterion(draft: Draft, mode: Mode) -> bool:
    if any(field.name in ("command", "expected") for field in draft.fields):
        return True
    if mode is not Mode.CRITERIA:
        return False
    if draft.id:
        return draft.tick is not None and _is_id(draft.id) and not (_DONE_ID.match(draft.id) and not draft.said)
    return not draft.said and _ONLY_COMMAND.match(draft.title) is not None


def _is_id(text: str) -> bool:
    try:
        criterion_id(text)
    except ValueError:
        return False
    return True


def _draft(page: Page, item: Item) -> Draft:
    head, fields = _head(page, item)
    for block in item.blocks:
        if block.kind is Kind.LIST:
            fields.extend(field for each in block.items for field in _nested(page, each))
    first = head[0] if head else None
    tick = (first.line, first.column + 1) if first is not None and _TICK.match(first.text) else None
    text = " ".join(words.text for words in head)
    identity = None if _is_bare_command(text) else _HEAD.match(text)
    kind, title = _typed(text[identity.end() :]) if identity else ("", text)
    return Draft(
        id=(identity.group("id") or identity.group("bare")).strip() if identity else "",
        label=kind,
        title=title,
        fields=tuple(fields),
        first=item.first,
        last=item.last,
        lead=item.lead,
        tick=tick,
        open_ended=_open_ended(page, item),
    )


def _open_ended(page: Page, item: Item) -> bool:
    last = item.blocks[-1] if item.blocks else None
    if last is None or last.kind is not Kind.FENCE:
        return last is not None and last.kind is Kind.HTML
    return last.last - last.first < 2 or not _FENCE_END.match(page.lines[last.last - 1])


def _is_bare_command(text: str) -> bool:
    """Whether an item is one code span that no id could be: it holds white space, or nothing bears a tick."""
    found = _ONLY_COMMAND.match(text)
    return found is not None and (not _TICK.match(text) or " " in found.group("command").strip())


def _only_command(page: Page, item: Item, draft: Draft) -> Draft:
    found = _ONLY_COMMAND.match(draft.title)
    if found is None:
        return draft
    command = found.group("command").strip()
    words = page.words(item.blocks[0])[0]
    field = Field(
        name="command",
        text=f"`` {command} ``",
        first=words.line,
        last=item.blocks[0].last,
        column=words.column,
        nested=False,
        end=item.blocks[0].last,
    )
    return changed(draft, label="command", title=command, fields=(field, *draft.fields))


def _typed(rest: str) -> tuple[str, str]:
    """The author's one or two words before ` - `, and the title; a title may hold ` - ` of its own."""
    bare = rest.strip().lstrip(":").strip()
    found = _TYPED.match(bare)
    if found:
        return found.group("type"), found.group("title").strip()
    return "", re.sub(r"\A[-–—][ \t]+", "", bare)


def _head(page: Page, item: Item) -> tuple[list[Words], list[Field]]:
    """The lines of the item's own text up to the first field, and the fields that stand in that text."""
    head: list[Words] = []
    fields: list[Field] = []
    if not item.blocks or item.blocks[0].kind is not Kind.PARAGRAPH:
        return head, fields
    for words in page.words(item.blocks[0]):
        found = label(words.text) if head else None
        if found is not None and found.key in _KNOWN:
            fields.append(_line_field(words, found.key, found.value, found.start))
        elif fields:
            fields[-1] = _continued(fields[-1], words)
        else:
            head.append(words)
    return head, fields


def _line_field(words: Words, key: str, text: str, start: int) -> Field:
    return Field(
        name=STATED.get(key, key),
        text=text,
        first=words.line,
        last=words.line + 1,
        column=words.column + start,
        nested=False,
        end=words.line + 1,
    )


def _continued(field: Field, words: Words) -> Field:
    text = f"{field.text} {words.text}".strip()
    return changed(field, text=text, last=words.line + 1, end=words.line + 1)


def _nested(page: Page, item: Item) -> list[Field]:
    """The field that a list item is; none when it begins with no known label."""
    if not item.blocks or item.blocks[0].kind is not Kind.PARAGRAPH:
        return []
    lines = page.words(item.blocks[0])
    found = label(lines[0].text)
    if found is None or found.key not in _KNOWN:
        return []
    text = " ".join([found.value, *(words.text for words in lines[1:])]).strip()
    fence = next((block for block in item.blocks if block.kind is Kind.FENCE), None)
    if found.key in ("command", "cmd") and absent(text) and fence is not None:
        text = f"`` {fence.text.strip()} ``" if "``" not in fence.text else fence.text.strip()
    return [
        Field(
            name=STATED.get(found.key, found.key),
            text=text,
            first=lines[0].line,
            last=item.blocks[0].last,
            column=lines[0].column + found.start,
            nested=True,
            end=item.last,
        )
    ]


def _stray(page: Page, item: Item) -> Field | None:
    """A field that an author wrote beside the criterion and not under it."""
    found = _nested(page, item)
    return found[0] if found else None


def _joined(draft: Draft, field: Field) -> Draft:
    return changed(draft, fields=(*draft.fields, field))


def _done(page: Page, item: Item) -> Done:
    lines = page.words(item.blocks[0]) if item.blocks and item.blocks[0].kind is Kind.PARAGRAPH else ()
    text = " ".join(words.text for words in lines)
    text = _TICK.sub("", text, count=1) if _TICK.match(text) else text
    identity = _HEAD.match(text)
    if identity is None or identity.group("id") is None or " " in identity.group("id").strip():
        return Done(text="" if absent(text) else text, line=item.first + 1)
    return Done(text=text[identity.end() :].strip(" :"), id=identity.group("id").strip(), line=item.first + 1)

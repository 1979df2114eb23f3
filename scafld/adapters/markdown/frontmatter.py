"""What stands between the two `---`: keys and values as text, each with its lines.

Plain `key: value` lines are read here; anything else is handed to a YAML library. A problem names its line.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING

from scafld.core.contract.problems import Problem
from scafld.core.value import value

if TYPE_CHECKING:
    from scafld.adapters.markdown.blocks import Page


@value
class Entry:
    """One key: its value as text (None for a list or a mapping) and its lines, `last` exclusive."""

    key: str
    text: str | None
    first: int
    last: int


@value
class FrontMatter:
    """`readable` is False when the text between the lines is no YAML mapping."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    readable: bool = True

    def entry(self, *keys: str) -> Entry | None:
        """The first entry under one of these keys."""
        return next((entry for key in keys for entry in self.entries if entry.key == key), None)


def front_matter(page: Page) -> FrontMatter:
    """Read the front matter of `page`, which has some."""
    if page.front is None:
        raise ValueError("the page has no front matter")
    entries = _entries(page, page.front)
    problems = _duplicates(entries)
    if all(entry.text is not None for entry in entries) and _all_covered(page, page.front, entries):
        return FrontMatter(entries=entries, problems=problems)
    values, problem = _yaml(page, page.front, duplicated=bool(problems))
    if problem is not None:
        return FrontMatter(entries=entries, problems=(*problems, problem), readable=False)
    if set(values) != {entry.key for entry in entries}:
        hidden = _unreadable(page.front, ValueError("a key stands where it is not seen as one"))
        return FrontMatter(entries=entries, problems=(*problems, hidden), readable=False)
    return FrontMatter(entries=tuple(_with(entry, values) for entry in entries), problems=problems)


# Private.

_KEY = re.compile(r"(?P<key>[A-Za-z_][\w.-]*|'[^']+'|\"[^\"\\]+\")[ \t]*:(?:[ \t]+(?P<text>.*))?\Z")
_PLAIN = re.compile(r"[\w./+][\w ./+@:-]*\Z", re.ASCII)
_SINGLE = re.compile(r"'(?P<inner>[^']*)'\Z")
_DOUBLE = re.compile(r'"(?P<inner>[^"\\]*)"\Z')


def _entries(page: Page, front: tuple[int, int]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for at in range(front[0] + 1, front[1]):
        found = _KEY.match(page.lines[at].rstrip(" \t"))
        if found is None:
            if entries and page.lines[at][:1] in (" ", "\t", "-"):
                entries[-1] = Entry(key=entries[-1].key, text=None, first=entries[-1].first, last=at + 1)
            continue
        key = found.group("key").strip("'\"")
        entries.append(Entry(key=key, text=_simple(found.group("text") or ""), first=at, last=at + 1))
    return tuple(entries)


def _simple(text: str) -> str | None:
    """The value of a plain or simply quoted scalar, None when it takes a YAML reader to say."""
    for quoted in (_SINGLE, _DOUBLE):
        found = quoted.match(text)
        if found:
            return found.group("inner")
    if not text:
        return ""
    if _PLAIN.match(text) and ": " not in text and not text.endswith(":"):
        return text
    return None


def _all_covered(page: Page, front: tuple[int, int], entries: tuple[Entry, ...]) -> bool:
    covered = {at for entry in entries for at in range(entry.first, entry.last)}
    return all(
        at in covered or not page.lines[at].strip(" \t") or page.lines[at].lstrip(" \t").startswith("#")
        for at in range(front[0] + 1, front[1])
    )


def _duplicates(entries: tuple[Entry, ...]) -> tuple[Problem, ...]:
    seen: dict[str, int] = {}
    problems = []
    for entry in entries:
        if entry.key in seen:
            problems.append(
                Problem(
                    code="duplicate_key",
                    line=entry.first + 1,
                    message=f"{entry.key!r} stands twice in the front matter (first on line {seen[entry.key]})",
                    suggestion="keep one of the two lines",
                )
            )
        seen.setdefault(entry.key, entry.first + 1)
    return tuple(problems)


def _yaml(page: Page, front: tuple[int, int], *, duplicated: bool) -> tuple[dict[str, str | None], Problem | None]:
    """Every value as text; lists and mappings are None. YAML 1.2, no types, no tags."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    reader = YAML(typ="base", pure=True)
    reader.allow_duplicate_keys = duplicated
    source = "\n".join(page.lines[front[0] + 1 : front[1]]) + "\n"
    try:
        loaded = reader.load(StringIO(source))
    except (YAMLError, ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError) as error:
        return {}, _unreadable(front, error)
    if not isinstance(loaded, dict):
        return {}, _unreadable(front, ValueError("it is not a list of `key: value` lines"))
    return {str(key): item if isinstance(item, str) else None for key, item in loaded.items()}, None


def _unreadable(front: tuple[int, int], error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = front[0] + 2 + (mark.line if mark is not None else 0)
    said = getattr(error, "problem", None) or next(iter(str(error).splitlines()), "") or "it is no YAML"
    return Problem(
        code="bad_front_matter",
        line=min(line, front[1] + 1),
        message=f"the front matter cannot be read: {said}",
        suggestion="write one `key: value` a line, and put quotes around a value that holds a colon",
    )


def _with(entry: Entry, values: dict[str, str | None]) -> Entry:
    return Entry(key=entry.key, text=values.get(entry.key), first=entry.first, last=entry.last)

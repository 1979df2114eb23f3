"""Text from elsewhere as data: one line that can begin no block, open no HTML, and hide no character."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 400


def as_data(text: str, limit: int = LONGEST) -> str:
    """`text` on one line, at most `limit` characters of it, safe wherever a line of a document may begin or go on.

    It can become no heading, front matter, list item, check mark, quote, fence, table, reference or HTML.
    """
    bare = _HTML.sub(_escaped, flat(text, limit))
    if _BLOCK.match(bare):
        return f"\\{bare}"
    return _ORDERED.sub(r"\1\\\2", bare, count=1)


def as_code(text: str, limit: int = LONGEST) -> str:
    """`text` on one line in a code span of its own; empty text gives empty text."""
    bare = flat(text, limit)
    if not bare:
        return ""
    longest = max((len(run) for run in _TICKS.findall(bare)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if "`" in (bare[0], bare[-1]) else ""
    return f"{fence}{padding}{bare}{padding}{fence}"


def as_word(text: str, limit: int = 80) -> str:
    """An id, a status, a label: letters, digits and `. _ - + @` with single blanks, a letter or digit first."""
    bare = " ".join(_NO_WORD.sub(" ", flat(text, limit)).split()).lstrip("._-+@ ")
    return _ORDERED.sub(r"\1", bare, count=1) or "none"


def as_label(text: str) -> str:
    """A word that reads as a label when a colon follows it."""
    word = as_word(text, 40)
    plain = " ".join(_NO_LABEL.sub(" ", word).split())
    return plain if plain[:1].isalpha() else f"Note {plain}".strip()


def flat(text: str, limit: int = LONGEST) -> str:
    """`text` on one line: no terminal sequences, no invisible characters, every run of white space one blank."""
    bounded = text[: limit * 8 + 4096]
    bare = _ANSI.sub("", bounded)
    kept = "".join(_shown(char) for char in bare)
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


# Private.

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])|\x9b[0-?]*[ -/]*[@-~]")
_HTML = re.compile(r"(\\*)<(?=[A-Za-z/!?])")
_BLOCK = re.compile(
    r"""(?: \#{1,6}(?:\s|\Z)        # heading
          | [-+*](?:\s|\Z)          # list item
          | (?:[-_*]\s*){3,}\Z      # thematic break, front matter
          | =+\s*\Z | -+\s*\Z       # underline of a heading
          | `{3} | ~{3}             # fence
          | [>\[|:]                 # quote, check mark or reference, table, definition
          )""",
    re.VERBOSE,
)
_ORDERED = re.compile(r"\A([0-9]{1,9})([.)])(?=\s|\Z)")
_TICKS = re.compile(r"`+")
_NO_WORD = re.compile(r"[^\w.+@-]|…")
_NO_LABEL = re.compile(r"[.+@]")


def _escaped(found: re.Match[str]) -> str:
    return f"{found.group(1) * 2}\\<"


def _shown(char: str) -> str:
    """The character, a blank for what breaks or moves a line, a mark for what is no character, or nothing."""
    if char < "\x7f":
        return char if char >= " " else (" " if char in "\t\n\r\v\f" else "")
    category = unicodedata.category(char)
    if category in ("Zl", "Zp", "Zs") or char == "\x85":
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if category in ("Cc", "Cf", "Co", "Cn") else char

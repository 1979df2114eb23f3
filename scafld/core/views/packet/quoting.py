"""How text that somebody else wrote stands in a packet: it closes no fence, forges no heading, and hides nothing."""

from __future__ import annotations

import re

LONGEST_LINE = 2000
"""Characters of a text that stands on one line; what is beyond is counted there."""

LONGEST_NAME = 200
"""Characters of a name in a list of what a packet holds; where the thing itself stands, its name is whole."""


def plain(text: str) -> str:
    """The text with every character that cannot be seen as an escape: `\\x1b`, `\\u202e`, `\\ud800`. Only line feeds,
    tabs and blanks stay, so only a line feed ends a line, and the text can be written in UTF-8."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_escape, text)


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """The words of a text on one line."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else f"{line[:most]}... [{len(line) - most} characters more]"


def code(text: str, most: int = LONGEST_LINE) -> str:
    """A name or a command on one line, blanks and all, between back-quotes that nothing in it closes."""
    line = plain(text).replace("\n", "\\x0a").replace("\t", "\\x09")
    if len(line) > most:
        line = f"{line[: most // 2]}...{line[-most // 2 :]}"
    marks = "`" * (_longest(_TICKS, line) + 1)
    edge = " " if not line or line[0] in "` " or line[-1] in "` " else ""
    return f"{marks}{edge}{line}{edge}{marks}"


def label(name: str) -> str:
    """The name of a piece: like `code`, and short."""
    return code(name, LONGEST_NAME)


def lines_of(text: str) -> str:
    """The text plain, with the end of its last line."""
    body = plain(text)
    return body if not body or body.endswith("\n") else f"{body}\n"


def quoted(text: str) -> str:
    """The text as a quotation: every line of it begins with `>`."""
    return "".join(f"> {line}\n" if line else ">\n" for line in lines_of(text.strip("\n")).split("\n")[:-1])


def fenced(body: str, language: str) -> str:
    """Whole lines of plain text in a fence that none of them can close."""
    fence = "`" * max(3, _longest(_FENCES, body) + 1)
    return f"{fence}{language}\n{body}{fence}\n"


# Private.

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\xa0"  # controls, and a blank that is none
    "\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u3164\uffa0"  # letters without a shape
    "\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000"
    "\ud800-\uf8ff"  # halves of characters, and private ones
    "\ufe00-\ufe0d\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    "]"
)
"""Written out, because what Python calls printable differs from one version to the next."""

_TICKS = re.compile("`+")
_FENCES = re.compile(r"^[ \t>]*(`{3,})", re.M)


def _escape(found: re.Match[str]) -> str:
    at = ord(found[0])
    if at < 0x100:
        return f"\\x{at:02x}"
    return f"\\u{at:04x}" if at < 0x10000 else f"\\U{at:08x}"


def _longest(pattern: re.Pattern[str], text: str) -> int:
    return max((len(found[pattern.groups]) for found in pattern.finditer(text)), default=0)

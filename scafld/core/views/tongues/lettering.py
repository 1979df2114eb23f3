"""Which characters another format is given, and what stands for those that could move a reader's eye or cursor."""

from __future__ import annotations

import re


def visible(text: str) -> str:
    """The text with CR LF as LF, and every character that shows nothing of itself as an escape (`\\x1b`, `\\u202e`):
    controls but tab and LF, turns of the reading direction, hidden breaks and joints, halves of a surrogate pair, and
    what is no character. The same on every version of Python."""
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_escaped, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line, visible."""
    return visible(" ".join(text.split()))


def shortened(text: str, most: int) -> str:
    """At most `most` characters of the text, and how many more there are."""
    if len(text) <= most:
        return text
    return f"{text[:most].rstrip()} ... ({len(text) - most} more characters)"


def seconds(milliseconds: int) -> str:
    """A duration in seconds, with three digits behind the point."""
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"


# Private.

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffb"  # what has no width
    "\u2028-\u202e\u2066-\u206f"  # hidden line breaks, turns of the reading direction
    "\ud800-\udfff"  # halves of a pair
    "\ufdd0-\ufdef"  # no characters, and those at the end of each plane
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "\U000e0000-\U000e0fff"  # tags and hidden selectors
    "]"
)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

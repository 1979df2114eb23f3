"""Somebody's words in a page of Markdown, as data."""

from __future__ import annotations

import re

from scafld.core.views.tongues.lettering import one_line, shortened

MOST_CELL = 140
"""Characters of one text."""


def said(text: str, most: int = MOST_CELL) -> str:
    """Somebody's words as they were said: on one line, cut, and nothing in them is Markdown or HTML."""
    return _MEANT.sub(_reference, shortened(one_line(text), most))


def code(text: str, most: int = MOST_CELL) -> str:
    """The same, set as code."""
    return f"<code>{said(text, most)}</code>"


# Private.

_MEANT = re.compile(r"""[^A-Za-z0-9 ,;()+=%?/.'"-]|(?<=[wW]{3})\.""")
"""All but characters that mean nothing to any reader of Markdown; the point behind `www` makes an address."""


def _reference(found: re.Match[str]) -> str:
    """A character by its number. Behind an `@` stands a space without width: it calls nobody then."""
    return f"&#{ord(found[0])};" + ("&#8203;" if found[0] == "@" else "")

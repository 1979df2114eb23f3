"""What git makes of a text by itself when it commits it: other line ends, and no name in `$Id$`.

Nothing else is taken for the same content: with another encoding or a filter, who writes attributes or configuration
would choose what a reviewed file becomes (docs/decisions/0024).
"""

from __future__ import annotations

import re


def conversions(content: bytes) -> tuple[bytes, ...]:
    """Every other content that git may commit of a file that holds this one; which, its attributes say."""
    made = dict.fromkeys((_line_ends(content), _without_id(content), _without_id(_line_ends(content))))
    return tuple(each for each in made if each != content)


# Private.

_ID = re.compile(rb"\$Id: [0-9a-f]{40}(?:[0-9a-f]{24})? \$")


def _line_ends(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _without_id(content: bytes) -> bytes:
    return _ID.sub(b"$Id$", content)

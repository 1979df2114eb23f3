"""What git makes of a text by itself when it commits it: other line ends, and no name in `$Id$`.

Nothing else is taken for the same content: with another encoding or a filter, who writes attributes or configuration
would choose what a reviewed file becomes (docs/decisions/0024). What git-lfs commits can be told by itself.
"""

from __future__ import annotations

import re

from scafld.core.names import Digest


def conversions(content: bytes) -> tuple[bytes, ...]:
    """Every other content that git may commit of a file that holds this one; which, its attributes say."""
    made = dict.fromkeys((_line_ends(content), _without_id(content), _without_id(_line_ends(content))))
    return tuple(each for each in made if each != content)


def points_to(content: bytes, digest: Digest) -> bool:
    """Whether this is what git-lfs commits of a file with that SHA-256."""
    found = _POINTER.fullmatch(content)
    return found is not None and found[1].decode() == digest


# Private.

_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize [0-9]{1,18}\n")
_ID = re.compile(rb"\$Id: [0-9a-f]{40}(?:[0-9a-f]{24})? \$")


def _line_ends(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _without_id(content: bytes) -> bytes:
    return _ID.sub(b"$Id$", content)

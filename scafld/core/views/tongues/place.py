"""Where a finding lies, as a URI relative to the workspace."""

from __future__ import annotations

import re
from urllib.parse import quote

LONGEST_PATH = 4096
"""In bytes: no system opens a longer one."""


def uri_of(path: str) -> str | None:
    """A workspace-relative path as a relative URI: UTF-8, percent-encoded, without `.` and empty parts. None for what
    lies outside the workspace or can be no file in it. A path that stands C-quoted, as git prints it, is that file."""
    content = _bytes(path)
    if content.startswith(b"/") or len(content) > LONGEST_PATH or b"\0" in content:
        return None
    parts = [part for part in content.split(b"/") if part not in (b"", b".")]
    if not parts or b".." in parts:
        return None
    return "/".join(quote(part) for part in parts)


# Private.

_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|[abtnvfr\"\\])")


def _bytes(path: str) -> bytes:
    content = path.encode("utf-8", "replace")
    if len(content) > 1 and content.startswith(b'"') and content.endswith(b'"'):
        return _ESCAPE.sub(_unescaped, content[1:-1])
    return content


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    if len(said) > 1:
        return bytes([int(said, 8)])
    return _LETTERS.get(said, said)

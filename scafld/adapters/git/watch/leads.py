"""Where a repository's own configuration leads: the files it includes, the folder its hooks run from, its work tree.

Read generously: a condition on an include is not weighed, and a file that a lead does not lead to is no harm.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from scafld.adapters.git.witness import content
from scafld.core.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator


@value
class Leads:
    """`included`: absolute paths, those included by included ones too. `hooks` and `worktree`: as written."""

    included: tuple[bytes, ...] = ()
    hooks: tuple[bytes, ...] = ()
    worktree: bytes = b""


def leads_of(configs: tuple[bytes, ...], home: bytes) -> Leads:
    """What these configuration files lead to. `home` is what `~` stands for."""
    included: dict[bytes, None] = {}
    hooks: dict[bytes, None] = {}
    worktree = b""
    waiting = list(configs)
    while waiting and len(included) < _ENOUGH:
        config = waiting.pop(0)
        for section, key, said in _settings(content(config, _MOST) or b""):
            path = home + said[1:] if said.startswith(b"~/") else said
            match section, key:
                case b"include" | b"includeif", b"path":
                    whole = os.path.normpath(os.path.join(os.path.dirname(config), path))
                    waiting += [] if whole in included or whole in configs else [whole]
                    included[whole] = None
                case b"core", b"hookspath":
                    hooks[path] = None
                case b"core", b"worktree":
                    worktree = path
    return Leads(included=tuple(included), hooks=tuple(hooks), worktree=worktree)


# Private.

_ENOUGH = 100
_MOST = 1 << 22
_SECTION = re.compile(rb"\s*\[\s*([A-Za-z0-9.-]+)[^\]]*\]")
_KEY = re.compile(rb"\s*(path|hookspath|worktree)\s*=\s*(.*)", re.IGNORECASE)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')


def _settings(text: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Section and key, in lower case, and value of every line that could be a lead."""
    section = b""
    for line in text.replace(b"\r\n", b"\n").replace(b"\\\n", b"").split(b"\n"):
        begun = _SECTION.match(line)
        if begun:
            section = begun[1].lower()
        found = _KEY.match(line, begun.end() if begun else 0)
        if found:
            yield section, found[1].lower(), _plain(found[2])


def _plain(said: bytes) -> bytes:
    quoted = _QUOTED.match(said)
    word = quoted[1] if quoted else re.split(rb"\s*[#;]", said, maxsplit=1)[0].rstrip()
    return re.sub(rb"\\(.)", rb"\1", word)

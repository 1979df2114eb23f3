"""The two workflows that `init --ci` lays down: what is in them, and whether one that lies there is still scafld's.

The first line says that scafld keeps the file, with the SHA-256 of the rest. So a file in which one letter was changed
is its changer's from then on, and `update` leaves it alone.
"""

from __future__ import annotations

import os
import re

from scafld.adapters.assets import ASSETS
from scafld.adapters.files.atomic import settle
from scafld.app.premises.wiring import Lane, Standing
from scafld.core.digest import digest_of
from scafld.core.refusal import Unavailable
from scafld.core.version import VERSION

FOLDER = ".github/workflows"
LANES = (f"{FOLDER}/scafld.yml", f"{FOLDER}/scafld-acceptance.yml")


def workflow(path: str) -> bytes:
    """What this scafld writes to one of LANES; it installs itself there, at its own version."""
    with open(os.path.join(ASSETS, "workflows", os.path.basename(path)), "rb") as file:
        body = file.read().replace(b"@VERSION@", VERSION.encode())
    return _OWNER + digest_of(body).encode() + b"\n" + body


def standing_of(path: str, content: bytes | None) -> Standing:
    """How the bytes at `path`, one of LANES, stand to what scafld writes. Line ends of another system are no change."""
    if content is None:
        return Standing.ABSENT
    text = content.replace(b"\r\n", b"\n")
    first, _, body = text.partition(b"\n")
    if not first.startswith(_OWNER):
        return Standing.FOREIGN
    if first != _OWNER + digest_of(body).encode():
        return Standing.CHANGED
    return Standing.CURRENT if text == workflow(path) else Standing.OUTDATED


def unpinned(content: bytes) -> tuple[str, ...]:
    """The actions that a workflow takes by a tag or a branch, in order; those of its own repository are none."""
    words = (found[1].decode("utf-8", "replace") for found in _USES.finditer(content))
    return tuple(dict.fromkeys(word for word in words if not word.startswith("./") and not _PINNED.search(word)))


def lanes(top: str) -> tuple[Lane, ...]:
    """Both workflows of the repository whose working tree begins at `top`."""
    return tuple(_lane(top, path) for path in LANES)


def read_lane(top: str, path: str) -> bytes | None:
    """The bytes of a workflow, None when there is none. Refused for what is no file, or leads out of the repository."""
    try:
        with open(settle(f"{top}/{path}", top), "rb") as file:
            return file.read(_LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror or error}") from error


# Private.

_OWNER = b"# scafld:workflow-owner=scafld sha256="
_LARGEST = 1 << 20
_USES = re.compile(rb"""(?:^|[{,])[ \t]*(?:-[ \t]+)?["']?uses["']?[ \t]*:[ \t]*["']?([^\s"'#,}]+)""", re.M)
_PINNED = re.compile(r"@(?:[0-9a-f]{40}|sha256:[0-9a-f]{64})$")


def _lane(top: str, path: str) -> Lane:
    content = read_lane(top, path)
    return Lane(path=path, standing=standing_of(path, content), unpinned=unpinned(content or b""))

"""Files that a command was asked to write beside what it says."""

from __future__ import annotations

import os

from scafld.adapters.cli.call import Call
from scafld.core.refusal import Misused


def target_of(call: Call, root: str, command: str, name: str) -> str:
    """The file that an option names, absolute, "" where it was not given. Misused for a folder, and for what scafld
    keeps itself."""
    flag = f"--{name}"
    if name not in call.given:
        return ""
    named = call.text(name)
    if not named:
        raise Misused(f"{flag} needs a file; it is empty", next=f"scafld {command} --help")
    target = os.path.join(os.path.realpath(call.cwd), named)
    if named.endswith(os.sep) or os.path.isdir(target):
        raise Misused(f"{flag} {named!r} is a folder; name a file in it")
    if _lies_in(os.path.realpath(os.path.dirname(target)), os.path.join(root, ".scafld")):
        raise Misused(f"{flag} {named!r} lies in .scafld/, which scafld keeps; name a file outside of it")
    return target


# Private.


def _lies_in(folder: str, kept: str) -> bool:
    """Whether a folder is `kept` or lies below it, under whatever name the file system knows it by."""
    while not (os.path.exists(folder) and os.path.samefile(folder, kept)):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True

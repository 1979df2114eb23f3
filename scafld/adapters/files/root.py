"""Where the workspace is: the folder that holds `.scafld/`. Every command asks, so this loads next to nothing."""

from __future__ import annotations

import os

from scafld.core.refusal import Misused, NoWorkspace

WORKSPACE = ".scafld"


def find_root(start: str, *, explicit: str | None, environ_root: str | None) -> str:
    """The workspace root, absolute: `explicit`, else `environ_root` (empty is none), else upwards from `start`.

    NoWorkspace names where it was looked for; a root that was named is never replaced by one further up.
    """
    if explicit == "":
        raise Misused("--root needs a folder; it is empty")
    named = explicit or environ_root
    if named:
        root = os.path.abspath(os.path.join(start, named))
        if not os.path.isdir(f"{root}/{WORKSPACE}"):
            raise no_workspace(root)
        return root
    folder = os.path.abspath(start)
    while not os.path.isdir(f"{folder}/{WORKSPACE}"):
        above = os.path.dirname(folder)
        if above == folder:
            reason = f"no workspace: neither {start} nor a folder above it holds {WORKSPACE}/"
            raise NoWorkspace(reason, next="scafld init")
        folder = above
    return folder


def no_workspace(root: str) -> NoWorkspace:
    """The error for a folder that was named and is none."""
    return NoWorkspace(f"{root} is no workspace: it holds no {WORKSPACE}/", next="scafld init")

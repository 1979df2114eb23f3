"""The list of trusted keys is read at once and not without end, whatever lies in its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scafld.adapters.local.key_places import KEYS, trusted_at
from scafld.core.refusal import Unavailable

ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "it is no plain file"),
    "a device without end": (lambda path: path.symlink_to("/dev/zero"), "it is no plain file"),
    "a folder": (os.mkdir, "Is a directory"),
    "far too much": (lambda path: path.write_bytes(b" " * 9_000_000), "cannot be believed"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_list_of_keys_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    make, words = ODD[name]
    (tmp_path / KEYS).parent.mkdir()
    make(tmp_path / KEYS)

    with pytest.raises(Unavailable, match=words):
        trusted_at(str(tmp_path))

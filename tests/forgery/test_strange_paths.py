"""A receipt may name files as no file system has them: that is a fault of it, whoever signed it, and no error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.forgery.conftest import Take

PATHS = {
    "a name too long": ("a" * 300, "is not there"),
    "in a folder too long": ("a" * 300 + "/b", "is not there"),
    "a quoted name too long": ('"' + "\\303" * 300 + '"', "is not there"),
    "names too long together": ("/".join(["a" * 200] * 20), "is not there"),
    "longer than any path": ("a/" * 100_000 + "b", "longer than any path"),
    "a name longer than any path": ("a" * 200_000, "longer than any path"),
    "a nought in it": ("a\0b", "not a path of a file"),
    "a nought in quotes": ('"a\\000b"', "not a path of a file"),
}


def with_path(path: str) -> Callable[[Any], None]:
    """The first file is called otherwise, and the subject says so, too."""

    def change(told: Any) -> None:
        files = told["predicate"]["material"]["files"]
        files[0]["path"] = path
        named = ({"name": each["path"], "digest": {"sha256": each["digest"]}} for each in files if each["digest"])
        told["subject"] = [told["subject"][0], *named]

    return change


@pytest.mark.parametrize("name", PATHS)
def test_a_path_that_no_file_can_have(take: Take, name: str) -> None:
    """In the working tree and in a commit."""
    path, words = PATHS[name]
    hand = take("committed")
    for tell in (hand.retold, hand.resigned):
        tell(with_path(path))
        for where in ((), ("--material-only",), ("--commit", "HEAD", "--trust-from", "HEAD")):
            ended = hand.scafld("verify", ".scafld/receipts/add-y.dsse.json", *where)
            assert (ended.code, words in ended.words) == (3, True), ended


def test_a_folder_of_any_length(take: Take) -> None:
    """It is not printed whole."""
    hand = take("committed")
    hand.retold(lambda told: told["predicate"]["material"].update(folder="a" * 200_000))

    ended = hand.scafld("verify")

    assert (ended.code, "is no folder in a repository" in ended.words, len(ended.words) < 5000) == (3, True, True)

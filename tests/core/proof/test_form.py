"""A value is written by its fields and read back by their types, exactly."""

from __future__ import annotations

from enum import StrEnum

import pytest

from scafld.core.names import Actor, ActorKind, Moment
from scafld.core.proof.form import Unfit, camel, read, written
from scafld.core.value import value


class Shade(StrEnum):
    DARK = "dark"
    LIGHT = "light"


@value
class Leaf:
    at: Moment
    shade: Shade


@value
class Tree:
    tall_as: int
    alive: bool
    leaves: tuple[Leaf, ...]
    best_leaf: Leaf | None
    words: tuple[str, ...] = ()


LEAF = Leaf(at=Moment("2026-01-31T12:00:00.000Z"), shade=Shade.DARK)
TREE = Tree(tall_as=3, alive=True, leaves=(LEAF,), best_leaf=None)


def test_a_value_is_written_whole() -> None:
    """Empty fields stand there too, under in-toto's spelling."""
    assert written(TREE, camel) == {
        "tallAs": 3,
        "alive": True,
        "leaves": [{"at": "2026-01-31T12:00:00.000Z", "shade": "dark"}],
        "bestLeaf": None,
        "words": [],
    }


def test_what_is_written_is_read() -> None:
    """In both spellings."""
    assert read(Tree, written(TREE, camel), camel) == TREE
    assert read(Tree, written(TREE)) == TREE


def test_a_default_may_be_left_out() -> None:
    """And nothing else."""
    short = written(TREE)
    del short["words"]

    assert read(Tree, short) == TREE
    assert read(Actor, {"kind": "human", "name": "x"}) == Actor(kind=ActorKind.HUMAN, name="x")


def test_every_problem_is_told_with_its_path() -> None:
    """In the order of the document."""
    with pytest.raises(Unfit) as told:
        read(Tree, {"tall_as": True, "leaves": [{"at": "now", "shade": "x"}, 3], "best_leaf": {}, "b\n": 1})

    assert told.value.problems == (
        "b\\n: there is no such field",
        "tall_as: expected a whole number, found true or false",
        "alive: is missing",
        "leaves[0].at: Invalid isoformat string: 'now'",
        "leaves[0].shade: expected one of dark, light, found 'x'",
        "leaves[1]: expected an object, found a whole number",
        "best_leaf.at: is missing",
        "best_leaf.shade: is missing",
    )

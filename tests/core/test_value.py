"""What a value promises: frozen, slotted, keyword-only, compared by its fields, a drop-in for a dataclass."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle

import pytest

from scafld.core.value import changed, value


@value
class Point:
    """Somewhere."""

    x: int
    y: int = 0
    names: tuple[str, ...] = ()

    @property
    def sum(self) -> int:
        return self.x + self.y


@value
class Checked:
    even: int

    def __post_init__(self) -> None:
        if self.even % 2:
            raise ValueError("odd")


def test_fields_are_given_by_name() -> None:
    """A positional argument is refused by Python itself."""
    assert (Point(x=1).x, Point(x=1).y, Point(x=1, y=2).sum) == (1, 0, 3)
    with pytest.raises(TypeError):
        Point(1)  # type: ignore[misc]


@pytest.mark.parametrize(("given", "words"), [({}, "needs x"), ({"x": 1, "z": 2, "q": 3}, "has no q, z")])
def test_a_missing_and_an_unknown_field_are_named(given: dict[str, int], words: str) -> None:
    """Both are a TypeError."""
    with pytest.raises(TypeError, match=words):
        Point(**given)


def test_nothing_can_be_set_or_deleted() -> None:
    """Not a field, not a new name; and it stays what it was."""
    point = Point(x=1)

    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        point.z = 2  # type: ignore[attr-defined]
    assert point == Point(x=1)


def test_values_have_no_dict() -> None:
    """They are slotted."""
    assert not hasattr(Point(x=1), "__dict__")


def test_equality_is_by_class_and_fields() -> None:
    """And equal values have equal hashes."""
    assert Point(x=1) == Point(x=1, y=0)
    assert hash(Point(x=1)) == hash(Point(x=1, y=0))
    assert Point(x=1) != Point(x=2)
    assert Checked(even=0) != Point(x=0)


def test_changed_makes_a_copy() -> None:
    """The original is left alone; an unknown name is a TypeError."""
    point = Point(x=1, y=2)

    assert changed(point, y=3) == Point(x=1, y=3)
    assert point.y == 2
    with pytest.raises(TypeError, match="has no z"):
        changed(point, z=1)


def test_post_init_runs_on_making_and_on_changing() -> None:
    """So that no copy escapes the check."""
    with pytest.raises(ValueError, match="odd"):
        Checked(even=1)
    with pytest.raises(ValueError, match="odd"):
        changed(Checked(even=2), even=3)


@pytest.mark.parametrize("default", [[], {}, set()])
def test_a_mutable_default_is_refused(default: object) -> None:
    """When the class is made, by the name of its field."""
    with pytest.raises(TypeError, match="items"):
        value(type("Bad", (), {"__annotations__": {"items": "object"}, "items": default}))


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    """fields, replace, asdict, is_dataclass."""
    assert dataclasses.is_dataclass(Point)
    assert [each.name for each in dataclasses.fields(Point)] == ["x", "y", "names"]
    assert dataclasses.replace(Point(x=1), y=5) == Point(x=1, y=5)
    assert dataclasses.asdict(Point(x=1)) == {"x": 1, "y": 0, "names": ()}


def test_it_can_be_copied_and_pickled() -> None:
    """Both give an equal value."""
    point = Point(x=1, names=("a",))

    assert copy.deepcopy(point) == point
    assert copy.copy(point) == point
    assert pickle.loads(pickle.dumps(point)) == point


def test_help_shows_what_it_takes() -> None:
    """Name, default and kind of every field."""
    parameters = inspect.signature(Point).parameters

    assert list(parameters) == ["x", "y", "names"]
    assert parameters["x"].default is inspect.Parameter.empty
    assert {each.kind for each in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


def test_repr_can_be_read() -> None:
    """As one would write it."""
    assert repr(Point(x=1)) == "Point(x=1, y=0, names=())"

"""The tree keeps the architecture, and the rules themselves hold together."""

from __future__ import annotations

from pathlib import Path

import pytest
from checker import breaches
from facts import read
from house import House, Room, covers


def test_the_tree_keeps_every_rule(root: Path, rules: House) -> None:
    """No module and no test of this checkout breaks a rule of import_rules.toml."""
    found = breaches(root, rules)

    assert "\n".join(map(str, found)) == ""


def test_the_checker_reads_the_whole_product(root: Path) -> None:
    """Every Python file of the package is judged; a checker that looks at nothing would be content with anything."""
    there = {path.relative_to(root).as_posix() for path in (root / "scafld").rglob("*.py")}

    modules, unreadable = read(root, "scafld")

    assert {module.file for module in modules} | {broken.file for broken in unreadable} == there
    assert "scafld/core/names.py" in there


def test_rooms_keep_the_layers(rules: House) -> None:
    """No room is allowed an import, early or late, from a layer above its own: the table cannot undo the house."""
    order = rules.words("layers", "order")
    upward = [
        f"{room.pattern} -> {allowed}"
        for room in rules.rooms
        for height, layer in enumerate(order)
        if covers((layer,), room.pattern.removesuffix(".*"))
        for allowed in (*room.imports, *room.lazily)
        if not covers(order[: height + 1], allowed.removesuffix(".*"))
    ]

    assert upward == []


def test_core_and_app_are_allowed_no_package(rules: House) -> None:
    """No row of the third-party table names a room of core or app, nor one so wide that it holds them."""
    pure = rules.words("standard_library", "rooms")
    rooms = [room for package in rules.table["third_party"] for room in rules.words("third_party", package)]

    offending = [
        room
        for room in rooms
        if covers(pure, room.removesuffix(".*")) or any(covers((room,), each.removesuffix(".*")) for each in pure)
    ]

    assert offending == []


def test_the_terminal_has_no_privilege(rules: House) -> None:
    """The CLI reaches the front door, app and core only: what the terminal can do, the library can do."""
    cli = rules.room_of("scafld.adapters.cli.screen")

    assert cli is not None
    assert set(cli.imports) == {"scafld.core.*", "scafld.app.*", "scafld.adapters.local.*"}
    assert cli.lazily == ()


def test_every_ban_bears_a_reason(rules: House) -> None:
    """A ban whose rule has no word of why in [rules] could not be reported."""
    nameless = [ban.rule for ban in rules.bans if ban.rule not in rules.why]

    assert nameless == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("scafld", "scafld"),
        ("scafld.core", "scafld.core.*"),
        ("scafld.core.task.decide.build", "scafld.core.*"),
        ("scafld.adapters", "scafld.adapters"),
        ("scafld.adapters.git.objects", "scafld.adapters.git.*"),
        ("scafld.adapters.gitter", None),
        ("scafld.corridor", None),
    ],
)
def test_the_nearest_room_governs(rules: House, name: str, pattern: str | None) -> None:
    """A pattern covers whole names, never the beginning of a word, and a folder's own room is not its neighbours'."""
    room = rules.room_of(name)

    assert (room.pattern if room else None) == pattern


@pytest.mark.parametrize(("name", "pattern"), [("a.b", "a.b"), ("a.b.c", "a.b.*"), ("a.x", "a.*")])
def test_a_room_for_one_module_goes_before_a_room_for_many(name: str, pattern: str) -> None:
    """`a.b` governs the module a.b itself, though `a.b.*` covers it too; the order of the rooms plays no part."""
    rooms = tuple(Room(pattern=each, imports=(), lazily=()) for each in ("a.*", "a.b.*", "a.b"))

    forwards = House(why={}, rooms=rooms, bans=(), table={}).room_of(name)
    backwards = House(why={}, rooms=rooms[::-1], bans=(), table={}).room_of(name)

    assert forwards == backwards == Room(pattern=pattern, imports=(), lazily=())

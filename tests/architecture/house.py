"""What import_rules.toml says: the rooms, who may import whom, and what is banned where."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


def house(rules: Path) -> House:
    table = tomllib.loads(rules.read_text(encoding="utf-8"))
    rooms = tuple(
        Room(pattern=pattern, imports=tuple(room.get("imports", ())), lazily=tuple(room.get("lazily", ())))
        for pattern, room in table["rooms"].items()
    )
    bans = tuple(
        Ban(
            rule=ban["rule"],
            where=tuple(ban["where"]),
            except_in=tuple(ban.get("except_in", ())),
            names=tuple(ban.get("names", ())),
            builtins=frozenset(ban.get("builtins", ())),
        )
        for ban in table["forbidden"]
    )
    return House(why=table["rules"], rooms=rooms, bans=bans, table=table)


def covers(patterns: tuple[str, ...], name: str) -> bool:
    """Whether one of the patterns is `name`, or `a.b.*` with `name` at or below `a.b`."""
    return any(
        name == pattern or (pattern.endswith(".*") and f"{name}.".startswith(pattern[:-1])) for pattern in patterns
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    pattern: str
    imports: tuple[str, ...]
    lazily: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """Names of other modules, and builtins, that may not be used in `where` apart from `except_in`."""

    rule: str
    where: tuple[str, ...]
    except_in: tuple[str, ...]
    names: tuple[str, ...]
    builtins: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """import_rules.toml, read. Patterns: see there."""

    why: dict[str, str]
    rooms: tuple[Room, ...]
    bans: tuple[Ban, ...]
    table: dict[str, dict[str, object]] = field(repr=False)

    def words(self, section: str, key: str) -> tuple[str, ...]:
        found = self.table[section][key]
        assert isinstance(found, list), f"import_rules.toml: {section}.{key} is a list of words"
        return tuple(str(each) for each in found)

    def limit(self, key: str) -> int:
        found = self.table["limits"][key]
        assert isinstance(found, int), f"import_rules.toml: limits.{key} is a number"
        return found

    def room_of(self, name: str) -> Room | None:
        """The most specific room that governs the module `name`."""
        fitting = [room for room in self.rooms if covers((room.pattern,), name)]
        return max(
            fitting, key=lambda room: (len(room.pattern.removesuffix(".*")), "*" not in room.pattern), default=None
        )

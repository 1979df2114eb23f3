"""What a repository says about how it is built and checked: found commands, each with the file that says so."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.value import value


class Purpose(StrEnum):
    """What a command is good for, most telling first."""

    TEST = "test"
    CHECK = "check"
    LINT = "lint"
    TYPES = "types"
    BUILD = "build"


@value
class FoundCommand:
    """A command that the repository itself supports. `cwd` and `source` are relative to its root, "" for the root;
    `toolchain` is the name of the Toolchain it belongs to."""

    id: str
    toolchain: str
    purpose: Purpose
    title: str
    command: str
    cwd: str = ""
    source: str


@value
class Toolchain:
    """One way of building things that lives here: `name` as `python`, `node`, `make` ..."""

    name: str
    source: str
    cwd: str = ""


@value
class ShellSetting:
    """Something a command needs from its environment: a folder before PATH (`name` is "PATH"), or a variable."""

    name: str
    value: str
    source: str


class Landmark(StrEnum):
    """Something that a project would rather not see broken in passing."""

    CONTINUOUS_INTEGRATION = "continuous_integration"
    PUBLIC_API = "public_api"
    MIGRATIONS = "migrations"
    LOCKFILE = "lockfile"
    GUIDANCE = "guidance"
    CONTAINER = "container"


@value
class Sighting:
    """A landmark, and the path that shows it."""

    landmark: Landmark
    source: str


@value
class Detected:
    """Everything found, in order: the root before its folders, the project's own targets before its tools."""

    toolchains: tuple[Toolchain, ...] = ()
    commands: tuple[FoundCommand, ...] = ()
    settings: tuple[ShellSetting, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def test_command(self) -> FoundCommand | None:
        """The first command that runs tests, None when the repository names none."""
        return next((found for found in self.commands if found.purpose is Purpose.TEST), None)

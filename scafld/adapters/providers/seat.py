"""What a provider on this machine is made with: where it works, with what, and which program and model it is to be.

A package adds a provider with an entry point of the group `scafld.providers`: a callable of (Means, Seat) that gives a
`Provider`. docs/providers.md shows one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scafld.adapters.process.following import Listen
from scafld.adapters.process.program import Bounds, Program
from scafld.app.check import Watch
from scafld.core.evidence.criterion import Observation
from scafld.core.names import TaskId
from scafld.core.value import value

Run = Callable[[Program, Bounds, Listen, Watch], Observation]
"""Port: run one program to its end and tell what was seen. Never raises for what the program does."""

Save = Callable[[TaskId, bytes], str]
"""Port: keep bytes in a task's evidence; gives the absolute path."""

SubmitCommand = Callable[[str], tuple[str, ...]]
"""The argv of the server that answers are handed in to. It is given the path of an order: a JSON file that says where
the answer goes (`out`), and what it is held to (`terms`)."""


@value
class Means:
    """`root`: the workspace, absolute. `environ`: the environment that a provider's own is chosen from. `schemas`: the
    folder in which the wire schema of each subject lies, as `review.json`."""

    root: str
    environ: Mapping[str, str]
    run: Run
    save: Save
    submit_command: SubmitCommand
    schemas: str


@value
class Seat:
    """Who is to be asked. `binary`: the absolute path of its program, `model` and `effort`: "" for its own choice,
    `command`: the shell text that the provider `command` runs, `name`: of the seat among several."""

    provider: str
    model: str = ""
    binary: str = ""
    command: str = ""
    effort: str = ""
    name: str = ""

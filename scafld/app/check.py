"""The act of running criteria and judging what was seen."""

from __future__ import annotations

from collections.abc import Callable

from scafld.core.evidence.criterion import Observation
from scafld.core.names import TaskId
from scafld.core.value import value


@value
class Order:
    """One command to run.

    `cwd` is relative to the workspace, "" for its root. `limit_ms` bounds the whole, `idle_ms` the silence (0: no
    bound). `needle`: text to look for in the whole output, "" for none. `keep_stdout`: the last of stdout is wanted
    apart from stderr. `label` names it on a terminal.
    """

    task: TaskId
    label: str
    command: str
    cwd: str = ""
    limit_ms: int
    idle_ms: int = 0
    needle: str = ""
    keep_stdout: bool = False


@value
class Beat:
    """A sign of life from a running command."""

    elapsed_ms: int
    output_bytes: int


Watch = Callable[[Beat], None]
Runner = Callable[[Order, Watch], Observation]
"""Port: run one command to its end and tell what was seen. Never raises for what the command does."""

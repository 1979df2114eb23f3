"""How scafld runs a program by its argv: no shell, its own stdin and environment, and a listener while it speaks.

    run = ProgramRunner(root="/srv/project", runs="/srv/project/.scafld/runs")
    program = Program(argv=("/usr/bin/claude", "-p"), stdin=b"review this", environment={"PATH": "/usr/bin:/bin"})
    seen = run(program, Bounds(task=task_id("add-cache"), limit_ms=60_000), listen, lambda beat: None)

Limits, whole groups, transcripts and interrupts are those of any command: see `runner.py` for what can escape. stdin is
a file without a name, so that neither side waits for the other; stdout and stderr come apart, as they arrive.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.process.capture import Capture
from scafld.adapters.process.following import Following, Limits, Listen
from scafld.adapters.process.group import Group, Launch, launch_of
from scafld.adapters.process.interrupts import Interrupts
from scafld.adapters.process.transcript import KEPT_BYTES, Transcript
from scafld.app.check import Watch
from scafld.core.evidence.criterion import Observation
from scafld.core.names import TaskId
from scafld.core.value import value


@value
class Program:
    """What to run. `argv`: its first word is the absolute path of the program. `environment`: all that it finds there.
    `cwd`: an absolute folder, "" for the workspace."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    stdin: bytes = b""
    cwd: str = ""


@value
class Bounds:
    """For which task it runs, and for how long at most; `idle_ms` 0 sets no bound on silence."""

    task: TaskId
    limit_ms: int
    idle_ms: int = 0


@value
class ProgramRunner:
    """`root`: the workspace, `runs`: the folder of runs in which outputs are kept, both absolute.

    Unavailable when the output cannot be kept or no process can be had; the program is ended first, as it is when
    `listen` or `watch` raises. Ctrl-C and its like end it and are an observation like any other.
    """

    root: str
    runs: str
    kept_bytes: int = KEPT_BYTES

    def __call__(self, program: Program, bounds: Bounds, listen: Listen, watch: Watch) -> Observation:
        """Run the program to its end, and tell what was seen; `listen` is given all it says, chunk by chunk."""
        with Transcript(self.runs, bounds.task, self.kept_bytes) as transcript:
            limits = Limits(limit_ms=bounds.limit_ms, idle_ms=bounds.idle_ms, where=program.cwd or "the workspace")
            following = Following(limits, watch, transcript, Capture(""), listen)
            launch = _launch(program, self.root) if bounds.limit_ms > 0 else "the program has no time limit"
            if isinstance(launch, str):
                following.not_started(launch)
            else:
                with Interrupts() as interrupts, Group(launch) as group:
                    following.follow(group, interrupts)
            return following.observation()


# Private.


def _launch(program: Program, root: str) -> Launch | str:
    if not program.argv or not os.path.isabs(program.argv[0]):
        return "the program is not named by an absolute path"
    return launch_of(program.argv, program.cwd or root, program.environment, pipes=2, stdin=program.stdin)

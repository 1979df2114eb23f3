"""How scafld runs a command: `/bin/sh -c` in the workspace, watched, bounded, its output kept, and nothing left over.

    run = ShellRunner(root="/srv/project", runs="/srv/project/.scafld/runs", environment={"PATH": "/usr/bin:/bin"})
    seen = run(Order(task=task_id("add-cache"), label="ac1", command="pytest -q", limit_ms=300_000), lambda beat: None)

stdin is empty, there is no terminal, the environment is the one that was given. A step is over when its shell is over:
what it left running is ended and counted. stdout and stderr share one pipe, so the evidence holds them in the order in
which they were written; an order that keeps stdout apart has two, and the order between them is that of arrival.

What can escape: work handed to a process outside (a container engine, cron, at); on systems other than Linux a process
that leaves its process group; and what a command left behind after it killed its own warden (`warden.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from scafld.adapters.process.capture import Capture
from scafld.adapters.process.following import Following, Limits
from scafld.adapters.process.group import Group, Launch, launch_of
from scafld.adapters.process.interrupts import Interrupts
from scafld.adapters.process.transcript import KEPT_BYTES, Transcript
from scafld.app.check import Order, Watch
from scafld.core.evidence.criterion import Observation
from scafld.core.value import value

SHELL = "/bin/sh"


@value
class ShellRunner:
    """The port `Runner` on this machine. `root`: the workspace, `runs`: the folder of runs, both absolute.
    `environment`: all that a command finds in its environment. `kept_bytes`: see `transcript.py`.

    Unavailable when the output cannot be kept or no process can be had; the command is ended first. Ctrl-C and its
    like end the command and are an observation like any other; see `interrupts.py` for where they are heard.
    """

    root: str
    runs: str
    environment: Mapping[str, str]
    kept_bytes: int = KEPT_BYTES

    def __call__(self, order: Order, watch: Watch) -> Observation:
        """Run the order's command to its end, and tell what was seen."""
        with Transcript(self.runs, order.task, self.kept_bytes) as transcript:
            limits = Limits(limit_ms=order.limit_ms, idle_ms=order.idle_ms, where=order.cwd or "the workspace")
            following = Following(limits, watch, transcript, Capture(order.needle))
            launch = _launch(order, self.root, self.environment)
            if isinstance(launch, str):
                following.not_started(launch)
            else:
                with Interrupts() as interrupts, Group(launch) as group:
                    following.follow(group, interrupts)
            return following.observation(keep_stdout=order.keep_stdout)


# Private.


def _launch(order: Order, root: str, environment: Mapping[str, str]) -> Launch | str:
    """What to start, or why it cannot be."""
    if not order.command.strip():
        return "there is no command"
    if order.limit_ms <= 0:
        return "the command has no time limit"
    cwd = _cwd(order.cwd, root)
    if not cwd.startswith("/"):
        return cwd
    dashed = order.command[:1] in ("-", "+")  # else the shell takes it for its own option
    words = ("sh", "-c", f" {order.command}" if dashed else order.command)
    return launch_of(words, cwd, environment, program=SHELL, pipes=2 if order.keep_stdout else 1)


def _cwd(wanted: str, root: str) -> str:
    """The absolute folder, or why it is none (a sentence does not begin with `/`)."""
    if wanted.startswith("/"):
        return f"the working directory {wanted!r} is absolute; write it relative to the workspace"
    home = os.path.realpath(root)
    try:
        folder = os.path.realpath(os.path.join(home, wanted))
    except (ValueError, OSError):
        return f"the working directory {wanted!r} cannot be a folder's name"
    if folder != home and not folder.startswith(home.rstrip("/") + "/"):
        return f"the working directory {wanted!r} leads out of the workspace"
    if not os.path.isdir(folder):
        return f"the working directory {wanted!r} is no folder in the workspace"
    return folder

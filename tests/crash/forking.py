"""What the tests of deaths share: a process that forks one for each life, and commands in sessions of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from select import select

PATIENCE_S = 60.0


class Forker:
    """A Python program that says something once it is ready, and then for each line that it is told the id of a process
    that it starts, and how that ended."""

    def __init__(self, program: str, words: tuple[str, ...], environment: Mapping[str, str], ready: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self.hear() == ready

    def hear(self) -> str:
        assert self.process.stdout is not None
        heard, _, _ = select([self.process.stdout], [], [], PATIENCE_S)
        assert heard, "nothing was heard for a minute"
        return self.process.stdout.readline().strip()

    def tell(self, line: str, killed_after_s: float | None = None) -> int:
        """Have a process started, and kill it after so many seconds. How it ended (-9: killed)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        child = int(self.hear())
        if killed_after_s is not None:
            ended, _, _ = select([self.process.stdout], [], [], killed_after_s)
            if not ended:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        return int(self.hear())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def apart(root: Path, environment: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """A command of scafld in a process and a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "scafld", *words],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )

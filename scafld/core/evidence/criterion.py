"""What a run of a criterion is worth: an observation goes in, a judgement comes out."""

from __future__ import annotations

from enum import StrEnum

from scafld.core.names import Digest
from scafld.core.value import value


class Ended(StrEnum):
    """How a command came to its end."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMEOUT = "timeout"
    IDLE = "idle"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"


@value
class Observation:
    """What the runner saw of one command. Nothing here is a verdict.

    `exit_code`: the shell's, None unless it exited. `signal`: the number that ended it, else None. `duration_ms`: wall
    time. `output_digest` and `output_bytes`: of all stdout and stderr as they came, which stand in an evidence file of
    that name. `tail`: the last of it as text, at most TAIL_CHARACTERS. `stdout_tail` is kept for browser evidence only.
    `found`: whether the text the criterion expects was seen, None when it expects none. `stragglers`: processes ended
    after the shell had exited. `problem`: why it did not start.
    """

    ended: Ended
    duration_ms: int
    exit_code: int | None = None
    signal: int | None = None
    output_digest: Digest
    output_bytes: int
    tail: str = ""
    found: bool | None = None
    stragglers: int = 0
    problem: str = ""


TAIL_CHARACTERS = 4000

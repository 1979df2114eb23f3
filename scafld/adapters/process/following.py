"""One launched command followed to its end: its output kept, its limits held, its watchers told.

with Transcript(runs, task) as transcript:
    following = Following(limits, watch, transcript, Capture(""))
    with Interrupts() as interrupts, Group(launch) as group:
        following.follow(group, interrupts)
    seen = following.observation()
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

from scafld.adapters.process.capture import Capture
from scafld.adapters.process.group import ENDING_S, Group, Report
from scafld.adapters.process.interrupts import Interrupts
from scafld.adapters.process.transcript import Transcript
from scafld.app.check import Beat, Watch
from scafld.core.evidence.criterion import Ended, Observation
from scafld.core.value import value

BEAT_MS = 500
CHUNK_BYTES = 64 * 2**10
LARGEST_PIPE = 2**20
"""What a pipe can hold after its last writer is gone."""

Listen = Callable[[int, bytes], None]
"""Who is given what a program says as it says it: the stream (0 is stdout, 1 stderr) and a chunk."""


@value
class Limits:
    """`limit_ms` bounds the whole, `idle_ms` the silence (0: no bound). `where`: the folder, as a person is told."""

    limit_ms: int
    idle_ms: int
    where: str = "the workspace"


def nobody(_stream: int, _chunk: bytes) -> None:
    """Listens to nothing."""


class Following:
    """One command from its start to its end. Times are seconds of the monotonic clock."""

    def __init__(
        self, limits: Limits, watch: Watch, transcript: Transcript, capture: Capture, listen: Listen = nobody
    ) -> None:
        self._limits = limits
        self._watch = watch
        self._transcript = transcript
        self._capture = capture
        self._listener = listen
        self._ended: Ended | None = None
        self._status = 0
        self._problem = ""
        self._stragglers = 0
        self._over = False
        self._began = self._heard = self._beat = time.monotonic()
        self._took = 0.0
        self._patience = float("inf")

    def not_started(self, problem: str) -> None:
        """Nothing was run, and why."""
        self._ended, self._problem = Ended.NOT_STARTED, problem

    def follow(self, group: Group, interrupts: Interrupts) -> None:
        """Until the command and all it started are over."""
        self._group = group
        self._streams = {descriptor: stream for stream, descriptor in enumerate(group.outputs)}
        self._interrupts = interrupts
        self._poll = select.poll()
        for descriptor in (*self._streams, group.reports, interrupts.descriptor):
            self._poll.register(descriptor, select.POLLIN)
        self._poll.register(group.orders, select.POLLOUT)
        while not self._over:
            try:
                self._step()
            except KeyboardInterrupt:
                self._cancel()
        self._took = self._took or time.monotonic() - self._began
        self._drain()

    def observation(self, *, keep_stdout: bool = False) -> Observation:
        """What was seen; the output has its name from here on. `keep_stdout`: the last of stdout is wanted in it."""
        ended = self._ended or Ended.SIGNALLED
        code = os.waitstatus_to_exitcode(self._status)
        return Observation(
            ended=ended,
            duration_ms=round(self._took * 1000),
            exit_code=code if ended is Ended.EXITED else None,
            signal=-code if code < 0 else None,
            output_digest=self._transcript.keep(),
            output_bytes=self._capture.bytes,
            tail=self._capture.tail(),
            stdout=self._capture.stdout() if keep_stdout else "",
            found=self._capture.found(),
            stragglers=self._stragglers,
            problem=self._problem,
        )

    # Private.

    def _step(self) -> None:
        for descriptor, _ in self._poll.poll(self._until_next_ms()):
            if descriptor in self._streams:
                self._read(descriptor)
            elif descriptor == self._group.reports:
                self._listen()
            elif descriptor == self._group.orders:
                self._feed()
            elif self._interrupts.count():
                self._cancel()
        self._keep_limits(time.monotonic())

    def _read(self, descriptor: int) -> bool:
        """Take a chunk; False at the end of the stream, or of what is there."""
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not chunk:
            self._poll.unregister(descriptor)
            del self._streams[descriptor]
            return False
        self._heard = time.monotonic()
        self._transcript.write(chunk)
        self._capture.take(self._streams[descriptor], chunk)
        self._listener(self._streams[descriptor], chunk)
        return True

    def _feed(self) -> None:
        self._group.feed()
        if not self._group.hungry:
            self._poll.unregister(self._group.orders)

    def _listen(self) -> None:
        for report in self._group.hear():
            self._note(report)

    def _note(self, report: Report) -> None:
        now = time.monotonic()
        match report.word:
            case "started":
                self._began = self._heard = now
            case "failed":
                why = os.strerror(report.numbers[0])
                self.not_started(f"the command could not be started in {self._limits.where}: {why}")
                self._over = True
            case "exited":
                self._exited(report.numbers[0], now)
            case "done":
                self._stragglers, left = report.numbers
                self._problem = f"{left} of its processes could not be ended" if left else ""
                self._over = True
            case _:
                self._lost()

    def _exited(self, status: int, now: float) -> None:
        self._status = status
        self._took = now - self._began
        self._patience = now + ENDING_S
        if self._ended is None:
            self._ended = Ended.SIGNALLED if os.WIFSIGNALED(status) else Ended.EXITED

    def _lost(self) -> None:
        """The warden is gone without a last word."""
        self._over = True
        if self._ended is None:
            self._ended, self._status = Ended.SIGNALLED, 9
            self._problem = "the process that watches over the command was killed; how the command ended is not known"

    def _keep_limits(self, now: float) -> None:
        elapsed, silence = ((now - since) * 1000 for since in (self._began, self._heard))
        if now >= self._patience:
            self._over = True
            self._problem = "its processes did not end in time and were killed one by one"
            self._group.kill()
        elif self._ended is None and elapsed >= self._limits.limit_ms:
            self._end(Ended.TIMEOUT)
        elif self._ended is None and 0 < self._limits.idle_ms <= silence:
            self._end(Ended.IDLE)
        if (now - self._beat) * 1000 >= BEAT_MS:
            self._beat = now
            self._watch(Beat(elapsed_ms=round(elapsed), output_bytes=self._capture.bytes))

    def _end(self, why: Ended) -> None:
        self._ended = why
        self._patience = time.monotonic() + ENDING_S
        self._group.end_kindly()

    def _cancel(self) -> None:
        """The first time kindly, then at once."""
        if self._ended is Ended.CANCELLED:
            self._group.end_at_once()
        else:
            self._end(Ended.CANCELLED)

    def _until_next_ms(self) -> int:
        """How long nothing has to be done, in whole milliseconds, rounded up."""
        next_times = [self._beat + BEAT_MS / 1000, self._patience]
        if self._ended is None:
            next_times.append(self._began + self._limits.limit_ms / 1000)
            if self._limits.idle_ms > 0:
                next_times.append(self._heard + self._limits.idle_ms / 1000)
        return max(int((min(next_times) - time.monotonic()) * 1000) + 1, 0)

    def _drain(self) -> None:
        """Take what is still in the pipes; whoever could write more is gone, or is not waited for."""
        for descriptor in tuple(self._streams):
            until = self._capture.bytes + LARGEST_PIPE
            while self._capture.bytes < until and self._read(descriptor):
                pass

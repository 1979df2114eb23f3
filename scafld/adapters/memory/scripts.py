"""A runner in memory: what a command does is a function of the files that stand there when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scafld.adapters.memory.commits import MemoryTree
from scafld.app.check import Beat, Order, Watch
from scafld.core.digest import digest_of
from scafld.core.evidence.criterion import TAIL_CHARACTERS, Ended, Observation
from scafld.core.names import Digest
from scafld.core.value import value


@value
class Exit:
    """How a command comes to its end, and what it says: `output` is stdout and stderr as they came, `stdout` the part
    of it that is stdout (None: all of it)."""

    code: int = 0
    output: str = ""
    stdout: str | None = None
    ended: Ended = Ended.EXITED
    signal: int | None = None
    duration_ms: int = 10


Files = Mapping[str, str]
Told = int | tuple[int, str] | Exit
Acts = Callable[[Files], Told]
"""What a command does with the files as text, by path: an exit code, an exit code and its output, or an Exit."""

Script = Mapping[str, Acts | Told]


class MemoryRunner:
    """The port Runner on a script. A command that the script does not know is one that no shell finds: exit 127.

    `orders`: everything that was run, in order. `evidence`: every output by its digest.
    """

    def __init__(self, tree: MemoryTree, script: Script) -> None:
        self.script: dict[str, Acts | Told] = dict(script)
        self.orders: list[Order] = []
        self.evidence: dict[Digest, bytes] = {}
        self._tree = tree

    def __call__(self, order: Order, watch: Watch) -> Observation:
        """See `Runner`."""
        self.orders.append(order)
        does = self.script.get(order.command.strip(), (127, f"sh: {order.command}: not found\n"))
        told = _exit(does(self._tree.files) if callable(does) else does)
        watch(Beat(elapsed_ms=told.duration_ms, output_bytes=len(told.output)))
        return self._observation(order, told)

    # Private.

    def _observation(self, order: Order, told: Exit) -> Observation:
        content = told.output.encode("utf-8", "surrogateescape")
        found = digest_of(content)
        self.evidence[found] = content
        exited = told.ended is Ended.EXITED
        return Observation(
            ended=told.ended,
            duration_ms=told.duration_ms,
            exit_code=told.code if exited else None,
            signal=told.signal,
            output_digest=found,
            output_bytes=len(content),
            tail=told.output[-TAIL_CHARACTERS:],
            stdout=(told.output if told.stdout is None else told.stdout) if order.keep_stdout else "",
            found=order.needle in told.output if order.needle else None,
            problem="it did not start" if told.ended is Ended.NOT_STARTED else "",
        )


# Private.


def _exit(told: Told) -> Exit:
    match told:
        case Exit():
            return told
        case int():
            return Exit(code=told)
        case (code, output):
            return Exit(code=code, output=output)

"""What only shows from within a process: one append, a chain that is checked, how often a command flushes to disk, and
what a receipt takes of it.

Run as a program of its own: `inside.py append ROOT TASK`, `inside.py chain ROOT TASK`, `inside.py flushes WORDS...`,
`inside.py minting WORDS...`. Each prints one number: milliseconds, milliseconds, a count, milliseconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

APPENDS = 25


def append(root: str, task: str) -> float:
    """The median of some appends of one entry to a ledger that was read, each flushed to disk."""
    from scafld.adapters.files.ledgers import FileLedgers
    from scafld.app.journal import Stamp
    from scafld.core.names import Actor, ActorKind, Moment, task_id
    from scafld.core.task.events import BuildBlocked

    ledgers = FileLedgers(scafld_dir=os.path.join(root, ".scafld"))
    name, took = task_id(task), []
    stamp = Stamp(actor=Actor(kind=ActorKind.SCAFLD, name="bench"), at=Moment("2026-06-01T12:00:00.000Z"))
    event = BuildBlocked(phase=None, failing=(), attempt=1, reason="again")
    with ledgers.hold(name, "bench"):
        memory = ledgers.recall(name)
        for _ in range(APPENDS):
            start = time.perf_counter()
            memory = ledgers.append(name, memory, stamp, (event,))
            took.append((time.perf_counter() - start) * 1000)
    return sorted(took)[len(took) // 2]


def chain(root: str, task: str) -> float:
    """The median of five checks of a whole ledger, line by line."""
    from scafld.adapters.files.ledgers import FileLedgers
    from scafld.adapters.files.story import Story
    from scafld.core.names import task_id

    ledgers = FileLedgers(scafld_dir=os.path.join(root, ".scafld"))
    name, took = task_id(task), []
    for _ in range(5):
        start = time.perf_counter()
        ledgers.read(name, lambda file: sum(1 for _ in Story(file, name, task).lines()))
        took.append((time.perf_counter() - start) * 1000)
    return sorted(took)[len(took) // 2]


def flushes(words: list[str]) -> None:
    """Run a scafld command; print how often it asked the disk to keep something for good, and end as it ends."""
    out, count = os.dup(1), 0

    def counting(flush: Callable[[int], None]) -> Callable[[int], None]:
        def flushed(handle: int) -> None:
            nonlocal count
            count += 1
            flush(handle)

        return flushed

    def end(code: int) -> Any:
        os.write(out, f"{count}\n".encode())
        leave(code)

    leave, os._exit = os._exit, end
    os.fsync, os.fdatasync = counting(os.fsync), counting(os.fdatasync)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    sys.argv = ["scafld", *words]
    from scafld.__main__ import main

    main()


def minting(words: list[str]) -> None:
    """Run a scafld command; print how long it worked on a receipt (the key, what git calls the tree, the signature, the
    files), and end as it ends."""
    from scafld.adapters.files.receipts import FileReceipts
    from scafld.app.notarise import Notary

    out, took = os.dup(1), 0.0

    def timed(act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*given: Any) -> Any:
            nonlocal took
            start = time.perf_counter()
            try:
                return act(*given)
            finally:
                took += (time.perf_counter() - start) * 1000

        return acted

    def end(code: int) -> Any:
        os.write(out, f"{took:.4f}\n".encode())
        leave(code)

    leave, os._exit = os._exit, end
    for kind, name in ((Notary, "ready"), (Notary, "mint"), (FileReceipts, "issue")):
        setattr(kind, name, timed(getattr(kind, name)))
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    sys.argv = ["scafld", *words]
    from scafld.__main__ import main

    main()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["append", at, named]:
            sys.stdout.write(f"{append(at, named):.4f}\n")
        case ["chain", at, named]:
            sys.stdout.write(f"{chain(at, named):.4f}\n")
        case ["flushes", *asked]:
            flushes(asked)
        case ["minting", *asked]:
            minting(asked)
        case _:
            sys.exit(__doc__)

"""How several acts run side by side: each in a thread, one in the caller's own, and a Ctrl-C heard by all of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from scafld.adapters.process.interrupts import Interrupts, stop_all
from scafld.core.refusal import Cancelled

T = TypeVar("T")


def abreast(acts: tuple[Callable[[], T], ...]) -> tuple[T, ...]:
    """The results of all acts, in their order. When some raise, the first of them in order is raised after all have
    ended. The first act runs in the calling thread; whoever breaks that one off breaks off the others."""
    if not acts:
        return ()
    with Interrupts(), ThreadPoolExecutor(max_workers=max(len(acts) - 1, 1), thread_name_prefix="abreast") as pool:
        others = [pool.submit(act) for act in acts[1:]]
        try:
            first = acts[0]()
        except (KeyboardInterrupt, SystemExit, Cancelled):
            stop_all()
            raise
    return (first, *(other.result() for other in others))

"""How several acts run side by side: each in a thread, one in the caller's own, and a Ctrl-C heard by all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from scafld.adapters.process.interrupts import Interrupts, stop_all
from scafld.core.refusal import Cancelled

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def abreast(acts: tuple[Callable[[], T], ...]) -> tuple[T, ...]:
    """The results of all acts, in their order. When some raise, the first of them in order is raised after all have
    ended. The first act runs in the calling thread; whoever breaks that one off breaks off the others."""
    if not acts:
        return ()
    with Interrupts(), ExitStack() as stack:
        others = _begun(acts[1:], stack)
        try:
            first = acts[0]()
        except (KeyboardInterrupt, SystemExit, Cancelled):
            stop_all()
            raise
    return (first, *(other.result() for other in others))


# Private.


def _begun(acts: tuple[Callable[[], T], ...], stack: ExitStack) -> list[Future[T]]:
    """Each in a thread; leaving the stack waits for them."""
    if not acts:
        return []
    from concurrent.futures import ThreadPoolExecutor

    pool = stack.enter_context(ThreadPoolExecutor(max_workers=len(acts), thread_name_prefix="abreast"))
    return [pool.submit(act) for act in acts]

"""What scafld does while it does it, for whoever looks for a fault: silent unless it is switched on, never on stdout.

`SCAFLD_LOG=debug` switches it on at the command line. structlog is loaded then, and only then: it costs more than all
of `scafld status`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO


def trace(event: str, **facts: object) -> None:
    """Tell of one thing that happens, as `ledger.append` with its facts. Costs nothing while nobody listens."""
    if _LISTENERS:
        _LISTENERS[-1](event, facts)


def listen(stream: TextIO) -> None:
    """Write every event to `stream` from now on, one line each, as structlog renders it."""
    import structlog

    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
    _LISTENERS.append(lambda event, facts: logger.debug(event, **facts))


# Private.

_LISTENERS: list[Callable[[str, dict[str, Any]], object]] = []

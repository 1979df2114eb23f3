"""The page of `verify`: each receipt, what speaks against it, and what is said all the same. Nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scafld.adapters.cli.console import Console
from scafld.core.policy import Wiring

if TYPE_CHECKING:
    from scafld.app.verify import Verification, Verified


def verdict_screen(found: Verification, console: Console) -> tuple[str, ...]:
    """Every line but `next:`."""
    lines = [line for each in found.held for line in _receipt(each, console)]
    lines += _remarks(tuple(map(str, found.faults)), found.notices, "", console)
    if not found.held and not found.faults:
        lines.append("there is no receipt in that range")
    if found.wiring is Wiring.ADVISORY and not found.holds:
        words = "this project asks CI to say so, and not to stop anything (proof.wiring: advisory)"
        lines += console.spread(words, 0)
    return tuple(lines)


# Private.


def _receipt(each: Verified, console: Console) -> Iterator[str]:
    name = console.path(each.path) if not each.task_id else each.task_id
    ran = f"  ({len(each.ran)} of its criteria passed again)" if each.ran and each.holds else ""
    yield f"{name}  {console.meant('holds' if each.holds else 'does not hold')}{ran}"
    yield from _remarks(tuple(map(str, each.faults)), each.notices, "  ", console)


def _remarks(faults: tuple[str, ...], notices: tuple[str, ...], margin: str, console: Console) -> Iterator[str]:
    for words in faults:
        yield from console.beside(f"{margin}{console.meant('no', 'no  ')}  ", words, len(margin) + 6)
    for words in notices:
        yield from console.beside(f"{margin}note  ", words, len(margin) + 6)

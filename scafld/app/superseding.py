"""A file that was changed again: the later receipt answers for it, if it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scafld.core.value import changed

if TYPE_CHECKING:
    from scafld.app.verify import Verified


def settled(held: tuple[Verified, ...]) -> tuple[Verified, ...]:
    """The same receipts, in the same order. One whose strayed files are all in later ones that hold is no wrong: it
    answers for its other files, and so may make an earlier one right in its turn."""
    told: dict[int, Verified] = {}
    for at in sorted(range(len(held)), key=lambda at: held[at].minted_at or "", reverse=True):
        told[at] = _superseded(held[at], tuple(told.values()))
    return tuple(told[at] for at in range(len(held)))


# Private.


def _superseded(verified: Verified, judged: tuple[Verified, ...]) -> Verified:
    assert not verified.strayed or verified.minted_at is not None
    later = [each for each in judged if each.holds and (each.minted_at or "") > (verified.minted_at or "")]
    again = [each for each in later if each.covers & verified.strayed]
    if not verified.strayed or not verified.strayed <= frozenset(path for each in again for path in each.covers):
        return verified
    words = f"superseded by {', '.join(each.task_id for each in again)}: its criteria were not run"
    return changed(verified, faults=(), notices=(*verified.notices, words), covers=verified.answers - verified.strayed)

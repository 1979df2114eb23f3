"""Who gets how much of a budget: by rank, and among equals so that as many as possible are whole."""

from __future__ import annotations

from collections.abc import Iterable

from scafld.core.views.packet.section import MUST, Keep, Piece, size_of

LEAST = 2048
"""Bytes worth showing of a piece that does not fit."""


def spend(pieces: tuple[Piece, ...], purse: int) -> tuple[str, ...]:
    """What is shown of each piece, in the order given. MUST is always whole, whatever it costs.

    Each rank takes its part in turn; what is left in the end goes to those that were held back, in turn again.
    """
    shown = {at: piece.body for at, piece in enumerate(pieces) if piece.rank == MUST}
    left = max(0, purse - _total(shown.values()))
    ranks = sorted({piece.rank for piece in pieces} - {MUST}, key=lambda rank: (rank.order, rank.percent))
    taken = dict.fromkeys(ranks, 0)
    for rank, percent in (*((rank, rank.percent) for rank in ranks), *((rank, 100) for rank in ranks)):
        places = [at for at, piece in enumerate(pieces) if piece.rank == rank]
        parts = share(tuple(pieces[at] for at in places), taken[rank] + left * percent // 100)
        if _total(parts) > taken[rank] or places[0] not in shown:
            shown |= dict(zip(places, parts, strict=True))
            left, taken[rank] = left + taken[rank] - _total(parts), _total(parts)
    return tuple(shown[at] for at in range(len(pieces)))


def share(pieces: tuple[Piece, ...], purse: int) -> tuple[str, ...]:
    """What is shown of each among equals: the small ones whole, as many as fit; the rest is shared out evenly among
    the others, and not in crumbs."""
    shown = [""] * len(pieces)
    sizes = [size_of(piece.body) for piece in pieces]
    left = purse
    for place, at in enumerate(sorted(range(len(pieces)), key=lambda at: (sizes[at], at))):
        even = max(left // (len(pieces) - place), min(left, LEAST))
        shown[at] = cut(pieces[at], sizes[at] if sizes[at] <= left else even)
        left -= size_of(shown[at])
    return tuple(shown)


def cut(piece: Piece, room: int) -> str:
    """As many whole lines as fit into so many bytes, from the end that the piece keeps."""
    if size_of(piece.body) <= room:
        return piece.body
    content = piece.body.encode("utf-8")
    if piece.keep is Keep.START:
        return content[: content.rfind(b"\n", 0, room) + 1].decode("utf-8")
    return content[content.find(b"\n", len(content) - room - 1) + 1 :].decode("utf-8")


# Private.


def _total(parts: Iterable[str]) -> int:
    return sum(map(size_of, parts))

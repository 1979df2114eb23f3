"""A budget is spent by rank; among equals as many as possible are whole, and none takes what another needs."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, strategies

from scafld.core.views.packet import MUST, Keep, Piece, Rank
from scafld.core.views.packet.section import size_of
from scafld.core.views.packet.spending import LEAST, cut, share, spend

LINES = strategies.lists(
    strategies.sampled_from(["a\n", "é\n", "\n", "x" * 50 + "\n", "y" * 900 + "\n"]), max_size=12
).map("".join)
RANKS = (MUST, Rank(order=1, percent=25), Rank(order=2, percent=50), Rank(order=3))
PIECES = strategies.lists(
    strategies.builds(Piece, body=LINES, rank=strategies.sampled_from(RANKS), keep=strategies.sampled_from(Keep)),
    max_size=8,
).map(tuple)


def piece(size: int, rank: Rank = RANKS[3], *, line: int = 10) -> Piece:
    """A body of so many bytes in lines of ten."""
    assert size % line == 0
    return Piece(body=("x" * (line - 1) + "\n") * (size // line), rank=rank)


def sizes(shown: tuple[str, ...]) -> list[int]:
    return [size_of(each) for each in shown]


@given(PIECES, strategies.integers(0, 12_000))
def test_no_more_is_spent_than_there_is(pieces: tuple[Piece, ...], purse: int) -> None:
    """What must stand there apart; each piece is shown from the end that it keeps, in whole lines."""
    shown = spend(pieces, purse)

    must = sum(size_of(each.body) for each in pieces if each.rank == MUST)
    assert sum(sizes(shown)) <= max(purse, must)
    for each, part in zip(pieces, shown, strict=True):
        assert part == each.body or each.rank != MUST
        assert each.body.startswith(part) if each.keep is Keep.START else each.body.endswith(part)
        assert part == "" or part.endswith("\n")
        rest = each.body.removeprefix(part) if each.keep is Keep.START else each.body.removesuffix(part)
        assert part == each.body or each.keep is Keep.START or rest.endswith("\n")


@given(PIECES, strategies.integers(0, 12_000))
def test_nothing_is_cut_while_there_is_room(pieces: tuple[Piece, ...], purse: int) -> None:
    """A share that is held back for others is given out in the end."""
    shown = spend(pieces, purse)

    if sum(size_of(each.body) for each in pieces) <= purse:
        assert shown == tuple(each.body for each in pieces)


@given(strategies.lists(strategies.integers(1, 9).map(lambda at: at * 10), max_size=6), strategies.integers(0, 300))
def test_as_many_as_possible_are_whole(bodies: list[int], purse: int) -> None:
    """No choice of pieces that fits is larger."""
    pieces = tuple(piece(size) for size in bodies)

    whole = sum(part == each.body for each, part in zip(pieces, share(pieces, purse), strict=True))

    best = max(n for n in range(len(bodies) + 1) for some in combinations(bodies, n) if sum(some) <= purse)
    assert whole == best


def test_one_huge_piece_pushes_nobody_out() -> None:
    """It gets what the others leave."""
    shown = share((piece(1_000_000), piece(500), piece(40), piece(500)), 1500)

    assert sizes(shown) == [460, 500, 40, 500]


def test_huge_pieces_share_what_is_left() -> None:
    """Evenly, the same for the same."""
    shown = share((piece(100_000), piece(90_000), piece(100_000), piece(1000)), 31_000)

    assert sizes(shown) == [10_000, 10_000, 10_000, 1000]


def test_what_is_left_is_not_shared_in_crumbs() -> None:
    """Rather some pieces of a useful size, the smaller ones first, than a line of each."""
    shown = share(tuple(piece(10_000 + 10 * at) for at in range(100)), 3 * LEAST)

    assert [size for size in sizes(shown) if size] == [2040, 2040, 2040, 20]
    assert [at for at, size in enumerate(sizes(shown)) if size] == [0, 1, 2, 3]


def test_a_low_rank_is_spent_after_a_high_one() -> None:
    """However small it is."""
    shown = spend((piece(10, Rank(order=2)), piece(100, Rank(order=1))), 100)

    assert sizes(shown) == [0, 100]


def test_a_rank_takes_no_more_than_its_part_while_others_need_the_rest() -> None:
    """Of what is left when its turn comes; afterwards it gets what nobody wanted."""
    greedy, other = Rank(order=1, percent=25), Rank(order=2)

    assert sizes(spend((piece(1000, greedy), piece(1000, other)), 400)) == [100, 300]
    assert sizes(spend((piece(1000, greedy), piece(100, other)), 400)) == [300, 100]


def test_what_must_be_there_is_paid_first() -> None:
    """The others get what it leaves, nothing when that is nothing."""
    pieces = (piece(50), piece(100, MUST))

    assert sizes(spend(pieces, 120)) == [20, 100]
    assert sizes(spend(pieces, 90)) == [0, 100]


def test_a_cut_keeps_whole_lines_from_its_end() -> None:
    """None when not one fits."""
    body = "one\nzwölf\nthree\n"
    start, end = Piece(body=body, rank=MUST), Piece(body=body, rank=MUST, keep=Keep.END)

    assert [cut(start, room) for room in (0, 3, 4, 10, 11, 16, 17)] == [
        "",
        "",
        *["one\n"] * 2,
        *["one\nzwölf\n"] * 2,
        body,
    ]
    assert [cut(end, room) for room in (0, 5, 6, 12, 13, 17)] == ["", "", *["three\n"] * 2, "zwölf\nthree\n", body]
    assert cut(Piece(body="x" * 9 + "\n", rank=MUST), 9) == ""

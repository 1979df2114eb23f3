"""A packet says at its top what it holds and what it lacks; the numbers add up, and no cut is silent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from scafld.core.digest import digest_of
from scafld.core.refusal import Gate, Refused
from scafld.core.views.packet import (
    MUST,
    Budgets,
    Cover,
    Keep,
    Packet,
    Piece,
    Purse,
    Rank,
    Section,
    Withheld,
    assemble,
)
from scafld.core.views.packet.manifest import MOST_ROWS
from scafld.core.views.packet.quoting import code, lines_of

Words = Callable[..., strategies.SearchStrategy[str]]
Read = Callable[[str], object]
COVER = Cover(title="Review of add-cache", lead="Read on.", gate=Gate.REVIEW, status="review")
LOW = Rank(order=1)


def page(*sections: Section, task: int = 100_000, files: int = 100_000) -> Packet:
    return assemble(COVER, sections, Budgets(task=task, files=files, key="review.context.required_max_bytes"))


def part(title: str = "The change", *bodies: str, rank: Rank = LOW, **fields: object) -> Section:
    pieces = tuple(
        Piece(body=body, rank=rank, name=code(f"{at}.py") if len(bodies) > 1 else "", fence="diff")
        for at, body in enumerate(bodies)
    )
    return Section(title=title, pieces=pieces, **fields)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.data(), strategies.integers(0, 600), strategies.integers(0, 300))
def test_the_manifest_adds_up(reading: Read, words: Words, data: strategies.DataObject, task: int, files: int) -> None:
    """What the list says is shown is what stands there, byte for byte; with what is left out it is the whole size."""
    bodies = data.draw(strategies.lists(words(40).map(lines_of), max_size=5))
    beside = data.draw(strategies.lists(words(40).map(lines_of), max_size=3))
    gone = Withheld(name=code(data.draw(words(3))), why="it is binary", size=data.draw(strategies.integers(0, 99)))

    packet = page(
        part("The change", *bodies),
        part("Project files", *beside, purse=Purse.FILES, withheld=(gone,)),
        task=task,
        files=files,
    )

    read = reading(packet.text)
    for each, paid, most in zip(read.parts, (bodies, beside), (task, files), strict=True):
        assert each.row.shown == len(each.body.encode()) <= most
        assert all(row.shown + row.omitted == row.size for row in (each.row, *each.rows))
        assert all(bool(row.omitted) <= bool(row.why) for row in each.rows)
        size = sum(len(body.encode()) for body in paid) + (gone.size if paid is beside else 0)
        assert each.row.size == size == sum(row.size for row in packet.spent if row.title == each.title)
        if each.rows:
            named = [row for row in packet.spent if row.title == each.title and row.name]
            assert [(row.name, row.size, row.shown) for row in each.rows] == [
                (row.name, row.size, row.shown) for row in named
            ]
    assert f"Spent: {read.parts[0].row.shown} of {task} bytes for the task, " in packet.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.data(), strategies.integers(0, 400))
def test_every_cut_is_said_where_it_is(words: Words, data: strategies.DataObject, task: int) -> None:
    """Beneath what is left of a piece, or in place of one that is left out."""
    bodies = data.draw(strategies.lists(words(40).map(lines_of), min_size=2, max_size=5))

    packet = page(part("The change", *bodies), task=task)

    for row in packet.spent:
        cut = f"\n[cut here: {row.omitted} of {row.size} bytes of {row.name} are left out: the budget is spent]\n"
        gone = f"\n[left out: {row.name}, {row.size} bytes: the budget is spent]\n"
        assert (cut in packet.text) is (0 < row.omitted < row.size)
        assert (gone in packet.text) is (0 < row.omitted == row.size)


def test_a_piece_that_keeps_its_end_is_cut_before_it() -> None:
    """The note stands where the text is missing."""
    tail = Piece(body="one\ntwo\n", rank=LOW, name="output", fence="text", keep=Keep.END)

    text = page(Section(title="Evidence", pieces=(tail,)), task=5).text

    assert text.endswith(
        "\n[cut here: 4 of 8 bytes of output are left out: the budget is spent]\n\n```text\ntwo\n```\n"
    )


def test_it_is_named_by_its_bytes() -> None:
    """The same sections give the same packet; the digest is that of what is sent."""
    one, other = page(part("A", "x\n", "y\n")), page(part("A", "x\n", "y\n"))

    assert one == other
    assert one.digest == digest_of(one.text.encode())
    assert page(part("A", "x\n", "z\n")).digest != one.digest


def test_what_must_be_there_and_does_not_fit_is_no_packet() -> None:
    """The refusal names the setting, what it would have to be, and what takes the room."""
    with pytest.raises(Refused) as caught:
        page(part("Contract", "x" * 99 + "\n", rank=MUST), part("The change", "y\n"), task=99)

    no = caught.value.refusal
    assert (no.gate, no.status, no.actual) == ("review", "review", "99")
    assert no.evidence == ("Contract: 100 bytes",)
    assert "review.context.required_max_bytes of at least 100" in no.expected
    assert no.next.startswith("scafld config # ")
    assert "review.context.required_max_bytes to 100" in no.next
    assert page(part("Contract", "x" * 99 + "\n", rank=MUST), task=100).text


def test_the_files_of_the_project_have_a_budget_of_their_own() -> None:
    """They take nothing of the task's, and lend it nothing."""
    packet = page(
        part("The change", "x\n" * 10), part("Project files", "y\n" * 10, purse=Purse.FILES), task=10, files=4
    )

    assert [(row.title, row.shown, row.omitted) for row in packet.spent] == [
        ("The change", 10, 10),
        ("Project files", 4, 16),
    ]


def test_what_is_withheld_is_listed_with_its_reason() -> None:
    """At the top, and in its section."""
    section = Section(title="Project files", withheld=(Withheld(name="`a.bin`", why="it is binary", size=7),))

    text = page(section).text

    assert (
        "- Project files: 7 bytes, 0 shown, 7 left out\n  - `a.bin`: 7 bytes, 0 shown, 7 left out: it is binary\n"
        in text
    )
    assert "\n[left out: `a.bin`, 7 bytes: it is binary]\n" in text


def test_five_thousand_files_have_a_list_of_two_hundred(reading: Read) -> None:
    """Those that are not whole come before those that are; the rest is one line, and the sums stay right."""
    bodies = [f"{'x' * 98}\n"] * 4_900 + ["y" * 20_000 + "\n"] * 100

    packet = page(part("The change", *bodies), task=500_000)

    (read,) = reading(packet.text).parts
    assert len(read.rows) == MOST_ROWS + 1
    assert read.rows[-1].name == "and 4800 more"
    assert sum(row.omitted > 0 for row in read.rows[:-1]) == 100
    assert sum(row.size for row in read.rows) == read.row.size == sum(map(len, bodies))
    assert sum(row.omitted for row in read.rows) == read.row.omitted == 100 * 20_001
    assert packet.text.count("[left out: ") == 21
    assert "[left out: 80 more, 1600080 bytes; see the list at the top]\n" in packet.text


@pytest.mark.parametrize("name", ["a`: 9 bytes, whole", "x\n- Contract: 1 bytes, whole", "## The change", "```"])
def test_a_name_forges_no_row(reading: Read, name: str) -> None:
    """It stands between back-quotes on one line."""
    piece = Piece(body="x\n", rank=LOW, name=code(name), fence="")

    read = reading(page(Section(title="Project files", pieces=(piece,))).text)

    assert read.titles == ["Project files"]
    assert [(row.name, row.size) for row in read.parts[0].rows] == [(code(name), 2)]


def test_an_empty_file_is_shown_as_one() -> None:
    """It is there, and it is whole."""
    piece = Piece(body="", rank=LOW, name="`a`", fence="", above="`a`:")

    text = page(Section(title="Project files", pieces=(piece,))).text

    assert "  - `a`: 0 bytes, whole\n" in text
    assert text.endswith("\n`a`:\n\n```\n```\n")

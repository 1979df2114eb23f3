"""The bytes of a ledger: whatever is done to them is damage, named, unless it is what a cut-off append leaves."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, floats, integers, lists, tuples

from scafld.adapters.files.story import Story
from scafld.adapters.files.tail import FRAGMENTS, SECTOR, Edge, is_cut_off
from scafld.core.digest import digest_of
from scafld.core.ledger import CLOSING
from scafld.core.names import task_id
from scafld.core.refusal import Damaged

if TYPE_CHECKING:
    from conftest import Bench

Proving = Callable[[bytes], tuple[int, bytes]]

HEAD = b'{"schema_version":2,"task_id":"add-cache","entries":['
REPLACEMENTS = b' \0\n"\\,}{]x0\xff\x80\r'


def lines_of(content: bytes) -> list[bytes]:
    """Head, entries without their commas, closing."""
    head, *entries, closing = content.removesuffix(b"\n").split(b"\n")
    return [head, *(entry.removesuffix(b",") for entry in entries), closing]


def file_of(lines: list[bytes]) -> bytes:
    head, *entries, closing = lines
    return head + b"\n" + b",\n".join(entries) + b"\n" + closing + b"\n"


def test_a_whole_ledger_is_one_json_document(whole: Bench, story: Proving) -> None:
    """Thirteen entries, all proved, nothing torn; and taking it apart and putting it together again changes nothing."""
    content = whole.bytes

    proved = story(content)

    assert proved == (13, b"")
    assert [entry["seq"] for entry in json.loads(content)["entries"]] == list(range(1, 14))
    assert file_of(lines_of(content)) == content


@pytest.mark.parametrize("part", range(4))
def test_every_changed_byte_is_found(whole: Bench, story: Proving, part: int) -> None:
    """At every place of the file, whatever stands there instead: damage that names the entry the byte belongs to (or
    the one after it, whose beginning it was)."""
    content = whole.bytes
    chance = random.Random(part)
    missed, misnamed = [], []
    entry = 0

    for at in range(len(content)):
        if content[at - 1 : at] == b"\n":
            entry += 1
        new = chance.choice([byte for byte in REPLACEMENTS if byte != content[at]])
        changed = content[:at] + bytes([new]) + content[at + 1 :]
        try:
            missed.append((at, new, story(changed)))
        except Damaged as error:
            named = str(error.problems[0].message).partition(":")[0]
            if named not in (f"entry-{entry}", f"entry-{entry + 1}") and 0 < entry < 14:
                misnamed.append((at, new, str(error)))

    assert [each for each in missed if each[2] != (13, FRAGMENTS[0])] == []
    assert misnamed == []


def test_a_changed_byte_is_taken_for_a_cut_only_where_a_cut_leaves_it() -> None:
    """The one place: a comma that stands where the closing line began is the first byte of the next append."""
    edge = Edge(size=1000, seq=13, head=digest_of(b"head"))
    changed = [
        CLOSING[:at] + bytes([byte]) + CLOSING[at + 1 :]
        for at in range(len(CLOSING))
        for byte in range(256)
        if byte != CLOSING[at]
    ]

    taken = [rest for rest in changed if is_cut_off(rest, edge)]

    assert taken == [FRAGMENTS[0]]


@pytest.mark.parametrize("at", range(1, 14))
def test_a_line_taken_out_is_found(whole: Bench, story: Proving, at: int) -> None:
    """Any one of them. The last one is missed as the rest of its step."""
    lines = lines_of(whole.bytes)

    with pytest.raises(Damaged, match=f"entry-{at}|entries were removed"):
        story(file_of(lines[:at] + lines[at + 1 :]))


@pytest.mark.parametrize("at", range(1, 14))
def test_a_line_told_twice_is_found(whole: Bench, story: Proving, at: int) -> None:
    """Right behind itself, and at the end."""
    lines = lines_of(whole.bytes)

    for doubled in (lines[: at + 1] + lines[at:], [*lines[:-1], lines[at], lines[-1]]):
        with pytest.raises(Damaged, match="entry-"):
            story(file_of(doubled))


@pytest.mark.parametrize("at", range(1, 13))
def test_two_lines_swapped_are_found(whole: Bench, story: Proving, at: int) -> None:
    """At the first of the two."""
    lines = lines_of(whole.bytes)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]

    with pytest.raises(Damaged, match=f"entry-{at}:"):
        story(file_of(lines))


@pytest.mark.parametrize(("first", "last"), [(1, 5), (2, 13), (4, 5), (6, 7), (8, 12), (1, 13)])
def test_a_middle_cut_out_is_found(whole: Bench, story: Proving, first: int, last: int) -> None:
    """Along whole steps as well as across them."""
    lines = lines_of(whole.bytes)

    with pytest.raises(Damaged, match=f"entry-{first}|removed"):
        story(file_of(lines[:first] + lines[last:]))


def test_the_line_of_another_task_is_found(whole: Bench, story: Proving, bench: Bench) -> None:
    """Though it is a sealed line in itself: its chain begins elsewhere."""
    other = type(bench)(bench.scafld_dir, task_id("drop-cache"))
    other.write(((whole_first(whole)),))
    lines, theirs = lines_of(whole.bytes), lines_of(other.bytes)

    for spliced in ([lines[0], theirs[1], *lines[2:]], [*lines[:13], theirs[1], lines[-1]]):
        with pytest.raises(Damaged, match="does not follow"):
            story(file_of(spliced))


def whole_first(whole: Bench) -> tuple[object, ...]:
    return tuple(entry.event for entry in whole.ledgers.entries(whole.name))[:1]


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"add-cache", b"drop-cache"),
        HEAD.replace(b"2", b"3"),
        HEAD.replace(b",", b", "),
        HEAD + b"\r",
        b"\xef\xbb\xbf" + HEAD,
        b"",
        HEAD[:-1],
        HEAD + b" " * 100_000,
    ],
)
def test_a_changed_first_line_is_found(whole: Bench, story: Proving, head: bytes) -> None:
    """It names the task and the format, and it is checked to the byte."""
    content = head + whole.bytes.removeprefix(HEAD)

    with pytest.raises(Damaged, match="first line"):
        story(content)


def test_line_ends_of_another_system_are_found(whole: Bench, story: Proving) -> None:
    """A checkout that turns line ends around has changed the ledger."""
    with pytest.raises(Damaged):
        story(whole.bytes.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    "garbage", [b"x", b"\n", b" ", b"\0", b"]}\n", b"{}", b',\n{"actor":{"kind":"', b"\0" * 511, b"x" * 4096]
)
def test_what_is_written_behind_the_end_is_found(whole: Bench, story: Proving, garbage: bytes) -> None:
    """Zeros apart, which a power cut leaves."""
    content = whole.bytes + garbage
    try:
        proved = story(content)
    except Damaged:
        proved = None

    assert proved == (None if garbage.strip(b"\0") else (13, CLOSING + garbage))


def test_every_truncation_is_a_prefix_of_whole_steps_or_damage(whole: Bench, story: Proving) -> None:
    """Cut at every byte: what is left of the last step is torn, never half believed, and nothing whole is lost. The
    first step is never appended: a ledger that ends in it is damaged."""
    content = whole.bytes
    sizes = [size for size, _ in whole.prefixes()]
    counts = [1, 3, 5, 7, 9, 10, 11, 13]
    wrong = []

    for end in range(len(content)):
        steps = [at for at, size in enumerate(sizes) if size <= end]
        try:
            found = story(content[:end])
        except Damaged:
            found = None
        rest = content[sizes[steps[-1]] : end] if steps else b""
        expected = (counts[steps[-1]], b"" if CLOSING.startswith(rest) else rest) if steps else None
        if found != expected:
            wrong.append((end, found, expected))

    assert wrong == []


def test_what_a_killed_append_leaves_is_torn_and_nothing_else(whole: Bench, story: Proving) -> None:
    """Every beginning of a step's write, laid over the closing line that stood there."""
    content = whole.bytes
    sizes = [size for size, _ in whole.prefixes()]
    wrong = []

    for before, after, count in zip(sizes, sizes[1:], (1, 3, 5, 7, 9, 10, 11), strict=False):
        write = content[before:after] + CLOSING
        for done in range(len(write)):
            left = content[:before] + write[:done] + CLOSING[done:]
            rest = left[before:]
            proved = story(left)
            whole_step = done >= after - before
            closed = CLOSING.startswith(rest) or whole_step
            if proved != ((proved[0], b"") if closed else (count, rest)):
                wrong.append((before, done, proved))
            if whole_step and proved[0] <= count:
                wrong.append((before, done, "the whole step was lost"))

    assert wrong == []


def test_a_truncated_ledger_with_an_edit_is_damaged(whole: Bench, story: Proving) -> None:
    """Cutting the closing line off does not make an edit an accident: not of an earlier step, not in the last one."""
    content = whole.bytes.removesuffix(CLOSING)
    starts = [at for at in range(len(content)) if content.startswith(b'"recorded_at":"2026', at)]

    for start in starts:
        edited = content[: start + 15] + b"3" + content[start + 16 :]
        with pytest.raises(Damaged):
            story(edited)


@pytest.mark.parametrize("step", range(1, 8))
def test_an_append_whose_end_never_reached_the_disk_is_torn(whole: Bench, story: Proving, step: int) -> None:
    """From the edge of any of its sectors on there are zeros; so are they behind the old closing line, where nothing
    of the append reached the disk but the file's new size."""
    sizes = [size for size, _ in whole.prefixes()]
    counts = [1, 3, 5, 7, 9, 10, 11, 13]
    before, content = sizes[step - 1], whole.bytes[: sizes[step]] + CLOSING
    edges = range(before // SECTOR * SECTOR + SECTOR, len(content), SECTOR)

    for left in (*(content[:edge] for edge in edges), content[:before] + CLOSING):
        zeros = left + bytes(len(content) - len(left))

        assert story(zeros) == (counts[step - 1], zeros[before:])


def test_zeros_elsewhere_are_damage(whole: Bench, story: Proving) -> None:
    """A sector of zeros with anything behind it, or zeros that begin within a sector: nobody's crash."""
    content = whole.bytes
    sizes = [size for size, _ in whole.prefixes()]
    cases = [content[:at] + bytes(SECTOR) + content[at + SECTOR :] for at in range(0, sizes[-2], SECTOR)]
    cases += [content[:at] + bytes(len(content) - at) for at in (sizes[-2] + 1, sizes[-2] + 5, sizes[-2] + 200)]
    wrong = []

    for case in cases:
        try:
            wrong.append(story(case))
        except Damaged:
            continue

    assert wrong == []


def test_the_first_step_is_never_torn(bench: Bench, story: Proving, steps: tuple[tuple[object, ...], ...]) -> None:
    """It is put in place as a whole: a fragment of it is no append that broke off."""
    bench.write(steps[:1])

    ends = range(len(HEAD) + 1, len(bench.bytes) - len(CLOSING))
    empty = HEAD + CLOSING

    for content in (*(bench.bytes[:end] for end in ends), empty, empty + bytes(20), empty + bytes(2000)):
        with pytest.raises(Damaged):
            story(content)


def test_what_only_looks_like_a_beginning_is_damage() -> None:
    """A fragment names the entry before it rightly, begins as every line does, and holds no control character."""
    edge = Edge(size=1000, seq=3, head=digest_of(b"three"))
    good = b',\n{"actor":{"kind":"human"},"id":"entry-4","prev":"' + edge.head.encode()[:20]

    taken = is_cut_off(good, edge)
    others = [
        good.replace(b"actor", b"reason"),
        good.replace(edge.head.encode()[:20], b"0" * 20),
        good.replace(b"human", b"hu\tan"),
        good.replace(b"human", b"hu\0an"),
        good.replace(b"\n", b" "),
        good.replace(b",\n", b"\n"),
        good + b"\n",
        good + b"\n]}\n",
    ]

    assert taken
    assert [other for other in others if is_cut_off(other, edge)] == []


def test_a_line_without_an_end_is_not_taken_in_whole(story: Proving) -> None:
    """A first line of many megabytes is refused after the few bytes that it should have."""

    class Counting(BytesIO):
        """A file that counts what is taken from it."""

        taken = 0

        def read(self, most: int | None = -1) -> bytes:
            found = super().read(most)
            self.taken += len(found)
            return found

        readline = read  # type: ignore[assignment]

    file = Counting(b"x" * 1_000_000)

    with pytest.raises(Damaged, match="first line"):
        list(Story(file, task_id("add-cache"), "session.json").lines())

    assert 0 < file.taken < 200


Edit = tuple[float, int, bytes]
"""Where in the file, how many bytes of it go, and what stands there instead."""


@given(edits=lists(tuples(floats(0, 1), integers(0, 900), binary(max_size=12)), min_size=1, max_size=3))
@settings(max_examples=300)
def test_whatever_is_edited_is_damage_or_leaves_whole_steps(life_bytes: bytes, edits: list[Edit]) -> None:
    """Any few edits anywhere: what is still proved are entries as they were, in whole steps, from the first one on."""
    entries = lines_of(life_bytes)[1:-1]
    changed = life_bytes

    for place, length, new in edits:
        at = int(place * len(changed))
        changed = changed[:at] + new + changed[at + length :]

    found = Story(BytesIO(changed), task_id("add-cache"), "session.json")
    try:
        proved = [text for _, text, _ in found.lines()]
    except Damaged:
        return
    assert proved == entries[: len(proved)]
    assert len(proved) in (1, 3, 5, 7, 9, 10, 11, 13)
    assert changed[: found.ending.size] == life_bytes[: found.ending.size]
